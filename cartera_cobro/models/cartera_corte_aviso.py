"""The closing by e-mail: to the responsibles of each zone with its figures, to treasurers and directors with all."""

from typing import NamedTuple

from babel.numbers import format_decimal
from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .avisos import aviso
from .cartera_correo import SPANISH, dia, pesos
from .cartera_textos import fecha

SIDES = {"overdue": "Vencida", "current": "Vigente"}
NO_STAGE, NO_ZONE = "Sin etapa", "Sin zona"


class Valor(NamedTuple):
    """A figure of a closing beside the one of the month before."""

    name: str
    accounts: int
    amount: float
    before: float

    @property
    def change(self):
        """Percent, or None where there was nothing before."""
        return 100 * (self.amount - self.before) / self.before if self.before else None


class CarteraCorteAviso(models.Model):
    """The e-mail of a closing that a person got: one row each, so sent once."""

    _name = "cartera.corte.aviso"
    _description = "E-mail of a Closing"
    _inherit = ["cartera.correo"]
    _order = "date desc, id desc"
    _rec_name = "user_id"

    corte_id = fields.Many2one(
        "cartera.corte", string="Closing", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(related="corte_id.date", string="Closing Date", store=True)
    user_id = fields.Many2one("res.users", string="Person", required=True, readonly=True, index=True)
    scope = fields.Selection([("zone", "Own zones"), ("company", "Whole company")], required=True, readonly=True)
    zonas = fields.Char(string="Zones", readonly=True)
    amount_overdue = fields.Monetary(string="Overdue", readonly=True, currency_field="company_currency_id")
    amount_current = fields.Monetary(string="Current", readonly=True, currency_field="company_currency_id")

    _once = models.UniqueIndex("(corte_id, user_id)", "This person already has the e-mail of that closing.")

    def _asunto(self):
        of = f" · {self.zonas}" if self.scope == "zone" else ""
        return f"Cierre de cartera al {fecha(self.date)}: $ {pesos(self.amount_overdue)} vencidos{of}"

    # --- to whom ----------------------------------------------------------------------------------------------------

    @api.model
    def _destinatarios(self, corte):
        """{user: zones (none: the whole company)} of who is to be told; who gets it all gets no zone's besides."""
        company = corte.company_id
        people = company._cartera_usuarios_del_rol("tesorero") | company._cartera_usuarios_del_rol("director")
        result = dict.fromkeys(people or company._cartera_coordinadores(), self.env["cartera.zona"])
        zones = self.env["cartera.zona"].browse(corte.resumen_ids.zona_id.ids).exists()
        for zona in zones:
            for user in zona.user_ids.filtered(lambda u: u.active and not u.share and company in u.company_ids):
                if user not in result or result[user]:
                    result[user] = result.get(user, zones.browse()) | zona
        return result

    @api.model
    def _enviar(self, corte):
        """Write and queue the e-mails of a confirmed closing that were not sent yet, all at once; the rows."""
        company = corte.company_id
        Aviso = self.sudo()._para_escribir(company)
        told = Aviso.search([("corte_id", "=", corte.id)]).user_id
        people = {user: zonas for user, zonas in Aviso._destinatarios(corte).items() if user not in told}
        cifras = Cifras(corte)
        avisos = Aviso.create([Aviso._valores(corte, user, zonas, cifras) for user, zonas in people.items()])
        sent = avisos.filtered(lambda a: a.state == "sent")
        coordinators = company._cartera_coordinadores()
        bodies = {row: row._cuerpo(cifras, people[row.user_id], coordinators) for row in sent}
        sent._encolar(bodies, coordinators)
        return avisos

    def _valores(self, corte, user, zonas, cifras):
        total = cifras.total(zonas.ids or None)
        return {
            "corte_id": corte.id,
            "company_id": corte.company_id.id,
            "user_id": user.id,
            "scope": "zone" if zonas else "company",
            "zonas": ", ".join(zonas.sorted("name").mapped("name")),
            "amount_overdue": total["overdue"].amount,
            "amount_current": total["current"].amount,
            "state": self._estado_para(user),
        }

    # --- what -------------------------------------------------------------------------------------------------------

    def _cuerpo(self, cifras, zonas, coordinators):
        """HTML of the e-mail of one person."""
        corte = self.corte_id
        reads = corte.with_user(self.user_id).has_access("read")
        parts = zonas.sorted("name") if len(zonas) > 1 else [zonas]
        return self.env["ir.qweb"]._render(
            "cartera_cobro.corte_correo",
            {
                "aviso": self,
                "corte": corte,
                "partes": [cifras.parte(zona) for zona in parts],
                "zonas": [] if zonas else cifras.por_zona(),
                "antes": cifras.before,
                "lados": SIDES,
                "libros": corte._libros(zonas) if reads else [],
                "enlace": f"{self.get_base_url()}/odoo/cartera-cortes/{corte.id}" if reads else None,
                "coordinador": coordinators[:1],
                "pesos": pesos,
                "porcentaje": porcentaje,
                "dia": dia,
                "fecha": fecha,
            },
        )


class Cifras:
    """Overdue and current portfolio of a closing by zone and stage, beside the month before: one query."""

    def __init__(self, corte):
        self.corte = corte
        self.before = corte._mes_anterior()
        self.filas = self._leer()

    def _leer(self):
        """[(zone id, zone, side, stage, place, accounts, amount, amount before)]"""
        self.corte.env.flush_all()
        query = SQL(
            """
            SELECT zona_id, MAX(zona), position, etapa, MIN(etapa_orden),
                   COALESCE(SUM(accounts) FILTER (WHERE corte_id = %(now)s), 0),
                   COALESCE(SUM(amount) FILTER (WHERE corte_id = %(now)s), 0),
                   COALESCE(SUM(amount) FILTER (WHERE corte_id = %(before)s), 0)
              FROM cartera_corte_resumen
             WHERE corte_id IN (%(now)s, %(before)s) AND position IN ('overdue', 'current')
          GROUP BY zona_id, position, etapa
          ORDER BY MIN(etapa_orden) NULLS FIRST, etapa
            """,
            now=self.corte.id,
            before=self.before.id or 0,
        )
        return self.corte.env.execute_query(query)

    def total(self, zone_ids=None):
        """{side: Valor} of some zones, of all without them."""
        return {side: self._sumar(SIDES[side], self._de(zone_ids, side)) for side in SIDES}

    def parte(self, zona):
        """A section of the e-mail: its title (None: the company), totals, and rows by stage of each side."""
        zone_ids = zona.ids or None
        return {
            "title": zona.name or None,
            "total": self.total(zone_ids),
            "etapas": {side: self._por(self._de(zone_ids, side), 3, NO_STAGE) for side in SIDES},
        }

    def por_zona(self):
        """[Valor] of the overdue portfolio by zone, the largest first; none where there are no zones."""
        rows = self._de(None, "overdue")
        if not any(row[0] for row in rows):
            return []
        return sorted(self._por(rows, 1, NO_ZONE), key=lambda valor: -valor.amount)

    def _de(self, zone_ids, side):
        return [row for row in self.filas if row[2] == side and (zone_ids is None or row[0] in zone_ids)]

    def _por(self, rows, column, missing):
        groups = {}
        for row in rows:
            groups.setdefault(row[column] or missing, []).append(row)
        return [self._sumar(name, group) for name, group in groups.items()]

    @staticmethod
    def _sumar(name, rows):
        return Valor(name, sum(r[5] for r in rows), float(sum(r[6] for r in rows)), float(sum(r[7] for r in rows)))


def porcentaje(change):
    """3.21 as +3,2 %."""
    change = round(change, 1)
    sign = "+" if change > 0 else "−" if change < 0 else ""
    return f"{sign}{format_decimal(abs(change), format='#,##0.0', locale=SPANISH)} %"


class CarteraCorte(models.Model):
    _inherit = "cartera.corte"

    mail_state = fields.Selection(
        [("pending", "To be sent"), ("sent", "Sent")], string="E-mails", readonly=True, copy=False
    )
    aviso_ids = fields.One2many("cartera.corte.aviso", "corte_id", string="E-mails of the Closing", readonly=True)
    aviso_count = fields.Integer(compute="_compute_aviso_count")

    @api.depends("aviso_ids")
    def _compute_aviso_count(self):
        counts = (
            self.env["cartera.corte.aviso"]
            .sudo()
            ._read_group([("corte_id", "in", self.ids)], ["corte_id"], ["__count"])
        )
        counts = {corte.id: count for corte, count in counts}
        for corte in self:
            corte.aviso_count = counts.get(corte._origin.id, 0)

    def _mes_anterior(self):
        """The closing in force of the end of the month before this one's, or none."""
        end = self.date.replace(day=1) + relativedelta(days=-1)
        return self.sudo().search(
            [("company_id", "=", self.company_id.id), ("date", "=", end), ("is_current", "=", True)], limit=1
        )

    def _libros(self, zonas):
        """Attachments to be linked in the e-mail of `zonas` (none: the company): those of the closing, if any yet."""
        return self.env["ir.attachment"].sudo().search([("res_model", "=", self._name), ("res_id", "=", self.id)])

    @api.model
    def _avisar_pendientes(self, company):
        """E-mail what was confirmed and is to be told."""
        for corte in self.sudo().search([("company_id", "=", company.id), ("mail_state", "=", "pending")]):
            self.env["cartera.corte.aviso"]._enviar(corte)
            corte.mail_state = "sent"

    def action_enviar(self):
        """E-mail a confirmed closing now, to whom does not have it yet."""
        self.ensure_one()
        self.check_access("write")
        corte = self.sudo()
        if not corte.is_current:
            raise UserError(self.env._("%s is not in force: confirm it first.", self.display_name))
        avisos = self.env["cartera.corte.aviso"]._enviar(corte)
        corte.mail_state = "sent"
        if not avisos:
            return aviso(self.env._("Everybody has it already: %s e-mails.", corte.aviso_count), "info")
        return aviso(self.env._("E-mails on their way: %s.", len(avisos.filtered(lambda a: a.state == "sent"))))

    def action_avisos(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_corte_aviso_action")
        return dict(action, domain=[("corte_id", "=", self.id)], context={})
