from collections import namedtuple
from datetime import date
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from ..rules.dates import next_working_day
from .account_move import READERS
from .cartera_contacto import Guardia, agrupar
from .cartera_correo import dia, pesos

# Dossiers named in an e-mail: the rest is counted, and is one click away.
ROWS = 40
# What could not leave on its day still may this many days later.
GRACE = 3
# The company's field with the last edition sent, by kind.
LAST = {"fortnight": "cartera_documentos_quincena", "month": "cartera_documentos_mes"}

Edicion = namedtuple("Edicion", "kind date")
Total = namedtuple("Total", "name dossiers documents expired")


class Falta(NamedTuple):
    """A missing document in an e-mail, under its dossier."""

    expediente_id: int
    debtor: str
    overdue: float
    name: str
    expired: date


class CarteraDocumentoAviso(models.Model):
    """The e-mail of missing documents that a person got, for a fortnight or a month: one row each, so sent once.

    On the 16th, of the fortnight; on the 1st, of the month. Officers get their own dossiers; coordinators the totals by
    officer, with the whole list as a sheet.
    """

    _name = "cartera.documento.aviso"
    _description = "E-mail of Missing Documents"
    _inherit = ["cartera.correo"]
    _order = "date desc, documents desc, id"
    _rec_name = "user_id"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    user_id = fields.Many2one("res.users", string="Person", required=True, readonly=True, index=True)
    kind = fields.Selection([("fortnight", "Fortnight"), ("month", "Month")], required=True, readonly=True)
    scope = fields.Selection([("own", "Own dossiers"), ("all", "Totals by officer")], required=True, readonly=True)
    date = fields.Date(string="Edition", required=True, readonly=True, help="The 1st or the 16th that it is of.")
    dossiers = fields.Integer(readonly=True)
    documents = fields.Integer(string="Documents Missing", readonly=True)

    _edition_uniq = models.UniqueIndex(
        "(company_id, date, kind, scope, user_id)", "This person already has the e-mail of that day."
    )

    # --- when -------------------------------------------------------------------------------------------------------

    @api.model
    def _cron_enviar(self, batch=100):
        """Every morning: companies whose day it is send what was not sent yet, so many persons at a time."""
        companies = self.env["res.company"].search(
            [("cartera_politica_id", "!=", False), ("cartera_documentos_aviso", "!=", False)]
        )
        due = companies.filtered(self._toca)
        self.env["cartera.partida"]._por_empresa(due, self._name, "_enviar_a_todos", args=(batch,))

    @api.model
    def _enviar_a_todos(self, company, batch):
        edition = self._toca(company)
        while users := self._faltan(company, edition)[:batch]:
            self._enviar(company, edition, users)
            self.env["cartera.partida"]._guardar_lote()
        self._enviar_totales(company, edition)
        company[LAST[edition.kind]] = edition.date

    @api.model
    def _toca(self, company):
        """The Edicion that is to leave today, or None. On a holiday or weekend, it leaves on the next working day."""
        today = company._cartera_hoy()
        day = today.replace(day=1 if today.day < 16 else 16)
        edition = Edicion("month" if day.day == 1 else "fortnight", day)
        last = company[LAST[edition.kind]]
        if (last and last >= day) or company.cartera_documentos_aviso not in ("fortnight", edition.kind):
            return None
        start = next_working_day(day, Guardia(self.env, company)._festivos())
        return edition if 0 <= (today - start).days <= GRACE else None

    @api.model
    def _faltan(self, company, edition):
        """Officers with documents missing on their dossiers, not told yet."""
        rows = self.env.execute_query(
            SQL(
                """WITH f AS MATERIALIZED (SELECT DISTINCT f.user_id FROM %(table)s f WHERE f.company_id = %(company)s)
                   SELECT u.id FROM f JOIN res_users u ON u.id = f.user_id AND u.active AND NOT u.share
                     JOIN res_company_users_rel r ON r.user_id = u.id AND r.cid = %(company)s ORDER BY u.id""",
                table=self._tabla(company),
                company=company.id,
            )
        )
        return self.env["res.users"].browse(user for (user,) in rows) - self._avisados(company, edition, "own")

    @api.model
    def _avisados(self, company, edition, scope):
        return self.search(
            [
                ("company_id", "=", company.id),
                ("date", "=", edition.date),
                ("kind", "=", edition.kind),
                ("scope", "=", scope),
            ]
        ).user_id

    @api.model
    def _tabla(self, company):
        """SQL of the missing documents as they are on the company's day, with what it reads flushed."""
        return self.env["cartera.documento.faltante"].sudo().with_company(company)._table_sql

    # --- to the officers --------------------------------------------------------------------------------------------

    @api.model
    def _enviar(self, company, edition, users):
        """Write and queue the e-mail of each officer, all at once; the rows."""
        Aviso = self._para_escribir(company)
        counts = Aviso._conteos(company, users)
        avisos = Aviso._escribir(company, edition, "own", {user: counts[user.id] for user in users})
        sent = avisos.filtered(lambda a: a.state == "sent")
        coordinators = company._cartera_coordinadores()
        sent._encolar(sent._cuerpos(Aviso._faltas(company, sent.user_id), coordinators), coordinators)
        return avisos

    @api.model
    def _escribir(self, company, edition, scope, counts):
        """The rows of an edition. counts: {user: (dossiers, documents)}."""
        return self.create(
            [
                {
                    "company_id": company.id,
                    "user_id": user.id,
                    "kind": edition.kind,
                    "date": edition.date,
                    "scope": scope,
                    "dossiers": dossiers,
                    "documents": documents,
                    "state": self._estado_para(user),
                }
                for user, (dossiers, documents) in counts.items()
            ]
        )

    @api.model
    def _conteos(self, company, users):
        """{user id: (dossiers, documents)}"""
        rows = self.env.execute_query(
            SQL(
                "SELECT f.user_id, COUNT(DISTINCT f.expediente_id), COUNT(*) FROM %s f "
                "WHERE f.company_id = %s AND f.user_id = ANY(%s) GROUP BY f.user_id",
                self._tabla(company),
                company.id,
                users.ids,
            )
        )
        return {user: (dossiers, documents) for user, dossiers, documents in rows}

    @api.model
    def _faltas(self, company, users):
        """{user id: [Falta]} of the first ROWS dossiers of each, those that owe most first; one query for all."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT r.user_id, r.expediente_id, p.complete_name, r.amount_overdue, r.tipo_id,
                       COALESCE(c.name, a.number), r.date_expired
                  FROM (SELECT f.*, DENSE_RANK() OVER (PARTITION BY f.user_id
                                            ORDER BY f.amount_overdue DESC, f.expediente_id) AS place
                          FROM %s f WHERE f.company_id = %s AND f.user_id = ANY(%s)) r
                  JOIN res_partner p ON p.id = r.partner_id
             LEFT JOIN cartera_cuenta c ON c.id = r.cuenta_id
             LEFT JOIN cartera_acuerdo a ON a.id = r.acuerdo_id
                 WHERE r.place <= %s
              ORDER BY r.place, r.applies_to DESC, r.sequence, r.id
                """,
                self._tabla(company),
                company.id,
                users.ids,
                ROWS,
            )
        )
        tipos = {tipo.id: tipo.name for tipo in self.env["cartera.documento.tipo"].browse({row[4] for row in rows})}
        return agrupar(
            (user, Falta(dossier, debtor, overdue, " · ".join(filter(None, [tipos[tipo], cuenta])), expired))
            for user, dossier, debtor, overdue, tipo, cuenta, expired in rows
        )

    def _cuerpos(self, faltas, coordinators):
        """{row: HTML} of the e-mails to the officers."""
        readers = set(self.env.ref(READERS).sudo().all_user_ids.ids)
        return {
            aviso: aviso._render(
                "cartera_cobro.documentos_faltantes_gestor",
                expedientes=agrupar((falta.expediente_id, falta) for falta in faltas[aviso.user_id.id]),
                mas=max(0, aviso.dossiers - ROWS),
                con_enlaces=aviso.user_id.id in readers,
                coordinador=coordinators[:1],
            )
            for aviso in self
        }

    def _render(self, template, **values):
        common = {"aviso": self, "hoy": self.company_id._cartera_hoy(), "pesos": pesos, "dia": dia}
        return self.env["ir.qweb"]._render(template, {**common, "base": self.get_base_url(), **values})

    def _asunto(self):
        quantity = "1 documento por archivar" if self.documents == 1 else f"{self.documents} documentos por archivar"
        of = "mensual" if self.kind == "month" else "quincenal"
        whose = " en sus expedientes" if self.scope == "own" else ""
        return f"{quantity}{whose} (seguimiento {of}, {dia(self.date)})"

    # --- to the coordinators ----------------------------------------------------------------------------------------

    @api.model
    def _enviar_totales(self, company, edition):
        """Write and queue the e-mail with the totals, to whom the company says; nothing where nothing is missing."""
        Aviso = self._para_escribir(company)
        users = company._cartera_lectores_de_documentos() - Aviso._avisados(company, edition, "all")
        by_officer = Aviso._totales(company, "user_id", "res.users")
        if not users or not by_officer:
            return
        figures = sum(total.dossiers for total in by_officer), sum(total.documents for total in by_officer)
        avisos = Aviso._escribir(company, edition, "all", dict.fromkeys(users, figures))
        sent = avisos.filtered(lambda a: a.state == "sent")
        by_tipo = Aviso._totales(company, "tipo_id", "cartera.documento.tipo")
        bodies = {
            aviso: aviso._render("cartera_cobro.documentos_faltantes_totales", gestores=by_officer, tipos=by_tipo)
            for aviso in sent
        }
        sent._encolar(bodies, company._cartera_coordinadores(), sent._hojas())

    @api.model
    def _totales(self, company, column, model):
        """[Total], most documents first, by a column of the missing documents that holds ids of `model`."""
        rows = self.env.execute_query(
            SQL(
                """SELECT f.%(column)s, COUNT(DISTINCT f.expediente_id), COUNT(*), COUNT(f.date_expired)
                     FROM %(table)s f WHERE f.company_id = %(company)s GROUP BY 1 ORDER BY 3 DESC, 1""",
                column=SQL.identifier(column),
                table=self._tabla(company),
                company=company.id,
            )
        )
        names = {r.id: r.display_name for r in self.env[model].sudo().browse({row[0] for row in rows if row[0]})}
        return [Total(names.get(found, "Sin gestor"), *figures) for found, *figures in rows]

    def _hojas(self):
        """{row: attachment} with the whole list."""
        if not self:
            return {}
        company = self.company_id
        Faltante = self.env["cartera.documento.faltante"].sudo().with_company(company)
        Hoja = self.env["report.cartera_cobro.documentos_faltantes_xlsx"]
        content = Hoja._hoja(Faltante, [("company_id", "=", company.id)])
        values = {"name": f"Documentos faltantes {self[:1].date}.xlsx", "raw": content, "res_model": self._name}
        files = self.env["ir.attachment"].create([{**values, "res_id": aviso.id} for aviso in self])
        return dict(zip(self, files, strict=True))


