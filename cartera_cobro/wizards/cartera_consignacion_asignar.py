from odoo import api, fields, models
from odoo.exceptions import UserError


class CarteraConsignacionAsignar(models.TransientModel):
    """Whose a deposit is, said by a person who knows, and which of their items it pays."""

    _name = "cartera.consignacion.asignar"
    _description = "Say Whose a Deposit Is"

    statement_line_id = fields.Many2one(
        "account.bank.statement.line", string="Bank Deposit", required=True, readonly=True
    )
    company_id = fields.Many2one(related="statement_line_id.company_id")
    amount = fields.Monetary(related="statement_line_id.amount", currency_field="currency_id")
    currency_id = fields.Many2one(related="statement_line_id.currency_id")
    payment_ref = fields.Char(related="statement_line_id.payment_ref")
    date = fields.Date(related="statement_line_id.date")
    expediente_id = fields.Many2one(
        "cartera.expediente", string="Debtor", required=True, domain="[('company_id', '=', company_id)]"
    )
    acuerdo_id = fields.Many2one(
        "cartera.acuerdo",
        string="Instalments of",
        domain="[('expediente_id', '=', expediente_id), ('state', '=', 'active')]",
        help="An agreement in force: what is open of it is paid, and the rest stays on account of it.",
    )
    partida_ids = fields.Many2many(
        "cartera.partida",
        string="Items",
        domain="[('expediente_id', '=', expediente_id), ('is_open', '=', True), ('amount_residual', '>', 0)]",
        help="Empty: the oldest first.",
    )

    @api.onchange("expediente_id")
    def _onchange_expediente_id(self):
        self.partida_ids = self.partida_ids.filtered(lambda p: p.expediente_id == self.expediente_id)
        self.acuerdo_id = self.acuerdo_id.filtered(lambda a: a.expediente_id == self.expediente_id)

    def action_apply(self):
        self.ensure_one()
        self.check_access("write")
        line = self.statement_line_id
        line._cartera_exigir_rol()
        self.expediente_id.check_access("read")
        acuerdo = self._acuerdo()
        items = acuerdo._partidas_por_pagar() if acuerdo else self.partida_ids or None
        acuerdo._tomar_a_cuenta(line._cartera_aplicar(self.expediente_id, items))
        return {"type": "ir.actions.act_window_close"}

    def _acuerdo(self):
        """The agreement (in sudo) whose instalments it pays, or none."""
        acuerdo = self.acuerdo_id.sudo()
        if acuerdo and (acuerdo.expediente_id != self.expediente_id or acuerdo.state != "active"):
            raise UserError(
                self.env._(
                    "%(agreement)s is not in force, or of another debtor: choose one in force of %(debtor)s, or none.",
                    agreement=acuerdo.number or acuerdo.id,
                    debtor=self.expediente_id.display_name,
                )
            )
        return acuerdo


class CarteraConsignacionBuscar(models.TransientModel):
    """Who looks for whose some deposits are, and what is known of them."""

    _name = "cartera.consignacion.buscar"
    _description = "Look for Whose Deposits Are"

    statement_line_ids = fields.Many2many("account.bank.statement.line", string="Bank Deposits", required=True)
    user_id = fields.Many2one(
        "res.users", string="Looked For By", default=lambda self: self.env.user, domain="[('share', '=', False)]"
    )
    note = fields.Char(string="What Is Known")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        lines = self.env["account.bank.statement.line"].browse(self.env.context.get("default_statement_line_ids"))
        if len(lines) == 1:
            values["note"] = lines.cartera_note
        return values

    def action_apply(self):
        self.ensure_one()
        self.check_access("write")
        self.statement_line_ids._cartera_exigir_rol()
        self.statement_line_ids.sudo().write({"cartera_user_id": self.user_id.id, "cartera_note": self.note})
        return {"type": "ir.actions.act_window_close"}
