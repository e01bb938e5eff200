import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL
from psycopg2 import OperationalError

from .cartera_consecutivo import tomar
from .cartera_envio import LOTE, Envio
from .cartera_gestion import VERDICTS
from .cartera_plantilla import MESSAGE_CHANNELS

_logger = logging.getLogger(__name__)

# Lots that may meet a concurrent change, one after another, before the next run of the scheduled action goes on.
MOST_RETRIES = 5
DROPS = [
    ("paid", "Nothing overdue any more"),
    ("held", "On hold"),
    ("legal", "In legal collection"),
    ("agreement", "Under an agreement"),
    ("referral", "Referred: whoever has the case chases it"),
    ("promise", "Promised, and its day has not passed"),
    ("proof", "Its proof of payment is being checked"),
    ("guard", "Ley 2300 does not allow it"),
    ("no_address", "No e-mail, phone or address"),
    ("unconfirmed", "Address not confirmed"),
    ("duplicate", "The same message went today"),
    ("rate", "An interest rate is missing"),
    ("template", "The template needs a value that is empty"),
    ("changed", "The template changed after it was approved"),
    ("error", "It could not be prepared"),
    ("cancelled", "Cancelled by hand"),
]
# What is being said, and to whom: fixed once the message has left the drafts.
ONLY_IN_DRAFT = {"expediente_id", "template_id", "channel", "is_demand"}


