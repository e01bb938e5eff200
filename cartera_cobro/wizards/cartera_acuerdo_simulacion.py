"""Compare the plans that an agreement could have, before one is drafted.

Nothing is worked out here: what is owed is read by `Deudas`, and each plan is an agreement that is never saved
(`cartera.acuerdo.new`), whose own rules make the instalments and say what keeps it from being proposed.
"""

from datetime import timedelta

from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..models.cartera_acuerdo_revision import pide_garantia, problemas
from ..models.cartera_deuda import Deudas, deuda

# Plans side by side: all at once, and these many instalments; the policy's most comes after them.
COUNTS = (1, 3, 6, 12)


class CarteraAcuerdoSimulacion(models.TransientModel):
    """The terms that plans are compared under, and the items that they would cover."""

    _name = "cartera.acuerdo.simulacion"
    _description = "Compare Payment Plans"

    expediente_id = fields.Many2one("cartera.expediente", string="Dossier", required=True, readonly=True)
    company_id = fields.Many2one(related="expediente_id.company_id")
    company_currency_id = fields.Many2one(related="expediente_id.company_currency_id")
    partner_id = fields.Many2one(related="expediente_id.partner_id", string="Debtor")
    politica_id = fields.Many2one(related="expediente_id.politica_id", string="Policy")
    gestion_id = fields.Many2one("cartera.gestion", string="Comes From", readonly=True)
    proposal = fields.Char(related="gestion_id.proposal", string="The Debtor Proposes")
    linea_ids = fields.One2many("cartera.acuerdo.simulacion.linea", "simulacion_id", string="Obligations")
    plan_ids = fields.One2many("cartera.acuerdo.simulacion.plan", "simulacion_id", string="Plans")
    # --- terms ----------------------------------------------------------------------------------------------------
    date = fields.Date(string="Liquidated On", required=True, help="Late interest runs until this day.")
    first_date = fields.Date(string="First Instalment", required=True)
    annual_rate = fields.Float(string="Financing Rate (% a year)", digits=(6, 3))
    down_percent = fields.Float(string="Down Payment (%)", digits=(5, 2), help="Of the debt; or give the amount.")
    down_payment = fields.Monetary(
        compute="_compute_down_payment",
        store=True,
        readonly=False,
        currency_field="company_currency_id",
        help="What is paid all at once has none.",
    )
    down_date = fields.Date(string="Down Payment On")
    amount_forgiven = fields.Monetary(string="Interest Forgiven", currency_field="company_currency_id")
    forgiven_authority = fields.Char(
        string="Authority to Forgive", help="The act, law or minutes that allow it, as the agreement will cite it."
    )
    # --- what is owed ---------------------------------------------------------------------------------------------
    amount_capital = fields.Monetary(string="Capital", compute="_compute_amounts", currency_field="company_currency_id")
    amount_interest = fields.Monetary(
        string="Late Interest", compute="_compute_amounts", currency_field="company_currency_id"
    )
    amount_total = fields.Monetary(
        string="Debt Agreed",
        compute="_compute_amounts",
        currency_field="company_currency_id",
        help="Capital and late interest, less what is forgiven.",
    )
    liquidation_problem = fields.Char(readonly=True, help="Why late interest cannot be worked out.")
    problems = fields.Text(compute="_compute_problems", help="What keeps every plan from being proposed.")

    @api.depends("linea_ids.chosen", "linea_ids.capital", "linea_ids.interest", "amount_forgiven")
    def _compute_amounts(self):
        for simulacion in self:
            borrador = simulacion._borrador(1)
            simulacion.amount_capital = borrador.amount_capital
            simulacion.amount_interest = borrador.amount_interest
            simulacion.amount_total = borrador.amount_total

    @api.depends("linea_ids.chosen", "linea_ids.capital", "liquidation_problem")
    @api.depends_context("lang")
    def _compute_problems(self):
        for simulacion in self:
            borrador = simulacion._borrador(1)
            of_terms = set(problemas(borrador, only_terms=True))
            others = [sentence for sentence in problemas(borrador, guarantee=False) if sentence not in of_terms]
            simulacion.problems = "\n".join(filter(None, [simulacion.liquidation_problem, *others]))

    @api.depends("down_percent", "amount_total")
    def _compute_down_payment(self):
        """A percentage follows the debt; an amount stays as it was typed."""
        for simulacion in self.filtered("down_percent"):
            percent = simulacion.amount_total * simulacion.down_percent / 100
            simulacion.down_payment = simulacion.company_currency_id.round(percent)

    @api.onchange("down_payment")
    def _onchange_down_payment(self):
        percent = self.company_currency_id.round(self.amount_total * self.down_percent / 100)
        if self.company_currency_id.compare_amounts(self.down_payment, percent):
            self.down_percent = 0

    @api.onchange("date")
    def _onchange_date(self):
        self._liquidar()

    @api.onchange("first_date")
    def _onchange_first_date(self):
        """A down payment comes no later than the first instalment."""
        if self.first_date and self.down_date and self.first_date < self.down_date:
            self.down_date = self.first_date

    def write(self, vals):
        res = super().write(vals)
        if "date" in vals:
            self._liquidar()
        return res

    # --- opening --------------------------------------------------------------------------------------------------

    @api.model
    def _abrir(self, expediente, partidas=None, gestion=None):
        """The action that compares plans for the debtor of `expediente` (a record).

        partidas: the items to begin with (default: what is overdue, on no hold and in no agreement); gestion: the
        contact in which the debtor proposed it.
        """
        expediente.ensure_one()
        expediente.check_access("read")
        self.env["cartera.acuerdo"].check_access("create")
        simulacion = self.create(self._valores_iniciales(expediente, gestion))
        simulacion.linea_ids = simulacion._lineas_iniciales(partidas)
        simulacion._liquidar()
        action = self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_acuerdo_simulacion_action")
        return dict(action, res_id=simulacion.id)

    @api.model
    def _valores_iniciales(self, expediente, gestion):
        politica, today = expediente.politica_id, expediente.company_id._cartera_hoy()
        first = today + relativedelta(months=1)
        most = politica.agreement_max_count
        counts = sorted({count for count in (*COUNTS, most) if count <= most})
        return {
            "expediente_id": expediente.id,
            "gestion_id": gestion.id if gestion else False,
            "date": today,
            "first_date": first,
            "annual_rate": politica.agreement_rate,
            "down_percent": politica.agreement_down_percent,
            # Time to accept and sign: a proposal stands until something of its plan is due.
            "down_date": min(first, today + timedelta(days=politica.agreement_valid_days)),
            # A row that compares nothing yet, for another number, where the policy allows few.
            "plan_ids": [Command.create({"count": n}) for n in counts + [0] * (len(COUNTS) + 1 - len(counts))],
        }

    def _lineas_iniciales(self, partidas):
        """Commands with the debts of the dossier that may be agreed on; those to begin with are chosen."""
        debts = self.expediente_id.partida_open_ids.filtered(lambda p: p.amount_residual > 0)
        taken = self.env["cartera.acuerdo.linea"]._vivas(debts).partida_id
        if not debts:
            raise UserError(self.env._("%s owes nothing: there is nothing to agree on.", self.partner_id.display_name))
        overdue = debts.filtered(lambda p: p.days_overdue and not p.hold_reason and p not in taken)
        first = overdue if partidas is None else partidas
        return [Command.create({"partida_id": p.id, "chosen": p in first}) for p in debts.sorted("date_due")]

    def _liquidar(self):
        """Write on the lines what the ledger says of their capital, and its late interest until the date."""
        for simulacion in self.filtered("date"):
            simulacion.expediente_id.check_access("read")
            simulacion.liquidation_problem = False
            owed = simulacion._obligaciones()
            for linea in simulacion.linea_ids:
                linea.update(deuda(owed.get(linea.partida_id.id)))

    def _obligaciones(self):
        """{item id: Obligacion}; empty, and the problem said, where an interest rate is missing."""
        expediente = self.expediente_id._origin
        deudas = Deudas(self.env, self.company_id._origin, self.date)
        try:
            obligaciones = deudas.liquidar(deudas.leer(expediente)[expediente.id], expediente.politica_id)
        except ValueError as error:
            self.liquidation_problem = self.env._("The debt cannot be liquidated. %s", error)
            return {}
        return {obligacion.partida.id: obligacion for obligacion in obligaciones}

    # --- plans ----------------------------------------------------------------------------------------------------

    def _terminos(self, count):
        """Values of an agreement (dict) under these terms in `count` instalments; one is a commitment, paid at once."""
        down = self.down_payment if count != 1 else 0.0
        return {
            "expediente_id": self.expediente_id._origin.id,
            "gestion_id": self.gestion_id._origin.id,
            "date": self.date or self.company_id._cartera_hoy(),
            "first_date": self.first_date,
            "count": count,
            "annual_rate": self.annual_rate,
            "down_payment": down,
            "down_date": self.down_date if down else False,
            "amount_forgiven": self.amount_forgiven,
            "forgiven_authority": self.forgiven_authority,
        }

    def _elegidas(self):
        return self.linea_ids.filtered("chosen")

    def _borrador(self, count):
        """The agreement that would be drafted, in memory only."""
        lineas = [Command.create(linea._valores_linea()) for linea in self._elegidas()]
        values = {"state": "draft", "guarantee_type": "none", "linea_ids": lineas}
        return self.env["cartera.acuerdo"].new({**self._terminos(count), **values})

    def _redactar(self, count):
        """Draft the agreement in `count` instalments; the activity that asked for a proposal is done."""
        self.ensure_one()
        self._liquidar()
        found = [self.problems, *problemas(self._borrador(count), only_terms=True)]
        if any(found):
            raise UserError("\n".join(filter(None, found)))
        lineas = [Command.create({"partida_id": linea.partida_id.id}) for linea in self._elegidas()]
        acuerdo = self.env["cartera.acuerdo"].create({**self._terminos(count), "linea_ids": lineas})
        asked = self.expediente_id.activity_ids.filtered(lambda a: a.activity_category == "cartera_acuerdo")
        if asked:
            asked.sudo().action_feedback(feedback=acuerdo.display_name)
        return acuerdo


