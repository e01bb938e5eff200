from dateutil.relativedelta import relativedelta
from odoo import api, fields, models

from ..reports.informe_juridico import casos

PDF = "cartera_cobro.informe_juridico"
XLSX = "cartera_cobro.informe_juridico_xlsx"


class CarteraInformeJuridico(models.TransientModel):
    """The state of every case in a month: on demand, and the one that is e-mailed."""

    _name = "cartera.informe.juridico"
    _description = "Monthly Legal Report"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    month = fields.Date(
        required=True,
        default=lambda self: self.env.company._cartera_hoy().replace(day=1) - relativedelta(months=1),
        help="Any day of the month.",
    )
    abogado_id = fields.Many2one(
        "res.users", string="Lawyer", domain="[('share', '=', False)]", help="Empty: every case."
    )
    format = fields.Selection([("pdf", "PDF"), ("xlsx", "XLSX")], required=True, default="pdf")

    def _casos(self):
        """[Caso] (see reports/informe_juridico) that the user may read."""
        self.ensure_one()
        Remision = self.env["cartera.remision"]
        return casos(Remision._del_mes(self.company_id, self.month.replace(day=1), self.abogado_id), self._ultimo_dia())

    def _ultimo_dia(self):
        return self.month.replace(day=1) + relativedelta(months=1, days=-1)

    def _nombre_archivo(self):
        return f"Procesos jurídicos {self.month:%Y-%m}"

    @api.depends("month")
    def _compute_display_name(self):
        for wizard in self:
            wizard.display_name = wizard._nombre_archivo()

    def action_print(self):
        self.ensure_one()
        self.env["cartera.remision"].check_access("read")
        report = self.env.ref(f"cartera_cobro.report_informe_juridico{'_xlsx' if self.format == 'xlsx' else ''}")
        return report.report_action(self, config=False)

    def _pdf(self):
        report = self.env["ir.actions.report"].sudo()._get_report(PDF)
        return report._cartera_pdf(report, self.ids, None)

    def _xlsx(self):
        Report = self.env["ir.actions.report"].sudo()
        return Report._render_xlsx(XLSX, self.ids, {})[0]
