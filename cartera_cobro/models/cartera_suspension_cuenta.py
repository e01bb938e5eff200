from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import format_date

SERVICE = [("in_service", "In service"), ("suspended", "Suspended"), ("cut", "Cut")]
PROTECTIONS = [
    ("health", "Hospital or health centre"),
    ("school", "School or nursery"),
    ("prison", "Prison or custody"),
    ("person", "Person under special protection"),
    ("judge", "Ordered by a judge"),
    ("other", "Other"),
]
# What only the orders write.
BY_ORDERS = {"service_state", "service_date"}


class CarteraCuenta(models.Model):
    """An account's service, as the orders of suspension, cut and reconnection left it."""

    _inherit = "cartera.cuenta"

    meter = fields.Char()
    service_state = fields.Selection(
        SERVICE, string="Service", default="in_service", required=True, readonly=True, copy=False
    )
    service_date = fields.Date(string="Service Since", readonly=True, copy=False)
    protection = fields.Selection(
        PROTECTIONS, string="Not Suspended Because", tracking=True, help="Never suspended nor cut while it stands."
    )
    protection_note = fields.Char(string="Support of It", tracking=True, help="The act, ruling or visit that says so.")
    protection_until = fields.Date(string="Protected Until", tracking=True, help="Empty: without an end.")
    suspension_ids = fields.One2many("cartera.suspension", "cuenta_id", string="Orders of Service")
    suspension_count = fields.Integer(compute="_compute_suspension_count")

    _out_of_service = models.Index("(company_id, zona_id) WHERE service_state != 'in_service'")

    @api.depends("suspension_ids")
    def _compute_suspension_count(self):
        counts = dict(
            self.env["cartera.suspension"]._read_group([("cuenta_id", "in", self.ids)], ["cuenta_id"], ["__count"])
        )
        for cuenta in self:
            cuenta.suspension_count = counts.get(cuenta, 0)

    @api.constrains("protection", "protection_note")
    def _check_protection(self):
        for cuenta in self.filtered(lambda c: c.protection and not (c.protection_note or "").strip()):
            raise ValidationError(self.env._("Say what supports the protection of account %s.", cuenta.name))

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(BY_ORDERS & vals.keys() for vals in vals_list):
            raise UserError(self._solo_ordenes())
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and BY_ORDERS & vals.keys():
            raise UserError(self._solo_ordenes())
        return super().write(vals)

    def _solo_ordenes(self):
        return self.env._("The service of an account follows its orders: record the result of one.")

    def action_suspensions(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_suspension_action")
        return dict(action, domain=[("cuenta_id", "=", self.id)], context={})

    def action_reconnect(self):
        """Order the reconnection by hand, whatever is owed: a ruling, a mistake, a claim that was accepted."""
        self.check_access("write")
        if not self.env.user.has_group("cartera_cobro.group_cartera_tesorero"):
            raise AccessError(self.env._("A coordinator orders a reconnection by hand."))
        for cuenta in self:
            if cuenta.service_state == "in_service":
                raise UserError(self.env._("Account %s is in service.", cuenta.name))
        made = self.env["cartera.suspension"]._reconectar_a_mano(self)
        for cuenta in self - made.cuenta_id:
            raise UserError(self.env._("An order is under way already for account %s.", cuenta.name))
        return made._get_records_action(name=self.env._("Reconnections"))


class CarteraExpediente(models.Model):
    _inherit = "cartera.expediente"

    suspended_count = fields.Integer(string="Accounts Out of Service", compute="_compute_suspended")
    suspended_text = fields.Char(string="Service", compute="_compute_suspended")

    @api.depends("cuenta_ids")
    @api.depends_context("lang")
    def _compute_suspended(self):
        labels = dict(self.env["cartera.cuenta"]._fields["service_state"]._description_selection(self.env))
        for expediente in self:
            out = expediente.cuenta_ids.filtered(lambda c: c.service_state != "in_service")
            expediente.suspended_count = len(out)
            expediente.suspended_text = "; ".join(
                self.env._(
                    "%(account)s: %(state)s since %(day)s",
                    account=cuenta.name,
                    state=labels[cuenta.service_state].lower(),
                    day=format_date(self.env, cuenta.service_date),
                )
                for cuenta in out[:3]
            )

    def action_suspended(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_cuenta_action_servicio")
        return dict(action, domain=[("id", "in", self.cuenta_ids.ids)], context={})
