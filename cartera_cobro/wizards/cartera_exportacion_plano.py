from odoo import fields, models

from ..models.cartera_exportacion_plano import SEPARATORS


class CarteraExportacionPlano(models.TransientModel):
    """How the flat file of one or more closings is to be written."""

    _name = "cartera.exportacion.plano"
    _description = "Flat File"

    corte_ids = fields.Many2many("cartera.corte", string="Closings", required=True, readonly=True)
    separator = fields.Selection(SEPARATORS, required=True, default="|")
    decimal = fields.Selection([(".", "Point"), (",", "Comma")], string="Decimal Sign", required=True, default=".")
    bom = fields.Boolean(
        string="Byte Order Mark", help="Excel needs it to read accents from a text file; most programs want none."
    )

    def action_export(self):
        self.ensure_one()
        parameters = {"separator": self.separator, "decimal": self.decimal, "bom": self.bom}
        return self.corte_ids._pedir_archivo("flat", parameters)
