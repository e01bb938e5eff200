from dateutil.relativedelta import relativedelta
from odoo import fields, models


class CarteraControlContacto(models.TransientModel):
    """The contact record (F-FIN-01) of a month, of the whole team or of one officer."""

    _name = "cartera.control.contacto"
    _description = "Contact Record of a Month"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    month = fields.Date(
        required=True, default=lambda self: self.env.company._cartera_hoy().replace(day=1), help="Any day of the month."
    )
    user_id = fields.Many2one("res.users", string="Officer", domain="[('share', '=', False)]", help="Empty: everybody.")
    format = fields.Selection([("pdf", "PDF"), ("xlsx", "XLSX")], required=True, default="pdf")

    def _gestiones(self):
        """The contacts of the month, annulled ones too."""
        self.ensure_one()
        first = self.month.replace(day=1)
        domain = [
            ("company_id", "=", self.company_id.id),
            ("day", ">=", first),
            ("day", "<", first + relativedelta(months=1)),
        ]
        if self.user_id:
            domain.append(("user_id", "=", self.user_id.id))
        return self.env["cartera.gestion"].search(domain)

    def action_print(self):
        self.ensure_one()
        self.env["cartera.gestion"].check_access("read")
        suffix = "_xlsx" if self.format == "xlsx" else ""
        report = self.env.ref(f"cartera_cobro.report_control_contacto_mes{suffix}")
        return report.report_action(self, config=False)
