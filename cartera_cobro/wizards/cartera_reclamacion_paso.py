from odoo import api, fields, models
from odoo.fields import Command

from ..models.cartera_reclamacion import OUTCOMES

STEPS = [
    ("late", "Admit after its term"),
    ("answer", "Answer"),
    ("notified", "Answer delivered"),
    ("extend", "Extend the term"),
    ("withdraw", "Withdraw"),
    ("credit", "Credit filed"),
    ("end", "Ended"),
]


class CarteraReclamacionPaso(models.TransientModel):
    """The next step of a claim, in a dialogue."""

    _name = "cartera.reclamacion.paso"
    _description = "Step of a Claim"

    reclamacion_id = fields.Many2one("cartera.reclamacion", required=True, readonly=True, ondelete="cascade")
    step = fields.Selection(STEPS, required=True, readonly=True, default="answer")
    kind = fields.Selection(related="reclamacion_id.kind")
    company_currency_id = fields.Many2one(related="reclamacion_id.company_currency_id")
    subject = fields.Char(related="reclamacion_id.subject")
    said = fields.Text(related="reclamacion_id.text")
    deadline = fields.Date(related="reclamacion_id.deadline")
    amount_disputed = fields.Monetary(
        related="reclamacion_id.amount_disputed", currency_field="company_currency_id"
    )  # fmt: skip
    outcome = fields.Selection(OUTCOMES)
    text = fields.Text()
    linea_ids = fields.One2many("cartera.reclamacion.paso.linea", "paso_id", string="Accepted of Each Item")
    file = fields.Binary()
    file_name = fields.Char()
    date = fields.Date(default=lambda self: self.env.company._cartera_hoy())
    new_deadline = fields.Date()
    who = fields.Char(string="Who Withdraws It")

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        claim = self.env["cartera.reclamacion"].browse(values.get("reclamacion_id"))
        if claim and values.get("step", "answer") == "answer":
            values["linea_ids"] = [Command.create({"linea_id": line.id}) for line in claim.linea_ids]
        if claim and values.get("step") == "withdraw":
            values["who"] = claim.filed_by
        return values

    def _adjunto(self):
        """The file as an attachment of the claim; None when none was uploaded."""
        if not self.file:
            return None
        self.reclamacion_id.check_access("write")
        values = {"datas": self.file, "res_model": self.reclamacion_id._name, "res_id": self.reclamacion_id.id}
        return self.env["ir.attachment"].sudo().create({"name": self.file_name or "documento.pdf", **values})

    def action_apply(self):
        self.ensure_one()
        claim = self.reclamacion_id
        match self.step:
            case "answer":
                accepted = {row.linea_id: row.amount for row in self.linea_ids}
                claim.action_answer(self.outcome, self.text, accepted, self._adjunto(), self.date)
            case "notified":
                claim._notificar(self.date)
            case "late":
                claim._radicar_tarde(self.text)
            case "extend":
                claim.action_extend(self.new_deadline, self.text)
            case "withdraw":
                claim.action_withdraw(self.who, self.text)
            case "credit":
                claim.action_credit_filed(self.date, self._adjunto())
            case "end":
                claim.action_end(self.date, self.text)
        return {"type": "ir.actions.act_window_close"}


class CarteraReclamacionPasoLinea(models.TransientModel):
    """How much of a disputed item is accepted."""

    _name = "cartera.reclamacion.paso.linea"
    _description = "Accepted of an Item"

    paso_id = fields.Many2one("cartera.reclamacion.paso", required=True, ondelete="cascade")
    linea_id = fields.Many2one("cartera.reclamacion.linea", required=True, readonly=True, ondelete="cascade")
    name = fields.Char(related="linea_id.partida_id.name", string="Item")
    company_currency_id = fields.Many2one(related="linea_id.company_currency_id")
    amount_disputed = fields.Monetary(related="linea_id.amount_disputed", currency_field="company_currency_id")
    amount = fields.Monetary(string="Accepted", currency_field="company_currency_id")