class ResCompany(models.Model):
    _inherit = "res.company"

    cartera_documentos_aviso = fields.Selection(
        [("fortnight", "Every fortnight and month"), ("month", "Every month")],
        string="E-mail of Missing Documents",
        default="fortnight",
        help="On the 16th and the 1st, or the next working day. Empty: it is not sent.",
    )
    cartera_documentos_user_ids = fields.Many2many(
        "res.users",
        "cartera_documentos_company_users_rel",
        "company_id",
        "user_id",
        string="Totals of Missing Documents To",
        domain="[('share', '=', False)]",
        help="Empty: the coordinators.",
    )
    cartera_documentos_quincena = fields.Date(string="Last Fortnight Told", readonly=True, copy=False)
    cartera_documentos_mes = fields.Date(string="Last Month Told", readonly=True, copy=False)

    def _cartera_lectores_de_documentos(self):
        """Users who get the totals of missing documents of the company."""
        self.ensure_one()
        chosen = self.sudo().cartera_documentos_user_ids.filtered("active")
        return chosen or self._cartera_coordinadores()


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    cartera_documentos_aviso = fields.Selection(related="company_id.cartera_documentos_aviso", readonly=False)
    cartera_documentos_user_ids = fields.Many2many(related="company_id.cartera_documentos_user_ids", readonly=False)
