from odoo import api, fields, models

ROLES = [
    ("debtor", "Debtor"),
    ("codebtor", "Codebtor"),
    ("guarantor", "Guarantor"),
    ("attorney", "Attorney"),
    ("reference", "Reference"),
]


class CarteraVinculado(models.Model):
    """A person linked to a dossier: who may be spoken to, in which role, and where they answer."""

    _name = "cartera.vinculado"
    _description = "Linked Person"
    _order = "expediente_id, role, id"

    expediente_id = fields.Many2one(
        "cartera.expediente", string="Dossier", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="expediente_id.company_id", store=True, index=True)
    partner_id = fields.Many2one("res.partner", string="Contact", ondelete="restrict", index="btree_not_null")
    name = fields.Char(compute="_compute_name", store=True, readonly=False, required=True)
    vat = fields.Char(string="Identification")
    role = fields.Selection(ROLES, required=True, default="codebtor")
    medio_ids = fields.One2many("cartera.medio", "vinculado_id", string="Phones and Addresses")
    note = fields.Char()

    @api.depends("partner_id")
    def _compute_name(self):
        for vinculado in self:
            vinculado.name = vinculado.partner_id.name or vinculado.name


class CarteraMedio(models.Model):
    """A phone, e-mail or address of a linked person, rated by how often it worked."""

    _name = "cartera.medio"
    _description = "Phone or Address of a Linked Person"
    _order = "rating desc, id"
    _rec_name = "value"

    vinculado_id = fields.Many2one("cartera.vinculado", string="Person", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="vinculado_id.company_id", store=True)
    kind = fields.Selection([("phone", "Phone"), ("email", "E-mail"), ("address", "Address")], required=True)
    value = fields.Char(required=True)
    used_ok = fields.Integer(string="Worked", readonly=True)
    used_failed = fields.Integer(string="Failed", readonly=True)
    last_used = fields.Datetime(readonly=True)
    rating = fields.Float(
        compute="_compute_rating",
        store=True,
        digits=(3, 2),
        help="Share of uses that worked, 0 to 1; an unused one counts as one half.",
    )

    @api.depends("used_ok", "used_failed")
    def _compute_rating(self):
        for medio in self:
            # One success and one failure in advance: a single use does not outweigh a long record.
            medio.rating = (medio.used_ok + 1) / (medio.used_ok + medio.used_failed + 2)

    def _usado(self, worked):
        """Record one use of each, that worked or not (bool)."""
        counter = "used_ok" if worked else "used_failed"
        for medio in self:
            medio.write({counter: medio[counter] + 1, "last_used": fields.Datetime.now()})

    def action_worked(self):
        self._usado(True)

    def action_failed(self):
        self._usado(False)
