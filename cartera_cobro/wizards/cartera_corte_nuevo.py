from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError


class CarteraCorteNuevo(models.TransientModel):
    """A new closing: of last month's end, of today (an extraction on demand) or of any past day."""

    _name = "cartera.corte.nuevo"
    _description = "New Closing"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    moment = fields.Selection(
        [("month", "Last month's end"), ("today", "Today, on demand"), ("day", "Another day")],
        string="Of",
        required=True,
        default="month",
    )
    date = fields.Date(
        string="At the End Of", compute="_compute_date", store=True, precompute=True, readonly=False, required=True
    )
    corte_id = fields.Many2one("cartera.corte", string="Closing There Is", compute="_compute_corte_id")

    @api.depends("moment", "company_id")
    def _compute_date(self):
        for wizard in self:
            today = wizard.company_id._cartera_hoy()
            if wizard.moment == "today":
                wizard.date = today
            elif wizard.moment == "month" or not wizard.date:
                wizard.date = today.replace(day=1) - timedelta(days=1)

    @api.depends("date", "company_id")
    def _compute_corte_id(self):
        for wizard in self:
            wizard.corte_id = self.env["cartera.corte"].search(
                [("company_id", "=", wizard.company_id.id), ("date", "=", wizard.date)], limit=1
            )

    def action_generate(self):
        """The closing of that day: the draft just computed, or the last version where there is one."""
        self.ensure_one()
        Corte = self.env["cartera.corte"]
        Corte.check_access("write")
        company = self.company_id
        if company not in self.env.companies:
            raise UserError(self.env._("Choose one of your companies: %s is not.", company.sudo().display_name))
        return Corte._generar(company, self.date)._get_records_action()


class CarteraCorteRehacer(models.TransientModel):
    """History: the closings of the last months, made from the ledger in one go."""

    _name = "cartera.corte.rehacer"
    _description = "Rebuild History"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    months = fields.Integer(string="Months Back", required=True, default=24)
    missing_count = fields.Integer(string="Month Ends Without a Closing", compute="_compute_missing")
    date_from = fields.Date(string="Oldest", compute="_compute_missing")
    date_to = fields.Date(string="Newest", compute="_compute_missing")

    @api.depends("company_id", "months")
    def _compute_missing(self):
        for wizard in self:
            try:
                missing = self.env["cartera.corte"]._faltan_meses(wizard.company_id, wizard.months)
            except UserError:  # said when it is asked for
                missing = []
            wizard.missing_count = len(missing)
            wizard.date_from, wizard.date_to = missing[:1] and missing[0], missing[-1:] and missing[-1]

    def action_rebuild(self):
        """Make them: at once where there is little, else in the background, on a screen that shows how far it is."""
        self.ensure_one()
        self.env["cartera.corte"].check_access("write")
        company = self.company_id
        if company not in self.env.companies:
            raise UserError(self.env._("Choose one of your companies: %s is not.", company.sudo().display_name))
        historia = self.env["cartera.corte.historia"]._pedir(company, self.months)
        if historia.state == "running":
            return historia._get_records_action()
        return self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_corte_action")

    @api.model
    def action_24(self):
        """The one click of the day of installation."""
        return self.create({}).action_rebuild()
