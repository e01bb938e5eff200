from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, email_normalize

from ..rules.dates import add_working_days, count_working_days
from .cartera_contacto import Guardia

KINDS = [
    ("request", "Request"),
    ("claim", "Claim"),
    ("appeal", "Appeal"),
    ("insolvency", "Insolvency"),
    ("liquidation", "Liquidation"),
]
CHANNELS = [("written", "Written"), ("virtual", "Virtual"), ("in_person", "In person")]
STATES = [
    ("draft", "Draft"),
    ("filed", "Lodged"),
    ("answered", "Replied"),
    ("closed", "Closed"),
    ("cancelled", "Withdrawn"),
]
OUTCOMES = [("accepted", "Accepted"), ("partial", "Accepted in part"), ("rejected", "Rejected")]
# What disputes items, and what a court opens: that holds the whole dossier.
HOLDING = ("claim", "appeal")
COURT = ("insolvency", "liquidation")
# The policy's term (working days) of each kind.
TERMS = {
    "request": "claim_request_days",
    "claim": "claim_days",
    "appeal": "claim_appeal_days",
    "insolvency": "insolvency_credit_days",
    "liquidation": "insolvency_credit_days",
}
# What nobody changes once it was filed.
FILED = {
    "expediente_id", "company_id", "kind", "channel", "date_filed", "filed_by", "subject", "text", "linea_ids",
    "appeal_of_id", "gestion_id", "date_notice", "deadline",
}  # fmt: skip
# Whoever may be given one to answer.
ROLES = "gestor ventanilla abogado contador".split()


