"""Where referrals come from: the dossier, a broken agreement; and who gets them."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class CarteraExpediente(models.Model):
    _inherit = "cartera.expediente"

    remision_ids = fields.One2many("cartera.remision", "expediente_id", string="Referrals")
    remision_count = fields.Integer(string="Referral Count", compute="_compute_remision_count")

    @api.depends("remision_ids")
    def _compute_remision_count(self):
        counts = dict(
            self.env["cartera.remision"]._read_group(
                [("expediente_id", "in", self.ids)], ["expediente_id"], ["__count"]
            )
        )
        for expediente in self:
            expediente.remision_count = counts.get(expediente, 0)

    @api.depends("partida_ids.remision_id")
    def _compute_totales(self):
        # EXTENDS: who has nothing left that is ours to chase is off the list.
        return super()._compute_totales()

    def _partidas_por_remitir(self):
        """Overdue items that nothing keeps from being referred."""
        return self.partida_open_ids.filtered(
            lambda p: (
                p.amount_residual > 0
                and p.days_overdue > 0
                and not (p.hold_reason or p.reclamacion_id or p.acuerdo_id or p.remision_id)
                and p.etapa_id.kind != "written_off"
            )
        )

    def action_refer(self):
        """Draft the referral of what is overdue, or open the draft that there is."""
        self.ensure_one()
        draft = self.env["cartera.remision"].search([("expediente_id", "=", self.id), ("state", "=", "draft")], limit=1)
        return (draft or self.env["cartera.remision"]._preparar(self))._get_records_action()

    def action_referrals(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_remision_action")
        return dict(action, domain=[("expediente_id", "=", self.id)], view_mode="list,kanban,form", context={})


class CarteraAcuerdo(models.Model):
    _inherit = "cartera.acuerdo"

    def action_refer(self):
        """Draft the referral of what a broken agreement covered: the breach is its evidence."""
        self.ensure_one()
        if self.state != "breached" or self.date_cured:
            raise UserError(self.env._("%s is not broken: there is no breach to refer.", self.display_name))
        Remision = self.env["cartera.remision"]
        draft = Remision.search([("acuerdo_id", "=", self.id), ("state", "=", "draft")], limit=1)
        items = self.linea_ids.partida_id.filtered(lambda p: not p.remision_id)
        return (draft or Remision._preparar(self.expediente_id, items, acuerdo_id=self.id))._get_records_action()


class ResCompany(models.Model):
    _inherit = "res.company"

    cartera_abogado_id = fields.Many2one(
        "res.users",
        string="Lawyer of New Referrals",
        domain="[('share', '=', False), ('company_ids', 'in', id)]",
        help="Empty: the only lawyer of the company, where there is just one.",
    )

    def _cartera_abogado(self):
        """The lawyer (user) that a new referral proposes; empty where it has to be chosen."""
        self.ensure_one()
        lawyers = self._cartera_usuarios_del_rol("abogado")
        return self.sudo().cartera_abogado_id or (lawyers if len(lawyers) == 1 else lawyers.browse())


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    cartera_abogado_id = fields.Many2one(related="company_id.cartera_abogado_id", readonly=False)
