"""Where a claim begins and shows: the dossier and the contact."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from .cartera_reclamacion_revision import fuera_de_termino


def dialogo(env, **defaults):
    """The form of a new claim, with these values in it."""
    action = env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_reclamacion_action")
    context = {f"default_{name}": value for name, value in defaults.items()}
    return dict(action, views=[(False, "form")], view_mode="form", context=context)


class CarteraReclamacion(models.Model):
    _inherit = "cartera.reclamacion"

    credit_count = fields.Integer(compute="_compute_credit_count")
    can_appeal = fields.Boolean(compute="_compute_can_appeal")
    after_term = fields.Boolean(
        compute="_compute_after_term", help="An appeal filed after its term: a coordinator may admit it, with a reason."
    )

    @api.depends("linea_ids.credit_move_id")
    def _compute_credit_count(self):
        for claim in self:
            claim.credit_count = len(claim.sudo().linea_ids.credit_move_id)

    @api.depends("state", "outcome", "appeal_until", "appeal_ids.state")
    def _compute_can_appeal(self):
        """While its term runs, or has not begun: of an answer on paper, from the day on which it was received."""
        for claim in self:
            today = claim.company_id._cartera_hoy()
            open_term = claim.appeal_until and claim.appeal_until >= today
            claim.can_appeal = bool(open_term or claim._sin_notificar()) and not claim._apelado()

    @api.depends("kind", "date_filed", "appeal_of_id")
    def _compute_after_term(self):
        for claim in self:
            claim.after_term = fuera_de_termino(claim)

    def action_expediente(self):
        self.ensure_one()
        return self.expediente_id._get_records_action()

    def action_notas(self):
        self.ensure_one()
        return self.linea_ids.credit_move_id._get_records_action(name=self.env._("Credit Notes"))

    def action_appeal(self):
        """A draft appeal over what was not accepted."""
        self.ensure_one()
        lines = [
            fields.Command.create({"partida_id": line.partida_id.id})
            for line in self.linea_ids
            if line.partida_id.is_open and line.amount_accepted < line.amount_disputed
        ]
        return dialogo(
            self.env,
            kind="appeal",
            expediente_id=self.expediente_id.id,
            appeal_of_id=self.id,
            subject=self.subject,
            unit=self.unit,
            linea_ids=lines,
        )


class CarteraLlamada(models.Model):
    _inherit = "cartera.llamada"

    amount_disputed = fields.Monetary(
        related="expediente_id.amount_disputed", string="Disputed", currency_field="company_currency_id"
    )


class CarteraExpediente(models.Model):
    _inherit = "cartera.expediente"

    reclamacion_ids = fields.One2many("cartera.reclamacion", "expediente_id", string="Claims")
    reclamacion_count = fields.Integer(string="Claim Count", compute="_compute_reclamacion_count")
    reclamacion_open_count = fields.Integer(string="Claims to Answer", compute="_compute_reclamacion_count")
    amount_disputed = fields.Monetary(
        string="Disputed", compute="_compute_amount_disputed", currency_field="company_currency_id",
        help="What open claims dispute of what is owed: nobody chases it.",
    )  # fmt: skip

    @api.depends("reclamacion_ids.state")
    def _compute_reclamacion_count(self):
        rows = self.env["cartera.reclamacion"]._read_group(
            [("expediente_id", "in", self.ids), ("state", "!=", "cancelled")], ["expediente_id", "state"], ["__count"]
        )
        counts = {(expediente, state): count for expediente, state, count in rows}
        for expediente in self:
            own = {state: count for (owner, state), count in counts.items() if owner == expediente}
            expediente.reclamacion_count = sum(own.values())
            expediente.reclamacion_open_count = own.get("filed", 0)

    @api.depends("partida_ids.amount_disputed", "partida_ids.reclamacion_id", "partida_ids.amount_residual")
    def _compute_amount_disputed(self):
        items = self.env["cartera.partida"].search(
            [("expediente_id", "in", self.ids), ("reclamacion_id", "!=", False), ("is_open", "=", True)]
        )
        by_dossier = items.grouped("expediente_id")
        for expediente in self:
            own = by_dossier.get(expediente, items.browse())
            expediente.amount_disputed = sum(min(p.amount_disputed, p.amount_residual) for p in own)

    def action_end_hold(self):
        # EXTENDS: what a court opened ends by its own step, which starts the terms of prescription anew.
        self.check_access("write")
        standing = self.env["cartera.reclamacion"]._abiertas(self)
        if standing:
            raise UserError(self.env._("%s holds it: say there when it ended.", standing[0].display_name))
        return super().action_end_hold()

    def action_reclamar(self):
        """A new claim of this debtor."""
        self.ensure_one()
        return dialogo(self.env, expediente_id=self.id)

    def action_reclamaciones(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_reclamacion_action")
        return dict(action, domain=[("expediente_id", "=", self.id)], context={"default_expediente_id": self.id})


class CarteraGestion(models.Model):
    _inherit = "cartera.gestion"

    reclamacion_ids = fields.One2many("cartera.reclamacion", "gestion_id", string="Claims")

    def action_reclamar(self):
        """Write down the claim that the debtor made in this contact, for the unit that they were sent to."""
        self.ensure_one()
        if self.reclamacion_ids:
            return self.reclamacion_ids[0]._get_records_action()
        channel = "in_person" if self.channel in ("in_person", "visit") else "virtual"
        lines = [fields.Command.create({"partida_id": item.id}) for item in self.partida_ids.filtered("is_open")]
        return dialogo(
            self.env,
            expediente_id=self.expediente_id.id,
            gestion_id=self.id,
            channel="written" if self.channel == "letter" else channel,
            unit=self.referred_to,
            text=self.note,
            linea_ids=lines,
        )
