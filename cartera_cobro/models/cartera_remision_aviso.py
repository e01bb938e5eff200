"""Cases watched: those without events (weekly, to their lawyer), and the monthly report of all of them (FRV15)."""

from collections import defaultdict
from datetime import timedelta

from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.fields import Domain

from ..rules.dates import next_working_day
from .cartera_contacto import Guardia
from .cartera_correo import dia, pesos
from .cartera_remision import UNDER_WAY
from .cartera_remision_estado import IDLE
from .cartera_textos import fecha

WEEK = timedelta(days=7)
# What could not leave on its day still may this many days later.
GRACE = 5


class CarteraRemision(models.Model):
    _inherit = "cartera.remision"

    is_idle = fields.Boolean(
        string="Without Events",
        compute="_compute_is_idle",
        search="_search_is_idle",
        help="Nothing happened in the case for as many days as the policy says.",
    )
    date_idle_told = fields.Date(string="Lawyer Told On", readonly=True, copy=False)

    @api.depends("state", "last_date", "date_sent", "politica_id.referral_idle_days")
    def _compute_is_idle(self):
        for remision in self:
            days, since = remision.politica_id.referral_idle_days, remision.last_date or remision.date_sent
            alive = days and since and remision.state in UNDER_WAY
            remision.is_idle = bool(alive) and (remision.company_id._cartera_hoy() - since).days >= days

    def _search_is_idle(self, operator, value):
        if operator not in ("in", "not in"):
            return NotImplemented
        today = self.env.company._cartera_hoy()
        idle = Domain.OR(
            Domain("politica_id", "=", p.id) & _sin_actuacion(today - timedelta(days=p.referral_idle_days))
            for p in self.env["cartera.politica"].sudo().search([("referral_idle_days", ">", 0)])
        ) & Domain("state", "in", UNDER_WAY)
        return idle if (True in value) == (operator == "in") else ~idle

    @api.model
    def _del_mes(self, company, month, abogado=None):
        """The company's cases that were open on some day of the month (its first day), oldest first."""
        last = month + relativedelta(months=1, days=-1)
        domain = Domain([("company_id", "=", company.id), ("date_sent", "<=", last)]) & (
            Domain("date_end", "=", False) | Domain("date_end", ">=", month)
        )
        if abogado:
            domain &= Domain("abogado_id", "=", abogado.id)
        return self.search(domain, order="date_sent, id")

    @api.model
    def _recordar(self, company):
        """Weekly, an activity for whoever works a case in which nothing happened for too long."""
        res = super()._recordar(company)
        today = company._cartera_hoy()
        told = Domain("date_idle_told", "=", False) | Domain("date_idle_told", "<=", today - WEEK)
        idle = self.with_company(company).search(
            Domain("company_id", "=", company.id) & Domain("is_idle", "=", True) & told
        )
        reminder = self.env.ref(IDLE)
        for remision in idle.filtered(lambda r: reminder not in r.activity_ids.activity_type_id):
            since = remision.last_date or remision.date_sent
            remision.with_context(mail_activity_quick_update=True).activity_schedule(
                IDLE,
                date_deadline=today,
                summary=self.env._("Nothing recorded for %s days: say how the case goes", (today - since).days),
                user_id=remision._encargado().id,
            )
        idle.date_idle_told = today
        return res


def _sin_actuacion(until):
    """Domain: the last event, or the sending of what had none, is of `until` or before."""
    return Domain("last_date", "<=", until) | (Domain("last_date", "=", False) & Domain("date_sent", "<=", until))


