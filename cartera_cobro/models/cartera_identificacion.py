from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .cartera_identificacion_calculo import Identificacion

# Who says whose a deposit is.
ROLES = ("cartera_cobro.group_cartera_tesorero", "cartera_cobro.group_cartera_contador")
AMOUNTS = [
    ("coupon", "The coupon"),
    ("payment", "The payment"),
    ("instalment", "An instalment"),
    ("named", "The items named"),
    ("item", "An item"),
    ("overdue", "All that is overdue"),
    ("items", "The oldest items"),
    ("total", "All that is owed"),
]


class CarteraIdentificacion(models.Model):
    """A proposal of whose a deposit is, by which sign, of what it is the amount, and how much that is trusted.

    proposed: found by the rules, made anew whenever they look; accepted: a person, or a rule that may, applied it;
    discarded: a person said no, and the same is not proposed again.
    """

    _name = "cartera.identificacion"
    _description = "Proposal of Whose a Deposit Is"
    _order = "statement_line_id desc, confidence desc, id"
    _check_company_auto = True

    statement_line_id = fields.Many2one(
        "account.bank.statement.line",
        string="Bank Deposit",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    expediente_id = fields.Many2one(
        "cartera.expediente", string="Dossier", required=True, readonly=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(related="expediente_id.partner_id", string="Debtor")
    regla_id = fields.Many2one("cartera.identificacion.regla", string="Rule", readonly=True, ondelete="restrict")
    rule = fields.Selection(related="regla_id.code", string="Found By")
    sign = fields.Char(string="Text Found", readonly=True)
    amount_kind = fields.Selection(AMOUNTS, string="Amount Is", readonly=True)
    partida_ids = fields.Many2many(
        "cartera.partida",
        "cartera_identificacion_partida_rel",
        "identificacion_id",
        "partida_id",
        string="Items",
        readonly=True,
        help="What it would pay; empty: the oldest.",
    )
    cuota_id = fields.Many2one("cartera.acuerdo.cuota", string="Instalment", readonly=True, ondelete="cascade")
    cupon_id = fields.Many2one("cartera.cupon", string="Coupon", readonly=True, ondelete="cascade")
    payment_line_id = fields.Many2one(
        "account.move.line", string="Registered Payment", readonly=True, ondelete="cascade", index="btree_not_null"
    )
    confidence = fields.Integer(string="Trust", readonly=True, aggregator="avg", help="0 to 100.")
    rivals = fields.Integer(readonly=True, aggregator=None, help="Other debtors that fit as well.")
    reason = fields.Char(compute="_compute_reason")
    state = fields.Selection(
        [("proposed", "Proposed"), ("accepted", "Accepted"), ("discarded", "Discarded")],
        required=True,
        readonly=True,
        default="proposed",
    )
    automatic = fields.Boolean(readonly=True, help="Applied by its rule, without a person.")
    error = fields.Char(string="Why Not Applied", readonly=True)
    decided_by = fields.Many2one("res.users", readonly=True)
    decided_on = fields.Datetime(readonly=True)

    _one_proposed = models.UniqueIndex("(statement_line_id, expediente_id) WHERE state = 'proposed'")
    _waiting = models.Index("(company_id, confidence) WHERE state = 'proposed'")

    # --- why --------------------------------------------------------------------------------------------------------

    @api.depends("regla_id", "sign", "amount_kind", "rivals", "partida_ids", "cuota_id", "cupon_id")
    @api.depends_context("lang")
    def _compute_reason(self):
        for proposal in self:
            proposal.reason = " ".join(proposal._frases())

    def _frases(self):
        """The sentences (str) that say why it is theirs."""
        yield from filter(None, [self._frase_de_la_sena(), self._frase_del_importe()])
        if self.rivals:
            yield self.env._("Other debtors fit as well: %s.", self.rivals)

    def _frase_de_la_sena(self):
        sentences = {
            "coupon": self.env._("Its reference is that of coupon %s.", self.cupon_id.number),
            "payment": self.env._("Payment %s was registered before and waits for the bank.", self.sign),
            "agreement": self.env._("It names their agreement (%s).", self.sign),
            "invoice": self.env._("It names what they owe (%s).", self.sign),
            "account": self.env._("It names their contract account (%s).", self.sign),
            "vat": self.env._("It brings their identification (%s).", self.sign),
            "partner": self.env._("The bank line names them."),
            "bank_account": self.env._("It comes from their bank account (%s).", self.sign),
            "name": self.env._("It brings their name."),
        }
        return sentences.get(self.rule)

    def _frase_del_importe(self):
        items = self.partida_ids
        sentences = {
            "coupon": self.env._("The amount is the coupon's."),
            "instalment": self.env._(
                "The amount is what is left of %(instalment)s of %(agreement)s.",
                instalment=self.cuota_id.display_name,
                agreement=self.cuota_id.acuerdo_id.number,
            ),
            "named": self.env._("The amount is the sum of the items that it names."),
            "item": self.env._("The amount is the balance of %s.", items[:1].display_name),
            "items": self.env._("The amount is the sum of their %s oldest items.", len(items)),
            "overdue": self.env._("The amount is all that they have overdue."),
            "total": self.env._("The amount is all that they owe."),
        }
        none = self.env._("The amount is none of what they owe: it goes to the oldest items.")
        return sentences.get(self.amount_kind) if self.amount_kind else none

    # --- finding ----------------------------------------------------------------------------------------------------

    @api.model
    def _proponer(self, company, lines=None):
        """Look again for whose the company's deposits are (`lines`: only of these bank lines); idempotent.

        {"deposits", "created", "removed", "unchanged", "locked"}: deposits in suspense, and proposals. While another
        transaction works on the company's items: zeros and locked=True.
        """
        company = company.sudo()
        return Identificacion(self.sudo().env, company, company._cartera_hoy(), lines).ejecutar()

    @api.model
    def _de_noche(self, company):
        """The night's job: propose, and apply what rules may apply without a person."""
        counts = self._proponer(company)
        return counts | {"applied": self._aplicar_automaticas(company)}

    @api.model
    def _aplicar_automaticas(self, company, most=1000):
        """How many proposals their rules applied; one that could not be keeps its reason and waits for a person."""
        rules = [rule for rule in self.env["cartera.identificacion.regla"]._de(company).values() if rule.automatic]
        applied = 0
        for rule in rules:
            found = self.sudo().search(
                [
                    ("company_id", "=", company.id),
                    ("state", "=", "proposed"),
                    ("regla_id", "=", rule.id),
                    ("rivals", "=", 0),
                    ("confidence", ">=", rule.automatic_from),
                    ("error", "=", False),
                ],
                limit=most - applied,
            )
            applied += sum(proposal._aplicar_sola() for proposal in found if proposal._es_la_mejor())
        return applied

    def _es_la_mejor(self):
        return self.statement_line_id.cartera_propuesta_id == self

    def _aplicar_sola(self):
        """Whether it was applied; a refusal is written on it, and takes nothing else back."""
        try:
            with self.env.cr.savepoint():
                self._aceptar(automatic=True)
        except UserError as error:
            self.error = str(error)
            return False
        return True

    # --- what people do ---------------------------------------------------------------------------------------------

    @api.model
    def _exigir_rol(self):
        if not any(self.env.user.has_group(role) for role in ROLES):
            raise AccessError(self.env._("Only the treasury or an accountant says whose a deposit is."))

    def action_aceptar(self):
        """Apply the deposits to the debtors proposed."""
        self.check_access("read")
        self._exigir_rol()
        for proposal in self:
            proposal.sudo()._aceptar()
        return True

    def _aceptar(self, automatic=False):
        """Apply it; the other proposals of the deposit are no more. UserError: what keeps it from being done."""
        self.ensure_one()
        if self.state != "proposed":
            raise UserError(self.env._("This proposal was decided already: choose one that stands."))
        line = self.statement_line_id
        self._decidir("accepted", automatic=automatic)
        if self.payment_line_id:
            line._cartera_casar(self.payment_line_id, self.expediente_id)
        else:
            line._cartera_tomar_interes(self.cupon_id)
            credits = line._cartera_aplicar(self.expediente_id, self._por_pagar())
            self._acuerdo_por_pagar()._tomar_a_cuenta(credits)

    def _por_pagar(self):
        """The items it pays; of an instalment, those of its agreement. None: the oldest of the debtor."""
        acuerdo = self._acuerdo_por_pagar()
        return acuerdo._partidas_por_pagar() if acuerdo else self.partida_ids or None

    def _acuerdo_por_pagar(self):
        """The agreement of its instalment, while something of it is to be paid."""
        return self.cuota_id.acuerdo_id.filtered(lambda a: a.state == "active" and a.amount_due)

    def action_descartar(self):
        """Say that it is not theirs: the same is not proposed again."""
        self.check_access("read")
        self._exigir_rol()
        standing = self.sudo().filtered(lambda proposal: proposal.state == "proposed")
        standing._decidir("discarded")
        for company, proposals in standing.grouped("company_id").items():
            self._proponer(company, proposals.statement_line_id)
        return True

    def _decidir(self, state, **values):
        who = {"decided_by": self.env.uid, "decided_on": fields.Datetime.now()}
        self.write({"state": state, **who, **values})
        self.statement_line_id._cartera_elegir()


class CarteraPartida(models.Model):
    _inherit = "cartera.partida"

    @api.model
    def _jobs_de_la_noche(self):
        return [*super()._jobs_de_la_noche(), ("cartera.identificacion", "_de_noche")]


class CarteraExpediente(models.Model):
    _inherit = "cartera.expediente"

    def _fusionar(self, target):
        # EXTENDS cartera.expediente: a deposit that was proposed to both is proposed once.
        Proposal = self.env["cartera.identificacion"].sudo()
        ours = Proposal.search([("state", "=", "proposed"), ("expediente_id", "=", self.id)])
        lines = ours.statement_line_id
        theirs = Proposal.search(
            [("state", "=", "proposed"), ("expediente_id", "=", target.id), ("statement_line_id", "in", lines.ids)]
        )
        ours.filtered(lambda p: p.statement_line_id in theirs.statement_line_id).unlink()
        res = super()._fusionar(target)
        lines._cartera_elegir()
        return res
