from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from ..rules.dates import add_working_days
from .cartera_contacto import Guardia
from .cartera_promesa_juicio import Juicio
from .cartera_promesa_pedido import Adeudado, Pedido, PromesaRechazada, frase_pendiente

STATES = [
    ("pending", "Pending"),
    ("kept", "Kept"),
    ("partial", "Kept in Part"),
    ("broken", "Broken"),
    ("cancelled", "Withdrawn"),
]
SOURCES = [
    ("contact", "A contact"),
    ("counter", "At the counter"),
    ("portal", "The debtor's page"),
    ("agency", "An agency's log"),
]


class CarteraPromesa(models.Model):
    """A promise to pay an amount of some open items by a day; the ledger says what became of it (`_juzgar`).

    Only methods write here. What is promised does not change: a promise is withdrawn, and another made.
    """

    _name = "cartera.promesa"
    _description = "Promise to Pay"
    _order = "date_promised desc, id desc"
    _check_company_auto = True

    expediente_id = fields.Many2one(
        "cartera.expediente", string="Dossier", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(related="expediente_id.company_id", store=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(related="expediente_id.partner_id", string="Debtor", store=True)
    gestion_id = fields.Many2one(
        "cartera.gestion", string="Contact", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    source = fields.Selection(SOURCES, string="Made Through", required=True, readonly=True)
    date = fields.Date(string="Made On", required=True, readonly=True)
    date_promised = fields.Date(string="Promised For", required=True, readonly=True)
    deadline = fields.Date(
        string="Payments Count Until",
        required=True,
        readonly=True,
        help="The day promised and the policy's working days of tolerance after it.",
    )
    amount = fields.Monetary(string="Promised", currency_field="company_currency_id", required=True, readonly=True)
    amount_paid = fields.Monetary(
        string="Paid",
        currency_field="company_currency_id",
        readonly=True,
        help="What was paid in time of what was promised, by the ledger, credits not applied yet included.",
    )
    state = fields.Selection(
        STATES, string="Status", required=True, readonly=True, default="pending", group_expand=True
    )
    kept_rate = fields.Float(
        string="Kept",
        digits=(5, 2),
        aggregator="avg",
        readonly=True,
        help="1 when it was kept, one half in part, 0 when it was broken; nothing while it is not judged.",
    )
    date_judged = fields.Date(string="Judged On", readonly=True)
    user_id = fields.Many2one("res.users", string="Officer", readonly=True, index="btree_not_null")
    cancel_reason = fields.Char(string="Withdrawn Because", readonly=True)
    linea_ids = fields.One2many("cartera.promesa.linea", "promesa_id", string="Obligations", readonly=True)

    _amount_positive = models.Constraint("CHECK (amount > 0)", "A promise is for more than zero.")
    _days_in_order = models.Constraint(
        "CHECK (date <= date_promised AND date_promised <= deadline)",
        "A promise is for the day on which it is made or a later one.",
    )
    # Every index is written again for each promise that is judged: only what a screen or the night reads by.
    _pending = models.Index("(company_id) WHERE state = 'pending'")
    _judged = models.Index("(company_id, deadline) WHERE state != 'cancelled'")

    @api.depends("amount", "date_promised", "partner_id")
    @api.depends_context("lang", "cartera_show_debtor")
    def _compute_display_name(self):
        """The amount and the day; on its own screens, whose it is and how much."""
        for promesa in self:
            if self.env.context.get("cartera_show_debtor"):
                amount = promesa.company_currency_id.format(promesa.amount)
                promesa.display_name = f"{promesa.partner_id.display_name}: {amount}"
                continue
            promesa.display_name = self.env._(
                "%(amount)s for %(day)s",
                amount=promesa.company_currency_id.format(promesa.amount),
                day=format_date(self.env, promesa.date_promised),
            )

    # --- making one ---------------------------------------------------------------------------------------------------

    @api.model
    def _prometer(self, pedidos, refused=None):
        """The promises (in sudo) of `pedidos` ([Pedido], oldest first), one each.

        What cannot be promised is a PromesaRechazada, with its sentence; with a list `refused`, it is left out and
        put there beside its sentence. One made so late that its day is past is judged at once.
        """
        companies = {pedido.expediente.company_id for pedido in pedidos}
        today = {company: company._cartera_hoy() for company in companies}
        festivos = {company: Guardia(self.env, company)._festivos() for company in companies}
        owed = Adeudado(self.sudo().env, pedidos, today)
        vals_list = []
        for pedido in pedidos:
            try:
                lines = owed.aceptar(pedido)
            except PromesaRechazada as why:
                if refused is None:
                    raise
                refused.append((pedido, str(why)))
                continue
            company = pedido.expediente.company_id
            tolerance = pedido.expediente.politica_id.promise_tolerance_days
            deadline = add_working_days(pedido.day, tolerance, festivos[company])
            pending = deadline >= today[company]
            if pending:
                owed.taken |= {item for item, _balance in lines}
            vals_list.append(self._valores(pedido, lines, deadline, pending))
        promesas = self.sudo().create(vals_list)
        promesas._anunciar()
        promesas._juzgar_vencidas(today)
        return promesas

    def _valores(self, pedido, lines, deadline, pending):
        """Values of the promise that `pedido` asks for, over `lines` ([(item id, balance)])."""
        return {
            "expediente_id": pedido.expediente.id,
            "gestion_id": pedido.gestion.id,
            "source": pedido.source,
            "date": pedido.made,
            "date_promised": pedido.day,
            "deadline": deadline,
            "amount": pedido.amount,
            "user_id": pedido.user.id,
            "linea_ids": [
                fields.Command.create({"partida_id": item, "balance": float(balance), "pending": pending})
                for item, balance in lines
            ],
        }

    def _anunciar(self):
        """One line on each dossier, in the debtor's name where they said it themselves."""
        for portal, promesas in self.grouped(lambda p: p.source == "portal").items():
            bodies = {}
            for promesa in promesas:
                text = self.env._(
                    "Promises to pay %(amount)s by %(day)s: %(items)s.",
                    amount=promesa.company_currency_id.format(promesa.amount),
                    day=format_date(self.env, promesa.date_promised),
                    items=", ".join(promesa.linea_ids.partida_id.mapped("display_name")),
                )
                bodies.setdefault(promesa.expediente_id, []).append(text)
            for author, expedientes in self._por_autor(portal, bodies).items():
                expedientes._message_log_batch(
                    bodies={expediente.id: "\n".join(bodies[expediente]) for expediente in expedientes},
                    author_id=author.id,
                )

    def _por_autor(self, portal, bodies):
        """{author (partner): dossiers}: of the debtors themselves, or of whoever records it."""
        expedientes = self.env["cartera.expediente"].union(*bodies)
        return expedientes.grouped("partner_id") if portal else {self.env.user.partner_id: expedientes}

    def _juzgar_vencidas(self, today):
        """Judge those that were recorded when their day was past."""
        late = self.filtered(lambda p: p.deadline < today[p.company_id])
        for company, promesas in late.grouped("company_id").items():
            Juicio(self.env, company, today[company]).ejecutar(promesas.expediente_id)

    # --- what becomes of it -------------------------------------------------------------------------------------------

    @api.model
    def _juzgar(self, company, on_date=None):
        """Judge the company's promises by the ledger as of `on_date` (date, default today in the company's zone).

        Set-based and idempotent: see `cartera_promesa_juicio`. Returns how many came to be {"kept", "partial",
        "broken", "pending"}, how many rows were "written", and "locked": zeros and True while another transaction
        classifies or judges the same company.
        """
        return Juicio(self.sudo().env, company.sudo(), on_date or company._cartera_hoy()).ejecutar()

    def action_withdraw(self, reason):
        """Withdraw pending promises: their items are chased again, and may be promised anew."""
        self.check_access("read")
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the promise is withdrawn."))
        if not self.env.user.has_group("cartera_cobro.group_cartera_gestor"):
            raise AccessError(self.env._("Only officers withdraw promises."))
        self.expediente_id.check_access("write")
        for promesa in self.filtered(lambda p: p.state != "pending"):
            raise UserError(self.env._("Only a pending promise is withdrawn: %s is not.", promesa.display_name))
        self._retirar(reason.strip())
        return True

    def _retirar(self, reason):
        """Withdraw promises, whatever became of them, and say so on their dossiers."""
        promesas = self.sudo().filtered(lambda p: p.state != "cancelled")
        if not promesas:
            return
        promesas.write({"state": "cancelled", "cancel_reason": reason, "date_judged": False})
        promesas.linea_ids.write({"pending": False})
        bodies = {}
        for promesa in promesas:
            text = self.env._(
                "The promise of %(promise)s was withdrawn: %(why)s", promise=promesa.display_name, why=reason
            )
            bodies.setdefault(promesa.expediente_id.id, []).append(text)
        promesas.expediente_id._message_log_batch(bodies={key: "\n".join(texts) for key, texts in bodies.items()})

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A promise is never deleted: withdraw it, with the reason."))

    def action_open_expediente(self):
        self.ensure_one()
        return self.expediente_id._get_records_action()


class CarteraPromesaLinea(models.Model):
    """An open item of a promise, and what it owed when the promise was made. One pending promise an item."""

    _name = "cartera.promesa.linea"
    _description = "Promised Obligation"
    _order = "promesa_id, id"
    _rec_name = "partida_id"

    promesa_id = fields.Many2one("cartera.promesa", string="Promise", required=True, ondelete="cascade", index=True)
    partida_id = fields.Many2one("cartera.partida", string="Obligation", required=True, ondelete="restrict")
    company_id = fields.Many2one(related="promesa_id.company_id", store=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    date_promised = fields.Date(related="promesa_id.date_promised", store=True)
    date_due = fields.Date(related="partida_id.date_due")
    balance = fields.Monetary(string="Owed Then", currency_field="company_currency_id", required=True)
    amount_residual = fields.Monetary(
        related="partida_id.amount_residual", string="Owed Now", currency_field="company_currency_id"
    )
    pending = fields.Boolean(readonly=True)

    _pending_uniq = models.UniqueIndex(
        "(partida_id) INCLUDE (date_promised) WHERE pending", lambda env, diag: _ya_prometida(env, diag)
    )


def _ya_prometida(env, diagnostics):
    """The sentence of whoever comes second: which item, and the promise that stands."""
    detail = (diagnostics and diagnostics.message_detail) or ""
    digits = detail.rpartition("=(")[2].partition(")")[0]
    Linea = env["cartera.promesa.linea"].sudo()
    standing = Linea.search([("partida_id", "=", int(digits)), ("pending", "=", True)]) if digits.isdigit() else Linea
    if not standing:
        return env._("Another promise over the same obligation was made a moment ago.")
    return frase_pendiente(env, standing.partida_id.display_name, standing.promesa_id)


class CarteraGestion(models.Model):
    _inherit = "cartera.gestion"

    promesa_ids = fields.One2many("cartera.promesa", "gestion_id", string="Promise Made")

    @api.model_create_multi
    def create(self, vals_list):
        gestiones = super().create(vals_list)
        gestiones._prometer()
        gestiones._atender_alerta()
        return gestiones

    def _prometer(self):
        """The promises of the contacts that are one.

        What an agency's log, or a history loaded at once (`cartera_historia`), promises in vain stays a contact.
        """
        promising = self.filtered(lambda g: g.result == "promise").sorted("date")
        if not promising:
            return
        refused = []
        ours = promising.filtered(lambda g: not g.agency_id and not self.env.context.get("cartera_historia"))
        Promesa = self.env["cartera.promesa"]
        Promesa._prometer([gestion._pedido() for gestion in promising - ours], refused)
        try:
            Promesa._prometer([gestion._pedido() for gestion in ours])
        except PromesaRechazada as why:
            raise UserError(str(why)) from why
        bodies = {
            pedido.expediente.id: self.env._("A promise of the agency's log is not followed: %s", why)
            for pedido, why in refused
            if pedido.source == "agency"
        }
        self.env["cartera.expediente"].sudo().browse(bodies)._message_log_batch(bodies=bodies)

    def _pedido(self):
        source = "counter" if self.channel == "in_person" and self.direction == "in" else "contact"
        return Pedido(
            expediente=self.expediente_id.sudo(),
            made=self.day,
            day=self.promise_date,
            amount=self.promise_amount,
            partidas=self.partida_ids.sudo(),
            overdue=True,
            source="agency" if self.agency_id else source,
            gestion=self,
            user=self.user_id,
        )

    def _atender_alerta(self):
        """The dossier was worked: what put it on top of the worklist has been seen to. Mass messages see to nothing."""
        worked = self.filtered(lambda g: (g.direction == "out" or g.direct) and not g.comunicacion_id)
        alerted = worked.filtered(lambda g: g.expediente_id.alert_date and g.day >= g.expediente_id.alert_date)
        alerted.expediente_id.sudo().write({"alert": False, "alert_date": False})

    def action_annul(self, reason):
        # EXTENDS: a contact that never was promised nothing.
        res = super().action_annul(reason)
        self.sudo().promesa_ids._retirar(self.env._("the contact was annulled (%s)", reason.strip()))
        return res


class CarteraPolitica(models.Model):
    _inherit = "cartera.politica"

    promise_tolerance_days = fields.Integer(
        string="Tolerance of Promises (working days)",
        default=2,
        help="A payment of so many working days after the day promised still keeps the promise.",
    )
    promise_max_days = fields.Integer(
        string="Promises Up To (days)", default=30, help="No promise is taken for a day further away."
    )

    _promise_days = models.Constraint(
        "CHECK (promise_tolerance_days BETWEEN 0 AND 30 AND promise_max_days BETWEEN 1 AND 365)",
        "Promises reach from 1 to 365 days ahead, with a tolerance of 0 to 30 working days.",
    )
