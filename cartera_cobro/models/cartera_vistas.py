from odoo import api, fields, models


class CarteraExpediente(models.Model):
    """What the screens show beside a record's own data: counts, whom to call, colours, and the doors to the rest."""

    _inherit = "cartera.expediente"

    etapa_color = fields.Integer(related="etapa_id.color")
    medio_ids = fields.One2many(
        "cartera.medio", compute="_compute_medio_ids", string="Phones and Addresses",
        help="Of every linked person, those that work best first.",
    )
    partida_count = fields.Integer(string="Open Item Count", compute="_compute_partida_count")
    move_count = fields.Integer(string="Invoice Count", compute="_compute_partida_count")
    cambio_count = fields.Integer(string="Change Count", compute="_compute_cambio_count")
    cuenta_count = fields.Integer(string="Account Count", compute="_compute_cuenta_count")

    @api.depends("vinculado_ids.medio_ids.rating")
    def _compute_medio_ids(self):
        for expediente in self:
            expediente.medio_ids = expediente.vinculado_ids.medio_ids.sorted(lambda m: (-m.rating, m.id))

    @api.depends("partida_ids.is_open")
    def _compute_partida_count(self):
        groups = self.env["cartera.partida"]._read_group(
            [("expediente_id", "in", self.ids), ("is_open", "=", True)],
            ["expediente_id"],
            ["__count", "move_id:count_distinct"],
        )
        counts = {expediente: (items, moves) for expediente, items, moves in groups}
        for expediente in self:
            expediente.partida_count, expediente.move_count = counts.get(expediente, (0, 0))

    @api.depends("cambio_ids")
    def _compute_cambio_count(self):
        counts = dict(
            self.env["cartera.etapa.cambio"]._read_group(
                [("expediente_id", "in", self.ids)], ["expediente_id"], ["__count"]
            )
        )
        for expediente in self:
            expediente.cambio_count = counts.get(expediente, 0)

    @api.depends("cuenta_ids")
    def _compute_cuenta_count(self):
        for expediente in self:
            expediente.cuenta_count = len(expediente.cuenta_ids)

    def action_assign_me(self):
        """Take the dossiers that have no officer; the record rules say who may."""
        self.filtered(lambda e: not e.user_id).user_id = self.env.user

    def action_end_hold(self):
        self.write({"hold_reason": False, "hold_until": False, "hold_note": False})

    def action_moves(self):
        """The entries with something open: invoices, opening balances, credits."""
        self.ensure_one()
        return self.partida_open_ids.move_id._get_records_action(name=self.env._("Entries With a Balance"))

    def action_cuentas(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_cuenta_action")
        context = {"default_partner_id": self.partner_id.id}
        return dict(action, domain=[("id", "in", self.cuenta_ids.ids)], context=context)

    def action_cambios(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_etapa_cambio_action")
        return dict(action, domain=[("expediente_id", "=", self.id)], context={})


class CarteraPartida(models.Model):
    _inherit = "cartera.partida"

    etapa_color = fields.Integer(related="etapa_id.color")

    def action_open_expediente(self):
        self.ensure_one()
        return self.expediente_id._get_records_action()


class CarteraMedio(models.Model):
    _inherit = "cartera.medio"

    role = fields.Selection(related="vinculado_id.role")
