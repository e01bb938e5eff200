"""Individual assessments: objective evidence that one debtor will not pay, and how much of it is lost."""

import hashlib

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

# NIIF para PYMES 11.22; NIIF 9, appendix A (credit-impaired).
EVIDENCE = [
    ("difficulty", "Significant financial difficulty"),
    ("default", "Default or repeated breach"),
    ("concession", "Concession that would not be made otherwise"),
    ("insolvency", "Insolvency or liquidation"),
    ("death", "Death, or the debtor cannot be found"),
    ("litigation", "Lost, or doubtful, in court"),
    ("market", "Adverse conditions of its market"),
    ("other", "Other"),
]
STATES = [("draft", "Draft"), ("approved", "Approved"), ("ended", "Ended")]
APPROVERS = ("tesorero", "director", "contador")
# What an assessment claims.
SAID = {"expediente_id", "date", "evidence", "loss"}


class CarteraEvaluacion(models.Model):
    """The assessment of one debtor: its loss prevails over the rates of its bands while it is in force."""

    _name = "cartera.evaluacion"
    _description = "Individual Assessment"
    _inherit = ["cartera.tramite", "mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True

    expediente_id = fields.Many2one(
        "cartera.expediente", string="Dossier", required=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(related="expediente_id.company_id", store=True, index=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(related="expediente_id.partner_id", string="Debtor", store=True, index=True)
    amount_overdue = fields.Monetary(
        related="expediente_id.amount_overdue", string="Overdue Today", currency_field="company_currency_id"
    )
    date = fields.Date(required=True, default=fields.Date.context_today, tracking=True)
    date_end = fields.Date(string="Until", readonly=True, copy=False, tracking=True)
    evidence = fields.Selection(EVIDENCE, required=True, default="difficulty", tracking=True)
    loss = fields.Float(
        string="Expected Loss (%)", digits=(5, 2), required=True, tracking=True,
        help="Part of what is owed, after credits and guarantees, that is not expected to be recovered.",
    )  # fmt: skip
    note = fields.Html(string="Reasons")
    document_ids = fields.Many2many("ir.attachment", string="Evidence", bypass_search_access=True)
    document_hashes = fields.Text(
        string="SHA-256 of Its Documents", readonly=True, copy=False, help="As they were when it was approved."
    )
    state = fields.Selection(STATES, string="Status", default="draft", required=True, readonly=True, tracking=True)
    proposed_by_id = fields.Many2one(
        "res.users", readonly=True, copy=False, default=lambda self: self.env.user, ondelete="restrict"
    )
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    end_reason = fields.Char(string="Why It Ended", readonly=True, copy=False)

    _loss_sane = models.Constraint("CHECK (loss BETWEEN 0 AND 100)", "The expected loss is from 0 to 100%.")

    @api.depends("partner_id", "date")
    def _compute_display_name(self):
        for evaluacion in self:
            evaluacion.display_name = f"{evaluacion.partner_id.display_name} {evaluacion.date or ''}".strip()

    @api.constrains("date")
    def _check_date(self):
        for evaluacion in self:
            if evaluacion.date > evaluacion.company_id._cartera_hoy():
                raise ValidationError(self.env._("An assessment is of a day that has come."))

    # --- guards ---------------------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        evaluaciones = super().create(vals_list)
        evaluaciones._adoptar_soportes()
        return evaluaciones

    def _adoptar_soportes(self):
        """Its documents are read by whoever reads it, and not only by who uploaded them."""
        for evaluacion in self.filtered("document_ids"):
            evaluacion.document_ids.check_access("read")
            loose = evaluacion.sudo().document_ids.filtered(lambda a: not a.res_id)
            loose.write({"res_model": self._name, "res_id": evaluacion.id})

    def _exigir_escribible(self, vals):
        # EXTENDS cartera.tecleado
        self._exigir_estado("draft")

    def write(self, vals):
        # EXTENDS cartera.tramite
        res = super().write(vals)
        if "document_ids" in vals:
            self._adoptar_soportes()
        if vals.keys() & SAID and not self.env.su:
            # Who says how much is lost is not who approves it.
            self.sudo().write({"proposed_by_id": self.env.uid})
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_draft(self):
        self._exigir_estado("draft")

    # --- steps ----------------------------------------------------------------------------------------------------

    def action_approve(self):
        """Approve: a treasurer, director or accountant who did not propose it, with evidence attached."""
        self.check_access("write")
        self._exigir_quien_aprueba()
        self._exigir_estado("draft")
        for evaluacion in self:
            if evaluacion.proposed_by_id == self.env.user:
                raise UserError(
                    self.env._("You proposed the assessment of %s: somebody else approves it.",
                               evaluacion.partner_id.display_name)
                )  # fmt: skip
            if not evaluacion.document_ids:
                raise UserError(
                    self.env._("Attach the evidence of %s first: auditors will ask.",
                               evaluacion.partner_id.display_name)
                )  # fmt: skip
        for evaluacion in self.sudo():
            hashes = (f"{a.name}: {hashlib.sha256(a.raw or b'').hexdigest()}" for a in evaluacion.document_ids)
            evaluacion.write(
                {"state": "approved", "approved_by_id": self.env.uid, "document_hashes": "\n".join(hashes)}
            )
        return True

    def _exigir_quien_aprueba(self):
        if not self.env.su and not any(self.env.user.has_group(f"cartera_cobro.group_cartera_{r}") for r in APPROVERS):
            raise AccessError(self.env._("A treasurer, a director or an accountant approves and ends assessments."))

    def action_end(self, reason, date=None):
        """End it on `date` (default: today): from then on the debtor takes the rates of its bands."""
        self.check_access("write")
        self._exigir_quien_aprueba()
        self._exigir_estado("approved")
        reason = self._exigir_motivo(reason)
        for evaluacion in self:
            day = fields.Date.to_date(date) or evaluacion.company_id._cartera_hoy()
            if day < evaluacion.date:
                raise UserError(self.env._("%s cannot end before it began.", evaluacion.display_name))
            evaluacion.sudo().write({"state": "ended", "date_end": day, "end_reason": reason})
            evaluacion.message_post(body=self.env._("Ended. %s", reason))
        return True
