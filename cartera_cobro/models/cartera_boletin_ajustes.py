"""What a company says of its reports to the bulletin (BDME): whether it makes them, of whom, and who is told."""

from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import UserError

from .cartera_boletin_lista import Regla

SCOPES = [("obligation", "Each obligation"), ("debtor", "All that the debtor owes")]


class ResCompany(models.Model):
    _inherit = "res.company"

    cartera_bdme = fields.Boolean(
        string="Reports to the BDME", help="Public entities do, twice a year (Ley 901/2004); others do not."
    )
    cartera_bdme_entity = fields.Char(string="Code of the Entity", help="The one the receiver (CHIP) knows it by.")
    cartera_bdme_smmlv = fields.Float(
        string="Minimum (SMMLV)", default=5, digits=(6, 2), help="What exceeds so many minimum wages is reported."
    )
    cartera_bdme_scope = fields.Selection(
        SCOPES, string="Minimum Compared With", default="obligation", help="What has to exceed the minimum."
    )
    cartera_bdme_breach_minimum = fields.Boolean(
        string="Minimum for Breaches Too",
        help="Off: a broken agreement is reported whatever is owed of it.",
    )
    cartera_bdme_user_id = fields.Many2one(
        "res.users",
        string="Responsible for the Bulletin",
        domain="[('share', '=', False)]",
        help="Reminded of its terms and of withdrawals. Empty: a coordinator.",
    )
    cartera_bdme_partner_ids = fields.Many2many(
        "res.partner",
        "cartera_bdme_company_partner_rel",
        "company_id",
        "partner_id",
        string="Memo of the Bulletin To",
        help="The financial group: who gets the list, with its files.",
    )

    _cartera_bdme_smmlv_positive = models.Constraint(
        "CHECK (cartera_bdme_smmlv IS NULL OR cartera_bdme_smmlv >= 0)", "The minimum of the bulletin is zero or more."
    )

    def _cartera_bdme_responsable(self):
        """The user who sees to the bulletin; perhaps none."""
        self.ensure_one()
        company = self.sudo()
        chosen = company.cartera_bdme_user_id.filtered("active")
        return chosen or company._cartera_coordinadores()[:1]

    def _cartera_bdme_smmlv(self, cutoff):
        """The minimum wage (Decimal) of the year of a cut-off. UserError: none is recorded for that year."""
        value = self.env["cartera.parametro"].search(
            [("code", "=", "smmlv"), ("date_from", "<=", cutoff), ("date_from", ">=", cutoff.replace(month=1, day=1))],
            order="date_from desc",
            limit=1,
        )
        if not value:
            raise UserError(
                self.env._(
                    "There is no minimum wage (SMMLV) of %s: record it in Configuration, Legal Values.", cutoff.year
                )
            )
        return Decimal(str(value.value))

    def _cartera_bdme_regla(self, cutoff):
        """What the company reports at a cut-off, as a Regla."""
        self.ensure_one()
        company = self.sudo()
        limit = Decimal(str(company.cartera_bdme_smmlv)) * company._cartera_bdme_smmlv(cutoff)
        breach = limit if company.cartera_bdme_breach_minimum else Decimal(0)
        return Regla(limit, breach, company.cartera_bdme_scope == "debtor")
