from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from .cartera_cupon_numero import is_gln, is_reference

KINDS = [("statement", "Account statement"), ("instalment", "Instalment")]
STATES = [
    ("active", "To Pay"),
    ("paid", "Paid"),
    ("disputed", "Disputed"),
    ("replaced", "Replaced"),
    ("expired", "Expired"),
]
MOST_DAYS = 60


class CarteraCupon(models.Model):
    """A payment coupon: a reference that a bank reads, for what a debtor owes now or for an instalment of an agreement.

    It says what was owed on its day, and never changes: when what is owed does, another takes its place. Money that
    comes with its number is known by it, whatever its state: banks take old coupons, too.
    """

    _name = "cartera.cupon"
    _description = "Payment Coupon"
    _order = "id desc"
    _rec_name = "number"
    _rec_names_search = ["number", "partner_id.name", "partner_id.vat"]
    _check_company_auto = True

    number = fields.Char(
        string="Reference",
        required=True,
        readonly=True,
        copy=False,
        help="Twelve figures, one coupon of the company each; the last one checks the others (Luhn).",
    )
    kind = fields.Selection(KINDS, required=True, readonly=True)
    expediente_id = fields.Many2one(
        "cartera.expediente", string="Dossier", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="expediente_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="expediente_id.partner_id", string="Debtor", store=True, index=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    acuerdo_id = fields.Many2one(related="cuota_id.acuerdo_id", string="Agreement", store=True, index="btree_not_null")
    cuota_id = fields.Many2one(
        "cartera.acuerdo.cuota",
        string="Instalment",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    partida_ids = fields.Many2many(
        "cartera.partida",
        "cartera_cupon_partida_rel",
        "cupon_id",
        "partida_id",
        string="Items",
        readonly=True,
        check_company=True,
        help="What it pays; of an instalment, the items of its agreement.",
    )
    # --- how much, until when -------------------------------------------------------------------------------------
    date = fields.Date(string="As Of", required=True, readonly=True, help="Day to which it is liquidated.")
    date_limit = fields.Date(string="Pay Until", required=True, readonly=True, index=True)
    amount_capital = fields.Monetary(string="Capital", readonly=True, currency_field="company_currency_id")
    amount_interest = fields.Monetary(string="Late Interest", readonly=True, currency_field="company_currency_id")
    amount_credit = fields.Monetary(
        string="Credits Taken Off",
        readonly=True,
        currency_field="company_currency_id",
        help="What was in their favour.",
    )
    amount = fields.Monetary(string="To Pay", required=True, readonly=True, currency_field="company_currency_id")
    # --- what became of it ----------------------------------------------------------------------------------------
    replaced_by_id = fields.Many2one(
        "cartera.cupon", readonly=True, copy=False, index="btree_not_null", ondelete="set null"
    )
    state = fields.Selection(
        STATES,
        compute="_compute_state",
        search="_search_state",
        help="Paid: nothing of what it charges is owed any more in the ledger, or credits of the debtor cover it. "
        "Disputed: what is owed of it is in a claim, and is not charged until that is answered.",
    )

    _number_uniq = models.UniqueIndex("(company_id, number)", "Another coupon of the company bears this reference.")
    _amount_positive = models.Constraint("CHECK (amount > 0)", "A coupon is for more than zero.")

    # --- what became of it: read from the ledger ----------------------------------------------------------------------

    # Not of the items: that would have every payment in Odoo look for coupons.
    @api.depends("replaced_by_id", "date_limit")
    def _compute_state(self):
        self._al_dia()
        query = SQL(
            "SELECT c.id, %s FROM cartera_cupon c WHERE c.id IN %s",
            self._sql_estado(SQL("c")),
            tuple(self._origin.ids) or (0,),
        )
        known = dict(self.env.execute_query(query))
        for cupon in self:
            cupon.state = known.get(cupon._origin.id, "active")

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        self._al_dia()
        states = [state for state, _label in STATES if state in value]
        return Domain.OR(
            Domain.custom(to_sql=lambda _model, alias, _query, state=state: self._sql_en_estado(alias, state))
            for state in states
        )

    def _al_dia(self):
        """Write what the state is read from."""
        for model in ("cartera.cupon", "cartera.partida", "cartera.acuerdo.cuota"):
            self.env[model].flush_model()

    def _hoy(self):
        """[(company id, its day)]"""
        return [(company.id, company._cartera_hoy()) for company in self.env["res.company"].sudo().search([])]

    def _sql_en_estado(self, alias, state):
        """Condition: the coupon is in the state. What only looks at the coupon comes before what adds up its items."""
        replaced, limit = SQL.identifier(alias, "replaced_by_id"), SQL.identifier(alias, "date_limit")
        if state == "replaced":
            return SQL("%s IS NOT NULL", replaced)
        days = [day for _company, day in self._hoy()]
        cheap = {"active": SQL("%s >= %s", limit, min(days)), "expired": SQL("%s < %s", limit, max(days))}
        return SQL(
            "(%s IS NULL AND %s AND %s = %s)",
            replaced,
            cheap.get(state, SQL("TRUE")),
            self._sql_estado(SQL.identifier(alias)),
            state,
        )

    def _sql_estado(self, cupon):
        """The state of the coupon of that alias, as a subquery."""
        return SQL(
            """
            (SELECT CASE WHEN %(cupon)s.replaced_by_id IS NOT NULL THEN 'replaced'
                         WHEN COALESCE(u.amount_due, s.owed - f.credit) <= 0 THEN 'paid'
                         WHEN u.id IS NULL AND s.free - f.credit <= 0 THEN 'disputed'
                         WHEN %(cupon)s.date_limit < h.day THEN 'expired'
                         ELSE 'active' END
               FROM (VALUES %(today)s) AS h (company_id, day)
          LEFT JOIN cartera_acuerdo_cuota u ON u.id = %(cupon)s.cuota_id
         CROSS JOIN LATERAL (
                    SELECT COALESCE(SUM(GREATEST(p.amount_residual, 0)), 0) AS owed,
                           COALESCE(SUM(GREATEST(p.amount_residual - CASE WHEN p.reclamacion_id IS NOT NULL
                                                                          THEN COALESCE(p.amount_disputed, 0)
                                                                          ELSE 0 END, 0)), 0) AS free
                      FROM cartera_cupon_partida_rel r
                      JOIN cartera_partida p ON p.id = r.partida_id
                     WHERE r.cupon_id = %(cupon)s.id AND p.is_open) s
         CROSS JOIN LATERAL (
                    SELECT COALESCE(-SUM(p.amount_residual), 0) AS credit
                      FROM cartera_partida p
                     WHERE p.expediente_id = %(cupon)s.expediente_id AND p.is_open AND p.amount_residual < 0
                           AND p.acuerdo_id IS NULL) f
              WHERE h.company_id = %(cupon)s.company_id)
            """,
            cupon=cupon,
            today=SQL(", ").join(SQL("(%s, %s::date)", *one) for one in self._hoy()),
        )

    # --- guards ---------------------------------------------------------------------------------------------------

    @api.constrains("number")
    def _check_number(self):
        for cupon in self:
            if not is_reference(cupon.number):
                raise ValidationError(
                    self.env._("%s is no reference of a coupon: its last figure does not check the others.",
                               cupon.number)
                )  # fmt: skip

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("Coupons stay: a bank may still take them. Another one takes the place of what changed.")
        )


class ResCompany(models.Model):
    _inherit = "res.company"

    cartera_gln = fields.Char(
        string="GLN",
        help="Global Location Number of whoever collects (GS1): with it, coupons bear the barcode that banks and "
        "collection points read. Empty: only the reference is in the barcode.",
    )
    cartera_cupon_dias = fields.Integer(
        string="Days to Pay a Coupon", default=10, help="Of a coupon for what is due already, from its day on."
    )

    _cartera_cupon_dias_range = models.Constraint(
        f"CHECK (cartera_cupon_dias BETWEEN 0 AND {MOST_DAYS})", f"A coupon is good for 0 to {MOST_DAYS} days."
    )

    @api.constrains("cartera_gln")
    def _check_cartera_gln(self):
        for company in self:
            if company.cartera_gln and not is_gln(company.cartera_gln):
                raise ValidationError(
                    self.env._(
                        "%s is no GLN: it has 13 figures, the last of which checks the others. GS1 Colombia gives it.",
                        company.cartera_gln,
                    )
                )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    cartera_gln = fields.Char(related="company_id.cartera_gln", readonly=False)
    cartera_cupon_dias = fields.Integer(related="company_id.cartera_cupon_dias", readonly=False)


class CarteraExpediente(models.Model):
    _inherit = "cartera.expediente"

    cupon_ids = fields.One2many("cartera.cupon", "expediente_id", string="Coupons")
