from odoo import models

from .control_contacto import _espanol


class ReportPronostico(models.AbstractModel):
    _name = "report.cartera_cobro.pronostico"
    _description = "Cash Forecast (PDF)"

    def _get_report_values(self, docids, data=None):
        """Each forecast with its table, in Spanish."""
        forecasts = self.env["cartera.pronostico"].browse(docids)
        forecasts.check_access("read")
        return {"docs": [(forecast, forecast._tabla()) for forecast in _espanol(forecasts)]}
