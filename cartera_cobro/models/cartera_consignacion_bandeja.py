"""The tray of deposits: what is proposed of each, how long it has waited, who looks for whose it is."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .account_move import READERS
from .avisos import aviso

OPPOSITE = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


class AccountBankStatementLine(models.Model):
    _inherit = "account.bank.statement.line"

    cartera_identificacion_ids = fields.One2many(
        "cartera.identificacion", "statement_line_id", string="Proposals", groups=READERS
    )
    # The best one that stands and its trust, stored for lists to be sorted by; `cartera_identificacion_calculo` writes
    # them for thousands of lines at once.
    cartera_propuesta_id = fields.Many2one(
        "cartera.identificacion", string="Best Proposal", readonly=True, copy=False, ondelete="set null",
        index="btree_not_null", groups=READERS,
    )  # fmt: skip
    cartera_confidence = fields.Integer(
        string="Trust", readonly=True, copy=False, default=0, aggregator="avg", groups=READERS, help="0 to 100."
    )
    cartera_partner_id = fields.Many2one(
        related="cartera_propuesta_id.partner_id", string="Proposed Debtor", groups=READERS
    )
    cartera_reason = fields.Char(related="cartera_propuesta_id.reason", string="Why", groups=READERS)
    cartera_error = fields.Char(related="cartera_propuesta_id.error", string="Why Not Applied", groups=READERS)
    cartera_days = fields.Integer(
        string="Days Waiting", compute="_compute_cartera_days", search="_search_cartera_days", groups=READERS,
        aggregator=None,
    )  # fmt: skip
    cartera_user_id = fields.Many2one(
        "res.users", string="Looked For By", readonly=True, copy=False, index="btree_not_null", groups=READERS
    )
    cartera_note = fields.Char(string="What Is Known", readonly=True, copy=False, groups=READERS)

    # --- how long it waits ------------------------------------------------------------------------------------------

    @api.depends("date")
    def _compute_cartera_days(self):
        for line in self:
            line.cartera_days = (line.company_id._cartera_hoy() - line.date).days if line.date else 0

    def _search_cartera_days(self, operator, value):
        if operator not in OPPOSITE or not isinstance(value, int):
            return NotImplemented
        day = self.env.company._cartera_hoy() - timedelta(days=value)
        return Domain("date", OPPOSITE[operator], day)

    # --- proposals --------------------------------------------------------------------------------------------------

    def _cartera_elegir(self):
        """Keep which of the standing proposals is the best of each line."""
        for line in self.sudo():
            standing = line.cartera_identificacion_ids.filtered(lambda p: p.state == "proposed")
            best = standing.sorted(lambda p: (-p.confidence, p.id))[:1]
            line.write({"cartera_propuesta_id": best.id, "cartera_confidence": best.confidence})

    def _cartera_anotar(self, expediente, former):
        # EXTENDS: what is applied is not proposed any more.
        res = super()._cartera_anotar(expediente, former)
        self.cartera_identificacion_ids.filtered(lambda p: p.state == "proposed").unlink()
        self.write({"cartera_propuesta_id": False, "cartera_confidence": 0, "cartera_user_id": False})
        return res

    def _cartera_olvidar(self):
        # EXTENDS: what was undone was wrong, and is not proposed again.
        self.cartera_identificacion_ids.filtered(lambda p: p.state == "accepted")._decidir("discarded")
        return super()._cartera_olvidar()

    # --- what people do ---------------------------------------------------------------------------------------------

    def _cartera_exigir_rol(self):
        self.check_access("read")
        self.env["cartera.identificacion"]._exigir_rol()

    def action_cartera_aceptar(self):
        """Apply each deposit to the debtor of its best proposal."""
        self._cartera_exigir_rol()
        lines = self.sudo()
        if missing := lines.filtered(lambda line: not line.cartera_propuesta_id):
            raise UserError(
                self.env._(
                    "Nobody is proposed for %s: choose the debtor in the deposit, or leave it out.",
                    missing[0].payment_ref or missing[0].display_name,
                )
            )
        for proposal in lines.cartera_propuesta_id:
            proposal._aceptar()
        return aviso(self.env._("Deposits applied: %s.", len(lines)))

    def action_cartera_proponer(self):
        """Look again for whose these deposits are."""
        self._cartera_exigir_rol()
        for company, lines in self.sudo().grouped("company_id").items():
            counts = self.env["cartera.identificacion"]._proponer(company, lines)
            if counts["locked"]:
                raise UserError(self.env._("The portfolio is being classified just now: try again in a minute."))
        return True

    def action_cartera_deshacer(self):
        """Undo the application of these deposits, and look again for whose they are."""
        self._cartera_exigir_rol()
        self._cartera_desaplicar()
        for company, lines in self.sudo().grouped("company_id").items():
            self.env["cartera.identificacion"]._proponer(company, lines)
        return True

    def action_cartera_elegir_deudor(self):
        """The dialog to say whose it is, and which items it pays."""
        self.ensure_one()
        self._cartera_exigir_rol()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Whose It Is"),
            "res_model": "cartera.consignacion.asignar",
            "view_mode": "form",
            "target": "new",
            "context": {"default_statement_line_id": self.id},
        }

    def action_cartera_buscar(self):
        """The dialog to say who looks for whose these are, and what is known."""
        self._cartera_exigir_rol()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Who Looks for It"),
            "res_model": "cartera.consignacion.buscar",
            "view_mode": "form",
            "target": "new",
            "context": {"default_statement_line_ids": self.ids},
        }

    def action_cartera_abrir(self):
        """The deposit with its proposals."""
        self.ensure_one()
        view = self.env.ref("cartera_cobro.cartera_consignacion_view_form")
        return {**self._get_records_action(), "views": [(view.id, "form")], "view_id": view.id}
