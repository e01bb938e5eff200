import base64
import hashlib
from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command, Domain
from odoo.tools import format_date

from ..rules.proofs import WAITING, objection, reach, reference_key
from .avisos import dinero
from .cartera_consecutivo import tomar

STATES = [
    ("received", "Received"),
    ("verified", "Verified"),
    ("registered", "Registered"),
    ("rejected", "Turned Down"),
]
SOURCES = [("portal", "The debtor's page"), ("mail", "E-mail"), ("officer", "Officer")]
# What came with it and is corrected until somebody of the treasury has verified it.
TYPED = {"expediente_id", "amount", "currency_id", "date", "bank", "reference", "partida_ids", "note"}
# Who had as many turned down within these days waits for the next one without being left in peace.
MOST_REJECTED = 2
REJECTED_WITHIN = timedelta(days=60)


class Repetido(UserError):
    """The same proof is here already: `soporte`."""

    def __init__(self, soporte):
        super().__init__(soporte._frase_de_repetido())
        self.soporte = soporte


class CarteraSoporte(models.Model):
    """A proof of payment that came from a debtor: what it says was paid, and what the treasury made of it.

    It is no money. Until it is registered, it only keeps what it says to pay from being chased, up to `pause_until`.
    Only methods create one (`_recibir`), and its state moves only by the steps (`cartera_soporte_estado`); it is never
    deleted. One that came by e-mail from somebody unknown has no dossier until somebody says whose it is.
    """

    _name = "cartera.soporte"
    _description = "Proof of Payment"
    _inherit = ["cartera.tramite", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _rec_name = "number"
    _rec_names_search = ["number", "reference", "partner_id.complete_name", "partner_id.vat"]
    _check_company_auto = True
    _se_escribe = TYPED

    number = fields.Char(readonly=True, copy=False, index="trigram")
    expediente_id = fields.Many2one(
        "cartera.expediente", string="Dossier", index=True, ondelete="restrict", check_company=True, tracking=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(related="expediente_id.partner_id", string="Debtor", store=True, index=True)
    vat = fields.Char(related="partner_id.vat", string="NIT")
    user_id = fields.Many2one(related="expediente_id.user_id", string="Officer", store=True, index="btree_not_null")
    source = fields.Selection(SOURCES, string="Came By", required=True, readonly=True)
    state = fields.Selection(
        STATES, required=True, default="received", readonly=True, copy=False, tracking=True, group_expand=True
    )
    # --- what it says ------------------------------------------------------------------------------------------------
    amount = fields.Monetary(currency_field="currency_id", tracking=True)
    currency_id = fields.Many2one("res.currency", required=True)
    date = fields.Date(string="Payment Date", tracking=True, help="The day on which it says that the money was paid.")
    bank = fields.Char(string="Bank or Means", help="e.g. Bancolombia, PSE, Efecty.")
    reference = fields.Char(tracking=True, help="Number of the transaction, as the proof has it.")
    reference_key = fields.Char(compute="_compute_reference_key", store=True, index="btree_not_null")
    partida_ids = fields.Many2many(
        "cartera.partida",
        "cartera_soporte_partida_rel",
        "soporte_id",
        "partida_id",
        string="Items It Pays",
        domain="[('expediente_id', '=', expediente_id), ('is_open', '=', True), ('amount_residual', '>', 0)]",
        help="Chosen by who sent it, or the oldest ones that its amount reaches.",
    )
    file = fields.Binary(readonly=True, attachment=True, copy=False)
    file_name = fields.Char(readonly=True)
    mimetype = fields.Char(readonly=True)
    file_hash = fields.Char(string="SHA-256", readonly=True, index="btree_not_null", help="Of the file.")
    note = fields.Text(string="What They Say")
    # --- who ---------------------------------------------------------------------------------------------------------
    date_received = fields.Datetime(string="Received On", required=True, readonly=True, default=fields.Datetime.now)
    sent_by = fields.Char(readonly=True, help="Name of who sent it.")
    sent_user_id = fields.Many2one("res.users", string="Sent by the Officer", readonly=True)
    email_from = fields.Char(string="Came From", readonly=True, help="Address of the e-mail that brought it.")
    trace = fields.Char(string="Sent From", readonly=True, help="Address and browser of who uploaded it.")
    verified_by = fields.Many2one("res.users", readonly=True, copy=False)
    verified_on = fields.Datetime(readonly=True, copy=False)
    registered_by = fields.Many2one("res.users", readonly=True, copy=False)
    registered_on = fields.Datetime(readonly=True, copy=False)
    rejected_by = fields.Many2one("res.users", string="Turned Down By", readonly=True, copy=False)
    rejected_on = fields.Datetime(string="Turned Down On", readonly=True, copy=False)
    reject_reason = fields.Char(string="Turned Down Because", readonly=True, copy=False, tracking=True)
    confirmed_by = fields.Many2one("res.users", readonly=True, copy=False)
    confirmed_on = fields.Datetime(readonly=True, copy=False, tracking=True)
    # --- what follows ------------------------------------------------------------------------------------------------
    pause_until = fields.Date(
        string="Not Chased Until", readonly=True, help="Included; what it says to pay is left in peace while it waits."
    )
    duplicate_id = fields.Many2one(
        "cartera.soporte",
        string="Same As",
        readonly=True,
        index="btree_not_null",
        help="An earlier one with the same file, or the same reference, amount and day, that was not turned down.",
    )
    is_late = fields.Boolean(
        string="Waits Too Long", compute="_compute_is_late", search="_search_is_late",
        help="Nobody has answered it, and its debtor is chased again.",
    )  # fmt: skip

    _amount_positive = models.Constraint("CHECK (amount >= 0)", "A proof of payment is not of a negative amount.")
    _waiting = models.Index("(company_id, pause_until) WHERE state IN ('received', 'verified')")

    # --- computes ----------------------------------------------------------------------------------------------------

    @api.depends("number", "partner_id", "amount", "currency_id")
    def _compute_display_name(self):
        for soporte in self:
            amount = soporte.amount and soporte.currency_id.format(soporte.amount)
            whose = soporte.partner_id.sudo().display_name or soporte.email_from
            soporte.display_name = " · ".join(filter(None, [soporte.number, whose, amount]))

    @api.depends("reference")
    def _compute_reference_key(self):
        for soporte in self:
            soporte.reference_key = reference_key(soporte.reference) or False

    @api.depends("state", "pause_until", "date_received")
    def _compute_is_late(self):
        for soporte in self:
            company, until = soporte.company_id, soporte.pause_until
            before = (
                until < company._cartera_hoy() if until else soporte.date_received < company._cartera_medianoche()
            )
            soporte.is_late = soporte.state in WAITING and before

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        collecting = self.env["res.company"].sudo().search([("cartera_politica_id", "!=", False)])
        late = Domain("state", "in", WAITING) & Domain.OR(
            Domain("company_id", "in", companies.ids)
            & (
                Domain("pause_until", "<", companies[0]._cartera_hoy())
                | (Domain("pause_until", "=", False) & Domain("date_received", "<", companies[0]._cartera_medianoche()))
            )
            for companies in collecting.grouped(lambda company: company._cartera_zona()).values()
        )
        return late if True in value else ~late

    @api.constrains("partida_ids", "expediente_id")
    def _check_partidas(self):
        for soporte in self:
            strange = soporte.sudo().partida_ids.filtered_domain([("expediente_id", "!=", soporte.expediente_id.id)])
            if strange:
                raise ValidationError(
                    self.env._("%s is of another dossier: a proof pays items of its own debtor.", strange[0].name)
                )

    # --- as it comes -------------------------------------------------------------------------------------------------

    @api.model
    def _recibir(self, company, source, document=None, partidas=None, **values):
        """The proof (in sudo) that came in. Repetido: one like it of the same dossier waits or is registered.

        document: values of an attachment (`name`, `raw` bytes, `mimetype`) or None; partidas: the items it pays,
        where they were chosen; `values`: TYPED fields, sent_by, sent_user_id, email_from, trace. What comes by e-mail
        is never refused, but marked: nothing is lost.
        """
        Soporte = self.sudo().with_company(company).with_context(mail_create_nosubscribe=True)
        if source != "officer":  # nobody of ours is there: its history is in the company's language
            Soporte = Soporte.with_context(lang=company.partner_id.lang)
        vals = Soporte._valores(company, source, document, values)
        twin = Soporte._gemelo(vals)
        if twin and source != "mail" and twin.expediente_id.id == vals.get("expediente_id"):
            raise Repetido(twin)
        # Numbers are given one after another: of two at once, the second is tried again, and finds the first.
        [number] = tomar(Soporte.env, company, self._name, self.env._("Proofs of payment"), 1, company._cartera_hoy())
        soporte = Soporte.create({**vals, "number": number, "duplicate_id": twin.id})
        soporte._acoger(partidas)
        soporte.flush_recordset()
        return soporte

    @api.model
    def _valores(self, company, source, document, values):
        vals = {"currency_id": company.currency_id.id, **values, "company_id": company.id, "source": source}
        if document:
            vals |= {
                "file": base64.b64encode(document["raw"]),
                "file_name": document["name"],
                "mimetype": document["mimetype"],
                "file_hash": hashlib.sha256(document["raw"]).hexdigest(),
            }
        return vals

    @api.model
    def _gemelo(self, vals, among=()):
        """The earliest proof of the company that is the same as `vals`, and was not turned down; empty when none is.

        among: ids left out.
        """
        same = Domain.FALSE
        if vals.get("file_hash"):
            same |= Domain("file_hash", "=", vals["file_hash"])
        key = reference_key(vals.get("reference"))
        if key and vals.get("amount") and vals.get("date"):
            same |= (
                Domain("reference_key", "=", key) & Domain("date", "=", vals["date"])
                & Domain("amount", "=", vals["amount"]) & Domain("currency_id", "=", vals["currency_id"])
            )  # fmt: skip
        own = Domain("company_id", "=", vals["company_id"]) & Domain("state", "!=", "rejected")
        return self.sudo().search(own & Domain("id", "not in", list(among)) & same, order="id", limit=1)

    def _frase_de_repetido(self):
        return self.env._(
            "It was received already, as %(number)s, on %(day)s: the same file, or the same reference, amount and day.",
            number=self.number,
            day=format_date(self.env, self.date_received),
        )

    def _acoger(self, partidas=None):
        """Say on the dossier that it is here, leave what it pays in peace; nothing while nobody knows whose."""
        expediente = self.expediente_id
        if not expediente:
            return
        self.partida_ids = [Command.set((partidas or self._partidas_que_alcanza()).ids)]
        self.pause_until = self._hasta_cuando()
        expediente._message_log(
            body=self.env._(
                "A proof of payment came in: %(proof)s, for %(amount)s.",
                proof=self._get_html_link(title=self.number),
                amount=self.currency_id.format(self.amount),
            )
        )
        self._al_recibirse()

    def _al_recibirse(self):
        """What follows where others wait for it."""

    def _partidas_que_alcanza(self):
        """The oldest debts that its amount reaches; all of them, where it says none.

        Of the amount of an instalment, only those of its agreement: none is left of the last ones.
        """
        acuerdo = self._acuerdo_de_su_importe()
        debts = acuerdo.partida_ids.filtered("is_open") if acuerdo else self.expediente_id.partida_open_ids
        debts = debts.filtered(lambda p: p.amount_residual > 0).sorted(lambda p: (p.date_due, p.id))
        if not self.amount:
            return debts
        paid = Decimal(str(self._en_moneda_propia()))
        return debts[: reach([Decimal(str(p.amount_residual)) for p in debts], paid)]

    def _acuerdo_de_su_importe(self):
        """The agreement in force of which an instalment is just its amount, the oldest; none where none is."""
        paid = self._en_moneda_propia()
        cuotas = self.expediente_id.acuerdo_ids.filtered(lambda a: a.state == "active").cuota_ids
        same = cuotas.filtered(
            lambda c: c.amount_due > 0 and not c.company_currency_id.compare_amounts(c.amount_due, paid)
        )
        return same.sorted("date_due")[:1].acuerdo_id

    def _en_moneda_propia(self):
        """Its amount in the company's currency, at the rate of the day on which it was paid."""
        company = self.company_id
        day = self.date or company._cartera_hoy()
        return self.currency_id._convert(self.amount, company.currency_id, company, day)

    def _hasta_cuando(self):
        """The last day of its pause, by the policy; none where several of this debtor were turned down lately."""
        days = self.expediente_id.politica_id.proof_pause_days
        since = fields.Datetime.now() - REJECTED_WITHIN
        rejected = self.search_count(
            [("expediente_id", "=", self.expediente_id.id), ("state", "=", "rejected"), ("rejected_on", ">=", since)]
        )
        return days and rejected < MOST_REJECTED and self.company_id._cartera_hoy() + timedelta(days=days)

    # --- what is wrong with it ---------------------------------------------------------------------------------------

    @api.model
    def _objecion(self, expediente, amount, currency, day):
        """Why such a proof cannot be of this dossier: a code of `rules.proofs.objection`, or None."""
        company = expediente.company_id
        today = company._cartera_hoy()
        owed = Decimal(str(expediente._adeudado_por_todo()))
        paid = currency._convert(amount, company.currency_id, company, min(day or today, today))
        return objection(Decimal(str(paid)), day, today, owed)

    @api.model
    def _frase(self, code, expediente):
        """The sentence (str) for people of a code of `_objecion`."""
        match code:
            case "paid":
                return self.env._("%s owes nothing: a payment of theirs is registered in accounting.",
                                  expediente.partner_id.display_name)  # fmt: skip
            case "amount":
                return self.env._("Write the amount that was paid: more than zero.")
            case "huge":
                return self.env._(
                    "The amount is many times the %s that is owed: look at the figure again.",
                    dinero(expediente, expediente._adeudado_por_todo()),
                )
            case "day":
                return self.env._("Write the day on which it was paid.")
            case "future":
                return self.env._("It cannot have been paid on a day to come.")
        return self.env._("It was paid too long ago: look at the year again.")

    # --- kept --------------------------------------------------------------------------------------------------------

    def write(self, vals):
        typed = TYPED & vals.keys()
        if not self.env.su and "expediente_id" in vals and "partida_ids" not in vals:
            self._soltar_partidas(vals["expediente_id"])
        before = {soporte: soporte.expediente_id for soporte in self} if typed else {}
        res = super().write(vals)
        if typed and not self.env.su:
            for soporte in self.sudo():
                soporte._corregir(vals, before[soporte.with_env(self.env)])
        return res

    def _exigir_escribible(self, vals):
        # EXTENDS cartera.tecleado
        self._exigir_estado("received")

    def _soltar_partidas(self, expediente_id):
        """What those that go to another dossier were to pay is not their debtor's."""
        moved = self.sudo().filtered(lambda soporte: soporte.expediente_id.id != expediente_id)
        moved.partida_ids = [Command.clear()]

    def _corregir(self, vals, before):
        """What depends on what somebody typed again; `before`: its dossier until then."""
        keep = {"company_id": self.company_id.id, "file_hash": self.file_hash, "reference": self.reference}
        keep |= {"amount": self.amount, "date": self.date, "currency_id": self.currency_id.id}
        self.duplicate_id = self._gemelo(keep, self.ids)
        if self.expediente_id != before:
            self._despedir(before)
            self._acoger(self.partida_ids)
        elif {"amount", "currency_id", "date"} & vals.keys() and "partida_ids" not in vals:
            self.partida_ids = [Command.set(self._partidas_que_alcanza().ids)]

    def _despedir(self, expediente):
        """Say on the dossier where it was that it is another debtor's: nothing of theirs waits for it."""
        if not expediente:
            return
        expediente.sudo()._message_log(
            body=self.env._(
                "The proof of payment %s was of another debtor.", self._get_html_link(title=self.number)
            )
        )

    def _frase_de_calculado(self):
        return self.env._("What came with a proof of payment, and who did what with it, is not typed: use its buttons.")

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A proof of payment is kept: turn it down, with the reason."))
