from odoo import api, fields, models


class CarteraArchivo(models.AbstractModel):
    """A file that somebody loads: its rows that could not be taken come back in another one, with their reasons."""

    _name = "cartera.archivo"
    _description = "File to Load"

    filename = fields.Char(string="File Name", default="file.csv")
    rejected_count = fields.Integer(string="Rows Rejected", readonly=True)
    rejected_file = fields.Binary(string="Rejected Rows", readonly=True)
    rejected_name = fields.Char(compute="_compute_rejected_name")

    @api.depends("filename")
    def _compute_rejected_name(self):
        for wizard in self:
            stem = (wizard.filename or "file").rsplit(".", 1)[0]
            wizard.rejected_name = self.env._("%s - rejected.xlsx", stem)
