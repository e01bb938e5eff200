from odoo import api, fields, models

from ..rules.promises import LEVELS

LEVEL_LABELS = [
    ("keeps", "Keeps promises"),
    ("sometimes", "Sometimes keeps promises"),
    ("breaks", "Breaks promises"),
]
assert ("none", *dict(LEVEL_LABELS)) == LEVELS


class CarteraExpediente(models.Model):
    """The promises of a dossier, what its debtor's word is worth, and what puts it on top of the worklist."""

    _inherit = "cartera.expediente"

    promesa_ids = fields.One2many("cartera.promesa", "expediente_id", string="Promises")
    promesa_count = fields.Integer(string="Promise Count", compute="_compute_promesa_count")
    promise_pending_amount = fields.Monetary(
        string="Promised", compute="_compute_promesa_count", currency_field="company_currency_id"
    )
    promise_pending_date = fields.Date(
        string="Promised For", compute="_compute_promesa_count", help="Of its pending promises, the nearest."
    )
    promise_level = fields.Selection(
        LEVEL_LABELS,
        string="Their Word",
        readonly=True,
        help="From the promises of the last 365 days: one kept in part counts half. Empty: none was judged.",
    )
    alert = fields.Selection(
        [
            ("promise", "Promise broken"),
            ("instalment", "Instalment missed"),
            ("breach", "Agreement breached"),
        ],
        readonly=True,
        help="What puts the dossier on top of the worklist, until somebody contacts the debtor.",
    )
    alert_date = fields.Date(string="Alert Of", readonly=True)

    @api.depends("promesa_ids.state", "promesa_ids.amount_paid")
    def _compute_promesa_count(self):
        groups = self.env["cartera.promesa"]._read_group(
            [("expediente_id", "in", self.ids), ("state", "!=", "cancelled")],
            ["expediente_id", "state"],
            ["__count", "amount:sum", "amount_paid:sum", "date_promised:min"],
        )
        self.update({"promesa_count": 0, "promise_pending_amount": 0, "promise_pending_date": False})
        for expediente, state, count, amount, paid, nearest in groups:
            expediente.promesa_count += count
            if state == "pending":
                expediente.promise_pending_amount = amount - paid
                expediente.promise_pending_date = nearest

    def action_promesas(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_promesa_action")
        return dict(action, domain=[("expediente_id", "=", self.id)], context={"cartera_show_debtor": 1})


class CarteraPartida(models.Model):
    _inherit = "cartera.partida"

    promesa_linea_ids = fields.One2many("cartera.promesa.linea", "partida_id", string="Promises")
    date_promised = fields.Date(
        string="Promised For", compute="_compute_date_promised", help="The day of its pending promise."
    )

    @api.depends("promesa_linea_ids.pending")
    def _compute_date_promised(self):
        pending = self.env["cartera.promesa.linea"].search_fetch(
            [("partida_id", "in", self.ids), ("pending", "=", True)], ["partida_id", "date_promised"]
        )
        days = {line.partida_id.id: line.date_promised for line in pending}
        for partida in self:
            partida.date_promised = days.get(partida.id)
