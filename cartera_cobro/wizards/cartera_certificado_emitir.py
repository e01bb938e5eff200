from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.cartera_certificado import KINDS
from ..models.cartera_certificado_revision import leer

# Who may prepare a certificate of debt; the counter issues the others.
OF_DEBT = ("cartera_cobro.group_cartera_gestor", "cartera_cobro.group_cartera_abogado")


class CarteraCertificadoEmitir(models.TransientModel):
    """A certificate asked for at a dossier: which, of what, for whom; with what the ledger says before it is issued."""

    _name = "cartera.certificado.emitir"
    _description = "Issue a Certificate"

    expediente_id = fields.Many2one(
        "cartera.expediente", string="Dossier", required=True, readonly=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(related="expediente_id.partner_id", string="Debtor")
    company_currency_id = fields.Many2one(related="expediente_id.company_currency_id")
    kind = fields.Selection(KINDS, string="Certificate", required=True, default="statement")
    partida_ids = fields.Many2many(
        "cartera.partida",
        "cartera_certificado_emitir_partida_rel",
        string="Items",
        compute="_compute_partida_ids",
        store=True,
        readonly=False,
    )
    requested_by = fields.Char(help="Who asks for it: the legal office, the debtor, a bank. The paper says so.")
    request_ref = fields.Char(string="Request No.", help="Number or date of the request.")
    purpose = fields.Char(help="For what it is asked, in Spanish as the paper will say it.")
    # --- what the ledger says now -----------------------------------------------------------------------------------
    needs_signature = fields.Boolean(compute="_compute_lectura")
    problem = fields.Text(compute="_compute_lectura")
    item_count = fields.Integer(string="Obligations", compute="_compute_lectura")
    amount_capital = fields.Monetary(string="Capital", compute="_compute_lectura", currency_field="company_currency_id")
    amount_interest = fields.Monetary(
        string="Late Interest", compute="_compute_lectura", currency_field="company_currency_id"
    )
    amount_total = fields.Monetary(string="Total", compute="_compute_lectura", currency_field="company_currency_id")
    left_out = fields.Char(compute="_compute_lectura")

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        if self.env.context.get("active_model") == "cartera.expediente":
            values["expediente_id"] = self.env.context.get("active_id")
        expediente = self.env["cartera.expediente"].browse(values.get("expediente_id"))
        if expediente and not expediente.amount_total:
            values["kind"] = "paid"
        return values

    @api.depends("kind")
    def _compute_partida_ids(self):
        """What is owed is not what was paid: another kind starts from everything again."""
        self.partida_ids = False

    @api.depends("kind", "partida_ids", "expediente_id")
    def _compute_lectura(self):
        for wizard in self:
            wizard.update(wizard._leer())

    def _leer(self):
        """What the certificate would say, or why it is refused."""
        expediente = self.expediente_id
        expediente.check_access("read")
        draft = self.env["cartera.certificado"].new({"expediente_id": expediente.id, "kind": self.kind})
        values = {"needs_signature": draft.needs_signature, "problem": self._sin_permiso(), "left_out": False}
        lineas = []
        if not values["problem"]:
            try:
                lineas = leer(expediente, self.kind, self.partida_ids._origin).lineas
            except UserError as error:
                values["problem"] = str(error)
        counted = [linea for linea in lineas if not linea.get("excluded")]
        capital, interest = (sum(linea.get(name, 0.0) for linea in counted) for name in ("capital", "interest"))
        return {
            **values,
            "item_count": len(counted),
            "amount_capital": capital,
            "amount_interest": interest,
            "amount_total": capital + interest,
            "left_out": ", ".join(linea["name"] for linea in lineas if linea.get("excluded")),
        }

    def _sin_permiso(self):
        if self.kind == "debt" and not any(self.env.user.has_group(group) for group in OF_DEBT):
            return self.env._("Officers and lawyers prepare certificates of debt: ask one of them.")
        return False

    def action_apply(self):
        """Prepare it, with the user's own rights; what needs no signature is issued, the rest goes to be signed."""
        self.ensure_one()
        if self.problem:
            raise UserError(self.problem)
        certificado = self.env["cartera.certificado"].create(
            {
                "expediente_id": self.expediente_id.id,
                "kind": self.kind,
                "partida_ids": [fields.Command.set(self.partida_ids.ids)],
                "requested_by": self.requested_by,
                "request_ref": self.request_ref,
                "purpose": self.purpose,
            }
        )
        if certificado.needs_signature:
            certificado.action_request()
        else:
            certificado.action_issue()
        return certificado._get_records_action()
