"""What the screens of a closing say and open."""

from odoo import api, fields, models
from odoo.tools import format_date


class CarteraCorte(models.Model):
    _inherit = "cartera.corte"

    superseded_by_id = fields.Many2one("cartera.corte", string="Version After", compute="_compute_superseded_by_id")
    overdue_share = fields.Float(compute="_compute_overdue_share", help="Of what debtors owe.")
    difference_count = fields.Integer(string="Differences", compute="_compute_difference_count")
    amount_before = fields.Monetary(
        related="previous_id.amount_total", string="Total Before", currency_field="company_currency_id"
    )

    @api.depends("is_current", "state")
    def _compute_superseded_by_id(self):
        after = self.sudo().search([("previous_id", "in", self.ids)])
        by_previous = {corte.previous_id.id: corte.id for corte in after}
        for corte in self:
            corte.superseded_by_id = by_previous.get(corte._origin.id, False)

    @api.depends("amount_overdue", "amount_current")
    def _compute_overdue_share(self):
        for corte in self:
            owed = corte.amount_overdue + corte.amount_current
            corte.overdue_share = corte.amount_overdue / owed if owed else 0.0

    @api.depends("diferencia_ids")
    def _compute_difference_count(self):
        counts = self.env["cartera.corte.diferencia"]._read_group(
            [("corte_id", "in", self.ids)], ["corte_id"], ["__count"]
        )
        counts = {corte.id: count for corte, count in counts}
        for corte in self:
            corte.difference_count = counts.get(corte._origin.id, 0)

    @api.depends("date", "version", "state")
    @api.depends_context("lang")
    def _compute_display_name(self):
        """Closing of 30 Jun 2026, with its version from the second on."""
        for corte in self:
            day = format_date(self.env, corte.date) if corte.date else ""
            name = self.env._("Closing of %s", day)
            corte.display_name = f"{name} v{corte.version}" if corte.version > 1 else name

    def _abrir_lista(self, action, **context):
        self.ensure_one()
        found = self.env["ir.actions.act_window"]._for_xml_id(f"cartera_cobro.{action}")
        name = f"{found['name']} · {format_date(self.env, self.date)}"
        return dict(found, domain=[("corte_id", "=", self.id)], context=context, name=name, display_name=name)

    def action_lineas(self):
        """Its items."""
        return self._abrir_lista("cartera_corte_linea_action")

    def action_vencidas(self):
        return self._abrir_lista("cartera_corte_linea_action", search_default_overdue=1)

    def action_vigentes(self):
        return self._abrir_lista("cartera_corte_linea_action", search_default_current=1)

    def action_creditos(self):
        return self._abrir_lista("cartera_corte_linea_action", search_default_credit=1)

    def action_resumen(self):
        """Its aggregate, as a pivot."""
        return self._abrir_lista("cartera_corte_resumen_action")

    def action_diferencias(self):
        return self._abrir_lista("cartera_corte_diferencia_action")

    def action_siguiente(self):
        """The version that came after."""
        return self.superseded_by_id._get_records_action()


class CarteraCorteLinea(models.Model):
    _inherit = "cartera.corte.linea"

    def action_expediente(self):
        """The dossier as it is today."""
        self.check_access("read")
        return self.expediente_id.exists()._get_records_action()

    def action_asiento(self):
        """The journal entry as it is today."""
        self.check_access("read")
        return self.move_id.exists()._get_records_action()
