from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..models.avisos import aviso
from ..models.cartera_contacto import Caso, Guardia, explicar
from ..models.cartera_plantilla import LONG_CHANNELS, MESSAGE_CHANNELS

WAITING = ("draft", "approved")


class CarteraComunicacionEscribir(models.TransientModel):
    """Write a letter or message to the debtors of one or many dossiers."""

    _name = "cartera.comunicacion.escribir"
    _description = "Send Letter or Message"

    expediente_ids = fields.Many2many("cartera.expediente", string="Dossiers", required=True)
    expediente_count = fields.Integer(compute="_compute_expedientes")
    company_id = fields.Many2one("res.company", compute="_compute_expedientes")
    template_id = fields.Many2one(
        "cartera.plantilla", required=True, domain="[('company_id', 'in', (False, company_id))]"
    )
    channel = fields.Selection(MESSAGE_CHANNELS, required=True, default="email")
    is_demand = fields.Boolean(
        string="Demand of C.G.P. 94",
        compute="_compute_is_demand",
        store=True,
        readonly=False,
        help="The creditor's own written demand, which interrupts prescription, once only.",
    )
    can_demand = fields.Boolean(compute="_compute_can_demand")
    needs_approval = fields.Boolean(related="template_id.approval")
    verdict_text = fields.Char(string="Ley 2300", compute="_compute_verdict_text")
    preview_html = fields.Html(compute="_compute_preview_html", sanitize=False)

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        if self.env.context.get("active_model") == "cartera.expediente":
            values["expediente_ids"] = [Command.set(self.env.context.get("active_ids", []))]
        return values

    @api.depends("expediente_ids")
    def _compute_expedientes(self):
        for wizard in self:
            wizard.expediente_count = len(wizard.expediente_ids)
            wizard.company_id = wizard.expediente_ids.company_id[:1]

    @api.depends("template_id")
    def _compute_is_demand(self):
        for wizard in self:
            wizard.is_demand = wizard.template_id.kind == "demand"

    @api.depends("template_id", "channel")
    def _compute_can_demand(self):
        for wizard in self:
            kinds = ("first_letter", "second_letter", "demand")
            wizard.can_demand = wizard.template_id.kind in kinds and wizard.channel in LONG_CHANNELS

    @api.depends("expediente_ids", "template_id", "channel")
    def _compute_verdict_text(self):
        for wizard in self:
            wizard.verdict_text = False
            if len(wizard.expediente_ids) == 1 and wizard.template_id:
                caso = Caso(
                    wizard.expediente_ids._origin.partner_id,
                    fields.Datetime.now(),
                    wizard.channel,
                    wizard.template_id.purpose,
                )
                verdict = Guardia(self.env, wizard.company_id).juzgar([caso])[0]
                wizard.verdict_text = explicar(self.env, verdict)

    @api.depends("expediente_ids", "template_id", "channel", "is_demand")
    def _compute_preview_html(self):
        for wizard in self:
            first = wizard.expediente_ids._origin[:1]
            wizard.preview_html = False
            if first and wizard.template_id and wizard.channel:
                wizard.preview_html = wizard.template_id._previa(first, wizard.channel, wizard.is_demand)

    # --- doing --------------------------------------------------------------------------------------------------------

    def action_draft(self):
        """Only write the drafts, to be looked at; answers with their list."""
        return self._escribir()._get_records_action(name=self.env._("Letters and Messages"))

    def action_apply(self):
        """Write, and ask for the signatures, or approve and send."""
        mensajes = self._escribir()
        if self.needs_approval:
            mensajes.action_request()
            return aviso(self.env._("%s sent to be signed.", len(mensajes)))
        mensajes.action_approve()
        if len(mensajes) == 1:
            return mensajes.action_send()
        return aviso(self.env._("%s approved: they leave in the next minutes.", len(mensajes)))

    def _escribir(self):
        """The drafts (cartera.comunicacion), one a dossier that has not the same one waiting already."""
        self.ensure_one()
        self.expediente_ids.check_access("write")
        same = [
            ("expediente_id", "in", self.expediente_ids.ids),
            ("template_id", "=", self.template_id.id),
            ("channel", "=", self.channel),
            ("state", "in", WAITING),
        ]
        Comunicacion = self.env["cartera.comunicacion"]
        pending = self.expediente_ids - Comunicacion.search(same).expediente_id
        if not pending:
            raise UserError(self.env._("They have this message waiting to be sent already."))
        values = {"template_id": self.template_id.id, "channel": self.channel, "is_demand": self.is_demand}
        return Comunicacion.create([{"expediente_id": expediente.id, **values} for expediente in pending])
