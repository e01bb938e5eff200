from datetime import date, timedelta
from typing import NamedTuple

from babel.dates import format_date
from odoo import api, fields, models
from odoo.tools import SQL

from ..rules.dates import next_working_day
from .account_move import READERS
from .cartera_contacto import Guardia, agrupar
from .cartera_correo import SPANISH, dia, dia_de, pesos

# A digest longer than this is not read on a phone: the rest is counted, and is one click away.
ROWS = 40
# A week's digest that could not leave on its day still may this many days later.
GRACE = 2


class Fila(NamedTuple):
    """A customer in the digest of a person. own: amounts are of the dossier; else of what the person sold."""

    user_id: int
    expediente_id: int
    own: bool
    overdue: float
    oldest: date
    etapa_id: int
    last_contact: object
    promise_date: date
    promise_amount: float
    novedades: int
    to_answer: int


class CarteraResumen(models.Model):
    """The digest of a week for one person in a company: written once, so that no run sends it twice.

    What the person replies to its e-mail lands in its messages, and goes to the coordinator, who follows it.
    """

    _name = "cartera.resumen"
    _description = "Weekly Digest"
    _inherit = ["cartera.correo"]
    _order = "week desc, amount desc, id"
    _rec_name = "user_id"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    user_id = fields.Many2one("res.users", string="Person", required=True, readonly=True, index=True)
    week = fields.Date(string="Week of", required=True, readonly=True, help="Its Monday.")
    count = fields.Integer(string="Customers Overdue", readonly=True)
    amount = fields.Monetary(string="Overdue", readonly=True, currency_field="company_currency_id")
    company_currency_id = fields.Many2one(related="company_id.currency_id")

    _week_uniq = models.UniqueIndex("(company_id, user_id, week)", "This person already has the digest of that week.")

    # --- when -------------------------------------------------------------------------------------------------------

    @api.model
    def _cron_enviar(self, batch=100):
        """Every morning: the companies whose day it is send what was not sent yet, so many persons at a time."""
        companies = self.env["res.company"].search(
            [("cartera_politica_id", "!=", False), ("cartera_resumen_weekday", "!=", False)]
        )
        due = companies.filtered(self._por_enviar)
        self.env["cartera.partida"]._por_empresa(due, self._name, "_enviar_a_todos", args=(batch,))

    @api.model
    def _enviar_a_todos(self, company, batch):
        week = self._por_enviar(company)
        while users := self._faltan(company, week)[:batch]:
            self._enviar(company, week, users)
            self.env["cartera.partida"]._guardar_lote()
        company.cartera_resumen_week = week

    @api.model
    def _semana(self, company):
        """The Monday (date) of the company's current week."""
        today = company._cartera_hoy()
        return today - timedelta(days=today.weekday())

    @api.model
    def _por_enviar(self, company):
        """The Monday (date) of the week whose digest leaves today, or None: on its weekday, or the next working day
        where that is none, which may be of the week after."""
        this, days_off = self._semana(company), Guardia(self.env, company)._festivos()
        for week in (this - timedelta(days=7), this):
            if company.cartera_resumen_week and company.cartera_resumen_week >= week:
                continue
            day = next_working_day(week + timedelta(days=int(company.cartera_resumen_weekday)), days_off)
            if 0 <= (company._cartera_hoy() - day).days <= GRACE:
                return week
        return None

    @api.model
    def _faltan(self, company, week):
        """Users with overdue customers in the company whose digest of the week is not written yet."""
        done = self.search([("company_id", "=", company.id), ("week", "=", week)]).user_id
        rows = self.env.execute_query(
            SQL("SELECT DISTINCT user_id FROM (%s) f ORDER BY user_id", self._sql_clientes(company))
        )
        return self.env["res.users"].browse(user for (user,) in rows) - done

    # --- what -------------------------------------------------------------------------------------------------------

    @api.model
    def _sql_clientes(self, company):
        """SELECT of (user_id, expediente_id, own, overdue, oldest): whose customers are overdue in the company."""
        for model in ("cartera.expediente", "cartera.partida", "account.move", "res.users"):
            self.env[model].flush_model()
        pieces = [
            SQL(
                """SELECT x.responsible_id AS user_id, x.id AS expediente_id, TRUE AS own, x.amount_overdue AS overdue,
                          x.oldest_date_due AS oldest
                     FROM cartera_expediente x
                    WHERE x.company_id = %s AND x.amount_overdue > 0 AND x.responsible_id IS NOT NULL""",
                company.id,
            )
        ]
        if company.cartera_resumen_vendedores:
            pieces.append(
                SQL(
                    """SELECT m.invoice_user_id, x.id, FALSE, SUM(p.amount_residual), MIN(p.date_due)
                         FROM cartera_partida p
                         JOIN account_move m ON m.id = p.move_id
                         JOIN cartera_expediente x ON x.id = p.expediente_id
                        WHERE p.company_id = %s AND p.is_open AND p.amount_residual > 0 AND p.date_due < %s
                          AND m.invoice_user_id IS DISTINCT FROM x.responsible_id
                     GROUP BY m.invoice_user_id, x.id""",
                    company.id,
                    company._cartera_hoy(),
                )
            )
        return SQL(
            """SELECT f.* FROM (%s) f
                 JOIN res_users u ON u.id = f.user_id AND u.active AND NOT u.share
                 JOIN res_company_users_rel r ON r.user_id = u.id AND r.cid = %s""",
            SQL(" UNION ALL ").join(pieces),
            company.id,
        )

    @api.model
    def _filas(self, company, users):
        """{user id: [Fila]}, the most overdue first; one query, whatever the number of persons."""
        self.env["cartera.gestion"].flush_model()
        self.env["cartera.novedad"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT f.user_id, f.expediente_id, f.own, f.overdue, f.oldest, x.etapa_id, g.last, p.promise_date,
                       p.promise_amount, COALESCE(n.waiting, 0), COALESCE(n.mine, 0)
                  FROM (%(clientes)s) f
                  JOIN cartera_expediente x ON x.id = f.expediente_id
             LEFT JOIN LATERAL (SELECT MAX(date) AS last FROM cartera_gestion
                                 WHERE expediente_id = x.id AND date_annulled IS NULL) g ON TRUE
             LEFT JOIN LATERAL (SELECT promise_date, promise_amount FROM cartera_gestion
                                 WHERE expediente_id = x.id AND date_annulled IS NULL AND result = 'promise'
                                   AND day >= f.oldest
                              ORDER BY date DESC LIMIT 1) p ON TRUE
             LEFT JOIN LATERAL (SELECT COUNT(*) AS waiting, COUNT(*) FILTER (WHERE sent_to = f.user_id) AS mine
                                  FROM cartera_novedad WHERE expediente_id = x.id AND state = 'open') n ON TRUE
                 WHERE f.user_id = ANY(%(users)s)
              ORDER BY f.overdue DESC, f.expediente_id
                """,
                clientes=self._sql_clientes(company),
                users=users.ids,
            )
        )
        return agrupar((row[0], Fila(*row)) for row in rows)

    # --- sending ----------------------------------------------------------------------------------------------------

    @api.model
    def _enviar(self, company, week, users):
        """Write and queue the digest of each user, all at once; the digests. Persons without customers get none."""
        Resumen = self._para_escribir(company)
        filas = Resumen._filas(company, users)
        users = users.filtered(lambda user: filas[user.id])
        digests = Resumen.create(
            [
                {
                    "company_id": company.id,
                    "user_id": user.id,
                    "week": week,
                    "count": len(filas[user.id]),
                    "amount": sum(fila.overdue for fila in filas[user.id]),
                    "state": self._estado_para(user),
                }
                for user in users
            ]
        )
        sent = digests.filtered(lambda d: d.state == "sent")
        coordinators = company._cartera_coordinadores()
        sent._encolar(sent._cuerpos(filas, coordinators), coordinators)
        return digests

    def _asunto(self):
        return (
            f"Sus clientes en mora: {self.count} por $ {pesos(self.amount)} "
            f"(semana del {format_date(self.week, 'd MMM', locale=SPANISH)})"
        )

    def _cuerpos(self, filas, coordinators):
        """{digest: HTML} of the e-mails."""
        if not self:
            return {}
        readers = set(self.env.ref(READERS).sudo().all_user_ids.ids)
        shown = self.env["cartera.expediente"].browse(
            {fila.expediente_id for digest in self for fila in filas[digest.user_id.id][:ROWS]}
        )
        shown.partner_id.fetch(["complete_name"])
        values = {
            "expedientes": {expediente.id: expediente for expediente in shown},
            "etapas": self.env["cartera.etapa"],
            "hoy": self.company_id._cartera_hoy(),
            "base": self.get_base_url() if len(self) == 1 else self[:1].get_base_url(),
            "coordinador": coordinators[:1],
            "pesos": pesos,
            "dia": dia,
            "dia_de": dia_de,
        }
        return {
            digest: self.env["ir.qweb"]._render(
                "cartera_cobro.resumen_semanal",
                {
                    **values,
                    "digest": digest,
                    "filas": filas[digest.user_id.id][:ROWS],
                    "mas": max(0, len(filas[digest.user_id.id]) - ROWS),
                    "por_responder": sum(fila.to_answer for fila in filas[digest.user_id.id]),
                    "con_enlaces": digest.user_id.id in readers,
                },
            )
            for digest in self
        }


class ResCompany(models.Model):
    _inherit = "res.company"

    cartera_resumen_weekday = fields.Selection(
        [
            ("0", "Monday"),
            ("1", "Tuesday"),
            ("2", "Wednesday"),
            ("3", "Thursday"),
            ("4", "Friday"),
        ],
        string="Weekly Digest On",
        default="0",
        help="In the morning; on a holiday, the next working day. Empty: it is not sent.",
    )
    cartera_resumen_vendedores = fields.Boolean(
        string="Digest for Salespersons Too", help="Of the overdue invoices that each of them sold."
    )
    cartera_resumen_week = fields.Date(string="Last Week Told", readonly=True, copy=False)


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    cartera_resumen_weekday = fields.Selection(related="company_id.cartera_resumen_weekday", readonly=False)
    cartera_resumen_vendedores = fields.Boolean(related="company_id.cartera_resumen_vendedores", readonly=False)
