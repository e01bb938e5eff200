from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_date, plaintext2html

from ..rules.dates import add_working_days
from .account_move import READERS
from .avisos import aviso
from .cartera_contacto import Guardia

KINDS = [
    ("price", "Disputes the price"),
    ("service", "Service not rendered, or not as agreed"),
    ("invoice", "Wrong invoice"),
    ("documents", "Asks for documents: order, acceptance, supports"),
    ("credit", "Was promised a credit note or a discount"),
    ("payment", "Payment not registered"),
    ("contact", "Wrong contact data"),
    ("schedule", "When will the customer pay?"),
    ("other", "Other"),
]
OUTCOMES = [
    ("solved", "Solved"),
    ("credit_note", "A credit note is needed"),
    ("debtor_right", "The debtor is right"),
    ("debtor_wrong", "The debtor is wrong"),
    ("other", "Other"),
]
# What the procedure's own methods write, and what nobody changes once it was answered.
MOVED = {"state", "answer", "answer_date", "answered_by_id", "outcome", "date_reminded"}
FIXED = {"expediente_id", "asked_by", "gestion_id", "date"}
TOLD = {"kind", "description", "sent_to", "deadline", "partida_ids"}
# Activity types, and the subtype of what is said between people.
ASK = "cartera_cobro.mail_activity_type_novedad_preguntar"
ANSWER = "cartera_cobro.mail_activity_type_novedad_responder"
READ = "cartera_cobro.mail_activity_type_novedad_leer"
COMMENT = "mail.mt_comment"


