from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..models.cartera_edades import FILTERS, Edades
from ..models.cartera_textos import fecha

# Rows of a PDF, some eighty pages: nobody reads more on paper, and making them keeps a web worker too long.
PDF_ROWS = 2000


class CarteraEdadesInforme(models.TransientModel):
    """The aged balance of a day: on the screen, as a book, on paper."""

    _name = "cartera.edades.informe"
    _description = "Aged Balance"

    company_id = fields.Many2one("res.company", required=True, readonly=True, default=lambda self: self.env.company)
    date = fields.Date(required=True, default=lambda self: self.env.company._cartera_hoy())
    detail = fields.Boolean(string="With Each Item", default=True)
    partner_ids = fields.Many2many("res.partner", string="Debtors")
    cuenta_ids = fields.Many2many("cartera.cuenta", string="Accounts / Contracts")
    zona_ids = fields.Many2many("cartera.zona", string="Zones")
    user_ids = fields.Many2many("res.users", string="Officers", domain="[('share', '=', False)]")
    account_ids = fields.Many2many(
        "account.account", string="Ledger Accounts", domain="[('account_type', '=', 'asset_receivable')]"
    )

    @api.depends("date")
    def _compute_display_name(self):
        for wizard in self:
            wizard.display_name = f"Cartera por edades {wizard.date}"

    def _comprobar(self):
        """Whoever reads closings reads this, of a company that they work for, up to today."""
        self.ensure_one()
        self.env["cartera.corte"].check_access("read")
        if self.company_id not in self.env.companies:
            raise AccessError(self.env._("You do not work for %s.", self.company_id.sudo().name))
        self.env["cartera.corte"]._exigir_politica(self.company_id)
        if self.date > self.company_id._cartera_hoy():
            raise UserError(
                self.env._("The aged balance is of today or of a day before: %s is to come.", fecha(self.date))
            )

    def _filtros(self):
        """{name of FILTERS: ids}, debtors by their commercial entity."""
        filters = {name: self[name].ids for name in FILTERS}
        return filters | {"partner_ids": self.partner_ids.commercial_partner_id.ids}

    def _edades(self):
        """The Edades of what was asked, read now."""
        self._comprobar()
        return Edades(self.env, self.company_id, self.date, self._filtros()).leer()

    def action_show(self):
        """The open lines in a list by debtor, a column a band."""
        self._comprobar()
        action = self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_edades_linea_action")
        del action["id"], action["xml_id"]  # read anew by its id, it would be of today
        name = self.env._("Aged Balance, %s", fecha(self.date))
        return action | {
            "name": name,
            "display_name": name,
            "domain": [(FILTERS[name], "in", ids) for name, ids in self._filtros().items() if ids],
            "context": {"cartera_edades_al": str(self.date), "group_by": ["partner_id"]},
        }

    def action_xlsx(self):
        self._comprobar()
        parameters = {"date": str(self.date), "detail": self.detail, **self._filtros()}
        return self.env["cartera.exportacion"]._pedir("ageing_xlsx", self.company_id, parameters=parameters)

    def action_pdf(self):
        """UserError: it would have too many pages."""
        totals = self._edades().totales()
        rows = totals.debtors + (totals.items if self.detail else 0)
        if rows > PDF_ROWS:
            raise UserError(
                self.env._(
                    "It would have %(rows)s rows on paper, and at most %(limit)s are printed: take the XLSX, leave the "
                    "items out, or choose zones, officers or debtors.",
                    rows=rows,
                    limit=PDF_ROWS,
                )
            )
        return self.env.ref("cartera_cobro.report_edades").report_action(self, config=False)
