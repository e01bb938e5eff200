"""Late interest that a coupon collects: earned in the entry of the bank's line that pays it.

Outside agreements late interest is liquidated and asked for, and nothing in the ledger makes it owed: what came for it
would be the debtor's credit again, and the next coupon would take it off. So what a deposit with a coupon's reference
brings beyond the capital goes to the income account of interest, in the same entry and up to what the coupon charges.
Undoing the deposit undoes it. Without such an account it stays a credit, and the dossier's log says so.
"""

from odoo import fields, models
from odoo.tools.misc import formatLang

from .account_move import READERS


class CarteraCupon(models.Model):
    _inherit = "cartera.cupon"

    deposito_ids = fields.One2many(
        "account.bank.statement.line",
        "cartera_interest_cupon_id",
        string="Deposits",
        groups=READERS,
        help="Those that paid late interest of it.",
    )

    def _interes_que_trae(self, amount):
        """How much of `amount` (float) that comes with its reference is its late interest (float).

        What the capital still owed leaves of it, less the debtor's credit that it took off and nobody has applied yet,
        up to what it charges and did not collect before. A coupon whose capital is paid collects none, nor does one of
        what an agreement covers by now, whose plan has that interest.
        """
        currency, items = self.company_currency_id, self.partida_ids
        owed = sum(item._sin_disputa() for item in items)
        if self.cuota_id or items.acuerdo_id or currency.compare_amounts(owed, 0) <= 0:
            return 0.0
        left = self.amount_interest - sum(self.deposito_ids.mapped("cartera_interest"))
        credits = self.expediente_id.partida_open_ids.filtered(lambda p: p.amount_residual < 0 and not p.acuerdo_id)
        credit = min(self.amount_credit, -sum(credits.mapped("amount_residual")))
        return max(currency.round(min(left, amount + credit - owed)), 0.0)


class AccountBankStatementLine(models.Model):
    _inherit = "account.bank.statement.line"

    cartera_interest = fields.Monetary(
        string="Late Interest Collected",
        currency_field="company_currency_id",
        readonly=True,
        copy=False,
        groups=READERS,
        help="What of it paid the late interest of a coupon: income, in the entry of this bank line.",
    )
    cartera_interest_cupon_id = fields.Many2one(
        "cartera.cupon",
        string="Coupon of the Interest",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups=READERS,
    )

    def _cartera_tomar_interes(self, cupon):
        """Set aside what of this deposit is late interest of the coupon, before it is applied."""
        line, cupon = self.sudo(), cupon.sudo()
        if not cupon.amount_interest:
            return
        cupon.lock_for_update()
        if interest := cupon._interes_que_trae(line._cartera_libre()):
            posted = interest if line.company_id._cartera_cuenta_interes() else 0.0
            line.write({"cartera_interest": posted, "cartera_interest_cupon_id": cupon.id})

    def _cartera_acreditar(self, suspense, expediente, items):
        # EXTENDS: income is no credit of the debtor.
        credits = super()._cartera_acreditar(suspense, expediente, items)
        return credits.filtered(lambda line: line.account_id.internal_group != "income")

    def _cartera_partes(self, total, items, rest):
        # EXTENDS: the interest set aside goes to its income account.
        interest = self.cartera_interest
        shares = super()._cartera_partes(self.company_id.currency_id.round(total - interest), items, rest)
        return {**shares, self.company_id._cartera_cuenta_interes(): interest} if interest else shares

    def _cartera_de_mas(self, credits):
        # EXTENDS: the interest, or why there is none.
        cupon = self.cartera_interest_cupon_id
        if cupon and self.cartera_interest:
            interest = formatLang(self.env, self.cartera_interest, currency_obj=self.company_id.currency_id)
            yield self.env._("%(amount)s are late interest of coupon %(coupon)s", amount=interest, coupon=cupon.number)
        elif cupon:
            yield self.env._(
                "the late interest of coupon %s has no income account: an administrator chooses it in the settings of "
                "Cartera",
                cupon.number,
            )
        yield from super()._cartera_de_mas(credits)

    def _cartera_olvidar(self):
        # EXTENDS: undoing it took the income away.
        res = super()._cartera_olvidar()
        self.write({"cartera_interest": 0.0, "cartera_interest_cupon_id": False})
        return res
