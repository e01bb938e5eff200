from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from .avisos import aviso


class CarteraAsignacion(models.Model):
    """A rule that gives dossiers without an officer to officers; the first rule that fits decides."""

    _name = "cartera.asignacion"
    _description = "Assignment Rule"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", required=True, index=True, default=lambda self: self.env.company)
    zona_ids = fields.Many2many("cartera.zona", string="Zones", help="Empty: any zone.")
    etapa_ids = fields.Many2many("cartera.etapa", string="Stages", help="Empty: any stage.")
    amount_from = fields.Float(string="Overdue From", digits=(16, 2))
    amount_to = fields.Float(string="Overdue Up To", digits=(16, 2), help="Zero: no limit.")
    user_ids = fields.Many2many(
        "res.users",
        string="Officers",
        required=True,
        domain="[('share', '=', False)]",
        help="With several, dossiers go to each in turn, the largest score first.",
    )
    last_user_id = fields.Many2one(
        "res.users", string="Last Given To", readonly=True, copy=False, help="The turn goes on after this officer."
    )

    _amounts_in_order = models.Constraint(
        "CHECK (amount_from >= 0 AND (amount_to = 0 OR amount_to >= amount_from))",
        "The overdue amounts of a rule go from the lower to the higher.",
    )

    @api.constrains("user_ids")
    def _check_user_ids(self):
        if any(not rule.user_ids for rule in self):
            raise ValidationError(self.env._("An assignment rule needs at least one officer."))

    def _dominio(self):
        """Domain of the dossiers that the rule takes: overdue ones without an officer."""
        self.ensure_one()
        domain = Domain(
            [
                ("company_id", "=", self.company_id.id),
                ("user_id", "=", False),
                ("amount_overdue", ">", 0),
                ("amount_overdue", ">=", self.amount_from),
            ]
        )
        if self.amount_to:
            domain &= Domain("amount_overdue", "<=", self.amount_to)
        if self.zona_ids:
            domain &= Domain("zona_id", "in", self.zona_ids.ids)
        if self.etapa_ids:
            domain &= Domain("etapa_id", "in", self.etapa_ids.ids)
        return domain

    @api.model
    def _asignar(self, company):
        """Apply the company's rules in order; the number of dossiers that got an officer."""
        assigned = 0
        for rule in self.search([("company_id", "=", company.id)]):
            users = rule._por_turno()
            expedientes = self.env["cartera.expediente"].search(rule._dominio()) if users else None
            if expedientes:
                rule._repartir(expedientes, users)
                rule.sudo().last_user_id = users[(len(expedientes) - 1) % len(users)]
                assigned += len(expedientes)
        return assigned

    def _por_turno(self):
        """The rule's active officers, from the one whose turn it is."""
        users = self.user_ids.filtered("active")
        after = users.ids.index(self.last_user_id.id) + 1 if self.last_user_id in users else 0
        return users[after:] + users[:after]

    @api.model
    def _repartir(self, expedientes, users, extra=None):
        """Deal dossiers to users in turn, one write a user; `extra` values go with it."""
        for n, user in enumerate(users):
            expedientes[n :: len(users)].write({"user_id": user.id, **(extra or {})})

    def action_apply(self):
        """Apply the rules of these rules' companies; answers with a notification that counts the dossiers."""
        self.check_access("write")
        self.env["cartera.expediente"].check_access("write")
        assigned = sum(self._asignar(company) for company in self.company_id)
        return aviso(self.env._("%s dossiers assigned.", assigned), "success" if assigned else "info")
