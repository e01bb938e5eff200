from odoo import fields, models

from .cartera_politica import KINDS

APPLIES_TO = [("dossier", "Dossier"), ("agreement", "Agreement"), ("account", "Account / contract")]


class CarteraDocumentoTipo(models.Model):
    """A document that a policy has for its dossiers, agreements or accounts: of whom, and for how long it holds.

    Its code says that two are the same: what was filed under one policy counts under another that has the code.
    """

    _name = "cartera.documento.tipo"
    _description = "Document of a Policy"
    _order = "politica_id, sequence, id"
    _check_company_auto = True

    name = fields.Char(string="Document", required=True, translate=True)
    code = fields.Char(required=True, help="The same in every policy: what was filed counts when the policy changes.")
    politica_id = fields.Many2one("cartera.politica", string="Policy", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="politica_id.company_id", store=True, index="btree_not_null")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    applies_to = fields.Selection(APPLIES_TO, string="Of Each", required=True, default="dossier")
    asked_of = fields.Selection(
        [("both", "Everybody"), ("person", "Natural persons"), ("company", "Companies")], required=True, default="both"
    )
    required = fields.Boolean(default=True, help="It is missing until it is filed; else it may be filed.")
    stage_from = fields.Selection(
        KINDS, string="From Stage", help="Asked for once the dossier is in a stage of this kind or a later one."
    )
    days_valid = fields.Integer(
        string="Valid For (days)",
        aggregator=None,
        help="From the day of issue; 0 does not expire. An expired one is missing again.",
    )
    matter = fields.Selection(
        [("proposal", "Proposal accepted"), ("guarantee", "Guarantee"), ("signed", "Signed copy")],
        string="Of the Agreement",
        help="What an agreement may hold by itself: its proposal accepted on the portal, the documents of its "
        "guarantee, its signed PDF. Asked for once it was accepted, where it has a guarantee, once it was in force.",
    )
    several = fields.Boolean(
        string="Several Kept", help="A new one joins the earlier ones (receipts); else it takes their place."
    )

    _code_uniq = models.Constraint("UNIQUE (politica_id, code)", "The code of a document is unique in its policy.")
    _days_positive = models.Constraint("CHECK (days_valid >= 0)", "A document cannot be valid for less than no days.")


class CarteraPolitica(models.Model):
    _inherit = "cartera.politica"

    documento_tipo_ids = fields.One2many("cartera.documento.tipo", "politica_id", string="Documents", copy=True)
