from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from .cartera_asiento import FUNCTION
from .cartera_clasificacion import Clasificacion
from .cartera_etapa_cambio import REASONS
from .cartera_evidencia import faltantes

HOLDS = [
    ("no_followup", "Excluded from follow-up on the invoice"),
    ("claim", "Claim or appeal"),
    ("insolvency", "Insolvency or liquidation"),
    ("pause", "Paused by hand"),
]


class Copia(fields.Many2one):
    """What the journal item points to, and keeps from being deleted: a second foreign key would check it twice."""

    def update_db_foreign_key(self, model, column):
        """None: see the class."""


class CarteraPartida(models.Model):
    """An open item: one receivable journal item, and its place in the collection procedure.

    Ledger fields follow the journal item by themselves. `amount_residual` is the balance that decides: what the
    journal item still shows once the matchings whose two entries are posted are taken off, so that a payment sent
    back to draft counts as unpaid although Odoo keeps it matched. An item is closed, never deleted: when its journal
    item disappears it keeps the last values and a balance of zero.
    """

    _name = "cartera.partida"
    _description = "Open Item"
    _order = "date_due, id"
    # Only the ledger and the classification write here, millions at a time; people's acts are in the log of changes.
    _log_access = False
    _rec_names_search = ["move_id.name", "move_id.ref"]

    move_line_id = fields.Many2one("account.move.line", string="Journal Item", readonly=True, ondelete="set null")
    # --- the ledger ---------------------------------------------------------------------------------------------
    name = fields.Char(string="Number", compute="_compute_libro", store=True)
    move_id = fields.Many2one(
        "account.move", string="Journal Entry", compute="_compute_libro", store=True, index=True, ondelete="set null"
    )
    account_id = fields.Many2one(related="move_line_id.account_id", string="Account")
    company_id = Copia("res.company", compute="_compute_libro", store=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id", string="Company Currency")
    currency_id = Copia("res.currency", compute="_compute_libro", store=True)
    partner_id = fields.Many2one(
        "res.partner", string="Debtor", compute="_compute_libro", store=True, index=True, ondelete="restrict"
    )
    date = fields.Date(compute="_compute_libro", store=True)
    date_due = fields.Date(string="Due Date", compute="_compute_libro", store=True)
    parent_state = fields.Char(string="Entry Status", compute="_compute_libro", store=True)
    reconciled = fields.Boolean(compute="_compute_saldo", store=True)
    amount = fields.Monetary(
        string="Original Amount", compute="_compute_libro", store=True, currency_field="company_currency_id"
    )
    amount_residual = fields.Monetary(
        string="Balance",
        compute="_compute_saldo",
        store=True,
        currency_field="company_currency_id",
        help="In company currency: the amount less what posted entries have paid of it.",
    )
    amount_residual_currency = fields.Monetary(
        string="Balance in Currency", compute="_compute_saldo", store=True, currency_field="currency_id"
    )
    is_open = fields.Boolean(string="Open", compute="_compute_saldo", store=True)
    cuenta_id = fields.Many2one(
        "cartera.cuenta",
        string="Account / Contract",
        compute="_compute_libro",
        store=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    zona_id = fields.Many2one(
        "cartera.zona", string="Zone", related="cuenta_id.zona_id", store=True, index="btree_not_null"
    )
    # --- its place in the procedure -----------------------------------------------------------------------------
    date_bound = fields.Date(readonly=True, help="Due date at which the item was bound to its journal item.")
    date_closed = fields.Date(
        compute="_compute_date_closed", store=True, help="Day of the classification that found the item settled."
    )
    expediente_id = fields.Many2one(
        "cartera.expediente", string="Dossier", readonly=True, index=True, ondelete="restrict"
    )
    user_id = fields.Many2one(related="expediente_id.user_id", string="Officer", store=True)
    etapa_id = fields.Many2one("cartera.etapa", string="Stage", readonly=True, ondelete="restrict")
    etapa_date = fields.Date(string="In Stage Since", readonly=True)
    etapa_reason = fields.Selection(REASONS, string="Reason of Stage", readonly=True)
    banda_id = fields.Many2one("cartera.banda", string="Age Band", readonly=True, ondelete="restrict")
    hold_reason = fields.Selection(HOLDS, string="Hold", compute="_compute_hold_reason", store=True)
    acuerdo_id = fields.Many2one(
        "cartera.acuerdo",
        string="Agreement",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The agreement in force that covers it; of a credit, the one that it counts for.",
    )
    cambio_ids = fields.One2many("cartera.etapa.cambio", "partida_id", string="Changes of Stage")
    days_overdue = fields.Integer(compute="_compute_days_overdue", search="_search_days_overdue")
    stage_explanation = fields.Text(string="Why This Stage", compute="_compute_stage_explanation")

    _move_line_uniq = models.UniqueIndex("(move_line_id)")
    _alive = models.Index("(company_id) WHERE date_closed IS NULL")
    _open_by_stage = models.Index("(company_id, etapa_id, banda_id) INCLUDE (amount_residual, user_id) WHERE is_open")

    def init(self):
        # What it answers with has changed once, which PostgreSQL does not replace.
        self.env.cr.execute(SQL("DROP FUNCTION IF EXISTS cartera_abrir"))
        self.env.cr.execute(FUNCTION)

    # --- computes -----------------------------------------------------------------------------------------------

    @api.depends(
        "move_line_id.move_name",
        "move_line_id.company_id",
        "move_line_id.currency_id",
        "move_line_id.date",
        "move_line_id.date_maturity",
        "move_line_id.balance",
        "move_line_id.parent_state",
        "move_line_id.partner_id.commercial_partner_id",
        "move_line_id.move_id.cartera_cuenta_id",
    )
    def _compute_libro(self):
        """An item whose journal item is gone keeps what it had."""
        for partida in self.filtered("move_line_id"):
            partida.update(partida.move_line_id._cartera_libro())

    @api.depends(
        "move_line_id.amount_residual",
        "move_line_id.amount_residual_currency",
        "move_line_id.reconciled",
        "move_line_id.parent_state",
        "move_line_id.account_id",
        "move_line_id.matched_debit_ids.debit_move_id.parent_state",
        "move_line_id.matched_credit_ids.credit_move_id.parent_state",
    )
    def _compute_saldo(self):
        for partida in self:
            line = partida.move_line_id
            in_scope = line.account_id.id in line.company_id._cartera_cuentas_ids() if line else False
            posted = line.parent_state == "posted" and in_scope
            partida.amount_residual, partida.amount_residual_currency = line._cartera_saldo() if posted else (0.0, 0.0)
            partida.is_open = bool(partida.amount_residual or partida.amount_residual_currency)
            partida.reconciled = line.reconciled if line else partida.reconciled

    @api.depends("is_open")
    def _compute_date_closed(self):
        """Set by the classification; an item that owes again is alive again at once."""
        for partida in self:
            partida.date_closed = False if partida.is_open else partida.date_closed

    @api.depends(
        "move_line_id.no_followup",
        "move_line_id.journal_id",
        "expediente_id.hold_reason",
        "reclamacion_id",
        "amount_disputed",
    )
    def _compute_hold_reason(self):
        """A claim holds an item once it disputes all that is left of it; a payment of the rest shows by night."""
        for partida in self:
            by_hand = partida.move_line_id and partida.move_line_id._cartera_excluida()
            own = "claim" if partida._disputada() else "no_followup" if by_hand else False
            partida.hold_reason = partida.expediente_id.hold_reason or own

    def _disputada(self):
        return bool(self.reclamacion_id) and self.amount_disputed >= self.amount_residual

    def _sin_disputa(self):
        """What it owes and no claim disputes (float, 0 or more): what may be asked of the debtor."""
        disputed = self.amount_disputed if self.reclamacion_id else 0.0
        return max(self.amount_residual - disputed, 0.0) if self.is_open else 0.0

    @api.depends("date_due", "is_open")
    def _compute_days_overdue(self):
        for partida in self:
            today = partida.company_id._cartera_hoy()
            late = partida.is_open and partida.date_due and partida.amount_residual > 0
            partida.days_overdue = max((today - partida.date_due).days, 0) if late else 0

    def _search_days_overdue(self, operator, value):
        by_date = self.env["cartera.expediente"]._dominio_dias("date_due", operator, value)
        if by_date is NotImplemented or operator in ("<", "<=", "!="):
            return by_date
        return by_date & Domain("is_open", "=", True) & Domain("amount_residual", ">", 0)

    @api.depends("etapa_reason", "etapa_id", "date_due", "is_open")
    @api.depends_context("lang")
    def _compute_stage_explanation(self):
        for partida in self:
            partida.stage_explanation = partida._explicar()

    def _explicar(self):
        """Why the item is in its stage today, in one or two sentences."""
        self.ensure_one()
        if not self.is_open:
            return self.env._("Settled: nothing is owed on this item.")
        if self.amount_residual < 0:
            return self.env._("A credit in favour of the debtor: credits have no stage.")
        if not self.etapa_id:
            return self.env._("Not classified yet: the company has no collection policy or the item is new.")
        facts = {
            "days": self.days_overdue,
            "stage": self.etapa_id.name,
            "from_day": self.etapa_id.days_from,
            "policy": self.etapa_id.politica_id.name,
            "since": format_date(self.env, self.etapa_date),
            "unit": self._unidad_texto(),
        }
        return self._explicacion_texto(facts)

    def _explicacion_texto(self, facts):
        if self.etapa_reason == "hold":
            label = dict(self._fields["hold_reason"]._description_selection(self.env)).get(self.hold_reason, "")
            return self.env._(
                "On hold (%(hold)s): it stays in %(stage)s while the hold lasts, and goes on ageing.",
                hold=label,
                **facts,
            )
        if self.etapa_reason == "agreement":
            return self.env._(
                "Under %(agreement)s: it stays in %(stage)s, with the age it had, while the agreement is kept.",
                agreement=self.acuerdo_id.display_name or "",
                **facts,
            )
        if self.etapa_reason == "referral":
            return self.env._(
                "In %(stage)s since %(since)s under %(referral)s: it goes on ageing, and age does not move it.",
                referral=self.remision_id.display_name or "",
                **facts,
            )
        if self.etapa_reason == "manual":
            decision = self.cambio_ids.filtered(lambda c: c.etapa_to_id == self.etapa_id)[:1]
            return self.env._(
                "In %(stage)s since %(since)s by a decision of %(who)s: %(note)s. Age does not move it.",
                who=decision.user_id.name or "",
                note=(decision.note or "").rstrip("."),
                **facts,
            )
        if self.etapa_reason == "minimum":
            return self.env._(
                "%(days)s days overdue, but the balance of %(unit)s is under the minimum of the next stage: "
                "it stays in %(stage)s.",
                **facts,
            )
        if self.etapa_reason == "evidence":
            return self.env._(
                "%(days)s days overdue, but evidence is missing, so it stays in %(stage)s. %(missing)s.",
                missing="; ".join(self._evidencia_faltante()),
                **facts,
            )
        if self.etapa_id.kind == "current":
            return self.env._("%(days)s days overdue: %(policy)s has no later stage for %(unit)s yet.", **facts)
        return self.env._(
            "%(days)s days overdue. %(policy)s puts %(unit)s in %(stage)s from day %(from_day)s; here since %(since)s.",
            **facts,
        )

    def _evidencia_faltante(self):
        """What keeps the item out of the stage that its days reach, each piece as a sentence."""
        self.ensure_one()
        ladder = self.etapa_id.politica_id.etapa_ids.filtered(
            lambda e: e.automatic and e.sequence > self.etapa_id.sequence and e.days_from <= self.days_overdue
        )
        for etapa in ladder.sorted("days_from"):
            missing = faltantes(self, etapa).get(self)
            if missing:
                return missing
        return [self.env._("The next classification looks again")]

    def _unidad_texto(self):
        unit = self.etapa_id.politica_id.unit
        if unit == "account" and self.cuenta_id:
            return self.env._("account %s (its oldest due item decides)", self.cuenta_id.name)
        if unit == "debtor":
            return self.env._("the debtor (the oldest due item decides)")
        return self.env._("the item")

    # --- the calls others rely on -------------------------------------------------------------------------------

    @api.model
    def _actualizar(self, company, on_date=None):
        """Classify the company's open items as of `on_date` (date, default today in the company's zone).

        Set-based and idempotent: creates missing items, closes settled ones, moves those that crossed a threshold
        (each move is a row of the log), and brings dossiers and scores up to date. Returns counts
        {"created", "moved", "closed", "unchanged", "locked"}; a created item is not also moved. While another
        transaction classifies the same company: zeros and locked=True. A company without a policy is a UserError.
        """
        return Clasificacion(self.sudo().env, company.sudo(), on_date or company._cartera_hoy()).ejecutar()

    def _reasignar(self):
        """Give items to the dossier of their debtor, when it is another one's; missing dossiers are opened."""
        Expediente = self.env["cartera.expediente"]
        Expediente._trasladar(self.expediente_id)
        astray = self.filtered(lambda p: p.partner_id != p.expediente_id.partner_id)
        for (company, partner), items in astray.grouped(lambda p: (p.company_id, p.partner_id)).items():
            key = {"company_id": company.id, "partner_id": partner.id}
            found = Expediente.search([(name, "=", value) for name, value in key.items()], limit=1)
            items.expediente_id = found or (partner and Expediente.create(key))

    # --- people's actions ---------------------------------------------------------------------------------------

    def _mover(self, etapa, note, document=None):
        """Put open debit items in `etapa` by a decision, with its reason (str) and the document that caused it.

        An automatic stage hands the item back to age: the next classification may move it on.
        """
        moving = self.filtered(lambda p: p.is_open and p.amount_residual > 0 and p.etapa_id != etapa)
        self.env["cartera.etapa.cambio"].sudo().create(
            [
                {
                    "partida_id": partida.id,
                    "expediente_id": partida.expediente_id.id,
                    "company_id": partida.company_id.id,
                    "etapa_from_id": partida.etapa_id.id,
                    "etapa_to_id": etapa.id,
                    "date": partida.company_id._cartera_hoy(),
                    "reason": "manual",
                    "note": note,
                    "user_id": self.env.uid,
                    "document": f"{document._name},{document.id}" if document else False,
                }
                for partida in moving
            ]
        )
        for company, items in moving.grouped("company_id").items():
            items.sudo().write({"etapa_id": etapa.id, "etapa_date": company._cartera_hoy(), "etapa_reason": "manual"})
        return moving

    def action_open_move(self):
        self.ensure_one()
        return self.move_id._get_records_action()
