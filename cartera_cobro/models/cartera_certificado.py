from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

KINDS = [
    ("debt", "Certificate of debt"),
    ("paid", "Paz y salvo"),
    ("statement", "Account statement"),
]
STATES = [
    ("draft", "Draft"),
    ("approval", "Being Signed"),
    ("issued", "Issued"),
    ("revoked", "Revoked"),
]
# Why an item is on the certificate and does not count.
EXCLUDED = [
    ("claim", "A claim disputes it"),
    ("agreement", "Under an agreement in force"),
    ("not_due", "Not due yet"),
]


class CarteraCertificado(models.Model):
    """A numbered paper that says what a debtor owes, or that nothing is owed: kept, hashed and verifiable by anyone.

    It reads the ledger when it is prepared and again when it is issued. What is signed is which items, how much capital
    of each, for whom and under which authority; late interest runs until the day of issue, by the policy's rule.
    """

    _name = "cartera.certificado"
    _description = "Certificate"
    _inherit = ["cartera.firmable", "mail.thread"]
    _order = "id desc"
    _rec_name = "number"
    _rec_names_search = ["number", "code", "partner_id.name", "partner_id.vat"]
    _check_company_auto = True
    _state_from = ["draft", "approval"]
    _state_to = ["issued"]
    _se_elige = {"expediente_id", "kind", "partida_ids", "purpose", "requested_by", "request_ref"}
    _se_escribe = _se_elige - {"expediente_id", "kind"}
    _cancel_state = "revoked"

    number = fields.Char(
        readonly=True, copy=False, index="trigram", help="Consecutive of the company, the kind and the year."
    )
    kind = fields.Selection(KINDS, required=True, readonly=True)
    state = fields.Selection(
        STATES, required=True, default="draft", readonly=True, copy=False, tracking=True, index=True
    )
    expediente_id = fields.Many2one(
        "cartera.expediente", string="Dossier", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="expediente_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="expediente_id.partner_id", string="Debtor", store=True, index=True)
    politica_id = fields.Many2one(related="expediente_id.politica_id", string="Policy")
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    # --- what is asked --------------------------------------------------------------------------------------------
    partida_ids = fields.Many2many(
        "cartera.partida",
        "cartera_certificado_partida_rel",
        string="Chosen Items",
        copy=False,
        domain="[('expediente_id', '=', expediente_id)]",
        help="Empty: everything of the debtor.",
    )
    purpose = fields.Char(help="For what it is asked, in Spanish as the paper will say it.")
    requested_by = fields.Char(help="Who asks for it: the legal office, the debtor, a bank.")
    request_ref = fields.Char(string="Request No.", help="Number or date of the request.")
    # --- what it says ---------------------------------------------------------------------------------------------
    linea_ids = fields.One2many(
        "cartera.certificado.linea", "certificado_id", string="Obligations", readonly=True, copy=False
    )
    date = fields.Date(string="As Of", readonly=True, copy=False, help="Day to which it is liquidated.")
    amount_capital = fields.Monetary(
        string="Capital", compute="_compute_amounts", store=True, currency_field="company_currency_id"
    )
    amount_interest = fields.Monetary(
        string="Late Interest", compute="_compute_amounts", store=True, currency_field="company_currency_id"
    )
    amount_total = fields.Monetary(
        string="Total", compute="_compute_amounts", store=True, currency_field="company_currency_id"
    )
    amount_disputed = fields.Monetary(
        string="In Dispute",
        compute="_compute_amount_disputed",
        currency_field="company_currency_id",
        help="Part of the total: the paper says of what, by which claim and since when.",
    )
    amount_credit = fields.Monetary(
        string="Credits",
        readonly=True,
        copy=False,
        currency_field="company_currency_id",
        help="Credit notes and payments not applied yet: the paper says so, and does not take them off.",
    )
    amount_agreed = fields.Monetary(
        string="Left of Agreements",
        readonly=True,
        copy=False,
        currency_field="company_currency_id",
        help="Of an account statement: instalments to pay. The last ones may be interest of the plan alone.",
    )
    amount_written_off = fields.Monetary(
        string="Written Off",
        readonly=True,
        copy=False,
        currency_field="company_currency_id",
        help="Of an account statement: written off and not recovered. The paper says so, without the amount.",
    )
    # --- the paper ------------------------------------------------------------------------------------------------
    issued_on = fields.Datetime(readonly=True, copy=False)
    issued_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    debtor_name = fields.Char(string="Debtor, as Printed", readonly=True, copy=False)
    debtor_vat = fields.Char(string="Identification, as Printed", readonly=True, copy=False)
    code = fields.Char(
        string="Verification Code", readonly=True, copy=False, help="Who has the paper types it on the public page."
    )
    pdf_id = fields.Many2one("ir.attachment", string="PDF", readonly=True, copy=False, ondelete="restrict")
    pdf_sha256 = fields.Char(string="SHA-256 of the PDF", readonly=True, copy=False)
    revoked_on = fields.Date(readonly=True, copy=False)
    revoked_reason = fields.Char(string="Why It Was Revoked", readonly=True, copy=False)
    replaced_by_id = fields.Many2one("cartera.certificado", readonly=True, copy=False, index="btree_not_null")

    _number_uniq = models.UniqueIndex(
        "(company_id, kind, number) WHERE number IS NOT NULL",
        "This number was given to another certificate: try again.",
    )
    _code_uniq = models.UniqueIndex("(code) WHERE code IS NOT NULL")

    # --- computes -------------------------------------------------------------------------------------------------

    @api.depends("linea_ids.capital", "linea_ids.interest", "linea_ids.excluded")
    def _compute_amounts(self):
        for certificado in self:
            counted = certificado.linea_ids.filtered(lambda linea: not linea.excluded)
            certificado.amount_capital = sum(counted.mapped("capital"))
            certificado.amount_interest = sum(counted.mapped("interest"))
            certificado.amount_total = certificado.amount_capital + certificado.amount_interest

    @api.depends("linea_ids.disputed", "linea_ids.excluded")
    def _compute_amount_disputed(self):
        for certificado in self:
            counted = certificado.linea_ids.filtered(lambda linea: not linea.excluded)
            certificado.amount_disputed = sum(counted.mapped("disputed"))

    @api.depends("number", "kind", "partner_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for certificado in self:
            pieces = [kinds.get(certificado.kind), certificado.number or certificado.partner_id.display_name]
            certificado.display_name = " ".join(piece for piece in pieces if piece)

    # --- guards ---------------------------------------------------------------------------------------------------

    @api.constrains("partida_ids", "expediente_id")
    def _check_partidas(self):
        for certificado in self:
            items = certificado.sudo().partida_ids
            strange = items - items.filtered_domain([("expediente_id", "=", certificado.expediente_id.id)])
            if strange:
                raise ValidationError(
                    self.env._(
                        "%(items)s is not of %(debtor)s: a certificate covers one debtor's items.",
                        items=", ".join(strange.mapped("name")),
                        debtor=certificado.partner_id.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        certificados = super().create(vals_list)
        certificados._liquidar()
        return certificados

    def write(self, vals):
        res = super().write(vals)
        if "partida_ids" in vals:
            self._liquidar()
        return res

    def _exigir_escribible(self, vals):
        # EXTENDS cartera.tecleado
        self._exigir_estado("draft")

    def _frase_de_calculado(self):
        return self.env._("What a certificate says comes from the ledger and from its steps.")

    @api.ondelete(at_uninstall=False)
    def _unlink_draft(self):
        if any(certificado.state != "draft" or certificado.number for certificado in self):
            raise UserError(self.env._("Only drafts are deleted: a certificate that was issued is revoked, and stays."))


class CarteraCertificadoLinea(models.Model):
    """An obligation on a certificate: as it was in the ledger on the certificate's day."""

    _name = "cartera.certificado.linea"
    _description = "Obligation on a Certificate"
    _order = "date_due, id"

    certificado_id = fields.Many2one(
        "cartera.certificado", string="Certificate", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="certificado_id.company_id", store=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    partida_id = fields.Many2one("cartera.partida", string="Item", required=True, ondelete="restrict", index=True)
    name = fields.Char(string="Number")
    origin = fields.Char()
    date_due = fields.Date(string="Due Date")
    days = fields.Integer(string="Days Overdue", aggregator=None)
    amount = fields.Monetary(string="Original Amount", currency_field="company_currency_id")
    capital = fields.Monetary(currency_field="company_currency_id", help="What is still owed of it.")
    interest = fields.Monetary(string="Late Interest", currency_field="company_currency_id")
    total = fields.Monetary(compute="_compute_total", currency_field="company_currency_id")
    disputed = fields.Monetary(
        string="In Dispute",
        currency_field="company_currency_id",
        help="Part of the capital that nobody may demand while its claim is not settled.",
    )
    reclamacion_id = fields.Many2one(
        "cartera.reclamacion", string="Claim", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    date_disputed = fields.Date(related="reclamacion_id.date_filed", string="Disputed Since")
    excluded = fields.Selection(EXCLUDED, string="Not Counted")

    @api.depends("capital", "interest")
    def _compute_total(self):
        for linea in self:
            linea.total = linea.capital + linea.interest
