from collections import namedtuple
from datetime import timedelta

from odoo import api, fields, models

from ..rules.dates import next_working_day
from .account_move import READERS
from .cartera_contacto import Guardia
from .cartera_correo import dia, pesos

# Claims or items named in an e-mail: the rest is counted, and is one click away.
ROWS = 40
# What could not leave on its day still may this many days later.
GRACE = 3
# The company's field with the last edition sent, by kind.
LAST = {"week": "cartera_reclamos_semana", "month": "cartera_reclamos_mes"}

Edicion = namedtuple("Edicion", "kind date")


class CarteraReclamacionAviso(models.Model):
    """The e-mail that a responsible got: of their open claims, weekly, or of what they hold, monthly. Sent once.

    On Mondays, open claims by deadline; on the 1st, the blocked portfolio. On the next working day where that is none.
    """

    _name = "cartera.reclamacion.aviso"
    _description = "E-mail of Claims"
    _inherit = ["cartera.correo"]
    _order = "date desc, count desc, id"
    _rec_name = "user_id"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one("res.users", string="Responsible", required=True, readonly=True, index=True)
    kind = fields.Selection([("week", "Open claims"), ("month", "Blocked portfolio")], required=True, readonly=True)
    date = fields.Date(string="Edition", required=True, readonly=True, help="The Monday or the 1st that it is of.")
    count = fields.Integer(string="Claims or Items", readonly=True)
    amount = fields.Monetary(string="Held", readonly=True, currency_field="company_currency_id")

    _edition_uniq = models.UniqueIndex(
        "(company_id, date, kind, user_id)", "This person already has the e-mail of that day."
    )

    @api.model
    def _cron_enviar(self):
        """Every morning: the companies whose day it is send what was not sent yet."""
        companies = self.env["res.company"].search(
            [("cartera_politica_id", "!=", False), ("cartera_reclamos_aviso", "=", True)]
        )
        due = companies.filtered(self._tocan)
        self.env["cartera.partida"]._por_empresa(due, self._name, "_enviar_las_que_tocan")

    @api.model
    def _enviar_las_que_tocan(self, company):
        for edition in self._tocan(company):
            self._enviar(company, edition)
            company[LAST[edition.kind]] = edition.date
            self.env["cartera.partida"]._guardar_lote()

    @api.model
    def _tocan(self, company):
        """[Edicion] that are to leave today."""
        today, holidays = company._cartera_hoy(), Guardia(self.env, company)._festivos()
        editions = [
            Edicion("week", today - timedelta(days=today.weekday())),
            Edicion("month", today.replace(day=1)),
        ]  # fmt: skip
        return [
            edition
            for edition in editions
            if not (company[LAST[edition.kind]] and company[LAST[edition.kind]] >= edition.date)
            and 0 <= (today - next_working_day(edition.date, holidays)).days <= GRACE
        ]

    @api.model
    def _enviar(self, company, edition):
        """Write and queue the e-mail of each responsible who has something, and was not told yet; the rows."""
        Aviso = self.sudo()._para_escribir(company)
        rows = Aviso._filas(company, edition.kind)
        told = Aviso.search(
            [("company_id", "=", company.id), ("date", "=", edition.date), ("kind", "=", edition.kind)]
        ).user_id
        due = {user: own for user, own in rows.grouped("user_id").items() if user.active and user not in told}
        avisos = Aviso.create([Aviso._valores(company, edition, user, own) for user, own in due.items()])
        sent = avisos.filtered(lambda a: a.state == "sent")
        coordinators = company._cartera_coordinadores()
        sent._encolar({aviso: aviso._cuerpo(due[aviso.user_id], coordinators) for aviso in sent}, coordinators)
        return avisos

    @api.model
    def _filas(self, company, kind):
        """Open claims by deadline, or what is held by its age; each has `user_id`."""
        own = [("company_id", "=", company.id), ("user_id", "!=", False)]
        if kind == "week":
            waiting = self.env["cartera.reclamacion"]._por_responder()
            return self.env["cartera.reclamacion"].search(list(waiting) + own, order="deadline, id")
        return self.env["cartera.bloqueo"].search([*own, ("reclamacion_id", "!=", False)], order="date_filed, id")

    @api.model
    def _valores(self, company, edition, user, rows):
        return {
            "company_id": company.id,
            "user_id": user.id,
            "kind": edition.kind,
            "date": edition.date,
            "count": len(rows),
            "amount": sum(rows.mapped("amount_disputed" if edition.kind == "week" else "amount_blocked")),
            "state": self._estado_para(user),
        }

    def _cuerpo(self, rows, coordinators):
        """HTML of the e-mail."""
        values = {
            "aviso": self,
            "filas": rows[:ROWS],
            "mas": max(0, len(rows) - ROWS),
            "hoy": self.company_id._cartera_hoy(),
            "pesos": pesos,
            "dia": dia,
            "base": self.get_base_url(),
            "con_enlaces": self.user_id.has_group(READERS),
            "coordinador": coordinators[:1],
        }
        return self.env["ir.qweb"]._render(f"cartera_cobro.reclamos_{self.kind}", values)

    def _asunto(self):
        if self.kind == "month":
            return f"Cartera bloqueada a su cargo: $ {pesos(self.amount)} ({dia(self.date)})"
        quantity = "1 reclamo por responder" if self.count == 1 else f"{self.count} reclamos por responder"
        return f"{quantity} (semana del {dia(self.date)})"


class ResCompany(models.Model):
    _inherit = "res.company"

    cartera_reclamos_aviso = fields.Boolean(
        string="E-mail of Claims",
        default=True,
        help="Weekly the open ones, monthly what they hold.",
    )
    cartera_reclamos_semana = fields.Date(string="Last Week of Claims Told", readonly=True, copy=False)
    cartera_reclamos_mes = fields.Date(string="Last Month of Claims Told", readonly=True, copy=False)


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    cartera_reclamos_aviso = fields.Boolean(related="company_id.cartera_reclamos_aviso", readonly=False)
