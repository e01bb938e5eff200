from odoo import api, fields, models

from ..rules.habeas_data import report_window


class CarteraExpediente(models.Model):
    """The letters and messages of a dossier, and from when its debt may be reported (Ley 1266)."""

    _inherit = "cartera.expediente"

    comunicacion_ids = fields.One2many("cartera.comunicacion", "expediente_id", string="Letters and Messages")
    comunicacion_count = fields.Integer(string="Message Count", compute="_compute_comunicacion_count")
    report_from = fields.Date(
        string="May Be Reported From",
        compute="_compute_report_from",
        help="Ley 1266: 20 calendar days after the notice; small debts take two notices on different days.",
    )
    report_until = fields.Date(
        string="May Be Reported Until", compute="_compute_report_from", help="Eighteen months after default."
    )

    @api.depends("comunicacion_ids")
    def _compute_comunicacion_count(self):
        counts = dict(
            self.env["cartera.comunicacion"]._read_group(
                [("expediente_id", "in", self.ids)], ["expediente_id"], ["__count"]
            )
        )
        for expediente in self:
            expediente.comunicacion_count = counts.get(expediente, 0)

    @api.depends("comunicacion_ids.state", "comunicacion_ids.day_sent", "amount_net", "oldest_date_due")
    def _compute_report_from(self):
        notices = self._avisos_1266()
        for expediente in self:
            wage = self.env["cartera.parametro"]._valor("smmlv", expediente.company_id._cartera_hoy())
            window = wage and report_window(
                expediente.amount_net, wage, notices.get(expediente.id, ()), expediente.oldest_date_due
            )
            expediente.report_from, expediente.report_until = window or (False, False)

    def _avisos_1266(self):
        """{dossier id: [day]} of the notices sent since the oldest debt fell due; those returned do not count."""
        sent = self.env["cartera.comunicacion"].search_fetch(
            [
                ("expediente_id", "in", self.ids),
                ("kind", "=", "notice_1266"),
                ("state", "in", ("sent", "delivered")),
            ],
            ["expediente_id", "day_sent"],
        )
        result = {}
        for notice in sent:
            due = notice.expediente_id.oldest_date_due
            if due and notice.day_sent > due:
                result.setdefault(notice.expediente_id.id, []).append(notice.day_sent)
        return result

    def action_comunicaciones(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_comunicacion_action")
        return dict(action, domain=[("expediente_id", "=", self.id)], context={"default_expediente_id": self.id})
