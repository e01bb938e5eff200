from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .cartera_contacto import agrupar

# Roles that receive papers for any dossier; officers, for their own and unassigned ones (as the record rules say).
RECEIVE_FOR_ANY = ("group_cartera_tesorero", "group_cartera_abogado", "group_cartera_ventanilla")


class CarteraExpediente(models.Model):
    """The papers of a dossier: what is filed, and what is missing."""

    _inherit = "cartera.expediente"

    documento_ids = fields.One2many(
        "cartera.documento", "expediente_id", string="Papers", context={"active_test": False}
    )
    documento_missing_count = fields.Integer(
        string="Papers Missing", compute="_compute_documento_missing", search="_search_documento_missing_count"
    )
    documento_missing_text = fields.Char(string="Which Papers", compute="_compute_documento_missing")
    documento_checklist = fields.Json(string="Checklist", compute="_compute_documento_checklist")

    @api.depends("documento_ids.active", "amount_total", "etapa_id", "politica_id", "partner_id.is_company")
    @api.depends_context("lang", "allowed_company_ids")
    def _compute_documento_missing(self):
        missing = self._documentos_faltantes()
        for expediente in self:
            names = missing.get(expediente._origin, [])
            expediente.documento_missing_count = len(names)
            expediente.documento_missing_text = ", ".join(names)

    @api.model
    def _search_documento_missing_count(self, operator, value):
        """Only whether any is missing: `> 0` and `= 0`."""
        if (operator, value) not in ((">", 0), ("=", 0), ("in", {0})):
            return NotImplemented
        table = self.env["cartera.documento.faltante"].sudo()._table_sql

        def to_sql(model, alias, query):
            # An array is read once, by the plan of the list itself, whatever else is asked of the dossiers.
            missing = SQL("ARRAY(SELECT DISTINCT f.expediente_id FROM %s f)", table)
            return SQL("%s = ANY(%s)", SQL.identifier(alias, "id"), missing)

        lacking = Domain.custom(to_sql=to_sql)
        return lacking if operator == ">" else ~lacking

    def _documentos_faltantes(self):
        """{dossier: [name]} of the documents that these dossiers, their accounts and agreements lack today."""
        found = (
            self.env["cartera.documento.faltante"]
            .sudo()
            .search_fetch(
                [("expediente_id", "in", self._origin.ids)], ["expediente_id", "tipo_id", "cuenta_id", "acuerdo_id"]
            )
        )
        groups = found.grouped("expediente_id")
        return {e.with_env(self.env): [row._nombre() for row in rows] for e, rows in groups.items()}

    # --- the checklist on the dossier -------------------------------------------------------------------------------

    @api.depends("documento_ids.active", "amount_total", "etapa_id", "politica_id", "partner_id.is_company")
    @api.depends_context("lang", "uid", "allowed_company_ids")
    def _compute_documento_checklist(self):
        """{"can_file": bool, "today": date, "rows": [one a document]}, as `cartera_papeles` shows them."""
        rows, today = self._renglones_de_papeles(), fields.Date.to_string(self.env.company._cartera_hoy())
        for expediente in self:
            expediente.documento_checklist = {
                "can_file": expediente._puede_archivar(),
                "today": today,
                "rows": rows.get(expediente._origin.id, []),
            }

    def _puede_archivar(self):
        user = self.env.user
        if any(user.has_group(f"cartera_cobro.{group}") for group in RECEIVE_FOR_ANY):
            return True
        own = not self.user_id or self.user_id == user
        return own and user.has_group("cartera_cobro.group_cartera_gestor")

    def _renglones_de_papeles(self):
        """{dossier id: [row]}: every document that its policy has for it, with the last one filed, if any."""
        Faltante = self.env["cartera.documento.faltante"].sudo()
        if not self._origin:
            return {}
        for model in Faltante._depends:
            self.env[model].flush_model()
        found = self.env.execute_query_dict(
            SQL(
                "SELECT * FROM (%s) r ORDER BY asked DESC, place, sequence, tipo_id, cuenta_id, acuerdo_id",
                SQL(" UNION ALL ").join(
                    self._sql_papeles(Faltante, kind, place) for place, kind in enumerate(Faltante._sujetos())
                ),
            )
        )
        result = {}
        for row in found:
            result.setdefault(row["expediente_id"], []).append(self._renglon(row))
        return result

    def _sql_papeles(self, Faltante, kind, place):
        sujeto = Faltante._sujetos()[kind]
        return SQL(
            """
            SELECT x.id AS expediente_id, %(place)s AS place, t.id AS tipo_id, t.sequence, %(cuenta)s AS cuenta_id,
                   %(acuerdo)s AS acuerdo_id, COALESCE(%(asked)s AND %(counts)s, FALSE) AS asked, %(held)s AS held,
                   f.id AS documento_id, f.date_until, f.files
              FROM %(source)s
         LEFT JOIN LATERAL (
                SELECT (ARRAY_AGG(d.id ORDER BY d.date_until DESC NULLS FIRST, d.id DESC))[1] AS id, COUNT(*) AS files,
                       NULLIF(MAX(COALESCE(d.date_until, 'infinity')), 'infinity') AS date_until
                  FROM cartera_documento d WHERE %(filed)s) f ON TRUE
             WHERE x.id = ANY(%(ids)s)
            """,
            place=place,
            cuenta=sujeto.cuenta,
            acuerdo=sujeto.acuerdo,
            asked=Faltante._sql_pedido(kind),
            counts=sujeto.counts,
            held=sujeto.held,
            source=Faltante._sql_desde(kind),
            filed=Faltante._sql_archivado(kind),
            ids=self._origin.ids,
        )

    def _renglon(self, row):
        """A row of the checklist for the screen, from one of `_sql_papeles`."""
        tipo = self.env["cartera.documento.tipo"].sudo().browse(row["tipo_id"])
        cuenta = self.env["cartera.cuenta"].sudo().browse(row["cuenta_id"])
        acuerdo = self.env["cartera.acuerdo"].sudo().browse(row["acuerdo_id"])
        until, today = row["date_until"], self.env.company._cartera_hoy()
        filed = row["held"] or (bool(row["documento_id"]) and not (until and until < today))
        return {
            "key": f"{tipo.id}-{cuenta.id or 0}-{acuerdo.id or 0}",
            "tipo_id": tipo.id,
            "name": tipo.name,
            "cuenta_id": cuenta.id,
            "acuerdo_id": acuerdo.id,
            "detail": cuenta.name or acuerdo.number or acuerdo.display_name or "",
            "days_valid": tipo.days_valid,
            "state": "filed" if filed else "expired" if until else "missing" if row["asked"] else "optional",
            "documento_id": row["documento_id"],
            "until": fields.Date.to_string(until) or "",
            "files": row["files"],
        }

    def action_documentos_faltantes(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_documento_faltante_action")
        return dict(action, domain=[("expediente_id", "=", self.id)], context={})


class CarteraCuenta(models.Model):
    _inherit = "cartera.cuenta"

    documento_ids = fields.One2many(
        "cartera.documento", "cuenta_id", string="Papers", context={"active_test": False}, readonly=True
    )


class CarteraAcuerdo(models.Model):
    _inherit = "cartera.acuerdo"

    documento_ids = fields.One2many(
        "cartera.documento", "acuerdo_id", string="Papers", context={"active_test": False}, readonly=True
    )
    documento_missing_text = fields.Char(string="Papers Missing", compute="_compute_documento_missing_text")

    @api.depends("documento_ids.active", "state", "pdf_id", "guarantee_type", "guarantee_ids", "date_accepted")
    @api.depends_context("lang", "allowed_company_ids")
    def _compute_documento_missing_text(self):
        missing = self._documentos_faltantes()
        for acuerdo in self:
            acuerdo.documento_missing_text = ", ".join(missing.get(acuerdo._origin, []))

    def _documentos_faltantes(self, excepto=()):
        """{agreement: [name]} of the documents that these agreements lack today, whatever their state: drafts, too.

        excepto: codes of matters (a document's `matter`) not looked at: the signed copy, before it is signed.
        """
        Faltante = self.env["cartera.documento.faltante"].sudo()
        for model in Faltante._depends:
            self.env[model].flush_model()
        rows = self.env.execute_query(
            SQL(
                "SELECT acuerdo_id, tipo_id FROM (%s) r ORDER BY acuerdo_id, sequence, id",
                Faltante._sql_faltan("agreement", SQL("a.id = ANY(%s)", self._origin.ids)),
            )
        )
        tipos = self.env["cartera.documento.tipo"].sudo().browse({tipo for _acuerdo, tipo in rows})
        names = {tipo.id: tipo.name for tipo in tipos if tipo.matter not in excepto}
        return agrupar((self.browse(acuerdo), names[tipo]) for acuerdo, tipo in rows if tipo in names)
