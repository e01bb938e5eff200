"""History of closings: the month ends before today, made one after the other, each committed by itself."""

import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .cartera_libro import Libro

_logger = logging.getLogger(__name__)

# Lines of receivables times months that are made while the person waits: a few seconds. More go to the background.
AT_ONCE = 400_000
BUSY = timedelta(minutes=2)


class CarteraCorteHistoria(models.Model):
    """A request to rebuild the closings of the last months: what is left of it is read from the closings themselves.

    So it may be killed at any moment, and run twice or beside itself: each month is made once, in its own transaction.
    """

    _name = "cartera.corte.historia"
    _description = "Rebuilding of Closings"
    _order = "id desc"
    _rec_name = "company_id"
    _check_company_auto = True

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    user_id = fields.Many2one("res.users", string="Requested By", required=True, readonly=True)
    months = fields.Integer(required=True, readonly=True)
    asked_count = fields.Integer(string="Month Ends to Make", readonly=True)
    done_count = fields.Integer(string="Closings Made", readonly=True)
    progress = fields.Float(compute="_compute_progress")
    state = fields.Selection(
        [("running", "Under way"), ("done", "Finished"), ("failed", "Stopped")],
        required=True,
        readonly=True,
        default="running",
    )
    reason = fields.Char(string="Why It Stopped", readonly=True)

    _one_running = models.UniqueIndex(
        "(company_id) WHERE state = 'running'", "The history of this company is being rebuilt already."
    )

    @api.depends("asked_count", "done_count")
    def _compute_progress(self):
        for historia in self:
            historia.progress = 100.0 * historia.done_count / historia.asked_count if historia.asked_count else 100.0

    # --- asked for --------------------------------------------------------------------------------------------------

    @api.model
    def _pedir(self, company, months):
        """The request, finished where there is little to read, else left to the scheduled action.

        UserError: months not from 1 to 60; no policy; nothing is missing; one of the company is under way.
        """
        Corte = self.env["cartera.corte"]
        Corte._exigir_politica(company.sudo())
        missing = Corte._faltan_meses(company, months)
        if not missing:
            raise UserError(self.env._("The last %s month ends have their closing already.", months))
        if self.sudo().search_count([("company_id", "=", company.id), ("state", "=", "running")], limit=1):
            raise UserError(
                self.env._("The history of %s is being rebuilt already: wait for it to end.", company.display_name)
            )
        values = {"company_id": company.id, "user_id": self.env.uid, "months": months, "asked_count": len(missing)}
        historia = self.sudo().create(values)
        if historia._es_poca(len(missing)):
            while historia.state == "running":
                historia._siguiente()
        else:
            self.env.ref("cartera_cobro.ir_cron_historia").sudo()._trigger()
        return historia.sudo(self.env.su)

    def _es_poca(self, months):
        """Whether it is made while the person waits."""
        libro, most = Libro(self.env, self.company_id, None), AT_ONCE // months
        query = SQL("SELECT COUNT(*) FROM (SELECT FROM account_move_line l WHERE %s LIMIT %s) q",
                    libro._alcance(), most + 1)  # fmt: skip
        self.env["account.move.line"].flush_model(["account_id", "company_id", "parent_state"])
        return self.env.execute_query(query)[0][0] <= most

    # --- made -------------------------------------------------------------------------------------------------------

    @api.model
    def _cron_rehacer(self):
        """Make what was asked for, month after month, each committed."""
        cron = self.env["ir.cron"]
        running = self.search([("state", "=", "running")], order="id")
        cron._commit_progress(remaining=sum(h.asked_count - h.done_count for h in running))
        for historia in running:
            while done := historia._intentar():
                if not cron._commit_progress(done):
                    return
            cron._commit_progress()

    def _intentar(self):
        """One step; 0 when it is over, another worker is at it, or the classification has the company: later then."""
        self.env.invalidate_all()
        if not self.try_lock_for_update(allow_referencing=True) or self.state != "running":
            return 0
        if not Libro(self.env, self.company_id, None).tomar_turno():
            self.env.ref("cartera_cobro.ir_cron_historia").sudo()._trigger(at=fields.Datetime.now() + BUSY)
            return 0
        try:
            with self.env.cr.savepoint():
                return self._siguiente()
        except Exception as error:
            _logger.exception("The closings of company %s could not be rebuilt", self.company_id.id)
            self.env.invalidate_all(flush=False)
            self.write({"state": "failed", "reason": str(error)})
            return 0

    def _siguiente(self):
        """Make the oldest month end that has no closing: 1, or 0 once none is missing."""
        Corte = self.env["cartera.corte"].with_user(self.user_id).sudo()
        missing = Corte._faltan_meses(self.company_id, self.months)
        if missing:
            Corte._generar_historia(self.company_id, missing[0])
        left = len(missing[1:])
        self.write({"done_count": max(self.asked_count - left, 0), "state": "running" if left else "done"})
        return int(bool(missing))

    def action_retry(self):
        """Go on with what stopped."""
        self.env["cartera.corte"].check_access("write")
        self.filtered(lambda h: h.state == "failed").sudo().write({"state": "running", "reason": False})
        self.env.ref("cartera_cobro.ir_cron_historia").sudo()._trigger()

    def action_cortes(self):
        return self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_corte_action")
