from odoo import fields, models

KINDS = [
    ("request", "Request"),
    ("claim", "Claim"),
    ("appeal", "Appeal"),
    ("insolvency", "Insolvency"),
    ("liquidation", "Liquidation"),
]


class CarteraReclamacion(models.Model):
    """What a debtor files: a request, a claim or an appeal; or the insolvency that a court opens.

    Claims and appeals hold what they dispute of each item (`cartera.partida.reclamacion_id`, `amount_disputed`) until
    they are answered; a request holds nothing.
    """

    _name = "cartera.reclamacion"
    _description = "Claim"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_filed desc, id desc"
    _rec_name = "number"
    _check_company_auto = True

    number = fields.Char(readonly=True, copy=False, index="trigram")
    expediente_id = fields.Many2one(
        "cartera.expediente", string="Dossier", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="expediente_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="expediente_id.partner_id", string="Debtor", store=True, index=True)
    kind = fields.Selection(KINDS, required=True, default="claim")
    date_filed = fields.Date(string="Filed On", required=True, default=fields.Date.context_today)


class CarteraPartida(models.Model):
    _inherit = "cartera.partida"

    reclamacion_id = fields.Many2one(
        "cartera.reclamacion",
        string="Claim",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The open claim or appeal that disputes it.",
    )
    amount_disputed = fields.Monetary(
        string="Disputed",
        readonly=True,
        currency_field="company_currency_id",
        help="What the open claim disputes of its balance: nobody chases it meanwhile.",
    )
