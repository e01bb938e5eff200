"""Write-offs: what the signed minutes of a committee order to take out of the accounts, and what became of it.

How it works. `_autorizar` makes one write-off of a case of signed minutes; it waits. An accountant posts it
(`cartera_castigo_estado`), the ledger read again (`cartera_castigo_revision`), in two entries that Odoo reconciles
with the items (`cartera_castigo_asiento`); reverses it; or recovers later money. Each act adds signed rows, one an
item, to `cartera.castigo.movimiento`: their sum is what is written off and was neither recovered nor reversed, the
balance of the memorandum account, and what a paz y salvo reads (`cartera.expediente._castigado`).
"""

from odoo import api, fields, models
from odoo.exceptions import UserError

from .cartera_castigo_revision import avisos_del_castigo, problemas, problemas_del_caso
from .cartera_consecutivo import tomar

STATES = [("authorized", "To post"), ("posted", "Posted"), ("reversed", "Reversed"), ("cancelled", "Cancelled")]


class CarteraCastigo(models.Model):
    """The write-off, or the cleansing, of the items of one case of signed minutes."""

    _name = "cartera.castigo"
    _description = "Write-off"
    _inherit = ["cartera.asentable", "cartera.tramite", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _rec_name = "number"
    _check_company_auto = True
    _se_escribe = set()

    number = fields.Char(readonly=True, copy=False, index="trigram")
    caso_id = fields.Many2one(
        "cartera.acta.caso", string="Case", required=True, readonly=True, index=True, ondelete="restrict"
    )
    acta_id = fields.Many2one(related="caso_id.acta_id", string="Minutes", store=True, index=True)
    comite_id = fields.Many2one(related="acta_id.comite_id", string="Committee", store=True)
    kind = fields.Selection([("write_off", "Write-off"), ("cleanse", "Cleansing")], required=True, readonly=True)
    cause = fields.Selection(related="caso_id.cause", store=True)
    cause_note = fields.Char(related="caso_id.cause_note")
    authority = fields.Char(related="caso_id.authority", store=True)
    expediente_id = fields.Many2one(related="caso_id.expediente_id", string="Dossier", store=True, index=True)
    company_id = fields.Many2one(related="caso_id.company_id", store=True, index=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(related="expediente_id.partner_id", string="Debtor", store=True, index=True)
    state = fields.Selection(STATES, string="Status", default="authorized", required=True, readonly=True, tracking=True)
    # --- what was written off -------------------------------------------------------------------------------------
    linea_ids = fields.One2many("cartera.castigo.linea", "castigo_id", string="Items", readonly=True)
    amount_authorized = fields.Monetary(
        string="Authorised", compute="_compute_amounts", store=True, currency_field="company_currency_id"
    )
    amount = fields.Monetary(
        string="Written Off", compute="_compute_amounts", store=True, currency_field="company_currency_id"
    )
    amount_allowance = fields.Monetary(
        string="Against Impairment", compute="_compute_amounts", store=True, currency_field="company_currency_id"
    )
    amount_expense = fields.Monetary(
        string="To Expense", compute="_compute_amounts", store=True, currency_field="company_currency_id"
    )
    amount_recovered = fields.Monetary(
        string="Recovered", compute="_compute_amounts", store=True, currency_field="company_currency_id"
    )
    amount_pending = fields.Monetary(
        string="Not Recovered",
        compute="_compute_amounts",
        store=True,
        currency_field="company_currency_id",
        help="Written off, and neither recovered nor reversed.",
    )
    # --- its entries ----------------------------------------------------------------------------------------------
    date = fields.Date(readonly=True, help="The day of its entries.")
    posted_by_id = fields.Many2one("res.users", readonly=True)
    move_id = fields.Many2one("account.move", string="Entry", readonly=True, ondelete="restrict")
    memo_move_id = fields.Many2one("account.move", string="Memorandum Entry", readonly=True, ondelete="restrict")
    move_ids = fields.One2many("account.move", "cartera_castigo_id", string="Entries")
    move_count = fields.Integer(compute="_compute_move_count")
    date_end = fields.Date(string="Ended On", readonly=True, help="When it was reversed or cancelled.")
    end_reason = fields.Char(string="Why It Ended", readonly=True)
    recuperacion_ids = fields.One2many("cartera.castigo.recuperacion", "castigo_id", string="Recoveries")
    is_recovered = fields.Boolean(string="Recovered in Full", compute="_compute_is_recovered")
    # --- what the accountant should know --------------------------------------------------------------------------
    problems = fields.Text(string="What Keeps It from Being Posted", compute="_compute_problems")
    warnings = fields.Text(string="To Know Before Posting", compute="_compute_problems")
    amount_credit = fields.Monetary(
        related="expediente_id.amount_credit", string="Credits to Apply", currency_field="company_currency_id"
    )
    credit_told_id = fields.Integer(readonly=True, help="Credits of the debtor up to this item were told already.")

    _caso_uniq = models.UniqueIndex("(caso_id)", "A case is written off once.")
    _live = models.Index("(expediente_id) WHERE state = 'posted'")

    @api.depends(
        "state",
        "linea_ids.amount_authorized",
        "linea_ids.amount",
        "linea_ids.amount_allowance",
        "linea_ids.amount_recovered",
    )
    def _compute_amounts(self):
        for castigo in self:
            lineas = castigo.linea_ids
            castigo.amount_authorized = sum(lineas.mapped("amount_authorized"))
            castigo.amount = sum(lineas.mapped("amount"))
            castigo.amount_allowance = sum(lineas.mapped("amount_allowance"))
            castigo.amount_expense = castigo.amount - castigo.amount_allowance
            castigo.amount_recovered = sum(lineas.mapped("amount_recovered"))
            pending = castigo.amount - castigo.amount_recovered
            castigo.amount_pending = castigo.company_currency_id.round(pending) if castigo.state == "posted" else 0.0

    @api.depends("state", "amount", "amount_pending")
    def _compute_is_recovered(self):
        for castigo in self:
            castigo.is_recovered = castigo.state == "posted" and castigo.amount and not castigo.amount_pending

    @api.depends("move_ids")
    def _compute_move_count(self):
        counts = dict(self.env["account.move"].sudo()._read_group(
            [("cartera_castigo_id", "in", self.ids)], ["cartera_castigo_id"], ["__count"]
        ))  # fmt: skip
        for castigo in self:
            castigo.move_count = counts.get(castigo._origin, 0)

    @api.depends("state", "linea_ids.partida_id.amount_residual")
    @api.depends_context("lang")
    def _compute_problems(self):
        for castigo in self:
            waiting = castigo.state == "authorized" and castigo.id
            day = castigo.company_id._cartera_hoy() if waiting else None
            castigo.problems = "\n".join(problemas(castigo.sudo(), day)) if waiting else False
            castigo.warnings = "\n".join(avisos_del_castigo(castigo.sudo())) if waiting else False

    # --- authorised by signed minutes ------------------------------------------------------------------------------

    @api.model
    def _autorizar(self, casos):
        """The write-offs (one a case, the existing one where there is one) that the decisions of `casos` order.

        They wait for an accountant, who posts them. UserError: the minutes are not signed, the decision is another one,
        or nothing that can be written off is owed any more.
        """
        Castigo = self.sudo()
        casos = casos.sudo()
        existing = Castigo.search([("caso_id", "in", casos.ids)])
        fresh = casos - existing.caso_id
        found = [sentence for caso in fresh for sentence in problemas_del_caso(caso)]
        if found:
            raise UserError("\n".join(found))
        created = Castigo.browse()
        for company, of_company in fresh.grouped("company_id").items():
            numbers = tomar(Castigo.env, company, self._name, self.env._("Write-offs"), len(of_company),
                            company._cartera_hoy())  # fmt: skip
            created |= Castigo.create(
                [Castigo._valores_del_caso(caso, number) for caso, number in zip(of_company, numbers, strict=True)]
            )
        created._pedir_al_contador()
        by_case = {castigo.caso_id: castigo for castigo in existing | created}
        return Castigo.union(*(by_case[caso] for caso in casos))

    @api.model
    def _valores_del_caso(self, caso, number):
        """Values of the write-off of a case, with a line for each item that is still owed.

        What grew since the minutes were closed, as by a payment that bounced, they do not authorise.
        """
        amounts = caso._segun_la_ficha()
        return {
            "caso_id": caso.id,
            "number": number,
            "kind": caso.decision,
            "linea_ids": [
                fields.Command.create({"partida_id": item.id, "amount_authorized": amounts[item]})
                for item in sorted(amounts, key=lambda p: (p.date_due, p.id))
            ],
        }

    def _pedir_al_contador(self):
        """Ask an accountant of the company to post, and say in the chatter what was authorised."""
        for castigo in self:
            castigo.message_post(
                body=castigo.env._(
                    "Authorised by minutes %(minutes)s (%(committee)s): %(amount)s. An accountant posts it.",
                    minutes=castigo.acta_id.display_name,
                    committee=castigo.comite_id.name,
                    amount=castigo._dinero(castigo.amount_authorized),
                )
            )
            castigo._encargar("cartera_cobro.mail_activity_type_castigo", castigo.env._("Post the write-off"))

    def _encargar(self, kind, summary, note=None):
        """An activity of `kind` (xml id) for an accountant of the company, else its coordinator; one at a time."""
        company = self.company_id
        people = company._cartera_usuarios_del_rol("contador") or company._cartera_coordinadores()
        if people and not self.activity_search([kind]):
            self.activity_schedule(kind, summary=summary, note=note, user_id=people[0].id)

    # --- guards ------------------------------------------------------------------------------------------------------

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A write-off is never deleted: cancel or reverse it."))

    # --- doors and words ---------------------------------------------------------------------------------------------

    def action_open_moves(self):
        """Its entries, those of its recoveries and of its reversal."""
        self.ensure_one()
        return self.move_ids._get_records_action(name=self.env._("Entries of %s", self.number))

    def action_open_dossier(self):
        self.ensure_one()
        return self.expediente_id._get_records_action()

    def action_open_minutes(self):
        self.ensure_one()
        return self.acta_id._get_records_action()

    def action_register_payment(self):
        """Odoo's own form of a new payment of the debtor: once posted it is a credit, to be applied as a recovery."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Payment of the Debtor"),
            "res_model": "account.payment",
            "view_mode": "form",
            "context": {
                "default_payment_type": "inbound",
                "default_partner_type": "customer",
                "default_partner_id": self.partner_id.id,
                "default_amount": self.amount_pending,
                "default_memo": self.number,
            },
        }
