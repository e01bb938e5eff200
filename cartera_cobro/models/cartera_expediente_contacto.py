from odoo import api, fields, models

from .cartera_contacto import Caso, Guardia, explicar


class CarteraExpediente(models.Model):
    """The contacts of a dossier, and whether its debtor may be called now."""

    _inherit = "cartera.expediente"

    gestion_ids = fields.One2many("cartera.gestion", "expediente_id", string="Contacts")
    gestion_count = fields.Integer(string="Contact Count", compute="_compute_gestion_count")
    last_contact_date = fields.Datetime(string="Last Contact", compute="_compute_gestion_count")
    attempts_text = fields.Char(string="Attempts", compute="_compute_gestion_count")
    call_allowed = fields.Boolean(compute="_compute_call_allowed")
    call_text = fields.Char(string="Ley 2300", compute="_compute_call_allowed")

    @api.depends("gestion_ids.date_annulled")
    def _compute_gestion_count(self):
        alive = [("expediente_id", "in", self.ids), ("date_annulled", "=", False)]
        Gestion = self.env["cartera.gestion"]
        counts = {
            expediente: values
            for expediente, *values in Gestion._read_group(alive, ["expediente_id"], ["__count", "date:max"])
        }
        rounds = self._rondas(alive)
        for expediente in self:
            expediente.gestion_count, expediente.last_contact_date = counts.get(expediente, (0, False))
            expediente.attempts_text = ", ".join(
                self.env._("round %(round)s: %(attempts)s", round=number, attempts=attempts)
                for number, attempts in rounds.get(expediente, [])
            )

    def _rondas(self, alive):
        """{dossier: [(round, attempts)]} since its oldest debt fell due."""
        result = {}
        groups = self.env["cartera.gestion"]._read_group(
            [*alive, ("round", ">", 0)], ["expediente_id", "round"], ["__count", "day:max"], order="round"
        )
        for expediente, number, attempts, last in groups:
            if not expediente.oldest_date_due or last > expediente.oldest_date_due:
                result.setdefault(expediente, []).append((number, attempts))
        return result

    @api.depends_context("lang")
    @api.depends("partner_id", "hold_reason", "partida_ids.hold_reason", "gestion_ids")
    def _compute_call_allowed(self):
        self.update({"call_allowed": False, "call_text": False})
        for company, expedientes in self.filtered("partner_id").grouped("company_id").items():
            now = fields.Datetime.now()
            verdicts = Guardia(self.env, company).juzgar([Caso(e.partner_id, now, "call") for e in expedientes])
            for expediente, verdict in zip(expedientes, verdicts, strict=True):
                expediente.call_allowed = verdict.allowed
                expediente.call_text = explicar(self.env, verdict)

    def action_gestion(self):
        """The dialogue that records a contact with the debtor of this dossier."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_gestion_action_new")
        context = {"default_expediente_id": self.id}
        best = self.medio_ids.filtered(lambda m: m.kind == "phone" and m.role == "debtor")[:1]
        if best:
            context |= {"default_vinculado_id": best.vinculado_id.id, "default_medio_id": best.id}
        return dict(action, context=context)

    def action_gestiones(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_gestion_action")
        return dict(action, domain=[("expediente_id", "=", self.id)], context={})


class AccountMove(models.Model):
    _inherit = "account.move"

    def action_cartera_gestion(self):
        """Record a contact about this invoice."""
        self.ensure_one()
        action = self.cartera_expediente_id.action_gestion()
        items = self.cartera_partida_ids.filtered("is_open").ids
        return dict(action, context={**action["context"], "default_partida_ids": items})


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def action_cartera_gestion(self):
        """Record the contact that a call planned on a dossier was for; recording it completes the activity."""
        self.ensure_one()
        action = self.env["cartera.expediente"].browse(self.res_id).action_gestion()
        return dict(action, context={**action["context"], "default_activity_id": self.id})
