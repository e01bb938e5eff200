"""The steps of a closing: computed again while a draft, confirmed, followed by a version; never changed otherwise."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .cartera_corte_calculo import Calculo

# What people may write on a closing; everything else moves by the methods here.
OPEN = {"message_follower_ids", "message_ids", "activity_ids", "message_main_attachment_id"}


class CarteraCorte(models.Model):
    _inherit = "cartera.corte"

    def write(self, vals):
        # EXTENDS mail: the columns of a closing are written by its own steps, in sudo, after they checked.
        if not self.env.su and vals.keys() - OPEN:
            raise UserError(self.env._("A closing is not written by hand: compute it again, or make its next version."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_draft_only(self):
        for corte in self:
            if corte.state != "draft":
                raise UserError(self.env._("%s is confirmed: a confirmed closing stays.", corte.display_name))
            Calculo(corte).olvidar()

    # --- steps ----------------------------------------------------------------------------------------------------

    def action_recalcular(self):
        """Compute a draft again from the ledger as it reads now."""
        self.check_access("write")
        for corte in self.sudo():
            corte._exigir_borrador()
            corte._calcular()

    def action_confirmar(self):
        """Freeze it: from now on it never changes. Of its date it is the one in force."""
        self.check_access("write")
        self._confirmar()

    def action_nueva_version(self):
        """The next version, with what arrived since; an action that opens it."""
        self.ensure_one()
        self.check_access("write")
        return self._nueva_version()._get_records_action()

    def _exigir_borrador(self):
        if self.state != "draft":
            raise UserError(
                self.env._("%s is confirmed and never changes: make its next version instead.", self.display_name)
            )

    def _por_que_no_asienta(self):
        """Yield why it is none to post on: it is not confirmed, or another version of it is in force."""
        if self.state != "confirmed" or not self.is_current:
            yield self.env._(
                "%s is not a confirmed closing in force: confirm it, or choose its last version.", self.display_name
            )

    def _confirmar(self):
        for corte in self.sudo():
            corte._exigir_borrador()
            before = self.sudo().search(
                [("company_id", "=", corte.company_id.id), ("date", "=", corte.date), ("is_current", "=", True)]
            )
            before.is_current = False
            before.flush_recordset(["is_current"])
            corte.write(
                {
                    "state": "confirmed",
                    "is_current": True,
                    "confirmed_on": fields.Datetime.now(),
                    "confirmed_by_id": self.env.uid,
                }
            )
            (before | corte)._marcar_resumen()
            corte._al_confirmar()

    def _al_confirmar(self):
        """What is computed once from a closing that was just confirmed, set-based: each room extends it."""
        self.ensure_one()

    def _marcar_resumen(self):
        """The aggregates say, as their closings do, which are in force."""
        self.flush_recordset(["is_current"])
        self.env.cr.execute(
            SQL(
                """UPDATE cartera_corte_resumen r SET is_current = c.is_current FROM cartera_corte c
                    WHERE c.id = r.corte_id AND c.id = ANY(%s) AND r.is_current IS DISTINCT FROM c.is_current""",
                self.ids,
            )
        )
        self.env["cartera.corte.resumen"].invalidate_model(["is_current"])
