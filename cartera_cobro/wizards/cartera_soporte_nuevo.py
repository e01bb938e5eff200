import base64

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from ..models.cartera_portal import EXTENSIONS, archivo_subido
from ..models.cartera_soporte_portal import MOST_BYTES

# Whoever speaks with debtors receives their proofs.
RECEIVERS = (
    "cartera_cobro.group_cartera_gestor,cartera_cobro.group_cartera_ventanilla,cartera_cobro.group_cartera_abogado,"
    "cartera_cobro.group_cartera_contador"
)


class CarteraSoporteNuevo(models.TransientModel):
    """A proof of payment that a debtor gave to somebody of the team, who passes it to the treasury (CC4)."""

    _name = "cartera.soporte.nuevo"
    _description = "Proof of Payment Received"

    expediente_id = fields.Many2one("cartera.expediente", string="Dossier", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="expediente_id.company_id")
    currency_id = fields.Many2one(
        "res.currency", compute="_compute_currency_id", store=True, readonly=False, required=True, precompute=True
    )
    amount = fields.Monetary(currency_field="currency_id")
    date = fields.Date(string="Payment Date", required=True, default=lambda self: self.env.company._cartera_hoy())
    bank = fields.Char(string="Bank or Means")
    reference = fields.Char()
    sent_by = fields.Char(string="Who Gave It")
    file = fields.Binary(string="Proof (PDF, JPG, PNG)", required=True)
    file_name = fields.Char()
    note = fields.Text(string="What They Say")
    partida_ids = fields.Many2many(
        "cartera.partida",
        string="Items It Pays",
        domain="[('expediente_id', '=', expediente_id), ('is_open', '=', True), ('amount_residual', '>', 0)]",
    )

    @api.depends("expediente_id")
    def _compute_currency_id(self):
        for nuevo in self:
            nuevo.currency_id = (nuevo.expediente_id.company_id or self.env.company).currency_id

    def action_send(self):
        """Put it in the treasury's tray; its form."""
        self.ensure_one()
        if not self.env.user.has_groups(RECEIVERS):
            raise AccessError(self.env._("Whoever attends debtors receives their proofs of payment."))
        self.expediente_id.check_access("read")
        self._exigir_posible()
        soporte = self.env["cartera.soporte"]._recibir(
            self.company_id,
            "officer",
            self._documento(),
            self.partida_ids,
            expediente_id=self.expediente_id.id,
            amount=self.amount,
            currency_id=self.currency_id.id,
            date=self.date,
            bank=self.bank,
            reference=self.reference,
            note=self.note,
            sent_by=self.sent_by or self.expediente_id.partner_id.name,
            sent_user_id=self.env.uid,
        )
        return soporte.with_env(self.env)._get_records_action()

    def _exigir_posible(self):
        Soporte = self.env["cartera.soporte"]
        expediente = self.expediente_id.sudo()
        code = Soporte._objecion(expediente, self.amount, self.currency_id, self.date)
        if code:
            raise UserError(Soporte._frase(code, expediente))

    def _documento(self):
        content = base64.b64decode(self.file or b"")
        if not content:
            raise UserError(self.env._("The file is empty: choose the proof again."))
        try:
            return archivo_subido(self.file_name, content, MOST_BYTES)
        except UserError as why:
            raise UserError(
                self.env._(
                    "The proof is a file of %(kinds)s, of %(most)s MB at most.",
                    kinds=", ".join(kind.upper() for kind in EXTENSIONS.values()),
                    most=MOST_BYTES // 1024 // 1024,
                )
            ) from why


class CarteraSoportePaso(models.TransientModel):
    """What the treasury does with a proof: register its money, or turn it down."""

    _name = "cartera.soporte.paso"
    _description = "Step of a Proof of Payment"

    soporte_id = fields.Many2one("cartera.soporte", required=True, readonly=True, ondelete="cascade")
    step = fields.Selection([("register", "Register"), ("reject", "Turn Down")], required=True, default="register")
    company_id = fields.Many2one(related="soporte_id.company_id")
    currency_id = fields.Many2one(related="soporte_id.currency_id")
    expediente_id = fields.Many2one(related="soporte_id.expediente_id")
    partner_id = fields.Many2one(related="soporte_id.partner_id", string="Debtor")
    amount = fields.Monetary(related="soporte_id.amount", currency_field="currency_id")
    paid_on = fields.Date(related="soporte_id.date")
    reference = fields.Char(related="soporte_id.reference")
    how = fields.Selection(
        [("line", "A line of the bank statement"), ("payment", "A payment that is there already"),
         ("new", "A new payment")],
        string="Its Money Is", default="new",
    )  # fmt: skip
    line_id = fields.Many2one("account.bank.statement.line", string="Bank Line")
    line_currency_id = fields.Many2one(related="line_id.currency_id")
    line_amount = fields.Monetary(related="line_id.amount", string="Money Received", currency_field="line_currency_id")
    line_date = fields.Date(related="line_id.date")
    line_text = fields.Char(related="line_id.payment_ref", string="What the Bank Says")
    payment_id = fields.Many2one("account.payment")
    journal_id = fields.Many2one("account.journal")
    date = fields.Date(string="Register On")
    partida_ids = fields.Many2many("cartera.partida", string="Items It Pays")
    reason = fields.Char()

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        soporte = self.env["cartera.soporte"].browse(values.get("soporte_id"))
        if soporte and values.get("step", "register") == "register":
            soporte.check_access("read")
            likely = soporte._propuesta()
            values |= {
                "how": likely["how"],
                "line_id": likely["line"].id,
                "payment_id": likely["payment"].id,
                "journal_id": likely["journal"].id,
                "date": soporte.date,
                "partida_ids": [Command.set(soporte.sudo()._partidas_a_pagar().ids)],
            }
        return values

    def action_apply(self):
        self.ensure_one()
        if self.step == "reject":
            self.soporte_id.action_reject(self.reason)
        else:
            self.soporte_id.action_register(
                self.how, self.journal_id, self.date, self.payment_id, self.line_id, self.partida_ids
            )
        return {"type": "ir.actions.act_window_close"}
