from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from .cartera_cupon_numero import is_gln, is_reference

KINDS = [("statement", "Account statement"), ("instalment", "Instalment")]
STATES = [("active", "To Pay"), ("paid", "Paid"), ("replaced", "Replaced"), ("expired", "Expired")]
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
        help="Paid: nothing of what it charges is owed any more in the ledger, or credits of the debtor cover it.",
    )

    _number_uniq = models.UniqueIndex("(company_id, number)", "Another coupon of the company bears this reference.")
    _amount_positive = models.Constraint("CHECK (amount > 0)", "A coupon is for more than zero.")

    # --- what became of it: read from the ledger ----------------------------------------------------------------------

    # Not of the items: that would have every payment in Odoo look for coupons.
    @api.depends("replaced_by_id", "date_limit")
    def _compute_state(self):
        self.flush_recordset()
        known = self._estados(SQL("c.id IN %s", tuple(self._origin.ids) or (0,)))
        for cupon in self:
            cupon.state = known.get(cupon._origin.id, "active")

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        self.flush_model()
        return Domain("id", "in", [key for key, state in self._estados(SQL("TRUE")).items() if state in value])

    @api.model
    def _estados(self, which):
        """{id: state} of the coupons of which the SQL condition `which` (over c) holds; one query."""
        self.env["cartera.partida"].flush_model()
        self.env["cartera.acuerdo.cuota"].flush_model()
        today = [(company.id, company._cartera_hoy()) for company in self.env["res.company"].sudo().search([])]
        rows = self.env.execute_query(
            SQL(
                """
                SELECT c.id,
                       CASE WHEN c.replaced_by_id IS NOT NULL THEN 'replaced'
                            WHEN COALESCE(u.amount_due, s.owed - f.credit) <= 0 THEN 'paid'
                            WHEN c.date_limit < h.day THEN 'expired'
                            ELSE 'active' END
                  FROM cartera_cupon c
                  JOIN (VALUES %s) AS h (company_id, day) ON h.company_id = c.company_id
             LEFT JOIN cartera_acuerdo_cuota u ON u.id = c.cuota_id
            CROSS JOIN LATERAL (
                       SELECT COALESCE(SUM(GREATEST(p.amount_residual - CASE WHEN p.reclamacion_id IS NOT NULL
                                                                             THEN COALESCE(p.amount_disputed, 0)
                                                                             ELSE 0 END, 0)), 0) AS owed
                         FROM cartera_cupon_partida_rel r
                         JOIN cartera_partida p ON p.id = r.partida_id
                        WHERE r.cupon_id = c.id AND p.is_open) s
            CROSS JOIN LATERAL (
                       SELECT COALESCE(-SUM(p.amount_residual), 0) AS credit
                         FROM cartera_partida p
                        WHERE p.expediente_id = c.expediente_id AND p.is_open AND p.amount_residual < 0
                              AND p.acuerdo_id IS NULL) f
                 WHERE %s
                """,
                SQL(", ").join(SQL("(%s, %s::date)", *one) for one in today),
                which,
            )
        )
        return dict(rows)

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
