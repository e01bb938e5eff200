from odoo import api, fields, models


class CarteraActaMotivo(models.TransientModel):
    """The words, or the page, that go with a step: a session given up, a commitment ended, a signature on paper."""

    _name = "cartera.acta.motivo"
    _description = "Step of a Session, With Its Reason"

    step = fields.Selection(
        [
            ("cancel", "Cancel the session"),
            ("done", "The commitment is done"),
            ("drop", "The commitment is given up"),
            ("paper", "Signed on paper"),
        ],
        required=True,
        readonly=True,
        default="cancel",
    )
    acta_id = fields.Many2one("cartera.acta", string="Minutes", readonly=True, ondelete="cascade")
    compromiso_id = fields.Many2one("cartera.acta.compromiso", string="Commitment", readonly=True, ondelete="cascade")
    asistente_id = fields.Many2one("cartera.acta.asistente", string="Seat", readonly=True, ondelete="cascade")
    note = fields.Char(string="What Was Done, or Why")
    paper = fields.Binary(string="Signed Page", attachment=False)
    paper_name = fields.Char()

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        owner = {
            "cartera.acta": "acta_id",
            "cartera.acta.compromiso": "compromiso_id",
            "cartera.acta.asistente": "asistente_id",
        }.get(self.env.context.get("active_model"))
        if owner:
            values.setdefault(owner, self.env.context.get("active_id"))
        return values

    def action_apply(self):
        self.ensure_one()
        steps = {
            "cancel": lambda: self.acta_id.action_cancel(self.note),
            "done": lambda: self.compromiso_id.action_done(self.note),
            "drop": lambda: self.compromiso_id.action_drop(self.note),
            "paper": self._firmar_en_papel,
        }
        steps[self.step]()
        return {"type": "ir.actions.act_window_close"}

    def _firmar_en_papel(self):
        seat = self.asistente_id
        page = self.env["ir.attachment"]
        if self.paper:
            page = page.create(
                {
                    "name": self.paper_name or f"{seat.name}.pdf",
                    "datas": self.paper,
                    "res_model": "cartera.acta",
                    "res_id": seat.acta_id.id,
                }
            )
        seat.acta_id._firmar_en_papel(seat, page)
