from odoo import api, fields, models
from odoo.exceptions import UserError


class CarteraFirmar(models.TransientModel):
    """Sign at once the chosen documents that await whoever opened the dialog; all of them, or none."""

    _name = "cartera.firmar"
    _description = "Sign Documents"

    waiting = fields.Integer(string="Await Your Signature", default=lambda self: len(self._por_firmar()), readonly=True)
    others = fields.Integer(
        string="Left as They Are",
        default=lambda self: len(self._elegidos() - self._por_firmar()),
        readonly=True,
        help="They are signed already, or it is not your turn.",
    )
    needs_comment = fields.Boolean(default=lambda self: self._pide_comentario(), readonly=True)
    comment = fields.Char(help="It stays with each signature.")

    @api.model
    def _elegidos(self):
        """The documents from whose list the dialog was opened."""
        model = self.env.context.get("active_model")
        if model not in self.env.registry["cartera.firmable"]._inherit_children:
            raise UserError(self.env._("Choose in a list the documents that you want to sign."))
        return self.env[model].browse(self.env.context.get("active_ids", []))

    @api.model
    def _por_firmar(self):
        return self._elegidos().filtered("can_review")

    @api.model
    def _pide_comentario(self):
        """Whether some document asks whoever signs it for a comment."""
        return any(self._por_firmar().mapped("has_comment"))

    def action_apply(self):
        self.check_access("read")
        documents = self._por_firmar()
        if not documents:
            raise UserError(self.env._("None of the chosen documents awaits your signature."))
        if self._pide_comentario() and not (self.comment or "").strip():
            raise UserError(self.env._("Write the comment that stays with your signatures."))
        for document in documents:
            dialog = document.validate_tier()
            if dialog:  # it asks for the comment, and signs once that is written
                asked = self.env[dialog["res_model"]].with_context(**dialog["context"])
                asked.create({"comment": self.comment}).add_comment()
        return {"type": "ir.actions.act_window_close"}
