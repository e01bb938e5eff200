import hashlib
import json

from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.exceptions import UserError

from .cartera_informe_mes import Mes, mes_de

STATES = [
    ("draft", "Draft"),
    ("review", "Being Reviewed"),
    ("approved", "Approved"),
    ("published", "Published"),
]


class CarteraInforme(models.Model):
    """A management report of a month (EAAB10, FRV20, CC1): tables from its closing, conclusions, recommendations.

    Its figures are computed when it is prepared and kept (`content`); while it is a draft they may be refreshed. From
    then on nothing changes them: what is reviewed, approved and published is what was read. How it goes on is in
    `cartera_informe_estado`; its sections are `cartera.informe.seccion`.
    """

    _name = "cartera.informe"
    _description = "Management Report"
    _inherit = ["cartera.firmable", "mail.thread", "mail.activity.mixin"]
    _order = "date desc, tipo_id, id desc"
    _rec_names_search = ["number", "tipo_id.name"]
    _check_company_auto = True
    _state_from = ["draft", "review"]
    _state_to = ["approved"]
    _se_elige = {"tipo_id", "company_id", "month", "author_id", "conclusions", "recommendations"}
    _se_escribe = {"conclusions", "recommendations"}

    number = fields.Char(readonly=True, copy=False, index="trigram", help="Consecutive of the company and year.")
    tipo_id = fields.Many2one(
        "cartera.informe.tipo",
        string="Management Report",
        required=True,
        ondelete="restrict",
        check_company=True,
        index=True,
    )
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company, index=True)
    month = fields.Date(
        required=True,
        default=lambda self: self.env.company._cartera_hoy().replace(day=1) - relativedelta(months=1),
        help="Any day of the month that it reports.",
    )
    corte_id = fields.Many2one(
        "cartera.corte", string="Closing", readonly=True, copy=False, ondelete="restrict", index=True
    )
    date = fields.Date(related="corte_id.date", string="Month End", store=True, index=True)
    author_id = fields.Many2one(
        "res.users", required=True, default=lambda self: self.env.user, domain="[('share', '=', False)]", index=True
    )
    state = fields.Selection(
        STATES, required=True, default="draft", readonly=True, copy=False, tracking=True, index=True, group_expand=True
    )
    date_due = fields.Date(string="Due On", compute="_compute_date_due", store=True)
    returned_reason = fields.Char(string="Returned Because", readonly=True, copy=False)
    # --- what it says ---------------------------------------------------------------------------------------------
    content = fields.Json(string="Figures", readonly=True, copy=False)
    content_sha256 = fields.Char(string="Hash of the Figures", readonly=True, copy=False)
    computed_on = fields.Datetime(string="Figures Read On", readonly=True, copy=False)
    preview = fields.Html(compute="_compute_preview", sanitize=False)
    conclusions = fields.Html(copy=False)
    recommendations = fields.Html(copy=False)
    # --- the paper ------------------------------------------------------------------------------------------------
    approved_on = fields.Datetime(readonly=True, copy=False)
    pdf_id = fields.Many2one("ir.attachment", string="PDF", readonly=True, copy=False, ondelete="restrict")
    pdf_sha256 = fields.Char(string="SHA-256 of the PDF", readonly=True, copy=False)
    published_on = fields.Datetime(readonly=True, copy=False)
    published_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    sent_to_ids = fields.Many2many(
        "res.partner", "cartera_informe_sent_rel", string="E-mailed To", readonly=True, copy=False
    )

    _number_uniq = models.UniqueIndex(
        "(company_id, number) WHERE number IS NOT NULL", "This number was given to another report: try again."
    )
    _corte_uniq = models.UniqueIndex(
        "(corte_id, tipo_id)", "There is already a report of that kind on that closing: open it instead."
    )

    # --- computes -------------------------------------------------------------------------------------------------

    @api.depends("tipo_id", "date", "number")
    def _compute_display_name(self):
        for informe in self:
            month = mes_de(informe.date) if informe.date else ""
            informe.display_name = " · ".join(filter(None, (informe.number, informe.tipo_id.name, month)))

    @api.depends("date", "tipo_id.due_day")
    def _compute_date_due(self):
        for informe in self:
            day = informe.tipo_id.due_day
            informe.date_due = informe.date + relativedelta(days=day) if day and informe.date else False

    @api.depends("content")
    def _compute_preview(self):
        for informe in self:
            informe.preview = self.env["ir.qweb"]._render(
                "cartera_cobro.informe_gestion_pantalla",
                informe.env["report.cartera_cobro.informe_gestion"]._valores(informe),
            )

    # --- preparing ------------------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        informes = super().create(vals_list)
        for informe in informes:
            informe._calcular()
        return informes

    @api.model
    def _corte_del_mes(self, company, day):
        """The closing in force at the end of the month of a day. UserError: there is none."""
        end = day.replace(day=1) + relativedelta(months=1, days=-1)
        found = self.env["cartera.corte"].search(
            [("company_id", "=", company.id), ("date", "=", end), ("is_current", "=", True)]
        )
        if not found:
            raise UserError(
                self.env._(
                    "%(company)s has no confirmed closing of %(month)s: generate it and confirm it first, then prepare "
                    "the report.",
                    company=company.display_name,
                    month=mes_de(end),
                )
            )
        return found

    def _calcular(self):
        """Read the figures from the closing in force and keep them. UserError: what the kind does not say yet."""
        self.ensure_one()
        corte = self._corte_del_mes(self.company_id, self.month)
        tipo = self.tipo_id.sudo().with_company(self.company_id)
        if tipo.scope == "service" and not tipo.categ_id:
            raise UserError(
                self.env._("%s is about one service: choose its product category in the kind of report.", tipo.name)
            )
        informe = self.sudo()
        informe.corte_id = corte
        sections = tipo.seccion_ids._contenido(Mes(informe))
        informe.write(
            {
                "content": {"sections": sections},
                "content_sha256": _huella(sections),
                "computed_on": fields.Datetime.now(),
            }
        )

    def action_refresh(self):
        """Read the figures again."""
        self.check_access("write")
        self._exigir_estado("draft")
        for informe in self:
            informe._calcular()
        return True

    # --- guards ---------------------------------------------------------------------------------------------------

    def _exigir_escribible(self, vals):
        # EXTENDS cartera.tecleado: a text that changes after it was sent for review goes back to draft first.
        self._exigir_estado("draft", "review", "approved")
        self.filtered(lambda i: i.state != "draft")._reabrir()

    def _frase_de_calculado(self):
        return self.env._("The figures of a report come from its closing, and the rest from its steps.")

    @api.ondelete(at_uninstall=False)
    def _unlink_draft(self):
        if any(informe.state != "draft" or informe.number for informe in self):
            raise UserError(self.env._("Only drafts that were never approved are deleted: a report stays."))


def _huella(sections):
    """SHA-256 of the figures: the same figures give the same hash."""
    return hashlib.sha256(json.dumps(sections, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
