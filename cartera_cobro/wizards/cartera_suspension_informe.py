from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

from ..rules.dates import add_months


class CarteraSuspensionInforme(models.TransientModel):
    """'Anexo Informe Cortes y Suspensiones': the orders that left in some days, by zone and reason, as a sheet.

    By default last month's: on the 15th of this one what was executed in the field is in (EAAB, operating policy 6).
    """

    _name = "cartera.suspension.informe"
    _description = "Report of Suspensions and Cuts"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    date_from = fields.Date(string="Dispatched From", required=True, default=lambda self: self._mes_pasado()[0])
    date_to = fields.Date(string="To", required=True, default=lambda self: self._mes_pasado()[1])
    zona_ids = fields.Many2many("cartera.zona", string="Zones", help="Empty: all.")

    @api.model
    def _mes_pasado(self):
        first = self.env.company._cartera_hoy().replace(day=1)
        return add_months(first, -1), first - timedelta(days=1)

    @api.model
    def _del_mes(self, company, month, zonas=None):
        """The report of the orders that left in a month (its first day), of some zones or of all."""
        last = add_months(month, 1) - timedelta(days=1)
        values = {"company_id": company.id, "date_from": month, "date_to": last}
        return self.sudo().with_company(company).create({**values, "zona_ids": zonas.ids if zonas else []})

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for wizard in self:
            if wizard.date_from > wizard.date_to:
                raise ValidationError(self.env._("The report ends before it starts: change its days."))

    @api.depends("date_from", "date_to")
    def _compute_display_name(self):
        for wizard in self:
            days = (format_date(self.env, day, date_format="dd-MM-y") for day in (wizard.date_from, wizard.date_to))
            wizard.display_name = f"Anexo Informe Cortes y Suspensiones {' a '.join(days)}"

    def _dominio(self):
        self.ensure_one()
        zones = [("zona_id", "in", self.zona_ids.ids)] if self.zona_ids else []
        return [
            ("company_id", "=", self.company_id.id),
            ("date_sent", ">=", self.date_from),
            ("date_sent", "<=", self.date_to),
            *zones,
        ]

    def action_show(self):
        """The same orders in a pivot, graph and list."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_suspension_efecto_action")
        return dict(action, name=self.display_name, domain=self._dominio(), context={})

    def action_export(self):
        self.ensure_one()
        self.env["cartera.suspension"].check_access("read")
        return self.env.ref("cartera_cobro.report_cartera_suspension_informe").report_action(self, config=False)
