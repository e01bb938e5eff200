from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CarteraParametro(models.Model):
    """A legal value that changes with time: minimum wage, UVT, interest rates."""

    _name = "cartera.parametro"
    _description = "Dated Legal Value"
    _order = "code, date_from desc"
    _rec_name = "code"

    code = fields.Selection(
        selection=[
            ("smmlv", "Monthly minimum wage (SMMLV)"),
            ("uvt", "Tax value unit (UVT)"),
            ("ibc", "Current bank interest (IBC), effective annual %"),
            ("usury", "Usury rate, effective annual %"),
        ],
        required=True,
        index=True,
    )
    date_from = fields.Date(required=True, help="First day on which the value is in force.")
    value = fields.Float(required=True, digits=(16, 4), aggregator=None)
    source = fields.Char(help="Decree, resolution or certification that sets the value.")

    _code_date_uniq = models.UniqueIndex("(code, date_from)", "There is already a value of this kind from that day.")

    @api.constrains("value")
    def _check_value(self):
        if any(parametro.value <= 0 for parametro in self):
            raise ValidationError(self.env._("A legal value is greater than zero."))

    @api.model
    def _valor(self, code, on_date):
        """The value of `code` (float) in force on `on_date`; None when none is recorded yet."""
        found = self.search([("code", "=", code), ("date_from", "<=", on_date)], order="date_from desc", limit=1)
        return found.value if found else None

    @api.model
    def _tramos(self, code):
        """All values of `code` as the pure rules take them: [(first day, value)], oldest first."""
        return [(p.date_from, p.value) for p in self.search([("code", "=", code)], order="date_from")]
