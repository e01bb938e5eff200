from odoo import api, fields, models

DESTINOS = [
    ("id_type", "Identification Type"),
    ("vat", "Identification Number"),
    ("vat_dv", "Check Digit"),
    ("partner_code", "Customer Code"),
    ("name", "Name"),
    ("email", "E-mail"),
    ("phone", "Phone"),
    ("street", "Address"),
    ("city", "City"),
    ("ref", "Invoice Number"),
    ("date", "Invoice Date"),
    ("date_due", "Due Date"),
    ("date_paid", "Payment Date"),
    ("amount_total", "Total"),
    ("amount_balance", "Balance"),
    ("currency", "Currency"),
    ("cuenta", "Contract Account"),
]


class CarteraImportacionColumna(models.Model):
    """A column of the file and what it means."""

    _name = "cartera.importacion.columna"
    _description = "Portfolio Import Column"
    _order = "importacion_id, index"
    _rec_name = "header"

    importacion_id = fields.Many2one(
        "cartera.importacion", required=True, ondelete="cascade", index=True, readonly=True
    )
    company_id = fields.Many2one(related="importacion_id.company_id", store=True, index=True)
    index = fields.Integer(string="Position", readonly=True)
    header = fields.Char(string="Column", readonly=True)
    sample = fields.Char(string="For Example", readonly=True)
    target = fields.Selection(DESTINOS, string="Means", help="Empty: the column is kept but not used.")

    @api.model
    def _recordadas(self, headers):
        """{column index: target} of headers that were mapped in an earlier import, in Odoo's own memory of them."""
        known = dict(
            self.env["base_import.mapping"].sudo()._read_group(
                [("res_model", "=", "cartera.importacion.fila"), ("column_name", "in", headers)],
                ["column_name"],
                ["field_name:max"],
            )
        )
        found = {}
        for index, header in enumerate(headers):
            target = known.get(header)
            if target in dict(DESTINOS) and target not in found.values():
                found[index] = target
        return found

    def _recordar(self):
        """Remember what people decided, for the next file of the same system."""
        mapped = self.filtered(lambda column: column.target and column.header)
        Memory = self.env["base_import.mapping"].sudo()
        known = Memory.search(
            [("res_model", "=", "cartera.importacion.fila"), ("column_name", "in", mapped.mapped("header"))]
        )
        known.unlink()
        Memory.create(
            [
                {"res_model": "cartera.importacion.fila", "column_name": column.header, "field_name": column.target}
                for column in mapped
            ]
        )
