from odoo import fields, models

DESTINATIONS = [("legal", "Ordinary legal collection"), ("coactive", "Coactive collection"), ("agency", "Agency")]


class CarteraRemision(models.Model):
    """A referral of a debtor's items to a lawyer, to coactive collection or to an agency, with its documents."""

    _name = "cartera.remision"
    _description = "Referral"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _rec_name = "number"
    _check_company_auto = True

    number = fields.Char(readonly=True, copy=False, index="trigram")
    expediente_id = fields.Many2one(
        "cartera.expediente", string="Dossier", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="expediente_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="expediente_id.partner_id", string="Debtor", store=True, index=True)
    abogado_id = fields.Many2one("res.users", string="Lawyer", domain="[('share', '=', False)]", index="btree_not_null")
    destination = fields.Selection(DESTINATIONS, required=True, default="legal")


class CarteraPartida(models.Model):
    _inherit = "cartera.partida"

    remision_id = fields.Many2one(
        "cartera.remision",
        string="Referral",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The referral under way that it belongs to: age does not move it meanwhile.",
    )
