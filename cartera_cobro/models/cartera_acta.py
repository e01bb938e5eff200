from odoo import fields, models

DECISIONS = [
    ("continue", "Go on collecting"),
    ("agree", "Payment agreement"),
    ("sue", "Legal collection"),
    ("write_off", "Write off"),
    ("cleanse", "Cleanse"),
]
# Decisions that take debts out of the accounts: only a body with that power takes them.
WRITING_OFF = {"write_off": "can_write_off", "cleanse": "can_cleanse"}


class CarteraActa(models.Model):
    """The minutes of a session of a committee: who was there, what was decided on each case, who signed."""

    _name = "cartera.acta"
    _description = "Minutes"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"
    _rec_name = "number"
    _check_company_auto = True

    number = fields.Char(readonly=True, copy=False)
    comite_id = fields.Many2one("cartera.comite", string="Committee", required=True, ondelete="restrict")
    company_id = fields.Many2one(related="comite_id.company_id", store=True, index=True)
    date = fields.Date(required=True, default=fields.Date.context_today)
    state = fields.Selection(
        [
            ("draft", "Convened"),
            ("session", "In session"),
            ("approval", "For signature"),
            ("signed", "Signed"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
    )
    caso_ids = fields.One2many("cartera.acta.caso", "acta_id", string="Cases")

    def _en_firme(self):
        """Whether the minutes are signed by all who had to, over the text as it is now: only then do they execute."""
        return self.state == "signed"


class CarteraActaCaso(models.Model):
    """A case of a session: a debtor's items, with the sheet that the committee saw and what it decided."""

    _name = "cartera.acta.caso"
    _description = "Case before a Committee"
    _order = "acta_id, sequence, id"
    _rec_name = "expediente_id"

    acta_id = fields.Many2one("cartera.acta", string="Minutes", required=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(related="acta_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    expediente_id = fields.Many2one(
        "cartera.expediente", string="Dossier", required=True, index=True, ondelete="restrict"
    )
    partida_ids = fields.Many2many("cartera.partida", string="Items")
    decision = fields.Selection(DECISIONS)
    cause = fields.Char(help="Why, as the law or the reglamento names it.")
    authority = fields.Char(help="The rule or act that lets the committee decide so.")
