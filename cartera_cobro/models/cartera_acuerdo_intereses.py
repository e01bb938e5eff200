"""The interest of an agreement in the ledger: late interest once it is in force, financing as it falls due.

How it works. The policy says how: debit notes of the covered invoices (what is no invoice gets an entry), journal
entries, or nothing; an agreement keeps what it said when it came into force. Late interest, net of what was forgiven,
is posted on that day, an item for each obligation; the financing of an instalment on the day it falls due. Each is made
in a savepoint: lock dates are checked before and its date after, and where it cannot be posted nothing of it stays and
an accountant has an activity. What was posted is linked, so that no run posts it twice. The items come under the
agreement, so that what is paid of them is paid of it. They bear no interest themselves (C.C. 1617).
"""

from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_date, split_every

from ..rules.money import to_cent
from .account_move import READERS
from .cartera_acuerdo import decimal

NOT_POSTED = "cartera_cobro.mail_activity_type_intereses"
# How many of a kind are posted between two commits.
LOTE = 50
# Accounts of the Colombian chart (PUC) for interest earned, the most precise first.
INTEREST_CODES = ("421005", "421000", "4210")


class AccountMove(models.Model):
    _inherit = "account.move"

    cartera_acuerdo_id = fields.Many2one(
        "cartera.acuerdo",
        string="Interest of Agreement",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups=READERS,
        help="The payment agreement whose interest this entry is. It bears none itself.",
    )


class CarteraAcuerdoCuota(models.Model):
    _inherit = "cartera.acuerdo.cuota"

    move_id = fields.Many2one(
        "account.move", string="Financing Posted", readonly=True, index="btree_not_null", ondelete="restrict"
    )

    def _asentar_financiacion(self, on_date=None):
        """Post the financing of an instalment as of the day it falls due, on the oldest obligation.

        As of `on_date`, where the agreement ends (or ended) before.
        """
        self.ensure_one()
        acuerdo = self.acuerdo_id
        day = min(self.date_due, on_date or acuerdo.date_end or self.date_due)
        ref = self.env._("Financing of %(agreement)s: %(instalment)s", agreement=acuerdo.number,
                         instalment=self.display_name)  # fmt: skip
        oldest = acuerdo._obligaciones()[:1]
        self.move_id = acuerdo._asentar({oldest: decimal(self.financing)}, ref, day, day)