class CarteraAcuerdoSimulacionLinea(models.TransientModel):
    """An item of the debtor, in the plans or not."""

    _name = "cartera.acuerdo.simulacion.linea"
    _description = "Item of Compared Payment Plans"
    _order = "date_due, id"

    simulacion_id = fields.Many2one("cartera.acuerdo.simulacion", required=True, ondelete="cascade")
    company_currency_id = fields.Many2one(related="simulacion_id.company_currency_id")
    partida_id = fields.Many2one("cartera.partida", string="Item", required=True, readonly=True, ondelete="cascade")
    chosen = fields.Boolean(string="In")
    name = fields.Char(related="partida_id.name", string="Number")
    date_due = fields.Date(related="partida_id.date_due", store=True)
    etapa_id = fields.Many2one(related="partida_id.etapa_id")
    days = fields.Integer(string="Days Overdue", readonly=True)
    capital = fields.Monetary(currency_field="company_currency_id", readonly=True)
    interest = fields.Monetary(string="Late Interest", currency_field="company_currency_id", readonly=True)
    note = fields.Char(compute="_compute_note", help="Why it is not in the plans to begin with.")

    @api.depends("partida_id")
    @api.depends_context("lang")
    def _compute_note(self):
        holds = dict(self.env["cartera.partida"]._fields["hold_reason"]._description_selection(self.env))
        lines = self.env["cartera.acuerdo.linea"]._vivas(self.partida_id)
        taken = {line.partida_id.id: line.acuerdo_id for line in lines}
        for linea in self:
            partida = linea.partida_id
            other = taken.get(partida.id)
            linea.note = (
                other.display_name
                if other
                else holds.get(partida.hold_reason) or (not partida.days_overdue and self.env._("Not due yet"))
            )

    def _valores_linea(self):
        return {"partida_id": self.partida_id.id, "capital": self.capital, "interest": self.interest}