class CarteraNovedad(models.Model):
    """A matter found while collecting, sent to whoever sold or runs the account, with a deadline, and its answer.

    The recipient needs no role in collection: they read what was put in here, never the dossier, and answer by
    `action_answer` or by replying to the e-mail. The state moves only by the methods.
    """

    _name = "cartera.novedad"
    _description = "Matter for Sales"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "state_order, deadline, id"
    _check_company_auto = True

    expediente_id = fields.Many2one(
        "cartera.expediente", string="Dossier", required=True, ondelete="restrict", index=True, groups=READERS
    )
    company_id = fields.Many2one(related="expediente_id.company_id", store=True, precompute=True, index=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(related="expediente_id.partner_id", string="Debtor", store=True, index=True)
    partner_vat = fields.Char(related="partner_id.vat", string="NIT")
    gestion_id = fields.Many2one(
        "cartera.gestion",
        string="From Contact",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        groups=READERS,
        help="In which it was found.",
    )
    partida_ids = fields.Many2many(
        "cartera.partida",
        string="Obligations",
        domain="[('expediente_id', '=', expediente_id), ('is_open', '=', True)]",
        groups=READERS,
    )
    items_text = fields.Text(
        string="Invoices", compute="_compute_items", store=True, help="As they stood when they were asked about."
    )
    amount = fields.Monetary(
        string="Amount at Stake",
        compute="_compute_items",
        store=True,
        currency_field="company_currency_id",
        help="Balance of the invoices named, or all that was overdue, when it was asked.",
    )
    kind = fields.Selection(KINDS, string="Matter", required=True, tracking=True)
    description = fields.Text(string="What the Debtor Says", required=True)
    sent_to = fields.Many2one(
        "res.users",
        compute="_compute_sent_to",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        tracking=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="The salesperson of the invoices, or who is responsible for the account.",
    )
    asked_by = fields.Many2one(
        "res.users", required=True, default=lambda self: self.env.user, readonly=True, index=True
    )
    date = fields.Datetime(string="Asked On", required=True, default=fields.Datetime.now, readonly=True)
    deadline = fields.Date(
        compute="_compute_deadline",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="Working days of Colombia, as many as the settings of the company give.",
    )
    state = fields.Selection(
        [("open", "Waiting for an answer"), ("answered", "Answered"), ("closed", "Closed"), ("cancelled", "Cancelled")],
        required=True,
        default="open",
        readonly=True,
        tracking=True,
        copy=False,
        group_expand=True,
    )
    state_order = fields.Integer(compute="_compute_state_order", store=True, aggregator=None)
    late = fields.Boolean(compute="_compute_late", search="_search_late", help="Not answered, and its day has passed.")
    answer = fields.Text(readonly=True, copy=False)
    answer_date = fields.Datetime(string="Answered On", readonly=True, copy=False)
    answered_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    outcome = fields.Selection(OUTCOMES, readonly=True, copy=False, tracking=True)
    date_reminded = fields.Date(string="Reminded On", readonly=True, copy=False)
    is_recipient = fields.Boolean(compute="_compute_is_recipient")

    _waiting = models.Index("(deadline, id) WHERE state = 'open' AND date_reminded IS NULL")

    # --- computes ---------------------------------------------------------------------------------------------------

    @api.depends("partner_id", "kind")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for novedad in self:
            novedad.display_name = f"{novedad.partner_id.sudo().display_name or ''}: {labels.get(novedad.kind, '')}"

    @api.depends("partida_ids", "expediente_id")
    def _compute_items(self):
        for novedad in self:
            items = novedad.partida_ids.sorted("date_due")
            currency = novedad.company_currency_id
            novedad.items_text = "\n".join(
                self.env._(
                    "%(number)s, due on %(day)s: %(amount)s",
                    number=item.name or "",
                    day=format_date(self.env, item.date_due),
                    amount=currency.format(item.amount_residual),
                )
                for item in items
            )
            novedad.amount = sum(items.mapped("amount_residual")) or novedad.expediente_id.amount_overdue

    @api.depends("expediente_id", "partida_ids")
    def _compute_sent_to(self):
        for novedad in self:
            if not (novedad._origin and novedad.sent_to):
                novedad.sent_to = novedad._destinatario()

    def _destinatario(self):
        """The seller of the invoices named; without invoices, who runs the account, else who sold what is overdue."""
        named, responsible = self._vendedores(self.partida_ids), self._aptos(self.expediente_id.responsible_id)
        if len(named) == 1 or not responsible:
            return (named or self._vendedores(self.expediente_id.partida_open_ids))[:1]
        return responsible

    def _vendedores(self, partidas):
        """Users who sold those items, the oldest item's first."""
        return self._aptos(partidas.sorted("date_due").move_id.invoice_user_id)

    def _aptos(self, users):
        """Those who may be asked: people of the company other than the asker."""
        return users.filtered(lambda u: u.active and not u.share and self.company_id in u.company_ids) - self.asked_by

    @api.depends("company_id")
    def _compute_deadline(self):
        for company, novedades in self.grouped("company_id").items():
            if company:
                novedades.deadline = self._plazo(company)

    @api.model
    def _plazo(self, company):
        """The day by which something asked today is to be answered."""
        holidays = Guardia(self.env, company)._festivos()
        return add_working_days(company._cartera_hoy(), company.sudo().cartera_novedad_days, holidays)

    @api.depends("state")
    def _compute_state_order(self):
        order = list(dict(self._fields["state"].selection))
        for novedad in self:
            novedad.state_order = order.index(novedad.state)

    @api.depends("state", "deadline")
    def _compute_late(self):
        for novedad in self:
            waiting = novedad.state == "open" and novedad.deadline
            novedad.late = bool(waiting) and novedad.deadline < novedad.company_id._cartera_hoy()

    def _search_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain([("state", "=", "open"), ("deadline", "<", self.env.company._cartera_hoy())])

    @api.depends("sent_to")
    @api.depends_context("uid")
    def _compute_is_recipient(self):
        for novedad in self:
            novedad.is_recipient = novedad.sent_to == self.env.user

    # --- writing, guarded -------------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(MOVED & vals.keys() for vals in vals_list):
            raise UserError(self.env._("A matter starts open: its answer comes from whoever it is sent to."))
        # What is sent says all that the usual line "created" would.
        quiet = self.with_context(mail_create_nolog=True)
        novedades = super(CarteraNovedad, quiet).create(vals_list).with_env(self.env)
        for novedad in novedades:
            novedad._anunciar()
            novedad._enviar()
        return novedades

    def write(self, vals):
        if not self.env.su and (MOVED | FIXED) & vals.keys():
            raise UserError(self.env._("A matter moves by its buttons: answer, close, send back or cancel."))
        if TOLD & vals.keys() and any(novedad.state != "open" for novedad in self):
            raise UserError(self.env._("What was answered is not rewritten: send it back, or ask anew."))
        before = {novedad: novedad.sent_to for novedad in self}
        res = super().write(vals)
        if {"sent_to", "deadline"} & vals.keys():
            for novedad, recipient in before.items():
                novedad.sudo()._reenviar(recipient)
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A matter is not deleted: cancel it, with the reason."))

    @api.constrains("description")
    def _check_description(self):
        if any(not novedad.description.strip() for novedad in self):
            raise UserError(self.env._("Say what the debtor says: whoever sold answers that."))

    @api.constrains("partida_ids", "gestion_id", "expediente_id")
    def _check_expediente(self):
        for novedad in self.sudo():
            if (novedad.partida_ids.expediente_id | novedad.gestion_id.expediente_id) - novedad.expediente_id:
                raise UserError(self.env._("The invoices and the contact of a matter are of its own debtor."))

    @api.constrains("sent_to", "deadline", "expediente_id")
    def _check_sent_to(self):
        for novedad in self.sudo():
            user, company = novedad.sent_to, novedad.company_id
            if not user:
                raise UserError(
                    self.env._(
                        "Nobody to send it to: choose somebody, name the account responsible on the dossier, or the "
                        "salesperson on the invoice."
                    )
                )
            if user.share or not user.active or company not in user.company_ids:
                raise UserError(
                    self.env._(
                        "%(user)s does not work in %(company)s: send it to somebody who does.",
                        user=user.name,
                        company=company.name,
                    )
                )
            if not novedad.deadline:
                raise UserError(self.env._("Say by when it is to be answered."))

    def action_send(self):
        """The button of the dialogue: what it saves is the matter, sent; answers with to whom and until when."""
        self.ensure_one()
        self.check_access("read")
        day = format_date(self.env, self.deadline)
        return aviso(self.env._("Sent to %(user)s, to be answered by %(day)s.", user=self.sent_to.name, day=day))

    # --- the answer -------------------------------------------------------------------------------------------------

    def action_answer(self, answer, outcome=False):
        """Answer the matter (str, one of OUTCOMES): its recipient, or a coordinator for them."""
        self.ensure_one()
        self.check_access("read")
        self._exigir_abierta()
        if self.sent_to != self.env.user and not self._es_coordinador():
            raise AccessError(
                self.env._("Only %s, to whom it was sent, or a coordinator may answer.", self.sent_to.name)
            )
        answer = (answer or "").strip()
        if not answer:
            raise UserError(self.env._("Write the answer: it is what the debtor will be told."))
        self.sudo()._responder(answer, self.env.user, outcome)
        self.sudo().message_post(
            body=plaintext2html(answer),
            subject=self.env._("Answered: %s", self.display_name),
            partner_ids=self.asked_by.partner_id.ids,
            message_type="comment",
            subtype_xmlid=COMMENT,
        )
        return True

    def _exigir_abierta(self):
        if self.state != "open":
            state = dict(self._fields["state"]._description_selection(self.env))[self.state]
            raise UserError(self.env._("This matter waits for no answer: %s.", state))

    def _es_coordinador(self):
        return self.env.su or self.env.user.has_group("cartera_cobro.group_cartera_tesorero")

    def _responder(self, answer, user, outcome=False):
        """Keep the answer (str) of `user`, and plan its reading with whoever asked. Superuser rights."""
        novedad = self.with_user(user).sudo()
        novedad.write(
            {
                "state": "answered",
                "answer": answer,
                "answer_date": fields.Datetime.now(),
                "answered_by_id": user.id,
                "outcome": outcome,
            }
        )
        novedad.activity_feedback([ANSWER])
        asker = novedad.with_context(lang=self.asked_by.lang, mail_activity_quick_update=True)
        asker.activity_schedule(
            READ,
            summary=asker.display_name,
            note=plaintext2html(answer),
            user_id=self.asked_by.id,
            date_deadline=self.company_id._cartera_hoy(),
        )
        line = novedad.env._("%(user)s answered %(matter)s:", user=user.name, matter=self._get_html_link())
        novedad.expediente_id._message_log(body=line + plaintext2html(answer))

    # --- after the answer -------------------------------------------------------------------------------------------

    def action_close(self, outcome=False):
        """Close answered matters, with their outcome (one of OUTCOMES; default: the one answered)."""
        self.check_access("write")
        for novedad in self:
            if novedad.state != "answered":
                raise UserError(self.env._("Only what was answered is closed; cancel what needs no answer any more."))
            if not (outcome or novedad.outcome):
                raise UserError(self.env._("Say what came of it, to close the matter."))
            novedad.sudo().write({"state": "closed", "outcome": outcome or novedad.outcome})
            novedad.sudo().activity_feedback([READ])
        return True

    def action_return(self, reason):
        """Send answered matters back for a better answer, with a new term; the first answer stays in the messages."""
        self._exigir_motivo(reason)
        for novedad in self:
            if novedad.state != "answered":
                raise UserError(self.env._("Only what was answered is sent back."))
            novedad = novedad.sudo()
            novedad.write({"state": "open", **dict.fromkeys(MOVED - {"state"}, False)})
            novedad.deadline = self._plazo(novedad.company_id)
            novedad.activity_feedback([READ])
            novedad.message_post(body=reason, message_type="comment", subtype_xmlid=COMMENT)
            novedad._enviar()
        return True

    def action_cancel(self, reason):
        """Withdraw matters that need no answer any more, telling the recipient why."""
        self._exigir_motivo(reason)
        for novedad in self.sudo():
            if novedad.state in ("closed", "cancelled"):
                raise UserError(self.env._("What is closed is not cancelled."))
            novedad.state = "cancelled"
            novedad.activity_unlink([ANSWER, READ])
            novedad.message_post(
                body=reason,
                subject=self.env._("No answer is needed any more: %s", novedad.display_name),
                partner_ids=novedad.sent_to.partner_id.ids,
                message_type="comment",
                subtype_xmlid=COMMENT,
            )
        return True

    def _exigir_motivo(self, reason):
        self.check_access("write")
        if not (reason or "").strip():
            raise UserError(self.env._("Say why."))

    def action_expediente(self):
        self.ensure_one()
        return self.expediente_id._get_records_action()
