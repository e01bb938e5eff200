"""The report of suspensions and cuts by e-mail, on the 15th of the next month (EAAB, operating policy 6)."""

from odoo import api, fields, models

from ..rules.dates import add_months, next_working_day
from .cartera_contacto import Guardia
from .cartera_correo import pesos
from .cartera_suspension_lista import CLASES
from .cartera_textos import fecha

# By the 15th what was executed in the field in a month is in; what could not leave on its day may some days later.
DAY, GRACE = 15, 5
SHEET = "cartera_cobro.report_cartera_suspension_informe"
MEASURES = ["sent:sum", "executed:sum", "failed:sum", "pending:sum", "effectiveness:avg", "amount:sum"] + [
    "amount_collected:sum",
    "collected_rate:avg",
]


class CarteraSuspensionAviso(models.Model):
    """The e-mail that a person got of a month's suspensions and cuts: one row each, so sent once.

    Coordinators get every zone; the responsibles of a zone, theirs. On the 15th of the next month, or the next working
    day, with the sheet; nobody where no order left in the month.
    """

    _name = "cartera.suspension.aviso"
    _description = "E-mail of Suspensions and Cuts"
    _inherit = ["cartera.correo"]
    _order = "month desc, id"
    _rec_name = "user_id"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    user_id = fields.Many2one("res.users", string="Person", required=True, readonly=True, index=True)
    month = fields.Date(required=True, readonly=True, help="First day of the month that it reports.")
    zonas = fields.Char(string="Zones", readonly=True, help="Empty: all.")
    orders = fields.Integer(readonly=True)
    executed = fields.Integer(readonly=True)

    _month_uniq = models.UniqueIndex(
        "(company_id, month, user_id)", "This person already has the report of that month."
    )

    def _asunto(self):
        of = f" · {self.zonas}" if self.zonas else ""
        month = fecha(self.month).split(" de ", 1)[1]
        return f"Cortes y suspensiones de {month}: {self.executed} de {self.orders} ejecutadas{of}"

    # --- when and to whom -------------------------------------------------------------------------------------------

    @api.model
    def _cron_enviar(self):
        """Every morning: companies whose month is to be reported send it, one person after another."""
        companies = self.env["res.company"].search(
            [("cartera_politica_id", "!=", False), ("cartera_suspension_aviso", "=", True)]
        )
        due = companies.filtered(self._toca)
        self.env["cartera.partida"]._por_empresa(due, self._name, "_enviar_a_todos")

    @api.model
    def _enviar_a_todos(self, company):
        month = self._toca(company)
        for user, zonas in self._faltan(company, month).items():
            self._enviar(company, month, user, zonas)
            self.env["cartera.partida"]._guardar_lote()
        company.cartera_suspension_aviso_mes = month

    @api.model
    def _toca(self, company):
        """The month (its first day) to be reported today, or None."""
        today = company._cartera_hoy()
        month = add_months(today.replace(day=1), -1)
        last = company.cartera_suspension_aviso_mes
        if last and last >= month:
            return None
        start = next_working_day(today.replace(day=DAY), Guardia(self.env, company)._festivos())
        return month if 0 <= (today - start).days <= GRACE else None

    @api.model
    def _faltan(self, company, month):
        """{user: zones (none: all)} of whom the report of the month did not reach yet."""
        domain = self.env["cartera.suspension.informe"]._del_mes(company, month)._dominio()
        groups = self.env["cartera.suspension.efecto"].sudo()._read_group(domain, ["zona_id"])
        people = dict.fromkeys(company._cartera_coordinadores(), self.env["cartera.zona"]) if groups else {}
        for (zona,) in groups:
            for user in zona.sudo().user_ids.filtered(lambda u: u.active and not u.share and company in u.company_ids):
                if user not in people or people[user]:
                    people[user] = people.get(user, zona.browse()) | zona
        told = self.sudo().search([("company_id", "=", company.id), ("month", "=", month)]).user_id
        return {user: zonas for user, zonas in people.items() if user not in told}

    # --- what -------------------------------------------------------------------------------------------------------

    @api.model
    def _enviar(self, company, month, user, zonas):
        """Write and queue the report of one person; its row."""
        Aviso = self.sudo()._para_escribir(company)
        informe = Aviso.env["cartera.suspension.informe"]._del_mes(company, month, zonas)
        filas = Aviso._filas(informe)
        values = {
            "company_id": company.id,
            "user_id": user.id,
            "month": month,
            "zonas": ", ".join(zonas.sorted("name").mapped("name")) or False,
            "orders": sum(fila["sent"] for fila in filas),
            "executed": sum(fila["executed"] for fila in filas),
            "state": self._estado_para(user),
        }
        row = Aviso.create(values)
        if row.state == "sent":
            coordinators = company._cartera_coordinadores()
            row._encolar({row: row._cuerpo(filas, coordinators)}, coordinators, {row: row._hoja(informe)})
        return row

    @api.model
    def _filas(self, informe):
        """[{zone, kind, measures}] of the orders of the report, by zone."""
        groups = self.env["cartera.suspension.efecto"]._read_group(informe._dominio(), ["zona_id", "kind"], MEASURES)
        names = [measure.split(":")[0] for measure in MEASURES]
        filas = [
            {"zona": zona.name or "Sin zona", "clase": CLASES[kind], **dict(zip(names, figures, strict=True))}
            for zona, kind, *figures in groups
        ]
        return sorted(filas, key=lambda fila: (fila["zona"], fila["clase"]))

    def _cuerpo(self, filas, coordinators):
        values = {
            "aviso": self,
            "filas": filas,
            "mes": fecha(self.month).split(" de ", 1)[1],
            "pesos": pesos,
            "base": self.get_base_url(),
            "coordinador": coordinators[:1],
        }
        return self.env["ir.qweb"]._render("cartera_cobro.correo_suspensiones", values)

    def _hoja(self, informe):
        """The sheet of the report, as an attachment of the row."""
        raw = self.env["ir.actions.report"]._render_xlsx(SHEET, informe.ids, {})[0]
        values = {"name": f"{informe.display_name}.xlsx", "raw": raw, "res_model": self._name, "res_id": self.id}
        return self.env["ir.attachment"].create(values)


class ResCompany(models.Model):
    _inherit = "res.company"

    cartera_suspension_aviso = fields.Boolean(
        string="E-mail of Suspensions and Cuts",
        default=True,
        help="On the 15th of each month, of the month before: to coordinators, and to the responsibles of each zone.",
    )
    cartera_suspension_aviso_mes = fields.Date(string="Last Report of Suspensions", readonly=True, copy=False)


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    cartera_suspension_aviso = fields.Boolean(related="company_id.cartera_suspension_aviso", readonly=False)
