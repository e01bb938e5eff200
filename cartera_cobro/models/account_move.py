from odoo import api, fields, models

READERS = "cartera_cobro.group_cartera_reader"


class AccountMove(models.Model):
    _inherit = "account.move"

    # Without groups: whoever copies or reverses an entry copies it along. Who has no role does not see it.
    cartera_cuenta_id = fields.Many2one(
        "cartera.cuenta",
        string="Account / Contract",
        index="btree_not_null",
        check_company=True,
        help="The contract account, lease or property that this entry bills.",
    )
    cartera_partida_ids = fields.One2many("cartera.partida", "move_id", string="Open Items", groups=READERS)
    cartera_expediente_id = fields.Many2one(
        "cartera.expediente", string="Dossier", compute="_compute_cartera", groups=READERS
    )
    cartera_etapa_id = fields.Many2one(
        "cartera.etapa", string="Collection Stage", compute="_compute_cartera", groups=READERS
    )
    cartera_days_overdue = fields.Integer(string="Days Overdue", compute="_compute_cartera", groups=READERS)

    @api.depends("cartera_partida_ids.etapa_id", "cartera_partida_ids.is_open", "cartera_partida_ids.expediente_id")
    def _compute_cartera(self):
        for move in self:
            partidas = move.cartera_partida_ids
            worst = partidas.filtered("is_open").sorted(lambda p: p.etapa_id.sequence, reverse=True)[:1]
            move.cartera_expediente_id = partidas.expediente_id[:1]
            move.cartera_etapa_id = worst.etapa_id
            move.cartera_days_overdue = max(partidas.mapped("days_overdue"), default=0)

    def write(self, vals):
        # EXTENDS account: a change of state opens or closes items at once, whoever posts.
        res = super().write(vals)
        if "state" in vals:
            self.line_ids._cartera_asentar()
            self.line_ids._cartera_reabrir_pagadas()
        return res

    def action_cartera_expediente(self):
        self.ensure_one()
        return self.cartera_expediente_id._get_records_action()
