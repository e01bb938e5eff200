from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.avisos import aviso


class CarteraTraspaso(models.TransientModel):
    """Hand dossiers over to other officers: for good, or as a cover that ends by itself."""

    _name = "cartera.traspaso"
    _description = "Hand Over Dossiers"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    from_user_id = fields.Many2one(
        "res.users",
        string="From Officer",
        domain="[('share', '=', False)]",
        help="All the dossiers of this officer. Leave empty to hand over the selected ones.",
    )
    expediente_ids = fields.Many2many("cartera.expediente", string="Dossiers")
    to_user_ids = fields.Many2many(
        "res.users",
        string="To Officers",
        required=True,
        domain="[('share', '=', False)]",
        help="With several, dossiers go to each in turn.",
    )
    date_until = fields.Date(string="Cover Until", help="Dossiers return to their officer after this day.")

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        if self.env.context.get("active_model") == "cartera.expediente":
            values["expediente_ids"] = [fields.Command.set(self.env.context.get("active_ids", []))]
        return values

    def action_apply(self):
        """Write the new officers; answers with a notification that counts the dossiers."""
        self.ensure_one()
        if self.date_until and self.date_until < self.company_id._cartera_hoy():
            raise UserError(self.env._("The cover would have ended already: choose a day from today on."))
        expedientes = self._expedientes()
        if not expedientes:
            raise UserError(
                self.env._("There is nothing to hand over: choose an officer with dossiers, or select some.")
            )
        self._repartir(expedientes)
        return aviso(self.env._("%s dossiers handed over.", len(expedientes)))

    def _expedientes(self):
        if not self.from_user_id:
            return self.expediente_ids
        return self.env["cartera.expediente"].search(
            [("user_id", "=", self.from_user_id.id), ("company_id", "=", self.company_id.id)]
        )

    def _repartir(self, expedientes):
        """A cover remembers the officer that the dossiers go back to, the first one when covers follow each other."""
        deal = self.env["cartera.asignacion"]._repartir
        owners = expedientes.grouped(lambda e: e.cover_for_id or e.user_id) if self.date_until else {None: expedientes}
        for titular, own in owners.items():
            cover_for = titular.id if titular else False
            deal(own, self.to_user_ids, {"cover_for_id": cover_for, "cover_until": self.date_until})
