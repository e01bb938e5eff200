"""The one-page sheet of each case: what is owed now, how old it is, what was done to collect it.

Read for all the cases of a session at once, and written on them; once the minutes are closed nobody reads it again, so
that the sheet stays as the committee saw it.
"""

from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL, format_date

from .cartera_deuda import Deudas, Obligacion
from .cartera_evidencia import LETTERS

LAST_EVENTS = 4
ORIGINS = 3  # named one by one


class CarteraActaCaso(models.Model):
    _inherit = "cartera.acta.caso"

    debtor_name = fields.Char(string="Debtor", readonly=True)
    debtor_vat = fields.Char(string="NIT", readonly=True)
    origin = fields.Char(readonly=True, help="Where the debt comes from.")
    amount_capital = fields.Monetary(string="Capital", readonly=True, currency_field="company_currency_id")
    amount_interest = fields.Monetary(string="Late Interest", readonly=True, currency_field="company_currency_id")
    interest_note = fields.Char(string="Interest Not Counted", readonly=True)
    amount_total = fields.Monetary(
        string="Owed", compute="_compute_amount_total", store=True, currency_field="company_currency_id"
    )
    amount_impaired = fields.Monetary(
        string="Impairment", readonly=True, currency_field="company_currency_id", help="What the allowance holds of it."
    )
    days = fields.Integer(string="Days Overdue", readonly=True, aggregator="max")
    oldest_due = fields.Date(string="Due Since", readonly=True)
    stage = fields.Char(readonly=True)
    attempts = fields.Integer(readonly=True, help="Contacts that we sought.")
    direct_contacts = fields.Integer(string="Talked To", readonly=True)
    letters = fields.Integer(readonly=True)
    letters_received = fields.Integer(readonly=True)
    promises = fields.Integer(readonly=True)
    promises_kept = fields.Integer(readonly=True)
    agreements = fields.Integer(readonly=True)
    referral = fields.Char(string="Legal Referral", readonly=True)
    last_events = fields.Text(string="Last Contacts", readonly=True)
    prescription_date = fields.Date(string="Prescribes From", readonly=True, help="The first of its items to do so.")
    amount_prescribed = fields.Monetary(string="Prescribed", readonly=True, currency_field="company_currency_id")
    obligations = fields.Json(readonly=True, help="[item id, number, origin, due, days, capital, interest, prescribes]")
    obligations_table = fields.Html(compute="_compute_obligations_table", sanitize=False)
    date_sheet = fields.Datetime(string="Sheet Of", readonly=True, help="When what it says was read.")
    # --- cost-benefit ---------------------------------------------------------------------------------------------
    collection_cost = fields.Monetary(
        string="Cost of Collecting It",
        compute="_compute_collection_cost",
        store=True,
        readonly=False,
        currency_field="company_currency_id",
    )
    recovery_percent = fields.Float(
        string="Expected to Recover (%)",
        digits=(5, 2),
        help="What may still be expected of it, as the session sees it.",
    )
    amount_expected = fields.Monetary(
        string="Expected", compute="_compute_amount_expected", currency_field="company_currency_id"
    )
    costs_more = fields.Boolean(compute="_compute_amount_expected", help="Collecting it costs more than it brings.")

    # --- computes -------------------------------------------------------------------------------------------------

    @api.depends("amount_capital", "amount_interest")
    def _compute_amount_total(self):
        for caso in self:
            caso.amount_total = caso.amount_capital + caso.amount_interest

    @api.depends("expediente_id")
    def _compute_collection_cost(self):
        for caso in self.filtered(lambda c: not c.collection_cost):
            caso.collection_cost = caso.expediente_id.politica_id.collection_cost

    @api.depends("amount_total", "recovery_percent", "collection_cost")
    def _compute_amount_expected(self):
        for caso in self:
            caso.amount_expected = caso.company_currency_id.round(caso.amount_total * caso.recovery_percent / 100)
            caso.costs_more = caso.collection_cost > caso.amount_expected

    @api.depends("obligations")
    def _compute_obligations_table(self):
        for caso in self:
            caso.obligations_table = self.env["ir.qweb"]._render(
                "cartera_cobro.acta_caso_obligaciones", {"caso": caso, "rows": caso._obligaciones()}
            )

    def _obligaciones(self):
        """The items of the sheet as dictionaries, dates as dates."""
        names = ("item", "number", "origin", "due", "days", "capital", "interest", "prescribes")
        rows = [dict(zip(names, row, strict=True)) for row in self.obligations or []]
        return [
            {**row, "due": fields.Date.to_date(row["due"]), "prescribes": fields.Date.to_date(row["prescribes"])}
            for row in rows
        ]

    def _segun_la_ficha(self):
        """{item: what is still owed of it, up to the capital on the sheet}: the committee decided on no more."""
        capital = {row["item"]: row["capital"] for row in self._obligaciones()}
        return {item: min(item.amount_residual, capital.get(item.id, 0.0)) for item in self._vivas()}

    # --- the sheet ------------------------------------------------------------------------------------------------

    def _refrescar(self):
        """Write the sheet of cases that are still open, leaving out, with a note, what was paid meanwhile."""
        # Minutes are in Spanish, whoever prepares them.
        spanish = self.with_context(lang=self.env["cartera.correo"]._idioma() or self.env.lang)
        casos = spanish.sudo().filtered(lambda c: c.state not in ("dropped", "executed"))
        casos._soltar_pagadas()
        for company, those in casos.grouped("company_id").items():
            facts = those._hechos(Deudas(those.env, company))
            for caso in those:
                caso.write(facts[caso])

    def _soltar_pagadas(self):
        self.partida_ids.fetch(["is_open", "amount_residual", "name"])
        for caso in self:
            paid = caso.partida_ids.filtered(lambda p: not p.is_open or p.amount_residual <= 0)
            if not paid:
                continue
            left = caso.partida_ids - paid
            note = self.env._("Paid, so left out: %s.", ", ".join(paid.mapped("display_name")))
            values = {"partida_ids": [fields.Command.set(left.ids)], "drop_note": note}
            caso.write(values if left else {"drop_note": note})
            if not left:
                caso._soltar()

    def _soltar(self):
        """Nothing is owed any more: the case leaves the session undecided, and its items stay named in it."""
        self.voto_ids.unlink()
        self.write({"state": "dropped", "decision": False})

    def _hechos(self, deudas):
        """{case: values of its sheet}, of cases of one company, whatever their number in the same few queries."""
        owed = deudas.leer(self.expediente_id)
        counts = self._contar_gestion()
        impaired = self._deterioro()
        now = fields.Datetime.now()
        return {
            caso: {
                **caso._hechos_de_deuda(deudas, owed.get(caso.expediente_id.id, [])),
                **counts[caso.expediente_id],
                "amount_impaired": impaired.get(caso, 0.0),
                "date_sheet": now,
            }
            for caso in self
        }

    def _hechos_de_deuda(self, deudas, partidas):
        mine = set(self.partida_ids.ids)
        owed, problem = self._liquidar(deudas, [p for p in partidas if p.id in mine])
        debtor, until = self.expediente_id.partner_id, {p.id: p.prescription_date for p in self.partida_ids}
        rows = [
            [
                o.partida.id, o.partida.name, o.partida.origin, str(o.partida.date_due), o.days,
                float(o.partida.capital), float(o.interest), str(until[o.partida.id] or "") or False,
            ]
            for o in owed
        ]  # fmt: skip
        prescribed = [o for o in owed if until[o.partida.id] and until[o.partida.id] < deudas.on_date]
        origins = list(dict.fromkeys(o.partida.origin for o in owed))
        return {
            "debtor_name": debtor.name,
            "debtor_vat": debtor.vat or False,
            "origin": "; ".join(origins[:ORIGINS]) + ("…" if len(origins) > ORIGINS else ""),
            "amount_capital": float(sum(o.partida.capital for o in owed)),
            "amount_interest": float(sum(o.interest for o in owed)),
            "interest_note": problem,
            "days": max((o.days for o in owed), default=0),
            "oldest_due": min((o.partida.date_due for o in owed), default=False),
            "stage": ", ".join(dict.fromkeys(self.partida_ids.etapa_id.sorted().mapped("name"))),
            "referral": ", ".join(self.partida_ids.remision_id.mapped("display_name")) or False,
            "prescription_date": min((day for day in until.values() if day), default=False),
            "amount_prescribed": float(sum(o.partida.capital for o in prescribed)),
            "obligations": rows,
        }

    def _liquidar(self, deudas, partidas):
        """([Obligacion], why their interest is not counted, or False): an old debt is decided all the same."""
        try:
            return deudas.liquidar(partidas, self.expediente_id.politica_id), False
        except ValueError as error:
            debts = [p for p in partidas if p.capital > 0]
            bare = [Obligacion(p, max((deudas.on_date - p.date_due).days, 0), Decimal(0)) for p in debts]
            return bare, self.env._("Late interest is not counted. %s", error)

    # --- what was done --------------------------------------------------------------------------------------------

    def _contar_gestion(self):
        """{dossier: counts of what was done to collect from it}."""
        here = [("expediente_id", "in", self.expediente_id.ids)]
        alive = [*here, ("date_annulled", "=", False)]
        attempts = self._contar("cartera.gestion", [*alive, ("direction", "=", "out")])
        direct = self._contar("cartera.gestion", [*alive, ("direct", "=", True)])
        letters = self._contar(
            "cartera.comunicacion", [*here, ("kind", "in", LETTERS), ("state", "in", ("sent", "delivered", "returned"))]
        )
        received = self._contar("cartera.comunicacion", [*here, ("kind", "in", LETTERS), ("state", "=", "delivered")])
        promises = self._contar("cartera.promesa", [*here, ("state", "!=", "cancelled")])
        kept = self._contar("cartera.promesa", [*here, ("state", "=", "kept")])
        agreements = self._contar("cartera.acuerdo", [*here, ("date_active", "!=", False)])
        events = self._ultimos_contactos()
        return {
            expediente: {
                "attempts": attempts.get(expediente, 0),
                "direct_contacts": direct.get(expediente, 0),
                "letters": letters.get(expediente, 0),
                "letters_received": received.get(expediente, 0),
                "promises": promises.get(expediente, 0),
                "promises_kept": kept.get(expediente, 0),
                "agreements": agreements.get(expediente, 0),
                "last_events": "\n".join(events[expediente.id]) or False,
            }
            for expediente in self.expediente_id
        }

    def _contar(self, model, domain):
        return dict(self.env[model]._read_group(domain, ["expediente_id"], ["__count"]))

    def _ultimos_contactos(self):
        """{dossier id: [the last contacts, a line each, newest first]}."""
        self.env["cartera.gestion"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT expediente_id, day, channel, result FROM (
                    SELECT expediente_id, day, channel, result, date, id,
                           ROW_NUMBER() OVER (PARTITION BY expediente_id ORDER BY date DESC, id DESC) AS n
                      FROM cartera_gestion WHERE expediente_id = ANY(%s) AND date_annulled IS NULL) g
                 WHERE n <= %s ORDER BY expediente_id, date DESC, id DESC
                """,
                self.expediente_id.ids,
                LAST_EVENTS,
            )
        )
        Gestion = self.env["cartera.gestion"]
        channels = dict(Gestion._fields["channel"]._description_selection(self.env))
        results = dict(Gestion._fields["result"]._description_selection(self.env))
        lines = defaultdict(list)
        for expediente, day, channel, result in rows:
            said = f"{channels.get(channel, channel)}: {results.get(result, result)}"
            lines[expediente].append(f"{format_date(self.env, day)} · {said}")
        return lines

    def _deterioro(self):
        """{case: what the allowance for impairment holds of its items}."""
        held = self.env["cartera.castigo"]._deterioro(self.partida_ids)
        return {caso: sum(held.get(item, 0.0) for item in caso.partida_ids) for caso in self}


class CarteraPolitica(models.Model):
    _inherit = "cartera.politica"

    collection_cost = fields.Float(
        string="Cost of Collecting a Case",
        digits=(16, 2),
        help="In legal collection, from the referral on. Debts under it are proposed to the committee (cost-benefit).",
    )

    _collection_cost_positive = models.Constraint(
        "CHECK (collection_cost >= 0)", "The cost of collecting a case is not under zero."
    )