class CarteraReclamacion(models.Model):
    """What a debtor files: a request, a claim or an appeal; or the insolvency that a court opens.

    Claims and appeals hold what they dispute of each item (`cartera.partida.reclamacion_id`, `amount_disputed`) until
    they are answered; a request holds nothing; an insolvency holds the dossier until it ends. The state moves only by
    the steps (`cartera_reclamacion_estado`). A draft may have no dossier: what came by e-mail from somebody unknown.
    """

    _name = "cartera.reclamacion"
    _description = "Claim"
    _inherit = ["cartera.tramite", "mail.thread", "mail.activity.mixin"]
    _order = "date_filed desc, id desc"
    _rec_names_search = ["number", "subject", "partner_id.complete_name", "partner_id.vat"]
    _check_company_auto = True

    number = fields.Char(readonly=True, copy=False, index="trigram")
    expediente_id = fields.Many2one(
        "cartera.expediente", string="Dossier", index=True, ondelete="restrict", check_company=True
    )
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_company_id",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        index=True,
        default=lambda self: self.env.company,
    )
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(related="expediente_id.partner_id", string="Debtor", store=True, index=True)
    vat = fields.Char(related="partner_id.vat", string="NIT")
    kind = fields.Selection(KINDS, required=True, default="claim", tracking=True)
    channel = fields.Selection(CHANNELS, required=True, default="written")
    date_filed = fields.Date(
        string="Filed On",
        required=True,
        default=lambda self: self.env.company._cartera_hoy(),
        help="The day on which it was received: the term runs from the day after.",
    )
    filed_by = fields.Char(compute="_compute_filed_by", store=True, readonly=False, help="Name of who filed it.")
    email_from = fields.Char(string="Came From", readonly=True, help="Address of the e-mail that brought it.")
    subject = fields.Char(required=True, tracking=True)
    text = fields.Text(string="What They Say")
    file_ids = fields.Many2many("ir.attachment", "cartera_reclamacion_file_rel", string="Attached", copy=False)
    gestion_id = fields.Many2one("cartera.gestion", string="From Contact", ondelete="restrict", index="btree_not_null")
    linea_ids = fields.One2many("cartera.reclamacion.linea", "reclamacion_id", string="Items")
    amount_disputed = fields.Monetary(
        string="Disputed", compute="_compute_amounts", store=True, currency_field="company_currency_id"
    )
    # --- who answers, and by when -----------------------------------------------------------------------------------
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        compute="_compute_user_id",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        tracking=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    unit = fields.Char(string="Competent Unit", tracking=True, help="The unit or entity whose matter it is.")
    deadline = fields.Date(
        compute="_compute_deadline",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        tracking=True,
        help="Working days of Colombia and of the company, as many as the policy gives to its kind.",
    )
    extension_reason = fields.Char(string="Why Extended", readonly=True, copy=False, tracking=True)
    late = fields.Boolean(compute="_compute_late", search="_search_late", help="Not answered, and its day has passed.")
    due_soon = fields.Boolean(compute="_compute_late")
    days_open = fields.Integer(string="Age", compute="_compute_days_open", help="Days since it was filed.")
    state = fields.Selection(
        STATES, required=True, default="draft", readonly=True, copy=False, tracking=True, group_expand=True
    )
    appeal_of_id = fields.Many2one(
        "cartera.reclamacion",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('expediente_id', '=', expediente_id), ('kind', '=', 'claim'), "
        "('state', 'in', ('answered', 'closed')), ('outcome', '!=', 'accepted')]",
    )
    # --- the answer -------------------------------------------------------------------------------------------------
    outcome = fields.Selection(OUTCOMES, readonly=True, copy=False, tracking=True)
    amount_accepted = fields.Monetary(
        string="Accepted", compute="_compute_amounts", store=True, currency_field="company_currency_id"
    )
    answer = fields.Text(string="Our Answer", readonly=True, copy=False)
    answer_file_id = fields.Many2one(
        "ir.attachment", string="Answer (PDF)", readonly=True, copy=False, ondelete="restrict"
    )
    answer_sha256 = fields.Char(string="Hash of the Answer", readonly=True, copy=False)
    date_answered = fields.Date(string="Answered On", readonly=True, copy=False)
    answered_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    days_taken = fields.Integer(
        string="Working Days Taken", readonly=True, copy=False, aggregator="avg", help="From the day after."
    )
    on_time = fields.Boolean(compute="_compute_on_time", store=True)
    date_notified = fields.Date(
        string="Answer Known On", readonly=True, copy=False, help="The day on which the debtor got the answer."
    )
    appeal_until = fields.Date(string="May Be Appealed Until", readonly=True, copy=False)
    # --- how it ends ------------------------------------------------------------------------------------------------
    date_end = fields.Date(string="Ended On", readonly=True, copy=False)
    withdrawn_by = fields.Char(readonly=True, copy=False, tracking=True)
    end_reason = fields.Char(string="How It Ended", readonly=True, copy=False, tracking=True)
    # --- what a court opens -----------------------------------------------------------------------------------------
    process_number = fields.Char(string="Process", tracking=True)
    court = fields.Char(help="Superintendencia de Sociedades, or the court.", tracking=True)
    promoter = fields.Char(string="Promoter or Liquidator", tracking=True)
    date_notice = fields.Date(string="Notice", help="The term to file the credit runs from the day after.")
    date_credit_filed = fields.Date(string="Credit Filed On", readonly=True, copy=False, tracking=True)
    credit_file_id = fields.Many2one(
        "ir.attachment", string="Credit (Document)", readonly=True, copy=False, ondelete="restrict"
    )

    _waiting = models.Index("(company_id, user_id, deadline) WHERE state = 'filed'")

    # --- computes ---------------------------------------------------------------------------------------------------

    @api.depends("number", "kind", "partner_id", "subject")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for claim in self:
            name = claim.number or claim.partner_id.sudo().display_name or claim.email_from or claim.subject or ""
            claim.display_name = f"{kinds.get(claim.kind, '')} {name}".strip()

    @api.depends("expediente_id")
    def _compute_company_id(self):
        for claim in self:
            claim.company_id = claim.expediente_id.company_id or claim.company_id or self.env.company

    @api.depends("expediente_id")
    def _compute_filed_by(self):
        """The debtor's name; of a company nobody's: somebody signs for it, and is named."""
        for claim in self.filtered(lambda c: not c.filed_by):
            partner = claim.partner_id
            claim.filed_by = False if partner.is_company else partner.name

    @api.depends("linea_ids.amount_disputed", "linea_ids.amount_accepted")
    def _compute_amounts(self):
        for claim in self:
            claim.amount_disputed = sum(claim.linea_ids.mapped("amount_disputed"))
            claim.amount_accepted = sum(claim.linea_ids.mapped("amount_accepted"))

    @api.depends("expediente_id", "kind")
    def _compute_user_id(self):
        """The dossier's officer, a lawyer for what a court opens, else who coordinates, or whoever writes it."""
        for claim in self.filtered(lambda c: c.state == "draft" and not (c._origin and c.user_id)):
            company = claim.company_id or self.env.company
            legal = company._cartera_usuarios_del_rol("abogado") if claim.kind in COURT else self.env["res.users"]
            found = legal or claim.expediente_id.user_id or company._cartera_coordinadores()
            claim.user_id = found[:1] or (self.env.user if claim._puede_responder(self.env.user) else False)

    @api.depends("kind", "date_filed", "date_notice", "expediente_id")
    def _compute_deadline(self):
        for claim in self.filtered(lambda c: c.state == "draft"):
            claim.deadline = claim._plazo()

    def _politica(self):
        """The policy whose terms it has."""
        return (self.expediente_id.politica_id or self.company_id.cartera_politica_id).sudo()

    def _festivos(self):
        return Guardia(self.env, self.company_id)._festivos()

    def _plazo(self, times=1):
        """The last day (date) of its term, or of one so many times as long; False while it cannot be told."""
        start = self.date_notice if self.kind in COURT else self.date_filed
        politica = self._politica()
        if not start or not politica or not self.kind:
            return False
        return add_working_days(start, int(politica[TERMS[self.kind]] * times), self._festivos())

    def _dias_habiles(self, day):
        """How many working days of its term had run at the end of a day."""
        return count_working_days(self.date_filed, day, self._festivos())

    @api.depends("state", "deadline", "date_credit_filed")
    def _compute_late(self):
        for claim in self:
            today = claim.company_id._cartera_hoy()
            waiting = claim.state == "filed" and claim.deadline and not claim.date_credit_filed
            soon = today + timedelta(days=claim._politica().claim_alert_days)
            claim.late = bool(waiting) and claim.deadline < today
            claim.due_soon = bool(waiting) and today <= claim.deadline <= soon

    def _search_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._por_responder() & Domain("deadline", "<", self.env.company._cartera_hoy())

    @api.model
    def _por_responder(self):
        """Domain of those with a deadline that still counts."""
        return Domain("state", "=", "filed") & Domain("date_credit_filed", "=", False)

    @api.depends("date_filed", "date_answered", "date_end")
    def _compute_days_open(self):
        for claim in self:
            until = claim.date_answered or claim.date_end or claim.company_id._cartera_hoy()
            claim.days_open = (until - claim.date_filed).days if claim.date_filed else 0

    @api.depends("date_answered", "deadline")
    def _compute_on_time(self):
        for claim in self:
            claim.on_time = bool(claim.date_answered and claim.deadline and claim.date_answered <= claim.deadline)

    # --- writing, guarded -------------------------------------------------------------------------------------------

    def _exigir_escribible(self, vals):
        # EXTENDS cartera.tecleado
        if FILED & vals.keys() and any(claim.state != "draft" for claim in self):
            raise UserError(self.env._("What was filed is not rewritten: extend its term, answer it, or withdraw it."))

    def _frase_de_calculado(self):
        # EXTENDS cartera.tecleado
        return self.env._("A claim moves by its buttons: file, extend, answer, withdraw.")

    def write(self, vals):
        # EXTENDS cartera.tramite
        if "user_id" not in vals:
            return super().write(vals)
        filed = self.filtered(lambda c: c.state == "filed" and c.user_id.id != vals["user_id"])
        filed._exigir_apto(self.env["res.users"].browse(vals["user_id"]))
        before = {claim: claim.user_id for claim in filed}
        res = super().write(vals)
        for claim, user in before.items():
            claim._reasignar(user)
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts_only(self):
        if any(claim.state != "draft" for claim in self):
            raise UserError(self.env._("What was filed is not deleted: withdraw it, with who and why."))

    @api.constrains("linea_ids", "expediente_id", "appeal_of_id", "gestion_id")
    def _check_expediente(self):
        for claim in self.sudo():
            others = claim.linea_ids.partida_id.expediente_id | claim.appeal_of_id.expediente_id
            if (others | claim.gestion_id.expediente_id) - claim.expediente_id:
                raise UserError(self.env._("The items, the contact and the claim appealed are of the same debtor."))

    # --- drafts -----------------------------------------------------------------------------------------------------

    def action_fill(self):
        """Dispute all that is overdue and no other claim disputes; what a court opens covers all that is owed."""
        self.check_access("write")
        self._exigir_estado("draft")
        for claim in self:
            items = claim._partidas_libres() - claim.linea_ids.partida_id
            if not items:
                raise UserError(self.env._("Nothing overdue is left to dispute in this dossier."))
            claim.linea_ids = [fields.Command.create({"partida_id": item.id}) for item in items]
        return True

    def _partidas_libres(self):
        """Open debts of the dossier that it may take: overdue and not disputed, or all for a court."""
        debts = self.expediente_id.partida_open_ids.filtered(lambda p: p.amount_residual > 0)
        if self.kind in COURT:
            return debts
        today = self.company_id._cartera_hoy()
        return debts.filtered(lambda p: p.date_due < today and not p.reclamacion_id)

    @api.model
    def _expediente_de(self, company, email, text):
        """The dossier of whoever wrote, by their address, or by a NIT named in the text; empty when that is unclear."""
        Expediente = self.env["cartera.expediente"].sudo()
        own = Domain("company_id", "=", company.id)
        address = email_normalize(email or "")
        if address:
            people = self.env["res.partner"].sudo().search([("email_normalized", "=", address)])
            found = Expediente.search(own & Domain("partner_id", "in", people.commercial_partner_id.ids))
            if len(found) == 1:
                return found
        found = Expediente.browse(self._expedientes_por_nit(company, text))
        return found if len(found) == 1 else Expediente

    @api.model
    def _expedientes_por_nit(self, company, text):
        """Ids of the dossiers whose debtor's NIT is one of the numbers of the text, with or without check digit."""
        self.env["res.partner"].flush_model(["vat"])
        self.env["cartera.expediente"].flush_model(["partner_id"])
        rows = self.env.execute_query(
            SQL(
                """SELECT x.id FROM cartera_expediente x JOIN res_partner p ON p.id = x.partner_id
                    WHERE x.company_id = %(company)s AND LENGTH(REGEXP_REPLACE(p.vat, '\\D', '', 'g')) >= 6
                      AND (REGEXP_REPLACE(SPLIT_PART(p.vat, '-', 1), '\\D', '', 'g') = ANY(%(numbers)s)
                           OR REGEXP_REPLACE(p.vat, '\\D', '', 'g') = ANY(%(numbers)s))""",
                company=company.id,
                numbers=_numeros(text),
            )
        )
        return [row[0] for row in rows]


def _numeros(text):
    """Numbers of six digits or more in a text, without points or hyphens: "900.123.456-7" gives both readings."""
    found = []
    for word in (text or "").split():
        for piece in (word, word.split("-")[0]):
            digits = "".join(character for character in piece if character.isdigit())
            if len(digits) >= 6:
                found.append(digits)
    return list(dict.fromkeys(found))
