from odoo import fields, models

from ..models.cartera_novedad import OUTCOMES


class CarteraNovedadPaso(models.TransientModel):
    """The next step of a matter, in a dialogue: answer it, close it, send it back or cancel it."""

    _name = "cartera.novedad.paso"
    _description = "Answer or Close a Matter"

    novedad_id = fields.Many2one("cartera.novedad", required=True, readonly=True, ondelete="cascade")
    step = fields.Selection(
        [("answer", "Answer"), ("close", "Close"), ("return", "Send back"), ("cancel", "Cancel")],
        required=True,
        readonly=True,
        default="answer",
    )
    description = fields.Text(related="novedad_id.description", related_sudo=False)
    items_text = fields.Text(related="novedad_id.items_text", related_sudo=False)
    said = fields.Text(related="novedad_id.answer", related_sudo=False)
    text = fields.Text()
    outcome = fields.Selection(OUTCOMES)

    def action_apply(self):
        self.ensure_one()
        novedad = self.novedad_id
        match self.step:
            case "answer":
                novedad.action_answer(self.text, self.outcome)
            case "close":
                novedad.action_close(self.outcome)
            case "return":
                novedad.action_return(self.text)
            case "cancel":
                novedad.action_cancel(self.text)
        return {"type": "ir.actions.act_window_close"}