class CarteraAcuerdo(models.Model):
    _inherit = "cartera.acuerdo"

    interest_mode = fields.Selection(
        [("none", "Not posted"), ("debit_note", "Debit notes"), ("entry", "Journal entries")],
        string="Interest of the Plan",
        readonly=True,
        copy=False,
        help="As the policy said when it came into force.",
    )
    date_interest = fields.Date(string="Late Interest Posted On", readonly=True, copy=False)
    interes_move_ids = fields.One2many("account.move", "cartera_acuerdo_id", string="Interest Posted")

    # --- before it is in force ----------------------------------------------------------------------------------------

    def _exigir_sin_problemas(self):
        # EXTENDS: what posting its interest lacks, too.
        res = super()._exigir_sin_problemas()
        self._exigir_contabilidad()
        return res

    def _exigir_sin_problemas_de_firma(self):
        # EXTENDS: the settings may have changed since it was proposed.
        res = super()._exigir_sin_problemas_de_firma()
        self._exigir_contabilidad()
        return res

    def _exigir_contabilidad(self):
        found = [sentence for acuerdo in self for sentence in acuerdo._problemas_del_interes()]
        if found:
            raise UserError("\n".join(dict.fromkeys(found)))

    def _problemas_del_interes(self):
        """Yield a sentence for each thing that posting the interest lacks, and where it is set."""
        mode = self.politica_id.agreement_interest
        if mode == "none" or not (self.amount_interest or self.amount_financing):
            return
        company = self.company_id.sudo()
        if not company._cartera_cuenta_interes():
            yield self.env._(
                "%s has no income account for the interest of agreements: choose it in the settings of Cartera.",
                company.name,
            )
        invoices = all(linea._se_debita() for linea in self.sudo().linea_ids)
        if not (mode == "debit_note" and invoices) and not company._cartera_diario_interes():
            yield self.env._(
                "%s has no journal for the interest of agreements: choose it in the settings of Cartera.", company.name
            )

    def _terminos(self):
        # EXTENDS: interest of an earlier agreement, posted, is interest still: it bears no financing (C.C. 1617).
        terms = super()._terminos()
        lineas = self.linea_ids.filtered(lambda line: line.partida_id.sudo().move_id.cartera_acuerdo_id)
        posted = sum((decimal(linea.capital) for linea in lineas), Decimal(0))
        return terms._replace(capital=terms.capital - posted, interest=terms.interest + posted)

    # --- in force -----------------------------------------------------------------------------------------------------

    def _al_entrar_en_vigor(self):
        # EXTENDS: late interest is posted on that day.
        res = super()._al_entrar_en_vigor()
        for acuerdo in self:
            acuerdo.interest_mode = acuerdo.politica_id.agreement_interest
            if acuerdo._mora_por_asentar():
                acuerdo._intentar(acuerdo._asentar_mora)
        return res

    def _mora_por_asentar(self):
        posted = self.interest_mode in (False, "none") or self.date_interest
        return not posted and self.company_currency_id.compare_amounts(self.amount_interest, self.amount_forgiven) > 0

    def _asentar_mora(self):
        """Post the late interest that the agreement asks for, each obligation's net of its share of what is forgiven.

        It is owed since the liquidation: that is when it falls due.
        """
        self.ensure_one()
        net = decimal(self.amount_interest) - decimal(self.amount_forgiven)
        lineas = self._obligaciones().filtered("interest")
        amounts = repartir(net, [decimal(linea.interest) for linea in lineas])
        ref = self.env._("Late interest of %s", self.number)
        self._asentar(dict(zip(lineas, amounts, strict=True)), ref, self.date_active, self.date)
        self.date_interest = self.date_active

    def _obligaciones(self):
        """Its lines whose item is in the ledger: those that take debit notes where these are asked for, then oldest."""
        lineas = self.linea_ids.filtered(lambda line: line.partida_id.move_line_id)
        notes = self.interest_mode == "debit_note"
        return lineas.sorted(lambda line: (notes and not line._se_debita(), line.date_due, line.id))

    def _intentar(self, post):
        """Call `post` in a savepoint; where it is refused, an accountant has an activity. Whether it was posted.

        The activity goes once nothing waits any more.
        """
        try:
            with self.env.cr.savepoint():
                post()
        except UserError as error:
            self._pedir_asiento(str(error))
            return False
        if self.activity_search([NOT_POSTED]) and not self._espera_asiento():
            self.activity_unlink([NOT_POSTED])
        return True

    def _pedir_asiento(self, why):
        if self.activity_search([NOT_POSTED]):
            return
        people = self.company_id._cartera_usuarios_del_rol("contador") or self.company_id._cartera_coordinadores()
        self.with_context(mail_activity_quick_update=True).activity_schedule(
            NOT_POSTED,
            date_deadline=self.company_id._cartera_hoy(),
            note=why,
            user_id=(people[:1] or self.user_id or self.env.user).id,
        )

    # --- entries ------------------------------------------------------------------------------------------------------

    def _asentar(self, amounts, ref, day, due):
        """Post {line of the agreement: Decimal} as of `day`, due on `due`; the entries, whose items come under it.

        UserError: the period is locked, an account is missing, or the items would not be collected.
        """
        self.ensure_one()
        amounts = {linea: amount for linea, amount in amounts.items() if amount}
        if not amounts or not all(amounts):
            raise UserError(self.env._("Nothing that %s covers is in the ledger any more.", self.display_name))
        self._exigir_contabilidad()
        values = self._valores_de_notas(amounts, ref, day, due) + self._valores_de_asiento(amounts, ref, day, due)
        Move = self.env["account.move"].with_company(self.company_id).with_context(tracking_disable=True)
        moves = Move.browse()
        for one in values:
            moves |= self._crear(Move, one, day)
        items = moves.cartera_partida_ids
        if self.company_currency_id.compare_amounts(sum(items.mapped("amount_residual")), float(sum(amounts.values()))):
            raise UserError(self.env._("The receivable account of the interest is not one that is collected."))
        items.write({"acuerdo_id": self.id, "etapa_reason": "agreement"})
        return moves

    def _crear(self, Move, values, day):
        """Make and post one entry on its day, or refuse."""
        account = values.pop("receivable", None)
        move = Move.create({**values, "cartera_acuerdo_id": self.id})
        if account:
            move.line_ids.filtered(lambda line: line.display_type == "payment_term").account_id = account
        if move._get_violated_lock_dates(day, False):
            raise UserError(self._frase_de_cierre(day))
        move._post(soft=False)
        if move.date != day:
            raise UserError(self._frase_de_cierre(day))
        return move

    def _frase_de_cierre(self, day):
        return self.env._(
            "The interest of %(agreement)s is of %(day)s, and that period is locked: open it, and it is posted the "
            "next night.",
            agreement=self.display_name,
            day=format_date(self.env, day),
        )

    def _valores_de_notas(self, amounts, ref, day, due):
        """Values of a debit note, in company currency and without taxes, of each covered invoice."""
        notes = {linea: amount for linea, amount in amounts.items() if self._es_nota(linea)}
        return [
            {
                "move_type": "out_invoice",
                "debit_origin_id": (invoice.debit_origin_id or invoice).id,
                "journal_id": invoice.journal_id.id,
                "partner_id": invoice.partner_id.id,
                "currency_id": self.company_currency_id.id,
                "invoice_user_id": invoice.invoice_user_id.id,
                "cartera_cuenta_id": invoice.cartera_cuenta_id.id,
                "invoice_date": day,
                "date": day,
                "invoice_date_due": due,
                "invoice_payment_term_id": False,
                "ref": f"{ref}, {invoice.name}",
                "receivable": linea.partida_id.move_line_id.account_id,
                "invoice_line_ids": [Command.create(self._linea_de_nota(f"{ref}, {invoice.name}", amount))],
            }
            for linea, amount in notes.items()
            for invoice in linea.partida_id.move_id
        ]

    def _linea_de_nota(self, name, amount):
        account = self.company_id._cartera_cuenta_interes()
        return {
            "name": name,
            "quantity": 1,
            "price_unit": float(amount),
            "account_id": account.id,
            "tax_ids": [Command.clear()],
        }

    def _es_nota(self, linea):
        return self.interest_mode == "debit_note" and linea._se_debita()

    def _valores_de_asiento(self, amounts, ref, day, due):
        """Values of the one journal entry of what takes no debit note: a receivable line for each obligation."""
        rest = {linea: amount for linea, amount in amounts.items() if not self._es_nota(linea)}
        if not rest:
            return []
        lines = [
            {
                "name": f"{ref}, {linea.name}",
                "account_id": linea.partida_id.move_line_id.account_id.id,
                "partner_id": linea.partida_id.move_line_id.partner_id.id,
                "date_maturity": due,
                "debit": float(amount),
            }
            for linea, amount in rest.items()
        ]
        income = {
            "name": ref,
            "account_id": self.company_id._cartera_cuenta_interes().id,
            "partner_id": self.partner_id.id,
            "tax_ids": [Command.clear()],
            "credit": float(sum(rest.values())),
        }
        return [
            {
                "move_type": "entry",
                "journal_id": self.company_id._cartera_diario_interes().id,
                "date": day,
                "ref": ref,
                "cartera_cuenta_id": next(iter(rest)).partida_id.cuenta_id.id,
                "line_ids": [Command.create(line) for line in [*lines, income]],
            }
        ]

    # --- the night ----------------------------------------------------------------------------------------------------

    @api.model
    def _asentar_intereses(self, company, on_date=None, commit=lambda done: True):
        """Post what is due by `on_date` and was not: late interest, then financing; how many could be posted.

        `commit(done)` is called after each lot, and ends the work where it answers nothing.
        """
        day = on_date or company._cartera_hoy()
        posted = 0
        for lot in split_every(LOTE, self._por_asentar(company, day)):
            posted += sum(self._asentar_uno(*one) for one in lot)
            if not commit(len(lot)):
                break
        return posted

    @api.model
    def _por_asentar(self, company, day):
        """[(agreement, instalment or nothing)] whose interest is to be posted."""
        acuerdos = self.sudo().with_context(lang=company.sudo().partner_id.lang)
        cuotas = acuerdos.env["cartera.acuerdo.cuota"]
        posting = [("company_id", "=", company.id), ("interest_mode", "in", ("debit_note", "entry"))]
        late = acuerdos.search([*posting, ("state", "=", "active"), ("date_interest", "=", False)], order="id")
        due = cuotas.search(
            [
                ("company_id", "=", company.id),
                ("agreement_state", "=", "active"),
                ("acuerdo_id.interest_mode", "in", ("debit_note", "entry")),
                ("financing", ">", 0),
                ("date_due", "<=", day),
                ("move_id", "=", False),
            ],
            order="date_due, id",
        )
        return [(acuerdo, cuotas) for acuerdo in late.filtered(lambda a: a._mora_por_asentar())] + [
            (cuota.acuerdo_id, cuota) for cuota in due
        ]

    @api.model
    def _asentar_uno(self, acuerdo, cuota):
        """Post one; not what another transaction has just posted, or holds."""
        record = cuota or acuerdo
        if not record.try_lock_for_update():
            return 0
        record.invalidate_recordset()
        if cuota.move_id if cuota else acuerdo.date_interest:
            return 0
        return int(acuerdo._intentar(cuota._asentar_financiacion if cuota else acuerdo._asentar_mora))


