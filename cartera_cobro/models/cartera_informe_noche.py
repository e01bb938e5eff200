"""Drafts that are made by themselves: every month, from the last closing, with an activity for whoever writes them."""

from dateutil.relativedelta import relativedelta
from odoo import api, fields, models

from .cartera_informe_estado import PREPARE


class CarteraInforme(models.Model):
    _inherit = "cartera.informe"

    @api.model
    def _preparar_del_mes(self, company):
        """From the company's day on, the drafts of last month's reports that have none yet. How many were made.

        Nothing while last month has no confirmed closing: the next night looks again.
        """
        today = company._cartera_hoy()
        day = company.cartera_informe_dia
        if not day or today.day < day:
            return 0
        end = today.replace(day=1) - relativedelta(days=1)
        corte = self.env["cartera.corte"].search(
            [("company_id", "=", company.id), ("date", "=", end), ("is_current", "=", True)]
        )
        tipos = self._por_preparar(company, end) if corte else ()
        for tipo in tipos:
            self._preparar(company, tipo, end)
        return len(tipos)

    @api.model
    def _por_preparar(self, company, end):
        """The company's automatic kinds without a report of that month, and that can be computed."""
        tipos = self.env["cartera.informe.tipo"].with_company(company).search(
            [("company_id", "in", (False, company.id)), ("automatic", "=", True)]
        )  # fmt: skip
        done = self.search([("company_id", "=", company.id), ("date", "=", end)]).tipo_id
        return (tipos - done).filtered(lambda t: t.scope != "service" or t.categ_id)

    @api.model
    def _preparar(self, company, tipo, end):
        analysts = self.env.ref("cartera_cobro.group_cartera_analista").sudo().user_ids
        author = (
            tipo.author_id.filtered("active")
            or analysts.filtered(lambda u: u.active and not u.share and company in u.company_ids).sorted("id")[:1]
            or company._cartera_coordinadores()[:1]
            or self.env.user
        )
        informe = self.with_company(company).create(
            {"tipo_id": tipo.id, "company_id": company.id, "month": end, "author_id": author.id}
        )
        here = informe.with_context(lang=author.lang or company.partner_id.lang)
        here.activity_schedule(
            PREPARE,
            date_deadline=informe.date_due or company._cartera_hoy(),
            summary=here.env._("Write its conclusions and recommendations"),
            user_id=author.id,
        )
        return informe


class CarteraPartida(models.Model):
    _inherit = "cartera.partida"

    @api.model
    def _jobs_de_la_noche(self):
        # EXTENDS cartera_cobro
        return [*super()._jobs_de_la_noche(), ("cartera.informe", "_preparar_del_mes")]


class ResCompany(models.Model):
    _inherit = "res.company"

    cartera_informe_dia = fields.Integer(
        string="Management Reports From Day",
        default=5,
        help="Day of the month from which the drafts of last month's reports are made; 0: never by themselves.",
    )

    _informe_dia_sane = models.Constraint(
        "CHECK (cartera_informe_dia BETWEEN 0 AND 28)", "The day is from 1 to 28, or 0 for none."
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    cartera_informe_dia = fields.Integer(related="company_id.cartera_informe_dia", readonly=False)
