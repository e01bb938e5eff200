"""Entries that show apart what is hard to collect: marked, never matched, never owed, undone from their document."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from .account_move import READERS
from .cartera_castigo_asiento import PERMISO


class AccountMove(models.Model):
    _inherit = "account.move"

    cartera_reclasificacion_id = fields.Many2one(
        "cartera.reclasificacion",
        string="Reclassification",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups=READERS,
        help="The reclassification of what is hard to collect that this entry posts, gives back or annuls.",
    )

    @api.model
    def _cartera_reservados(self):
        return super()._cartera_reservados() | {"cartera_reclasificacion_id"}

    def _cartera_exigir_intacto(self):
        # EXTENDS
        super()._cartera_exigir_intacto()
        if self.env.context.get("cartera_provision") is PERMISO:
            return
        for move in self.sudo().filtered(lambda m: m.state == "posted" and m.cartera_reclasificacion_id):
            raise UserError(
                self.env._(
                    "%(entry)s shows apart what is hard to collect, in %(number)s: an accountant annuls it there.",
                    entry=move.name,
                    number=move.cartera_reclasificacion_id.number,
                )
            )


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    # Without groups: whoever matches or pays reads it.
    cartera_reclasificacion_id = fields.Many2one(
        "cartera.reclasificacion",
        string="Reclassification",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="It shows apart what is hard to collect, and is given back the next day: nobody owes or pays it.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS account
        self._cartera_exigir_sin_marca(*vals_list)
        return super().create(vals_list)

    def write(self, vals):
        # EXTENDS account
        self._cartera_exigir_sin_marca(vals)
        return super().write(vals)

    def _cartera_exigir_sin_marca(self, *vals_list):
        """What carries the mark leaves the portfolio: nobody puts it by hand."""
        if self.env.context.get("cartera_provision") is not PERMISO and any(
            vals.get("cartera_reclasificacion_id") for vals in vals_list
        ):
            raise UserError(self.env._("What is hard to collect is marked by its reclassification, not by hand."))

    def _compute_amount_residual(self):
        # EXTENDS account: nothing of it is to be matched, so nothing of it is left.
        res = super()._compute_amount_residual()
        for line in self.filtered("cartera_reclasificacion_id"):
            line.amount_residual = line.amount_residual_currency = 0.0
            line.reconciled = False
        return res

    def _check_amls_exigibility_for_reconciliation(self, shadowed_aml_values=None):
        # EXTENDS account
        self._cartera_exigir_conciliable()
        return super()._check_amls_exigibility_for_reconciliation(shadowed_aml_values)

    def _cartera_exigir_conciliable(self):
        marked = self.filtered("cartera_reclasificacion_id")
        if marked:
            raise UserError(
                self.env._(
                    "%(entry)s only shows apart what is hard to collect, and is given back the next day: it is never "
                    "matched. Match the invoice itself.",
                    entry=marked[0].move_name,
                )
            )


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS account: by whatever way it comes.
        lines = {vals.get(name) for vals in vals_list for name in ("debit_move_id", "credit_move_id")}
        self.env["account.move.line"].browse(lines - {None, False})._cartera_exigir_conciliable()
        return super().create(vals_list)
