from odoo import api, fields, models


class CarteraCuadre(models.TransientModel):
    """The tie of the open items to the ledger, account by account, as of now."""

    _name = "cartera.cuadre"
    _description = "Tie to the Ledger"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    currency_id = fields.Many2one(related="company_id.currency_id")
    linea_ids = fields.One2many("cartera.cuadre.linea", "cuadre_id", string="Accounts", readonly=True)
    difference = fields.Monetary(compute="_compute_difference")
    is_tied = fields.Boolean(compute="_compute_difference", help="No account differs: differences do not net out.")
    no_partner_count = fields.Integer(string="Items Without Debtor", compute="_compute_difference")

    @api.model_create_multi
    def create(self, vals_list):
        wizards = super().create(vals_list)
        for wizard in wizards:
            wizard.linea_ids = [
                fields.Command.create(dict(row, account_id=row.pop("account").id))
                for row in wizard.company_id._cartera_cuadre()
            ]
        return wizards

    @api.depends("linea_ids.difference")
    def _compute_difference(self):
        for wizard in self:
            wizard.difference = sum(wizard.linea_ids.mapped("difference"))
            wizard.is_tied = not any(wizard.linea_ids.mapped("difference"))
            wizard.no_partner_count = self.env["cartera.partida"].search_count(
                [("company_id", "=", wizard.company_id.id), ("is_open", "=", True), ("partner_id", "=", False)]
            )

    @api.model
    def action_open(self):
        """Compute the tie and show it."""
        self.env["cartera.partida"].check_access("read")
        return dict(self.create({})._get_records_action(), target="new", name=self.env._("Tie to the Ledger"))


class CarteraCuadreLinea(models.TransientModel):
    _name = "cartera.cuadre.linea"
    _description = "Tie of One Account"

    cuadre_id = fields.Many2one("cartera.cuadre", required=True, ondelete="cascade")
    currency_id = fields.Many2one(related="cuadre_id.currency_id")
    account_id = fields.Many2one("account.account", readonly=True)
    ledger = fields.Monetary(readonly=True)
    items = fields.Monetary(string="Open Items", readonly=True)
    difference = fields.Monetary(readonly=True)
