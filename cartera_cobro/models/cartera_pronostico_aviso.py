from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..rules.dates import next_working_day
from .avisos import aviso
from .cartera_contacto import Guardia
from .cartera_correo import dia, pesos

# What could not leave on its day still may this many days later.
GRACE = 2


class CarteraPronosticoAviso(models.Model):
    """The e-mail of a forecast that a person got: one row each, so sent once."""

    _name = "cartera.pronostico.aviso"
    _description = "E-mail of the Cash Forecast"
    _inherit = ["cartera.correo"]
    _order = "date desc, id"
    _rec_name = "user_id"

    pronostico_id = fields.Many2one(
        "cartera.pronostico", string="Forecast", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="pronostico_id.company_id", store=True)
    date = fields.Date(related="pronostico_id.date", store=True)
    user_id = fields.Many2one("res.users", string="Person", required=True, readonly=True, index=True)

    _person_uniq = models.UniqueIndex("(pronostico_id, user_id)", "This person already has this forecast.")

    def _asunto(self):
        forecast = self.pronostico_id
        lowest = f"saldo más bajo $ {pesos(forecast.amount_lowest)} en la semana del {dia(forecast.lowest_week)}"
        return f"Flujo de caja a 13 semanas: {lowest}"

    @api.model
    def _cron_enviar(self):
        """Every morning: companies whose day it is make their forecast, confirm it and send it, each by itself."""
        companies = self.env["res.company"].search(
            [("cartera_politica_id", "!=", False), ("cartera_pronostico_weekday", "!=", False)]
        )
        self.env["cartera.partida"]._por_empresa(companies.filtered(self._toca), self._name, "_hacer_y_enviar")

    @api.model
    def _hacer_y_enviar(self, company):
        """The forecast of yesterday's balances, confirmed and sent: this week's is done."""
        today = company._cartera_hoy()
        forecast = self.env["cartera.pronostico"]._generar(company, today - timedelta(days=1))
        if forecast.state == "draft":
            forecast.action_recalcular()  # somebody may have made it when the day had not ended
            forecast.action_confirmar()
        self._enviar(forecast)
        company.cartera_pronostico_week = today - timedelta(days=today.weekday())

    @api.model
    def _toca(self, company):
        """Whether the forecast of this week is to be made today."""
        today = company._cartera_hoy()
        week = today - timedelta(days=today.weekday())
        if company.cartera_pronostico_week and company.cartera_pronostico_week >= week:
            return False
        day = next_working_day(
            week + timedelta(days=int(company.cartera_pronostico_weekday)), Guardia(self.env, company)._festivos()
        )
        return 0 <= (today - day).days <= GRACE

    @api.model
    def _enviar_ahora(self, forecast):
        """Send it to whoever did not get it yet; the sentence of how many. UserError: everybody has it."""
        rows = self._enviar(forecast)
        if not rows:
            raise UserError(self.env._("Everybody who gets the forecast has it already, or nobody does: see settings."))
        return aviso(self.env._("Sent to %s.", ", ".join(rows.user_id.mapped("name"))))

    @api.model
    def _enviar(self, forecast):
        """Write and queue the e-mail of each reader that did not get this forecast; the rows."""
        company = forecast.company_id
        Aviso = self.sudo()._para_escribir(company)
        told = Aviso.search([("pronostico_id", "=", forecast.id)]).user_id
        people = company._cartera_lectores_del_pronostico() - told
        rows = Aviso.create(
            [
                {
                    "pronostico_id": forecast.id,
                    "user_id": user.id,
                    "state": self._estado_para(user),
                }
                for user in people
            ]
        )
        sent = rows.filtered(lambda row: row.state == "sent")
        if sent:
            body, sheet = sent[0]._cuerpo(), sent[0].pronostico_id._xlsx()
            files = {row: row._adjunto(sheet) for row in sent}
            sent._encolar(dict.fromkeys(sent, body), company._cartera_coordinadores(), files)
        return rows

    def _adjunto(self, sheet):
        name = f"Flujo de caja {self.date.isoformat()}.xlsx"
        return self.env["ir.attachment"].create(
            {"name": name, "raw": sheet, "res_model": self._name, "res_id": self.id}
        )

    def _cuerpo(self):
        """HTML: the balance week by week, those under zero in red, and how near the last ones came."""
        forecast = self.pronostico_id
        before = forecast.search(
            [("company_id", "=", forecast.company_id.id), ("date", "<", forecast.date), ("state", "=", "confirmed")],
            limit=4,
        ).filtered("ended_count")
        values = {"forecast": forecast, "weeks": forecast.semana_ids.sorted("number"), "before": before}
        values |= {"aside": forecast._aparte(), "pesos": pesos, "dia": dia, "base": self.get_base_url()}
        return self.env["ir.qweb"]._render("cartera_cobro.correo_pronostico", values)
