"""The collections of the last working day, by e-mail every working morning (EAAB6).

It tells the days since the last working day, so that what came on a Saturday or a holiday is told on the next working
morning; and those before it that no e-mail told, because none left on their morning. Its figures are those of the
collections' own pivot, read with its `_read_group`, money only.
"""

from datetime import timedelta
from typing import NamedTuple

from babel.dates import format_date
from dateutil.relativedelta import relativedelta
from odoo import api, fields, models

from ..rules.dates import is_working_day
from .account_move import READERS
from .cartera_campana_efecto import MONEY_JOURNALS
from .cartera_contacto import Guardia
from .cartera_correo import SPANISH, pesos
from .cartera_corte_programa import BUSY

# Days that nobody was told of are made up for as far back as this: before that nobody followed.
LONGEST = timedelta(days=10)


class Fila(NamedTuple):
    """A stage in the e-mail: collected in the days told, in the month to date, and the month's goal."""

    name: str
    day: float
    month: float
    goal: float


class Cifras(NamedTuple):
    """What the e-mail says: stages [Fila], channels [(name, amount)], days [(date, amount)], and totals."""

    filas: list
    channels: list
    days: list
    count: int
    accounts: int
    day: float
    month: float
    goal: float
    before: float
    unmatched: float


class CarteraRecaudoDiario(models.Model):
    """The e-mail of a day's collections to one person: written once, so that no run sends it twice."""

    _name = "cartera.recaudo.diario"
    _description = "Daily Collections E-mail"
    _inherit = ["cartera.correo"]
    _order = "date desc, id desc"
    _rec_name = "user_id"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one("res.users", string="Person", required=True, readonly=True, index=True)
    date = fields.Date(
        string="Day Told", required=True, readonly=True, help="The last working day, or the first one not told before."
    )
    date_to = fields.Date(string="To", readonly=True, help="The day before the e-mail.")
    amount = fields.Monetary(string="Collected", readonly=True, currency_field="company_currency_id")
    amount_month = fields.Monetary(
        string="Collected in the Month", readonly=True, currency_field="company_currency_id", help="To date."
    )

    _day_uniq = models.UniqueIndex("(company_id, user_id, date)", "This person already has the e-mail of that day.")

    # --- when -----------------------------------------------------------------------------------------------------

    @api.model
    def _cron_enviar(self):
        """Every morning: each company with people to tell, on a working day."""
        companies = self.env["res.company"].search(
            [("cartera_politica_id", "!=", False), ("cartera_recaudo_user_ids", "!=", False)]
        )
        self.env["cartera.partida"]._por_empresa(companies, self._name, "_enviar")

    @api.model
    def _dia(self, company):
        """The first day (date) that today's e-mail tells, to yesterday; None when today is a day off."""
        today, festivos = company._cartera_hoy(), Guardia(self.env, company)._festivos()
        if not is_working_day(today, festivos):
            return None
        day = today - timedelta(days=1)
        while not is_working_day(day, festivos):
            day -= timedelta(days=1)
        return min(day, self._sin_contar(company, today) or day)

    @api.model
    def _sin_contar(self, company, today):
        """The day (date) after the last one told before today's e-mails; None where that is long ago, or never was."""
        told = [("company_id", "=", company.id), ("date_to", "<", today - timedelta(days=1))]
        last = self.sudo().search([*told, ("date_to", ">=", today - LONGEST)], order="date_to desc", limit=1)
        return last.date_to + timedelta(days=1) if last else None

    @api.model
    def _enviar(self, company):
        """Write and queue the e-mails of today that are not written yet; these digests.

        The ledger is read first. Nothing when today is a day off, or while the company's items are being classified:
        then it is tried again in a few minutes.
        """
        Diario = self.sudo()._para_escribir(company)
        day = Diario._dia(company)
        if not day:
            return Diario.browse()
        done = Diario.search([("company_id", "=", company.id), ("date", "=", day)]).user_id
        users = company.sudo().cartera_recaudo_user_ids.filtered(
            lambda user: user.active and company in user.company_ids
        )
        if not users - done:
            return Diario.browse()
        if Diario.env["cartera.recaudo"]._actualizar(company)["locked"]:
            self.env.ref("cartera_cobro.ir_cron_recaudo_diario").sudo()._trigger(at=fields.Datetime.now() + BUSY)
            return Diario.browse()
        cifras = Diario._cifras(company, day)
        digests = Diario.create(
            [
                {
                    "company_id": company.id,
                    "user_id": user.id,
                    "date": day,
                    "date_to": company._cartera_hoy() - timedelta(days=1),
                    "amount": cifras.day,
                    "amount_month": cifras.month,
                    "state": self._estado_para(user),
                }
                for user in users - done
            ]
        )
        sent = digests.filtered(lambda d: d.state == "sent")
        sent._encolar(sent._cuerpos(cifras), company._cartera_coordinadores())
        return digests

    # --- what -----------------------------------------------------------------------------------------------------

    @api.model
    def _suma(self, company, first, last, groupby=(), *more):
        """Money collected from `first` to `last` (dates), as the pivot sums it: rows of `_read_group`."""
        domain = [
            ("company_id", "=", company.id),
            ("kind", "=", "payment"),
            ("date", ">=", first),
            ("date", "<=", last),
        ]
        return self.env["cartera.recaudo"]._read_group(domain, list(groupby), ["amount:sum", *more])

    @api.model
    def _cifras(self, company, day):
        """The figures (Cifras) of the days from `day` to yesterday, and of their month to date."""
        last = company._cartera_hoy() - timedelta(days=1)
        first = last.replace(day=1)
        [(amount, count, accounts)] = self._suma(company, day, last, (), "move_id:count_distinct",
                                                 "accounts:count_distinct")  # fmt: skip
        filas = self._filas(company, day, last)
        goals = dict(self._metas(company, first))
        [(before,)] = self._suma(company, first - relativedelta(months=1), last - relativedelta(months=1))
        return Cifras(
            filas=filas,
            channels=[(journal.name, total) for journal, total in self._suma(company, day, last, ["journal_id"])],
            days=[(when, total) for when, total in self._suma(company, day, last, ["date:day"])],
            count=count,
            accounts=accounts,
            day=amount or 0.0,
            month=sum(fila.month for fila in filas),
            goal=sum(goals.values()),
            before=before or 0.0,
            unmatched=self._sin_aplicar(company, day, last),
        )

    @api.model
    def _filas(self, company, day, last):
        """[Fila] of the stages with money in the month or with a goal for it, in the procedure's order.

        What the company's goal has over its stages' is nobody's row: it counts in the total.
        """
        first = last.replace(day=1)
        names, places = {}, {}
        sums = []
        for since in (day, first):
            rows = self._suma(company, since, last, ["etapa_id", "etapa"], "etapa_orden:min")
            found = {}
            for etapa, name, amount, place in rows:
                found[etapa.id] = found.get(etapa.id, 0.0) + amount
                names[etapa.id], places[etapa.id] = name, place
            sums.append(found)
        goals = {etapa: goal for etapa, goal in self._metas(company, first) if etapa}
        Etapa = self.env["cartera.etapa"]
        keys = {*names, *(key for key, amount in goals.items() if amount)}
        by_place = sorted(keys, key=lambda key: (not key, places.get(key) or Etapa.browse(key).sequence or 0, key or 0))
        return [
            Fila(
                Etapa.browse(key).name if key and not names.get(key) else names.get(key) or "Sin etapa",
                *(found.get(key, 0.0) for found in sums),
                goals.get(key, 0.0),
            )
            for key in by_place
        ]

    @api.model
    def _metas(self, company, first):
        """[(stage id or False, goal of the month that begins on `first`)]."""
        rows = self.env["cartera.recaudo.cumplimiento"]._read_group(
            [("company_id", "=", company.id), ("date", "=", first)], ["etapa_id"], ["goal:sum"]
        )
        return [(etapa.id, goal or 0.0) for etapa, goal in rows]

    @api.model
    def _sin_aplicar(self, company, day, last):
        """Money that came in those days and that nothing is matched with yet: it has no stage."""
        [(amount,)] = self.env["account.move.line"]._read_group(
            [
                ("account_id", "in", company._cartera_cuentas_ids()),
                ("company_id", "=", company.id),
                ("parent_state", "=", "posted"),
                ("date", ">=", day),
                ("date", "<=", last),
                ("balance", "<", 0),
                ("reconciled", "=", False),
                ("journal_id.type", "in", MONEY_JOURNALS),
            ],
            [],
            ["amount_residual:sum"],
        )
        return -(amount or 0.0)

    # --- the e-mail -----------------------------------------------------------------------------------------------

    def _asunto(self):
        return f"Recaudo del {self._fecha(self.date)}: $ {pesos(self.amount)} (mes: $ {pesos(self.amount_month)})"

    def _fecha(self, day):
        return format_date(day, "EEEE d 'de' MMMM", locale=SPANISH)

    def _cuerpos(self, cifras):
        """{digest: HTML} of the e-mails."""
        readers = set(self.env.ref(READERS).sudo().all_user_ids.ids)
        last = self[:1].company_id._cartera_hoy() - timedelta(days=1)
        values = {
            "cifras": cifras,
            "pesos": pesos,
            "porcentaje": lambda part, whole: f"{100 * part / whole:.0f} %" if whole else "",
            "fecha": self._fecha,
            "hasta": last,
            "mes": format_date(last, "MMMM", locale=SPANISH),
            "antes": format_date(last - relativedelta(months=1), "MMMM", locale=SPANISH),
            "base": self[:1].get_base_url(),
        }
        return {
            digest: self.env["ir.qweb"]._render(
                "cartera_cobro.recaudo_diario",
                {**values, "digest": digest, "con_enlaces": digest.user_id.id in readers},
            )
            for digest in self
        }


class ResCompany(models.Model):
    _inherit = "res.company"

    cartera_recaudo_user_ids = fields.Many2many(
        "res.users",
        "cartera_recaudo_company_user_rel",
        "company_id",
        "user_id",
        string="Daily Collections To",
        domain="[('share', '=', False), ('company_ids', 'in', id)]",
        help="Each gets the collections of the last working day by e-mail on working mornings. Empty: nobody.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    cartera_recaudo_user_ids = fields.Many2many(related="company_id.cartera_recaudo_user_ids", readonly=False)