class CarteraAcuerdoSimulacionPlan(models.TransientModel):
    """A plan to compare: so many instalments, and what they come to."""

    _name = "cartera.acuerdo.simulacion.plan"
    _description = "Payment Plan to Compare"
    _order = "id"

    simulacion_id = fields.Many2one("cartera.acuerdo.simulacion", required=True, ondelete="cascade")
    company_currency_id = fields.Many2one(related="simulacion_id.company_currency_id")
    count = fields.Integer(string="Instalments", help="1 is a commitment, paid at once; 0 compares nothing.")
    amount_cuota = fields.Monetary(
        string="Each One", compute="_compute_plan", currency_field="company_currency_id",
        help="The first instalment after the down payment; the last may differ by cents.",
    )  # fmt: skip
    amount_down = fields.Monetary(string="Down Payment", compute="_compute_plan", currency_field="company_currency_id")
    amount_interest = fields.Monetary(
        string="Interest in All", compute="_compute_plan", currency_field="company_currency_id",
        help="Late interest that is not forgiven, and what the term costs.",
    )  # fmt: skip
    amount_plan = fields.Monetary(string="To Pay in All", compute="_compute_plan", currency_field="company_currency_id")
    date_last = fields.Date(string="Last Instalment", compute="_compute_plan")
    needs_guarantee = fields.Boolean(string="Guarantee", compute="_compute_plan")
    upper_signature = fields.Boolean(
        compute="_compute_plan",
        help="Whether the director, or the head of the legal office, signs too.",
    )  # fmt: skip
    problems = fields.Text(string="What Keeps It From Being Proposed", compute="_compute_plan")

    @api.depends(
        "count", "simulacion_id.linea_ids.chosen", "simulacion_id.linea_ids.capital",
        "simulacion_id.linea_ids.interest", "simulacion_id.date", "simulacion_id.first_date",
        "simulacion_id.annual_rate", "simulacion_id.down_payment", "simulacion_id.down_date",
        "simulacion_id.amount_forgiven", "simulacion_id.forgiven_authority",
    )  # fmt: skip
    @api.depends_context("lang")
    def _compute_plan(self):
        for plan in self:
            if plan.count:
                plan._leer(plan.simulacion_id._borrador(plan.count))
            else:
                plan.update(dict.fromkeys(self._resultados(), False))

    def _resultados(self):
        return [name for name, field in self._fields.items() if field.compute == "_compute_plan"]

    def _leer(self, acuerdo):
        """What the draft says of itself."""
        cuotas = acuerdo.cuota_ids
        self.problems = "\n".join(problemas(acuerdo, only_terms=True))
        self.amount_cuota = cuotas.filtered("number")[:1].amount
        self.amount_down = cuotas.filtered(lambda c: not c.number).amount
        self.amount_interest = sum(cuotas.mapped("interest")) + sum(cuotas.mapped("financing"))
        self.amount_plan = sum(cuotas.mapped("amount"))
        self.date_last = cuotas[-1:].date_due
        self.needs_guarantee = pide_garantia(acuerdo)
        self.upper_signature = acuerdo.upper_signature

    def action_choose(self):
        """Draft the agreement of this plan, and open it."""
        self.ensure_one()
        self.simulacion_id.expediente_id.check_access("read")
        if not self.count:
            raise UserError(self.env._("Say in how many instalments."))
        return self.simulacion_id._redactar(self.count)._get_records_action()