class CarteraAcuerdoLinea(models.Model):
    _inherit = "cartera.acuerdo.linea"

    def _se_debita(self):
        """Whether its item is of an invoice, which takes a debit note."""
        return self.partida_id.sudo().move_id.move_type == "out_invoice"


def repartir(total, parts):
    """Share `total` out in proportion to `parts` (Decimals), to the cent: what rounding leaves goes along to the next.

    The shares sum to the total exactly; parts that sum to nothing are a ZeroDivisionError.
    """
    whole, until, given, shares = sum(parts), Decimal(0), Decimal(0), []
    for part in parts:
        until += part
        shares.append(to_cent(total * until / whole) - given)
        given += shares[-1]
    return shares


class ResCompany(models.Model):
    _inherit = "res.company"

    cartera_interest_account_id = fields.Many2one(
        "account.account",
        string="Income of Interest",
        domain="[('internal_group', '=', 'income'), ('company_ids', 'parent_of', id)]",
        help="Where the interest of agreements is earned, and the late interest that coupons collect. Empty: account "
        "421005 of the chart, where there is one.",
    )
    cartera_interest_journal_id = fields.Many2one(
        "account.journal",
        string="Journal of Interest",
        domain="[('type', '=', 'general'), ('company_id', '=', id)]",
        help="For what takes no debit note. Empty: the first journal of miscellaneous entries.",
    )

    def _cartera_cuenta_interes(self):
        """The account of the settings, else the chart's own (account.account, perhaps empty)."""
        self.ensure_one()
        company = self.sudo()
        Account = company.env["account.account"].with_company(company)
        found = company.cartera_interest_account_id
        for code in INTEREST_CODES:
            found = found or Account.search(
                [
                    *Account._check_company_domain(company),
                    ("code", "=like", f"{code}%"),
                    ("internal_group", "=", "income"),
                ],
                limit=1,
            )
        return found

    def _cartera_diario_interes(self):
        """The journal of the settings, else the first general one."""
        self.ensure_one()
        return self.sudo().cartera_interest_journal_id or self._cartera_diario_general()

    def _cartera_diario_general(self):
        """The first journal of miscellaneous entries that is not of exchange differences or cash-basis taxes."""
        self.ensure_one()
        company = self.sudo()
        return company.env["account.journal"].search(
            [
                ("company_id", "=", company.id),
                ("type", "=", "general"),
                ("id", "!=", company.currency_exchange_journal_id.id),
                ("id", "!=", company.tax_cash_basis_journal_id.id),
            ],
            limit=1,
        )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    cartera_interest_account_id = fields.Many2one(related="company_id.cartera_interest_account_id", readonly=False)
    cartera_interest_journal_id = fields.Many2one(related="company_id.cartera_interest_journal_id", readonly=False)
