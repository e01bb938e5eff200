from odoo import models


class BasePartnerMerge(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        # EXTENDS base: a second dossier of one debtor would be deleted by SQL; its children move first.
        Expediente = self.env["cartera.expediente"].sudo()
        debtor = dst_partner.commercial_partner_id
        Expediente._absorber(Expediente.search([("partner_id", "in", src_partners.ids)]), debtor)
        res = super()._update_foreign_keys(src_partners, dst_partner)
        items = self.env["cartera.partida"].sudo().search([("move_line_id.partner_id", "=", dst_partner.id)])
        self.env.add_to_compute(items._fields["partner_id"], items)
        items._reasignar()
        return res
