"""The money of a proof: a bank statement line, a payment that is there already, or a new one; and what it pays."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from ..rules.proofs import reference_key
from .avisos import dinero

# A payment or a bank line of the same amount is proposed within so many days of the day that the proof says.
NEAR = timedelta(days=10)
# What was applied to the debtor and is of the same amount, so near to that day, is taken for the same money.
SAME = timedelta(days=4)


class CarteraSoporte(models.Model):
    _inherit = "cartera.soporte"

    payment_id = fields.Many2one("account.payment", readonly=True, copy=False, index="btree_not_null")
    statement_line_id = fields.Many2one(
        "account.bank.statement.line", string="Bank Line", readonly=True, copy=False, index="btree_not_null"
    )
    move_id = fields.Many2one("account.move", string="Entry", readonly=True, copy=False, index="btree_not_null")
    amount_registered = fields.Monetary(
        string="Money Received", currency_field="currency_id", readonly=True, copy=False,
        help="Of the payment or bank line: what came, whatever the proof says, in the currency of the proof.",
    )  # fmt: skip
    is_undone = fields.Boolean(
        string="Payment Undone", compute="_compute_is_undone", compute_sudo=True, search="_search_is_undone",
        help="It was registered, and its payment or bank line was cancelled, deleted or unmatched afterwards.",
    )  # fmt: skip

    @api.depends("state", "move_id.state", "statement_line_id.is_reconciled")
    def _compute_is_undone(self):
        for soporte in self:
            line = soporte.statement_line_id
            stands = soporte.move_id.state == "posted" and (not line or line.is_reconciled)
            soporte.is_undone = soporte.state == "registered" and not stands

    def _search_is_undone(self, operator, value):
        if operator != "in":
            return NotImplemented
        undone = Domain("state", "=", "registered") & (
            Domain("move_id", "=", False)
            | Domain("move_id.state", "!=", "posted")
            | (Domain("statement_line_id", "!=", False) & Domain("statement_line_id.is_reconciled", "=", False))
        )
        found = Domain("id", "in", self.sudo().search(undone).ids)
        return found if True in value else ~found

    # --- what it pays ------------------------------------------------------------------------------------------------

    def _partidas_a_pagar(self, partidas=None):
        """Open debts that its money goes to, the oldest first: `partidas`, those of the proof, or the oldest ones.

        None, where all that an agreement covers is paid and instalments are left: those are paid on account.
        """
        chosen = (partidas or self.partida_ids).sudo()
        strange = chosen.filtered(lambda p: p.expediente_id != self.expediente_id)
        if strange:
            raise UserError(
                self.env._("%s is of another dossier: a proof pays items of its own debtor.", strange[0].name)
            )
        owing = chosen.filtered(lambda p: p.is_open and p.amount_residual > 0)
        acuerdo = self._acuerdos_por_pagar(chosen)
        if not owing and acuerdo:
            return acuerdo._partidas_por_pagar().sorted(lambda p: (p.date_due, p.id))
        return (owing or self._partidas_que_alcanza()).sorted(lambda p: (p.date_due, p.id))

    def _acuerdo_a_pagar(self, partidas=None):
        """The agreement in force for which its money counts beyond its items: theirs, or that of such an instalment."""
        chosen = (partidas or self.partida_ids).sudo()
        acuerdos = self._acuerdos_por_pagar(chosen)
        if not chosen.filtered(lambda p: p.is_open and p.amount_residual > 0):
            acuerdos = acuerdos or self._acuerdo_de_su_importe()
        return acuerdos if len(acuerdos) == 1 else acuerdos.browse()

    @staticmethod
    def _acuerdos_por_pagar(partidas):
        """Agreements in force that cover `partidas`, with instalments that are to be paid."""
        return partidas.acuerdo_id.filtered(lambda a: a.state == "active" and a.amount_due)

    def _abonar(self, move, partidas, acuerdo):
        """Match what is not applied yet of `move` with the debts among `partidas`; each in its own account.

        The rest counts for `acuerdo`, of which nothing may be left in the ledger.
        """
        for account, lines in self._por_aplicar(move).grouped("account_id").items():
            debts = partidas.move_line_id.filtered_domain(
                [("account_id", "=", account.id), ("reconciled", "=", False), ("parent_state", "=", "posted")]
            )
            if debts:
                (lines | debts).reconcile()
        acuerdo._tomar_a_cuenta(self._por_aplicar(move))
        left = -sum(self._por_aplicar(move).mapped("amount_residual"))
        if left > 0:
            self.message_post(body=self.env._("%s of it stays as a credit of the debtor.", dinero(self, left)))

    @staticmethod
    def _por_aplicar(move):
        return move.line_ids.filtered(
            lambda line: (
                line.account_id.account_type == "asset_receivable" and not line.reconciled and line.amount_residual < 0
            )
        )

    # --- a new payment -----------------------------------------------------------------------------------------------

    def _registrar_pago(self, journal, day, partidas, acuerdo):
        """Odoo's own payment in a bank or cash journal, matched with the debts; values of the proof."""
        if not self.file:
            raise UserError(self.env._("%s has no file: look for its money at the bank.", self.display_name))
        day = day or self.date
        self._exigir_diario(journal, day)
        self._exigir_que_no_haya_llegado()
        account = partidas[:1].move_line_id.account_id
        method = journal._get_available_payment_method_lines("inbound")[:1]
        # An entry at once, also where Odoo would wait for the bank's line: what is registered is in the ledger.
        Payment = self.env["account.payment"].with_context(force_payment_move=not method.payment_account_id)
        payment = Payment.create(
            {
                "payment_method_line_id": method.id,
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.partner_id.id,
                "amount": self.amount,
                "currency_id": self.currency_id.id,
                "date": day,
                "journal_id": journal.id,
                "memo": " ".join(filter(None, [self.number, self.reference])),
                **({"destination_account_id": account.id} if account else {}),
            }
        )
        payment.action_post()
        if payment.move_id.date != day or payment.move_id.state != "posted":
            raise UserError(
                self.env._("Odoo would post the payment on another day than %s: choose an open one.", self._dia(day))
            )
        self._abonar(payment.move_id, partidas, acuerdo)
        return {"payment_id": payment.id, "move_id": payment.move_id.id, "amount_registered": self._llegado(payment)}

    def _exigir_diario(self, journal, day):
        """The journal is a bank or cash one of the company, and the day is open."""
        company = self.company_id
        if not journal or journal.type not in ("bank", "cash", "credit") or journal.company_id != company:
            raise UserError(self.env._("Choose the bank or cash journal of %s that received it.", company.name))
        if not day or day > company._cartera_hoy():
            raise UserError(self.env._("It cannot have been paid on a day to come."))
        locks = company._cartera_cierres(day, journal)
        if locks:
            raise UserError(
                self.env._(
                    "%(day)s is in a locked period, by %(locks)s: the first open day is %(open)s.",
                    day=self._dia(day),
                    locks=company._format_lock_dates(locks),
                    open=self._dia(company._cartera_dia_abierto(day, journal)),
                )
            )

    # --- what is in the ledger already -------------------------------------------------------------------------------

    def _tomar_pago(self, payment, partidas, acuerdo):
        """An existing payment of the debtor; what of it is not applied yet goes to the debts. Values of the proof."""
        if not payment or payment not in self._pagos_posibles():
            raise UserError(
                self.env._("Choose a posted payment of %s that no other proof has.", self.partner_id.display_name)
            )
        payment = payment.sudo()
        if not self._queda_en_su_acuerdo(payment, partidas, acuerdo):
            self._abonar(payment.move_id, partidas, acuerdo)
        return {"payment_id": payment.id, "move_id": payment.move_id.id, "amount_registered": self._llegado(payment)}

    def _queda_en_su_acuerdo(self, payment, partidas, acuerdo):
        """Whether a payment on account counts for an agreement in force, and nobody chose other debts for it.

        It counts for the oldest by itself: where its amount is an instalment of `acuerdo` alone, it goes there.
        """
        credits = self._por_aplicar(payment.move_id).cartera_partida_ids
        acuerdos = credits.acuerdo_id.filtered(lambda a: a.state == "active")
        chosen = partidas - self._partidas_que_alcanza()
        paid = self._en_moneda_propia()
        same = acuerdos.cuota_ids.filtered(lambda c: not c.company_currency_id.compare_amounts(c.amount, paid))
        if acuerdo - acuerdos and not same:
            return False
        return bool(acuerdos) and not chosen and not partidas.acuerdo_id & acuerdos

    def _llegado(self, money):
        """What a payment or bank line brought, in the proof's currency at the rate of its day."""
        return money.currency_id._convert(money.amount, self.currency_id, self.company_id, money.date)

    def _pagos_posibles(self):
        """Posted payments of the debtor that no other proof has, the latest first."""
        taken = self.search([("payment_id", "!=", False), ("state", "=", "registered")]).payment_id
        return self.env["account.payment"].sudo().search(
            [
                ("company_id", "=", self.company_id.id),
                ("partner_id", "child_of", self.partner_id.id),
                ("payment_type", "=", "inbound"),
                ("partner_type", "=", "customer"),
                ("move_id.state", "=", "posted"),
                ("id", "not in", taken.ids),
            ],
            order="date desc, id desc",
        )  # fmt: skip

    def _tomar_linea(self, line, partidas, acuerdo):
        """A bank line, applied to the debts unless it is to this debtor already. Values of the proof."""
        if not line or line not in self._lineas_posibles():
            raise UserError(self.env._("Choose a line of a bank statement that is money in, and not matched yet."))
        line = line.sudo()
        if line.cartera_expediente_id != self.expediente_id:
            acuerdo._tomar_a_cuenta(line._cartera_aplicar(self.expediente_id, partidas))
        return {"statement_line_id": line.id, "move_id": line.move_id.id, "amount_registered": self._llegado(line)}

    def _lineas_posibles(self, *extra):
        """Bank lines that bring money and are not matched, or to this debtor without a proof of it."""
        proved = self.search([("statement_line_id", "!=", False), ("state", "=", "registered")]).statement_line_id
        return self.env["account.bank.statement.line"].sudo().search(
            [
                ("company_id", "=", self.company_id.id),
                ("amount", ">", 0),
                ("move_id.state", "=", "posted"),
                ("id", "not in", proved.ids),
                "|",
                ("is_reconciled", "=", False),
                ("cartera_expediente_id", "in", self.expediente_id.ids),
                *extra,
            ]
        )  # fmt: skip

    def _exigir_que_no_haya_llegado(self):
        """What the bank has brought of it, and was applied to this debtor, is not paid a second time."""
        applied = ("cartera_expediente_id", "in", self.expediente_id.ids)
        came = self._lineas_posibles(*self._cerca(SAME), applied)
        if came:
            raise UserError(
                self.env._(
                    "The bank's deposit of %(amount)s on %(day)s is applied to this debtor already: choose that line, "
                    "or undo it first.",
                    amount=came[0].currency_id.format(came[0].amount),
                    day=self._dia(came[0].date),
                )
            )

    # --- what is proposed --------------------------------------------------------------------------------------------

    def _propuesta(self):
        """{"how", "line", "payment", "journal"}: the bank line or payment that it most likely is, or else a new one."""
        soporte = self.sudo()
        line, payment = soporte._linea_parecida(), soporte._pago_parecido()
        how = "line" if line else "payment" if payment else "new"
        return {"how": how, "line": line, "payment": payment, "journal": soporte._diario()}

    def _cerca(self, days=NEAR):
        return [
            ("amount", "=", self.amount),
            ("currency_id", "=", self.currency_id.id),
            ("date", ">=", self.date - days),
            ("date", "<=", self.date + days),
        ]

    def _linea_parecida(self):
        """The bank line of its amount, near its day: the one that names its reference, or the only one."""
        if not self.amount or not self.date:
            return self.env["account.bank.statement.line"]
        lines = self._lineas_posibles(*self._cerca())
        key = self.reference_key
        named = lines.filtered(lambda line: key and key in reference_key(f"{line.payment_ref or ''} {line.ref or ''}"))
        best = named or lines
        return best if len(best) == 1 else lines.browse()

    def _pago_parecido(self):
        """The payment of the debtor of its amount, nearest to its day."""
        if not self.amount or not self.date:
            return self.env["account.payment"]
        near = self._pagos_posibles().filtered_domain(self._cerca())
        return near.sorted(lambda p: abs((p.date - self.date).days))[:1]

    def _diario(self):
        """The bank journal that its text names, the one of the last proof registered, or the first bank."""
        journals = self.env["account.journal"].search(
            [("type", "in", ("bank", "cash")), ("company_id", "=", self.company_id.id)], order="type, sequence, id"
        )
        said = (self.bank or "").casefold()
        named = journals.filtered(lambda j: said and (j.bank_id.name or j.name).casefold() in said)
        last = self.search(
            [("company_id", "=", self.company_id.id), ("payment_id", "!=", False)], order="registered_on desc", limit=1
        ).payment_id.journal_id
        return named[:1] or last or journals[:1]

    @api.model
    def _dia(self, day):
        return format_date(self.env, day)
