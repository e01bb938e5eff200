"""How an approved run of impairment reaches the ledger, by an accountant, and how it is taken back.

The entry is the difference with what the allowance account holds at the closing's date (`cartera_provision_libro`), so
that afterwards it holds what the run says. Lock dates are checked before, and the date of what was posted after: Odoo
moves it silently. What is posted here is taken back here only: `PERMISO` is an object of this process, which no call
from outside can put in its context.
"""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL, format_date

from .account_move import READERS
from .cartera_castigo_asiento import PERMISO
from .cartera_provision_libro import Contrario, LibroDeterioro, Movimiento
from .cartera_provision_revision import problemas, problemas_de_la_reversa


class CarteraProvision(models.Model):
    _inherit = "cartera.provision"

    move_id = fields.Many2one("account.move", string="Entry", readonly=True, copy=False, ondelete="restrict")
    reversal_move_id = fields.Many2one(
        "account.move", string="Entry of the Reversal", readonly=True, copy=False, ondelete="restrict"
    )
    move_ids = fields.One2many("account.move", "cartera_provision_id", string="Entries")
    posted_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    date_posted = fields.Datetime(string="Posted On", readonly=True, copy=False)
    posted_order = fields.Integer(readonly=True, copy=False, help="Which one it was of those that the company posted.")
    date_end = fields.Date(string="Reversed On", readonly=True, copy=False)
    end_reason = fields.Char(string="Why It Was Reversed", readonly=True, copy=False)
    # --- what the ledger holds ------------------------------------------------------------------------------------
    amount_ledger = fields.Monetary(
        string="In the Ledger",
        compute="_compute_amount_ledger",
        currency_field="company_currency_id",
        help="What the allowance account holds at the closing's date, as the ledger reads now.",
    )
    amount_difference = fields.Monetary(
        string="Difference with the Ledger",
        compute="_compute_amount_ledger",
        currency_field="company_currency_id",
        help="Before it is posted, what the entry adds; afterwards zero, unless the ledger of that date changed since.",
    )
    amount_ledger_before = fields.Monetary(
        string="In the Ledger Before",
        readonly=True,
        copy=False,
        currency_field="company_currency_id",
        help="What the allowance account held at the closing's date before the entry.",
    )
    amount_used = fields.Monetary(
        string="Used by Write-offs",
        readonly=True,
        copy=False,
        currency_field="company_currency_id",
        help="What write-offs took from the allowance from the run before up to the closing's date.",
    )
    problems = fields.Text(string="What Keeps It from Being Posted", compute="_compute_problems")

    @api.depends("amount", "state", "date")
    def _compute_amount_ledger(self):
        held = self._saldos_del_deterioro()
        for provision in self:
            provision.amount_ledger = held.get(provision._origin.id, 0.0)
            provision.amount_difference = provision.company_currency_id.round(
                provision.amount - provision.amount_ledger
            )

    def _saldos_del_deterioro(self):
        """{id of a run: what the allowance account of its company holds at its date}, in one query."""
        self.env["account.move.line"].flush_model(["account_id", "company_id", "parent_state", "date", "balance"])
        self.env["cartera.provision"].flush_model(["company_id", "date"])
        self.env["res.company"].flush_model(["cartera_allowance_account_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT v.id, -SUM(l.balance)
                  FROM cartera_provision v JOIN res_company c ON c.id = v.company_id
                  JOIN account_move_line l ON l.account_id = c.cartera_allowance_account_id
                                          AND l.company_id = v.company_id AND l.parent_state = 'posted'
                                          AND l.date <= v.date
                 WHERE v.id = ANY(%s) GROUP BY v.id
                """,
                self._origin.ids,
            )
        )
        return {provision: float(amount) for provision, amount in rows}

    @api.depends("state", "date", "amount")
    @api.depends_context("lang")
    def _compute_problems(self):
        for provision in self:
            waiting = provision.state == "approved" and provision.id
            provision.problems = "\n".join(problemas(provision.sudo())) if waiting else False

    def _calcular(self):
        # EXTENDS: what the ledger held then.
        res = super()._calcular()
        for provision in self:
            provision._anotar_libro()
        return res

    def _anotar_libro(self):
        libro = LibroDeterioro(self.company_id, self.date)
        self.write(
            {
                "amount_ledger_before": float(libro.total()),
                "amount_used": float(libro.usado(self.anterior_id.date or self.date)),
            }
        )

    # --- guards ---------------------------------------------------------------------------------------------------

    def _tomar_turno(self):
        """Have these runs and the allowance of their companies until the transaction ends."""
        provisiones = self.sudo()
        taken = provisiones.try_lock_for_update(allow_referencing=True) == provisiones
        if not taken or not provisiones.company_id._cartera_tomar_deterioro():
            raise UserError(self.env._("Somebody else is posting impairment or write-offs now: try again in a moment."))
        provisiones.invalidate_recordset()

    def _frase_de_contador(self):
        return self.env._("Only an accountant posts or reverses impairment.")

    # --- posted ---------------------------------------------------------------------------------------------------

    def action_post(self):
        """Post approved runs on the dates of their closings, the oldest first, all or none."""
        self._exigir_contador()
        self._tomar_turno()
        self._exigir_estado("approved")
        for provision in self.sudo().sorted(lambda p: (p.date, p.id)):
            provision._rehusar(problemas(provision))
            provision._contabilizar()
        return True

    def _contabilizar(self):
        self._anotar_libro()
        move = self._asentar(Movimiento(self).lineas())
        self.write(
            {
                "state": "posted",
                "move_id": move.id,
                "posted_by_id": self.env.uid,
                "date_posted": fields.Datetime.now(),
                "posted_order": self._orden_siguiente(),
            }
        )
        self.activity_unlink(["cartera_cobro.mail_activity_type_provision"])
        self._exigir_saldo()
        self.message_post(
            body=self.env._(
                "Posted: the allowance held %(before)s at %(day)s and holds %(after)s.",
                before=self._dinero(self.amount_ledger_before),
                day=self._fecha(self.date),
                after=self._dinero(self.amount),
            )
        )

    def _orden_siguiente(self):
        [(last,)] = self._read_group([("company_id", "=", self.company_id.id)], [], ["posted_order:max"])
        return (last or 0) + 1

    def _exigir_saldo(self):
        """The allowance holds what the run says, to the cent."""
        self.invalidate_recordset(["amount_ledger", "amount_difference"])
        if self.amount_difference:
            raise UserError(
                self.env._(
                    "%(number)s: the allowance would hold %(ledger)s at that date, and not %(amount)s.",
                    number=self.display_name,
                    ledger=self._dinero(self.amount_ledger),
                    amount=self._dinero(self.amount),
                )
            )

    def _referencia(self):
        """What its entries say of it, in the company's language."""
        here = self.with_context(lang=self.company_id.partner_id.lang)
        return here.env._("Impairment %(number)s at %(day)s", number=self.number,
                          day=format_date(here.env, self.date))  # fmt: skip

    def _asentar(self, lines, day=None, **extra):
        """Post the entry of `lines` [(account, key, balance)] on a day (default: the closing's), with more values of
        it; empty where nothing moves.
        """
        company, day, ref = self.company_id, day or self.date, extra.get("ref") or self._referencia()
        if not lines:
            return self.env["account.move"]
        move = (
            self.env["account.move"]
            .with_company(company)
            .with_context(cartera_provision=PERMISO)
            .create(
                {
                    "move_type": "entry",
                    "journal_id": company.cartera_provision_journal_id.id,
                    "date": day,
                    "ref": ref,
                    "cartera_provision_id": self.id,
                    "line_ids": [Command.create(self._linea(ref, *line)) for line in lines],
                    **extra,
                }
            )
        )
        move._post(soft=False)
        self._exigir_fecha(move, day)
        return move.with_env(self.env)

    def _linea(self, ref, account, key, balance):
        partner, segment = key
        return {
            "name": f"{ref}, {segment}" if segment else ref,
            "account_id": account.id,
            "partner_id": partner or False,
            "cartera_segmento": segment or False,
            "currency_id": self.company_currency_id.id,
            "balance": float(balance),
            "tax_ids": [Command.clear()],
        }

    # --- undone ---------------------------------------------------------------------------------------------------

    def action_reverse(self, reason, date=None):
        """Take the company's last posted run back, on `date` (default: its entry's): the one before counts again."""
        self.ensure_one()
        self._exigir_contador()
        self._tomar_turno()
        self._exigir_estado("posted")
        reason = self._exigir_motivo(reason)
        provision = self.sudo()
        day = fields.Date.to_date(date) or provision.date
        provision._rehusar(problemas_de_la_reversa(provision, day))
        provision._reversar(reason, day)
        return True

    def _reversar(self, reason, day):
        values = {"state": "reversed", "date_end": day, "end_reason": reason}
        if self.move_id:
            values["reversal_move_id"] = self._reversar_asiento(day).id
        self.write(values)
        self.message_post(body=self.env._("Reversed on %(day)s. %(why)s", day=self._fecha(day), why=reason))

    def _reversar_asiento(self, day):
        """The contrary entry; in a later fiscal year it is that year's result which gives it back or bears it."""
        here = self.with_context(lang=self.company_id.partner_id.lang)
        move = self.move_id.with_context(cartera_provision=PERMISO)
        ref = here.env._("Reversal of %s", move.ref)
        if self._de_otro_ano(day):
            return self._asentar(Contrario(self).lineas(), day, ref=ref, reversed_entry_id=move.id)
        reverse = move._reverse_moves([{"date": day, "ref": ref, "cartera_provision_id": self.id}], cancel=True)
        self._exigir_fecha(reverse, day)
        return reverse.with_env(self.env)

    def _de_otro_ano(self, day):
        """Whether a day is of a later fiscal year than the run's own."""
        return self.date < self.company_id.sudo().compute_fiscalyear_dates(day)["date_from"]

    # --- doors ----------------------------------------------------------------------------------------------------

    def action_open_moves(self):
        """Its entry and that of its reversal."""
        self.ensure_one()
        return self.move_ids._get_records_action(name=self.env._("Entries of %s", self.number))


class AccountMove(models.Model):
    _inherit = "account.move"

    cartera_provision_id = fields.Many2one(
        "cartera.provision",
        string="Impairment Run",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups=READERS,
        help="The run of impairment that this entry posts or reverses.",
    )

    @api.model
    def _cartera_reservados(self):
        """Names of the fields that only the add-on's own entries have."""
        return {"cartera_provision_id"}

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS account
        self._cartera_exigir_permiso(*vals_list)
        return super().create(vals_list)

    def write(self, vals):
        # EXTENDS account
        self._cartera_exigir_permiso(vals)
        return super().write(vals)

    def _cartera_exigir_permiso(self, *vals_list):
        reserved = self._cartera_reservados()
        if self.env.context.get("cartera_provision") is not PERMISO and any(
            vals.get(name) for vals in vals_list for name in reserved & vals.keys()
        ):
            raise UserError(self.env._("An entry is of impairment because a run posted it: nobody writes it by hand."))

    def _cartera_exigir_intacto(self):
        # EXTENDS: entries of impairment are taken back from their document only.
        super()._cartera_exigir_intacto()
        if self.env.context.get("cartera_provision") is PERMISO:
            return
        for move in self.sudo().filtered(lambda m: m.state == "posted" and m.cartera_provision_id):
            raise UserError(
                self.env._(
                    "%(entry)s is of impairment %(number)s: an accountant reverses it there.",
                    entry=move.name,
                    number=move.cartera_provision_id.number,
                )
            )


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    cartera_segmento = fields.Char(
        string="Segment of Impairment",
        readonly=True,
        help="The part of the portfolio for which the allowance holds it, where it is kept by segment.",
    )