class CarteraComunicacion(models.Model):
    """One message to one debtor, with all its overdue items: what was said, when, how, and whether it was received.

    What is approved, or signed, is the template's text, the debtor and the channel: amounts are read from the ledger
    when it is sent (`cartera_envio`), and kept here with the text as it went.
    """

    _name = "cartera.comunicacion"
    _description = "Letter or Message"
    _inherit = ["cartera.firmable", "mail.thread"]
    _order = "id desc"
    _check_company_auto = True
    _state_from = ["draft"]
    _state_to = ["approved"]
    _cancel_state = "cancelled"
    _rec_names_search = ["number", "partner_id.name", "partner_id.vat"]

    expediente_id = fields.Many2one(
        "cartera.expediente", string="Dossier", required=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(related="expediente_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="expediente_id.partner_id", string="Debtor", store=True, index=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    template_id = fields.Many2one(
        "cartera.plantilla", required=True, ondelete="restrict", check_company=True
    )
    kind = fields.Selection(related="template_id.kind", store=True)
    purpose = fields.Selection(related="template_id.purpose", store=True)
    channel = fields.Selection(MESSAGE_CHANNELS, required=True, default="email")
    user_id = fields.Many2one("res.users", string="Officer", default=lambda self: self.env.user, index=True)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("approved", "Approved"),
            ("sent", "Sent"),
            ("delivered", "Received"),
            ("returned", "Returned"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
    )
    # --- approval -------------------------------------------------------------------------------------------------
    needs_approval = fields.Boolean(related="template_id.approval")
    number = fields.Char(readonly=True, copy=False, index="trigram", help="Consecutive of the company and year.")
    number_external = fields.Char(
        string="Filing Number", copy=False, help="Given by the entity's correspondence office."
    )
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    date_approved = fields.Datetime(readonly=True, copy=False)
    template_hash = fields.Char(readonly=True, copy=False, help="SHA-256 of the template's text that was approved.")
    # --- what it says, written when it is sent ---------------------------------------------------------------------
    date = fields.Date(readonly=True, copy=False, help="The day that the letter bears.")
    date_liquidation = fields.Date(string="Interest Until", readonly=True, copy=False)
    address = fields.Char(string="Sent To", readonly=True, copy=False)
    subject = fields.Char(readonly=True, copy=False)
    # Only the engine writes it, from the template, which is sanitized, and values, which are escaped.
    body_html = fields.Html(string="Letter", readonly=True, copy=False, sanitize=False)
    text = fields.Text(string="Short Text", readonly=True, copy=False)
    preview_html = fields.Html(compute="_compute_preview_html", sanitize=False)
    linea_ids = fields.One2many("cartera.comunicacion.linea", "comunicacion_id", string="Obligations", readonly=True)
    amount_capital = fields.Monetary(string="Capital", currency_field="company_currency_id", readonly=True, copy=False)
    amount_interest = fields.Monetary(
        string="Interest", currency_field="company_currency_id", readonly=True, copy=False
    )
    amount_credit = fields.Monetary(
        string="Credits",
        currency_field="company_currency_id",
        readonly=True,
        copy=False,
        help="Credit notes and payments not applied yet, taken off the total.",
    )
    amount_total = fields.Monetary(
        string="Total",
        currency_field="company_currency_id",
        readonly=True,
        copy=False,
        help="Capital and interest, less credits.",
    )
    deadline = fields.Date(readonly=True, copy=False, help="Until when the letter asks to pay.")
    is_demand = fields.Boolean(
        string="Demand of C.G.P. 94",
        compute="_compute_is_demand",
        store=True,
        readonly=False,
        help="The creditor's own written demand, which interrupts prescription, once only.",
    )
    previous_id = fields.Many2one(
        "cartera.comunicacion", string="Refers To", readonly=True, copy=False, help="The first letter, as received."
    )
    gestion_id = fields.Many2one(
        "cartera.gestion", string="Confirms", readonly=True, copy=False, help="The promise or proposal it confirms."
    )
    pdf_id = fields.Many2one("ir.attachment", string="PDF", readonly=True, copy=False, ondelete="restrict")
    pdf_sha256 = fields.Char(string="SHA-256 of the PDF", readonly=True, copy=False)
    # --- its way ----------------------------------------------------------------------------------------------------
    not_before = fields.Datetime(readonly=True, copy=False, help="Postponed until Ley 2300 allows it.")
    verdict = fields.Selection(VERDICTS, string="Ley 2300", readonly=True, copy=False)
    drop_reason = fields.Selection(DROPS, string="Not Sent Because", readonly=True, copy=False)
    drop_note = fields.Char(string="What Is Missing", readonly=True, copy=False)
    date_prepared = fields.Datetime(
        readonly=True,
        copy=False,
        help="When it was written for a person to dispatch: a letter, a WhatsApp, an IVR list.",
    )
    date_sent = fields.Datetime(readonly=True, copy=False)
    day_sent = fields.Date(readonly=True, copy=False, index=True)
    tracking_number = fields.Char(copy=False)
    date_received = fields.Date(readonly=True, copy=False)
    receipt_id = fields.Many2one("ir.attachment", readonly=True, copy=False, ondelete="restrict")
    returned_reason = fields.Char(readonly=True, copy=False)
    mail_message_id = fields.Many2one(
        "mail.message", readonly=True, copy=False, index="btree_not_null", ondelete="set null"
    )

    _number_uniq = models.UniqueIndex(
        "(company_id, number) WHERE number IS NOT NULL", "This number was given to another letter: try again."
    )
    _to_send = models.Index("(id) WHERE state = 'approved' AND date_prepared IS NULL")
    _received = models.Index("(expediente_id, kind, day_sent) WHERE state = 'delivered'")

    @api.depends("template_id")
    def _compute_is_demand(self):
        for comunicacion in self:
            comunicacion.is_demand = comunicacion.template_id.kind == "demand"

    @api.depends("expediente_id", "template_id", "channel", "is_demand", "date", "state")
    def _compute_preview_html(self):
        """What it would say now: whoever signs it reads it before its words are written."""
        for comunicacion in self.sudo():
            waits = comunicacion.state in ("draft", "approved") and not comunicacion.date
            args = comunicacion.expediente_id, comunicacion.channel, comunicacion.is_demand
            comunicacion.preview_html = waits and all(args[:2]) and comunicacion.template_id._previa(*args)

    @api.depends("number", "kind", "partner_id")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for comunicacion in self:
            pieces = [kinds.get(comunicacion.kind), comunicacion.number, comunicacion.partner_id.display_name]
            comunicacion.display_name = " ".join(piece for piece in pieces if piece)

    # --- guards -----------------------------------------------------------------------------------------------------

    def _exigir_escribible(self, vals):
        # EXTENDS cartera.tecleado
        if ONLY_IN_DRAFT & vals.keys() and any(c.state != "draft" for c in self):
            raise UserError(self.env._("Only a draft can be changed: cancel it and write another one."))

    def _frase_de_calculado(self):
        # EXTENDS cartera.tecleado
        return self.env._("What a message says is written when it is sent, not by hand.")

    @api.ondelete(at_uninstall=False)
    def _unlink_draft(self):
        if any(c.state != "draft" or c.number for c in self):
            raise UserError(self.env._("Only drafts without a number are deleted: cancel it instead."))

    # --- approval ---------------------------------------------------------------------------------------------------

    def _campos_firmados(self):
        return ["expediente_id", "template_id", "channel", "is_demand"]

    def _texto_firmado(self):
        # EXTENDS cartera.firmable: the words too, which are the template's.
        return super()._texto_firmado() + self.sudo().template_id._huella()

    def _al_firmarse(self):
        self._aprobar()

    def _al_devolverse(self):
        """Back to whoever wrote it: the comment is in the chatter, and the signatures may be asked for again."""
        self.review_ids.unlink()
        self.write({"proposed_by_id": False, "date_proposed": False})

    def action_approve(self):
        """Approve drafts whose template needs no signature; they leave with the next sending."""
        self.check_access("write")
        signed = self.filtered("needs_approval")
        if signed:
            raise UserError(
                self.env._("%s is signed before it leaves: ask for the signatures.", signed[0].display_name)
            )
        self._aprobar()
        return True

    def _aprobar(self):
        """Approve the drafts among these, however many, and give their numbers to those that take one.

        Set-based: the sequence is locked once, and the numbers follow the order of creation. Whoever calls has checked
        who may approve. What is not a draft is left as it is.
        """
        self.flush_recordset()
        self.template_id.flush_recordset()
        rows = self.env.execute_query(
            SQL(
                """SELECT c.id, c.company_id, c.template_id, t.numbered AND c.number IS NULL
                     FROM cartera_comunicacion c JOIN cartera_plantilla t ON t.id = c.template_id
                    WHERE c.id = ANY(%s) AND c.state = 'draft' ORDER BY c.id FOR UPDATE OF c""",
                list(self.ids),
            )
        )
        if not rows:
            return
        self.env.cr.execute(
            SQL(
                """UPDATE cartera_comunicacion c
                      SET state = 'approved', number = COALESCE(c.number, v.number), template_hash = v.hash,
                          approved_by_id = %(uid)s, date_approved = %(now)s, write_uid = %(uid)s, write_date = %(now)s,
                          drop_reason = NULL, drop_note = NULL, not_before = NULL
                     FROM UNNEST(%(ids)s::int[], %(numbers)s::text[], %(hashes)s::text[]) AS v(id, number, hash)
                    WHERE c.id = v.id""",
                uid=self.env.uid,
                now=fields.Datetime.now(),
                ids=[row[0] for row in rows],
                numbers=self._numeros(rows),
                hashes=self._huellas([row[2] for row in rows]),
            )
        )
        self.invalidate_recordset(flush=False)
        self.env.ref("cartera_cobro.ir_cron_enviar").sudo()._trigger()

    def _numeros(self, rows):
        """A number (str), or None where none is taken, for each (id, company, template, takes one) of `rows`."""
        queues = {}
        for company in {company for _id, company, _template, takes in rows if takes}:
            record = self.env["res.company"].browse(company)
            count = sum(1 for row in rows if row[1] == company and row[3])
            name = self.env._("Letters")
            queues[company] = iter(
                tomar(self.env(su=True), record.sudo(), "cartera.comunicacion", name, count, record._cartera_hoy())
            )
        return [next(queues[company]) if takes else None for _id, company, _template, takes in rows]

    def _huellas(self, templates):
        """The hash of the text of each template id."""
        Plantilla = self.env["cartera.plantilla"].sudo()
        hashes = {template: Plantilla.browse(template)._huella() for template in set(templates)}
        return [hashes[template] for template in templates]

    def action_cancel(self):
        """Take back what has not left."""
        self.check_access("write")
        if any(c.state not in ("draft", "approved") for c in self):
            raise UserError(self.env._("What was sent cannot be cancelled."))
        self.sudo()._descartar("cancelled")
        return True

    def _descartar(self, reason, note=False):
        """Drop messages: they are not sent, and say why (a code of DROPS, and a sentence)."""
        self.write({"state": "cancelled", "drop_reason": reason, "drop_note": note})

    # --- what is to be sent -----------------------------------------------------------------------------------------

    @api.model
    def _dominio_de_envio(self):
        """Domain of what the scheduled action sends now."""
        waiting = Domain("not_before", "=", False) | Domain("not_before", "<=", fields.Datetime.now())
        return Domain([("state", "=", "approved"), ("date_prepared", "=", False)]) & waiting

    @api.model
    def _cron_enviar(self):
        """Send what is approved, a lot after another, each committed by itself.

        Workers at the same time take different lots; one that is killed loses its lot's work and nothing else. A lot
        that meets a concurrent change is tried again; what an officer holds waits for the next run.
        """
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=self.search_count(self._dominio_de_envio()))
        after = failures = 0
        while failures < MOST_RETRIES:
            try:
                lote = self._tomar_lote(after)
                for company, mensajes in lote.grouped("company_id").items():
                    Envio(self.env, company).enviar(mensajes)
                if not cron._commit_progress(len(lote)) or not lote:
                    return
                after, failures = lote[-1].id, 0
            except OperationalError:
                self.env.cr.rollback()
                failures += 1
                _logger.info("A lot of messages met a concurrent change, and is tried again")

    @api.model
    def _tomar_lote(self, after=0):
        """The next messages to send, after that id, which no other worker has locked; locked, at most LOTE."""
        query = self._search(self._dominio_de_envio() & Domain("id", ">", after), limit=LOTE, order="id")
        rows = self.env.execute_query(
            SQL("%s FOR UPDATE OF %s SKIP LOCKED", query.select(), SQL.identifier(self._table))
        )
        return self.browse(row[0] for row in rows)


class CarteraComunicacionLinea(models.Model):
    """An obligation in a letter, as the ledger had it when the letter was written."""

    _name = "cartera.comunicacion.linea"
    _description = "Obligation in a Letter"
    _order = "date_due, id"
    _log_access = False

    comunicacion_id = fields.Many2one(
        "cartera.comunicacion", required=True, readonly=True, ondelete="cascade", index=True
    )
    partida_id = fields.Many2one("cartera.partida", string="Item", readonly=True, ondelete="set null")
    company_id = fields.Many2one(related="comunicacion_id.company_id")
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    name = fields.Char(string="Number", readonly=True)
    origin = fields.Char(readonly=True)
    date_due = fields.Date(string="Due Date", readonly=True)
    days = fields.Integer(string="Days Overdue", readonly=True, aggregator=None)
    capital = fields.Monetary(currency_field="company_currency_id", readonly=True)
    interest = fields.Monetary(currency_field="company_currency_id", readonly=True)
    total = fields.Monetary(currency_field="company_currency_id", readonly=True)