class CarteraRemisionAviso(models.Model):
    """The monthly report of the cases that a person got: one row each, so sent once.

    Coordinators get every case; lawyers, their own. On the first working day of the next month, with PDF and XLSX.
    """

    _name = "cartera.remision.aviso"
    _description = "E-mail of the Monthly Legal Report"
    _inherit = ["cartera.correo"]
    _order = "month desc, id"
    _rec_name = "user_id"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    user_id = fields.Many2one("res.users", string="Person", required=True, readonly=True, index=True)
    month = fields.Date(required=True, readonly=True, help="First day of the month that it reports.")
    scope = fields.Selection([("own", "Own cases"), ("all", "Every case")], required=True, readonly=True)
    cases = fields.Integer(readonly=True)

    _month_uniq = models.UniqueIndex(
        "(company_id, month, user_id)", "This person already has the report of that month."
    )

    def _asunto(self):
        return f"Informe de procesos jurídicos de {fecha(self.month).split(' de ', 1)[1]} ({self.cases} casos)"

    @api.model
    def _cron_enviar(self):
        """Every morning: companies whose month is to be reported send it, one person after another."""
        companies = self.env["res.company"].search(
            [("cartera_politica_id", "!=", False), ("cartera_informe_juridico", "=", True)]
        )
        due = companies.filtered(self._toca)
        self.env["cartera.partida"]._por_empresa(due, self._name, "_enviar_a_todos")

    @api.model
    def _enviar_a_todos(self, company):
        month = self._toca(company)
        for user, scope in self._faltan(company, month):
            self._enviar(company, month, user, scope)
            self.env["cartera.partida"]._guardar_lote()
        company.cartera_informe_juridico_mes = month

    @api.model
    def _toca(self, company):
        """The month (its first day) to be reported today, or None."""
        today = company._cartera_hoy()
        month = today.replace(day=1) - relativedelta(months=1)
        last = company.cartera_informe_juridico_mes
        if last and last >= month:
            return None
        start = next_working_day(today.replace(day=1), Guardia(self.env, company)._festivos())
        return month if 0 <= (today - start).days <= GRACE else None

    @api.model
    def _faltan(self, company, month):
        """[(user, scope)] of whom the report of the month did not reach yet; nobody where there was no case."""
        cases = self.env["cartera.remision"].sudo()._del_mes(company, month)
        told = self.sudo().search([("company_id", "=", company.id), ("month", "=", month)]).user_id
        coordinators = company._cartera_coordinadores() if cases else self.env["res.users"]
        people = [(user, "all") for user in coordinators - told]
        return people + [(user, "own") for user in cases.abogado_id.filtered("active") - coordinators - told]

    @api.model
    def _enviar(self, company, month, user, scope):
        """Write and queue the report of one person; its row."""
        Aviso = self.sudo()._para_escribir(company)
        informe = Aviso.env["cartera.informe.juridico"].create(
            {"company_id": company.id, "month": month, "abogado_id": user.id if scope == "own" else False}
        )
        casos = informe._casos()
        values = {"company_id": company.id, "user_id": user.id, "month": month, "scope": scope, "cases": len(casos)}
        aviso = Aviso.create({**values, "state": self._estado_para(user)})
        if aviso.state == "sent":
            files = {aviso: aviso._hojas(informe)}
            aviso._encolar({aviso: aviso._cuerpo(casos)}, company._cartera_coordinadores(), files)
        return aviso

    def _cuerpo(self, casos):
        """HTML: the totals by state of the case, and those that stand still."""
        by_state = defaultdict(list)
        for caso in casos:
            by_state[caso.state].append(caso)
        values = {"aviso": self, "estados": by_state, "casos": casos, "quietos": [c for c in casos if c.is_idle]}
        values |= {"fecha": fecha, "pesos": pesos, "dia": dia, "base": self.get_base_url()}
        return self.env["ir.qweb"]._render("cartera_cobro.correo_informe_juridico", values)

    def _hojas(self, informe):
        """The PDF and the XLSX, as attachments of the row."""
        name = informe._nombre_archivo()
        files = {f"{name}.pdf": informe._pdf(), f"{name}.xlsx": informe._xlsx()}
        return self.env["ir.attachment"].create(
            [{"name": n, "raw": raw, "res_model": self._name, "res_id": self.id} for n, raw in files.items()]
        )


class ResCompany(models.Model):
    _inherit = "res.company"

    cartera_informe_juridico = fields.Boolean(
        string="E-mail of the Monthly Legal Report",
        default=True,
        help="To coordinators and lawyers, on the first working day of the next month.",
    )
    cartera_informe_juridico_mes = fields.Date(string="Last Legal Report", readonly=True, copy=False)


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    cartera_informe_juridico = fields.Boolean(related="company_id.cartera_informe_juridico", readonly=False)
