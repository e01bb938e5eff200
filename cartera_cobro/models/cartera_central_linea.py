from odoo import api, fields, models
from odoo.exceptions import UserError

from .cartera_plantilla import MESSAGE_CHANNELS

SITUATIONS = [
    ("new", "First report"),
    ("owed", "Still owed"),
    ("corrected", "Correction"),
    ("paid", "Paid"),
    ("removed", "Removal"),
]
REASONS = [
    ("owed_again", "Was reported as paid, and is owed again"),
    ("due_changed", "Another date of default was reported"),
    ("annulled", "The debt was cancelled or credited"),
    ("lapsed", "The term for which it may stay is over"),
]
OUTCOMES = [
    ("pending", "To report"),
    ("reported", "Reported"),
    ("paid", "Left out: not owed any more at the export"),
    ("known", "Left out: the bureau knows it already"),
]
# Situations in which the bureau shows the debt as in arrears.
IN_ARREARS = ("new", "owed", "corrected")


class CarteraCentralReporteLinea(models.Model):
    """What is told to a bureau of one debt, with the evidence: as the ledger and the files had it that day.

    Once exported it is history: of each debt, the last line that a bureau got is the current one.
    """

    _name = "cartera.central.reporte.linea"
    _description = "Debt Reported to a Bureau"
    _order = "reporte_id desc, situation, id"
    _rec_name = "name"
    _log_access = False

    reporte_id = fields.Many2one(
        "cartera.central.reporte",
        string="Report to a Credit Bureau",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    central_id = fields.Many2one(related="reporte_id.central_id", string="Bureau", store=True)
    company_id = fields.Many2one(related="reporte_id.company_id", store=True, index=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    date_reported = fields.Date(related="reporte_id.date_exported", string="Reported On", store=True)
    partida_id = fields.Many2one(
        "cartera.partida", string="Item", required=True, readonly=True, ondelete="restrict", index=True
    )
    expediente_id = fields.Many2one(related="partida_id.expediente_id", string="Dossier", store=True, index=True)
    partner_id = fields.Many2one(related="partida_id.partner_id", string="Debtor", store=True, index=True)
    situation = fields.Selection(SITUATIONS, required=True, readonly=True)
    reason = fields.Selection(REASONS, readonly=True)
    outcome = fields.Selection(OUTCOMES, required=True, readonly=True, default="pending")
    is_current = fields.Boolean(
        string="Current", readonly=True, help="The last thing that the bureau was told of the debt."
    )
    previous_id = fields.Many2one(
        "cartera.central.reporte.linea", string="Told Before", readonly=True, ondelete="set null"
    )
    date_first = fields.Date(string="First Reported On", readonly=True)
    # --- the debt ---------------------------------------------------------------------------------------------------
    name = fields.Char(string="Obligation", readonly=True)
    debtor_name = fields.Char(string="Name", readonly=True)
    debtor_vat = fields.Char(string="Identification", readonly=True)
    debtor_id_type = fields.Char(string="Type of Identification", readonly=True)
    account = fields.Char(string="Account / Contract", readonly=True)
    date_due = fields.Date(string="In Default Since", readonly=True)
    days = fields.Integer(string="Days Overdue", readonly=True, aggregator=None)
    amount_original = fields.Monetary(
        string="Original Amount", currency_field="company_currency_id", readonly=True, aggregator=None
    )
    amount = fields.Monetary(string="Balance in Arrears", currency_field="company_currency_id", readonly=True)
    date_paid = fields.Date(string="Paid On", readonly=True)
    permanence_until = fields.Date(
        string="Stays Until",
        readonly=True,
        help="Twice the arrears and at most four years after payment; eight years after default while it is owed.",
    )
    is_disputed = fields.Boolean(string="In Dispute", readonly=True)
    is_small = fields.Boolean(string="Small Debt", readonly=True)
    # --- the evidence -----------------------------------------------------------------------------------------------
    comunicacion_id = fields.Many2one(
        "cartera.comunicacion", string="Notice", readonly=True, ondelete="restrict", help="The one that counts."
    )
    notice_count = fields.Integer(string="Notice Days", readonly=True, aggregator=None)
    notice_number = fields.Char(string="Number of the Notice", readonly=True)
    notice_day = fields.Date(string="Notice Sent On", readonly=True)
    notice_received = fields.Date(string="Notice Received On", readonly=True)
    notice_channel = fields.Selection(MESSAGE_CHANNELS, readonly=True)
    notice_address = fields.Char(string="Notice Sent To", readonly=True)
    notice_sha256 = fields.Char(string="SHA-256 of the Notice", readonly=True)
    notice_amount = fields.Monetary(
        string="Balance in the Notice", currency_field="company_currency_id", readonly=True, aggregator=None
    )
    notice_overdue = fields.Integer(string="Days in the Notice", readonly=True, aggregator=None)
    autorizacion_id = fields.Many2one(
        "cartera.autorizacion", string="Authorisation", readonly=True, ondelete="set null"
    )
    authorised_on = fields.Date(readonly=True)
    authorised_by = fields.Char(string="Instrument", readonly=True)

    _line_uniq = models.UniqueIndex("(reporte_id, partida_id)", "A debt is told once in a report.")
    _current = models.UniqueIndex("(central_id, company_id, partida_id) WHERE is_current")

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        if any(line.outcome == "reported" for line in self):
            raise UserError(self.env._("What was told to a bureau stays as evidence."))

    def action_open_partida(self):
        self.ensure_one()
        return self.partida_id._get_records_action()


class CarteraExpediente(models.Model):
    _inherit = "cartera.expediente"

    central_linea_count = fields.Integer(string="Times Reported", compute="_compute_central_linea_count")

    def _compute_central_linea_count(self):
        groups = self.env["cartera.central.reporte.linea"]._read_group(
            [("expediente_id", "in", self.ids), ("outcome", "=", "reported")], ["expediente_id"], ["__count"]
        )
        counts = dict(groups)
        for expediente in self:
            expediente.central_linea_count = counts.get(expediente, 0)

    def action_central_lineas(self):
        """What was reported of the debtor: when, to whom, until when it stays."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_central_linea_action")
        return dict(action, domain=[("expediente_id", "=", self.id), ("outcome", "=", "reported")], context={})
