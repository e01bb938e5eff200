"""A line of the bulletin: what is said of a debt, why it is left out, and what the receiver would reject of it."""

import re
from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_compare
from stdnum.co import nit

from ..rules.bulletin import misfit
from ..rules.dates import add_months
from .cartera_boletin_formato import CAUSES, OPTIONAL

REASONS = [
    ("claim", "Claim under way"),
    ("insolvency", "Insolvency or liquidation"),
    ("agreement", "Agreement in force and kept"),
    ("lawsuit", "Lawsuit over the debt"),
    ("paid", "Paid since the cut-off"),
    ("written_off", "Written off"),
    ("other", "Other"),
]
# What follows the debtor, read again with the list.
READ = "name amount date_due acuerdo_id reporte_id cause automatic_reason id_number id_type_id debtor_type_id".split()


class CarteraBoletinLinea(models.Model):
    """What one bulletin says of one debtor's part of a journal entry."""

    _name = "cartera.boletin.linea"
    _description = "Line of a BDME Bulletin"
    _order = "boletin_id, included desc, amount desc, id"
    _rec_name = "obligation"
    _check_company_auto = True

    boletin_id = fields.Many2one(
        "cartera.boletin", string="Bulletin", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="boletin_id.company_id", store=True, index=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    state = fields.Selection(related="boletin_id.state")
    expediente_id = fields.Many2one(
        "cartera.expediente", string="Dossier", required=True, readonly=True, index=True, ondelete="restrict"
    )
    partner_id = fields.Many2one(related="expediente_id.partner_id", string="Debtor", store=True, index=True)
    move_id = fields.Many2one(
        "account.move", string="Journal Entry", readonly=True, index="btree_not_null", ondelete="set null"
    )
    partida_id = fields.Many2one(
        "cartera.partida",
        string="Open Item",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Of an entry that is no invoice, as opening balances are.",
    )
    reporte_id = fields.Many2one(
        "cartera.boletin.reporte", string="Reported As", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    acuerdo_id = fields.Many2one(
        "cartera.acuerdo", string="Broken Agreement", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    # --- what the file says ---------------------------------------------------------------------------------------
    name = fields.Char(string="Number in the Ledger", readonly=True)
    obligation = fields.Char(help="As the file says it: shorten it here where it does not fit.")
    id_number = fields.Char(string="Identification", readonly=True)
    id_type_id = fields.Many2one("cartera.boletin.codigo", string="Type of Id", readonly=True, ondelete="restrict")
    debtor_type_id = fields.Many2one(
        "cartera.boletin.codigo", string="Type of Debtor", readonly=True, ondelete="restrict"
    )
    debtor_name = fields.Char(string="Name", help="As the file says it: shorten it here where it does not fit.")
    worded_by_hand = fields.Boolean(readonly=True, help="Somebody wrote its number or its name.")
    amount = fields.Monetary(string="Balance", readonly=True, currency_field="company_currency_id")
    date_due = fields.Date(string="Due Since", readonly=True)
    cause = fields.Selection(CAUSES, string="Cause of Withdrawal", readonly=True)
    days = fields.Integer(compute="_compute_arrears")
    months = fields.Integer(string="Months in Arrears", compute="_compute_arrears")
    amount_credit = fields.Monetary(
        related="expediente_id.amount_credit",
        string="Credits to Apply",
        currency_field="company_currency_id",
        help="Credit notes and payments of the debtor that nobody applied: apply them before reporting.",
    )
    # --- in or out ------------------------------------------------------------------------------------------------
    included = fields.Boolean(readonly=True, index=True)
    reason = fields.Selection(REASONS, string="Left Out Because", readonly=True)
    reason_note = fields.Char(string="Note", readonly=True)
    automatic_reason = fields.Selection(REASONS, string="Reason Found", readonly=True)
    by_hand = fields.Boolean(readonly=True, help="Left out, or brought back, by somebody.")
    # --- what would be rejected -----------------------------------------------------------------------------------
    faults = fields.Char(readonly=True, help="What the receiver would reject, by technical names.")
    to_mend = fields.Boolean(compute="_compute_to_mend", store=True)
    problem = fields.Text(string="What to Mend", compute="_compute_problem")

    # --- computes -------------------------------------------------------------------------------------------------

    @api.depends("date_due", "boletin_id.date_read")
    def _compute_arrears(self):
        for line in self:
            day, due = line.boletin_id.date_read, line.date_due
            line.days = max((day - due).days, 0) if day and due else 0
            line.months = _meses(due, day) if line.days else 0

    @api.depends("included", "faults")
    def _compute_to_mend(self):
        for line in self:
            line.to_mend = bool(line.included and line.faults)

    @api.depends("faults", "obligation", "debtor_name", "id_number")
    @api.depends_context("lang")
    def _compute_problem(self):
        for line in self:
            line.problem = "\n".join(line._frase(fault) for fault in (line.faults or "").split())

    def _frase(self, fault):
        """A fault, and what to do about it, in a sentence."""
        plain = {
            "no_id_type": self.env._(
                "The receiver has no code for the debtor's type of identification: set it on the contact."
            ),
            "no_id": self.env._("The debtor has no identification number: write it on the contact."),
            "bad_nit": self.env._(
                "%s is no valid NIT: see to its digits and its check digit on the contact.", self.partner_id.vat
            ),
            "zero": self.env._("The amount is zero: leave the line out."),
            "duplicated": self.env._(
                "Obligation %s is on the list twice: write another number, or leave one out.", self.obligation
            ),
        }
        if fault in plain:
            return plain[fault]
        campo, what = fault.split(":")
        field = self.boletin_id.formato_id.campo_ids.filtered(lambda c: c.id == int(campo))
        return {
            "wide": self.env._(
                "%(field)s is longer than %(width)s characters: shorten it.", field=field.name, width=field.width
            ),
            "characters": self.env._(
                "%s has signs that the receiver does not take: write it without them.", field.name
            ),
            "empty": self.env._("%s is missing.", field.name),
        }[what]

    # --- the list -------------------------------------------------------------------------------------------------

    def _acomodar(self, boletin, rows):
        """Make the lines of `boletin` (these) be `rows` ({(dossier, entry, item): values}): {"new", "gone"}, counts.

        What was decided by hand stays, and so do the texts that somebody may have shortened.
        """
        known = {line._clave(): line for line in self}
        gone = self.browse([line.id for key, line in known.items() if key not in rows])
        debtors = self.env["cartera.expediente"].browse(key[0] for key in rows)
        identities = {e.id: identidad(e.partner_id, boletin.formato_id) for e in debtors}
        names = Counter(row["name"] for row in rows.values())
        fresh = []
        for key, row in rows.items():
            values = {**row, **identities[key[0]]}
            if key in known:
                known[key]._releer(values)
            else:
                fresh.append(self._nueva(boletin, key, values, names[row["name"]] == 1))
        gone.unlink()
        self.create(fresh)
        boletin.linea_ids._revisar(boletin.formato_id)
        return {"new": len(fresh), "gone": len(gone)}

    def _clave(self):
        return self.expediente_id.id, self.move_id.id, self.partida_id.id or None

    def _nueva(self, boletin, key, values, unique):
        width = boletin.formato_id.campo_ids.filtered(lambda c: c.source == "obligation")[:1].width
        number = _corto(values["name"], width)
        if key[2] and not (unique and len(number) <= width):
            number = f"P{key[2]}"  # what an item of opening balances says is seldom a number
        return {
            **values,
            "boletin_id": boletin.id,
            "expediente_id": key[0],
            "move_id": key[1],
            "partida_id": key[2],
            "obligation": values.get("obligation") or number,
            "included": not values["automatic_reason"],
            "reason": values["automatic_reason"],
        }

    def _releer(self, values):
        """Write what changed."""
        wanted = {name: value for name, value in values.items() if name in READ}
        if not self.worded_by_hand:
            wanted["debtor_name"] = values["debtor_name"]
        if not self.by_hand:
            wanted |= {"included": not values["automatic_reason"], "reason": values["automatic_reason"]}
        changed = {name: value for name, value in wanted.items() if self._difiere(name, value)}
        if changed:
            self.write(changed)

    def _difiere(self, name, value):
        if name == "amount":
            return float_compare(self.amount, value, precision_digits=2) != 0
        return self._fields[name].convert_to_write(self[name], self) != value

    # --- what would be rejected -----------------------------------------------------------------------------------

    def _revisar(self, formato):
        """Note on each line what the receiver would reject of it."""
        numbers = Counter(line.obligation for line in self if line.included and line.obligation)
        for line in self:
            faults = list(line._fallas(formato)) + (["duplicated"] if numbers[line.obligation] > 1 else [])
            found = " ".join(faults) or False
            if line.faults != found:
                line.faults = found

    def _fallas(self, formato):
        if not self.id_type_id:
            yield "no_id_type"
        if not self.id_number:
            yield "no_id"
        elif self.id_type_id.check_digit and not nit.is_valid(self.partner_id.vat or ""):
            yield "bad_nit"
        if self.amount <= 0:
            yield "zero"
        told = self._valores()
        for campo in formato.campo_ids.filtered(lambda c: c.section == "detail" and c.source != "constant"):
            fault = misfit(told[campo.source], campo._campo(), formato.encoding, formato.signs or None)
            if fault == "empty" and (campo.source in OPTIONAL or campo.source in ("id_type", "id_number")):
                continue
            if fault:
                yield f"{campo.id}:{fault}"

    def _valores(self):
        """What the line says, by source of a field."""
        formato = self.boletin_id.formato_id
        return {
            "debtor_type": self.debtor_type_id.code,
            "obligation": self.obligation,
            "id_number": self.id_number,
            "id_type": self.id_type_id.code,
            "debtor_name": self.debtor_name,
            "amount": self.amount,
            "date_due": self.date_due or None,
            "cause": self.cause and formato._codigo("cause", self.cause).code,
        }

    def _campos_firmados(self):
        return [
            "included", "reason", "reason_note", "obligation", "id_number", "debtor_name", "amount", "date_due",
            "cause",
        ]  # fmt: skip

    # --- people's actions -----------------------------------------------------------------------------------------

    def write(self, vals):
        # What a preparer may write by hand: the number and the name, where they do not fit.
        if self.env.su:
            return super().write(vals)
        self.boletin_id._exigir_preparador()
        self.boletin_id._exigir_estado("draft")
        if set(vals) - {"obligation", "debtor_name"}:
            raise UserError(self.env._("A line is left out, or brought back, by its buttons, with the reason."))
        before = {line: (line.obligation, line.debtor_name) for line in self}
        res = super().write(vals)
        self.sudo().worded_by_hand = True
        for boletin, lines in self.grouped("boletin_id").items():
            boletin.sudo().linea_ids._revisar(boletin.formato_id)
            texts = [f"{' · '.join(map(str, before[line]))} → {line.obligation} · {line.debtor_name}" for line in lines]
            lines._anotar(self.env._("Written by hand: %s", "; ".join(texts)))
        return res

    def _decidir(self, included, reason=None, note=None):
        """Leave lines out (included=False, with a reason of REASONS) or bring them back, always with a note's why."""
        boletin = self.boletin_id
        boletin._exigir_preparador()
        boletin._exigir_estado("draft")
        note = (note or "").strip()
        if not included and not reason:
            raise UserError(self.env._("Say why the line is left out: it stays with the bulletin."))
        if (included or reason == "other") and not note:
            raise UserError(self.env._("Write the note: it stays with the bulletin."))
        for one, lines in self.sudo().grouped("boletin_id").items():
            values = {"included": included, "reason": reason or False, "reason_note": note or False, "by_hand": True}
            lines.write(values)
            one.linea_ids._revisar(one.formato_id)
            lines._anotar(lines._frase_de_decision(included, reason, note))

    def _frase_de_decision(self, included, reason, note):
        names = ", ".join(f"{line.obligation} ({line.debtor_name})" for line in self)
        if included:
            return self.env._("Brought back: %(lines)s. %(note)s", lines=names, note=note)
        label = dict(self._fields["reason"]._description_selection(self.env))[reason]
        return self.env._("Left out: %(lines)s. %(why)s. %(note)s", lines=names, why=label, note=note)

    def _anotar(self, body):
        """Say it on the bulletin; whoever changes its lines has prepared it."""
        boletin = self.boletin_id.sudo()
        boletin.prepared_by_id = self.env.user
        boletin.message_post(body=body, author_id=self.env.user.partner_id.id)

    def action_exclude(self):
        return self._abrir_decision(False)

    def action_include(self):
        return self._abrir_decision(True)

    def _abrir_decision(self, included):
        action = self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_boletin_motivo_action")
        return dict(action, context={"default_linea_ids": self.ids, "default_included": included})

    def action_open_partner(self):
        self.ensure_one()
        return self.partner_id._get_records_action()


def _meses(due, day):
    """Whole months from a due date to a day."""
    months = (day.year - due.year) * 12 + day.month - due.month
    return months if add_months(due, months) <= day else months - 1


def _corto(number, width):
    """The number of an obligation as the file may take it: without its separators where it would not fit."""
    number = number or ""
    return number if len(number) <= width else re.sub(r"[^0-9A-Za-z]", "", number)


def identidad(partner, formato):
    """Who a debtor is, in the receiver's codes: values of a line."""
    code = formato._codigo("id_type", partner.l10n_latam_identification_type_id)
    number = nit.compact(partner.vat or "") if code.check_digit else re.sub(r"[.,\s-]", "", partner.vat or "")
    if code.check_digit and not code.write_check_digit and nit.is_valid(number):
        number = number[:-1]
    return {
        "id_type_id": code.id,
        "id_number": number or False,
        "debtor_type_id": formato._codigo("debtor_type", "legal" if partner.is_company else "natural").id,
        "debtor_name": " ".join((partner.name or "").split()),
    }
