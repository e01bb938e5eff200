"""The term of each obligation: what interrupted or suspended it, and its last day (`rules.prescription`).

Most items have no event: their last day is the due date plus the policy's years, computed when asked for. Those that
have one keep theirs in `prescription_until`, which every event and the night bring up to date. Nothing is ever written
off because of it.
"""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..rules.dates import add_months
from ..rules.prescription import Event, last_day

KINDS = [
    ("interrupt", "Interruption: the term starts anew"),
    ("demand", "Written demand (C.G.P. 94): once only"),
    ("suspend", "Suspension: the term stands still"),
]


class CarteraPrescripcionEvento(models.Model):
    """What interrupted or suspended the term of an open item: append-only."""

    _name = "cartera.prescripcion.evento"
    _description = "Event of Prescription"
    _order = "date desc, id desc"
    _rec_name = "partida_id"

    partida_id = fields.Many2one(
        "cartera.partida", string="Open Item", required=True, readonly=True, index=True, ondelete="restrict"
    )
    expediente_id = fields.Many2one(related="partida_id.expediente_id", string="Dossier", store=True, index=True)
    company_id = fields.Many2one(related="partida_id.company_id", store=True, index=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    date = fields.Date(required=True, readonly=True)
    date_end = fields.Date(readonly=True, help="Of a suspension; empty while it lasts.")
    note = fields.Char(readonly=True)
    document = fields.Reference(selection="_selection_document", readonly=True, help="What proves it.")
    is_late = fields.Boolean(string="After Expiry", readonly=True, help="It came too late: it revives nothing.")
    date_annulled = fields.Date(readonly=True, help="What proved it was annulled: it no longer counts.")

    @api.model
    def _selection_document(self):
        return self.env["cartera.etapa.cambio"]._selection_document()

    @api.model
    def _anotar(self, partidas, kind, start, end=None, document=None, note=None):
        """Record that something interrupted or suspended the terms of `partidas`, and bring their last days up to date.

        kind: interrupt | demand | suspend; start, end: dates, end of a suspension that is over; document: the record
        that proves it, told once an item. Recorded again, it is the same event; a suspension may get its end later.
        """
        source = _referencia(document)
        known = self.sudo().search(
            [
                ("partida_id", "in", partidas.ids),
                ("kind", "=", kind),
                ("date", "=", start),
                ("document", "=", source),
                ("date_annulled", "=", False),
            ]
        )
        if end:
            known.filtered(lambda e: not e.date_end)._completar({"date_end": end})
        fresh = self.sudo().create(
            [
                {
                    "partida_id": partida.id,
                    "kind": kind,
                    "date": start,
                    "date_end": end or False,
                    "document": source,
                    "note": note or False,
                    "is_late": bool(partida.prescription_date) and start > partida.prescription_date,
                }
                for partida in partidas - known.partida_id
            ]
        )
        partidas._contar_prescripcion()
        return fresh

    @api.model
    def _de(self, document):
        """What `document` proves, of any item, and counts."""
        return self.sudo().search([("document", "=", _referencia(document)), ("date_annulled", "=", False)])

    @api.model
    def _levantar(self, document, end):
        """What `document` suspended runs again after `end` (date), also of items paid meanwhile. The items."""
        lasting = self._de(document).filtered(lambda e: e.kind == "suspend" and not e.date_end)
        lasting._completar({"date_end": end})
        lasting.partida_id._contar_prescripcion()
        return lasting.partida_id

    @api.model
    def _anular(self, document):
        """What `document` proved no longer counts: it was annulled, or its receipt taken back."""
        proved = self._de(document)
        for company, eventos in proved.grouped("company_id").items():
            eventos._completar({"date_annulled": company._cartera_hoy()})
        proved.partida_id._contar_prescripcion()

    def _completar(self, values):
        """The only writes there are: the end of a suspension, and that it was annulled."""
        self.sudo().write(values)

    def write(self, vals):
        # Odoo's merge of partners writes on whatever it finds, nothing included.
        if not self or (self.env.su and vals.keys() <= {"date_end", "date_annulled"}):
            return super().write(vals)
        raise UserError(self.env._("An event of prescription is append-only: record another one."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("An event of prescription is append-only: it is never deleted."))


class CarteraPolitica(models.Model):
    _inherit = "cartera.politica"

    prescription_years = fields.Integer(
        string="Prescribes After (years)",
        compute="_compute_prescription_years",
        store=True,
        readonly=False,
        help="As the regime says; change it if the law does.",
    )

    _prescription_years_positive = models.Constraint(
        "CHECK (prescription_years > 0)", "A debt takes one year at least to prescribe."
    )

    prescription_alerts = fields.Char(
        string="Warn Before (days)",
        default="365, 180, 90, 30",
        help="So many days before an obligation prescribes, its officer, its lawyer and the committee are told.",
    )

    @api.depends("prescription_regime")
    def _compute_prescription_years(self):
        """E.T. 817, C.Co. 789, C.C. 2536."""
        for politica in self:
            politica.prescription_years = {"invoice": 3, "ordinary": 10}.get(politica.prescription_regime, 5)

    @api.constrains("prescription_alerts")
    def _check_prescription_alerts(self):
        for politica in self:
            try:
                politica._avisos_de_prescripcion()
            except ValueError as error:
                raise ValidationError(
                    self.env._("Write the days before prescription as numbers with commas, as in 365, 180, 90, 30.")
                ) from error

    def _avisos_de_prescripcion(self):
        """Days before the last day at which people are told: [int], fewest first. ValueError: not numbers."""
        days = sorted({int(part) for part in (self.prescription_alerts or "").split(",") if part.strip()})
        if any(day <= 0 for day in days):
            raise ValueError(self.prescription_alerts)
        return days


class CarteraPartida(models.Model):
    _inherit = "cartera.partida"

    prescription_until = fields.Date(readonly=True, help="Last day to claim it, where an event moved that day.")
    prescription_term = fields.Integer(readonly=True, help="Years with which that day was counted.")
    prescription_alert = fields.Integer(
        readonly=True, help="Of the warnings before its last day, the last one given (days; -1 once it prescribed)."
    )
    prescription_date = fields.Date(
        string="Prescribes On",
        compute="_compute_prescription_date",
        search="_search_prescription_date",
        help="The last day on which it may still be claimed.",
    )
    prescription_days = fields.Integer(
        string="Days Left", compute="_compute_prescription_date", help="To claim it; negative once prescribed."
    )
    is_prescribed = fields.Boolean(
        string="Prescribed", compute="_compute_prescription_date", search="_search_is_prescribed"
    )
    prescripcion_evento_ids = fields.One2many(
        "cartera.prescripcion.evento", "partida_id", string="Events of Prescription"
    )

    @api.depends("date_due", "prescription_until", "expediente_id.politica_id.prescription_years", "amount_residual")
    def _compute_prescription_date(self):
        """Of debts: a credit does not prescribe here."""
        for partida in self:
            years = partida.expediente_id.politica_id.prescription_years
            counted = bool(partida.date_due and years and partida.amount_residual > 0)
            last = counted and (partida.prescription_until or add_months(partida.date_due, 12 * years))
            partida.prescription_date = last
            partida.prescription_days = (last - partida.company_id._cartera_hoy()).days if last else 0
            partida.is_prescribed = bool(last) and partida.prescription_days < 0

    @api.model
    def _search_prescription_date(self, operator, value):
        """Comparisons with a day. Without events it is a question about the due date, policy by policy."""
        day = fields.Date.to_date(value)
        if operator not in ("<", "<=", ">", ">=") or not day:
            return NotImplemented
        last = day if operator in ("<=", ">") else day - timedelta(days=1)
        later = operator in (">", ">=")
        shared_or_ours = [("company_id", "in", (False, *self.env.companies.ids))]
        politicas = self.env["cartera.politica"].sudo().with_context(active_test=False).search(shared_or_ours)
        plain = Domain.OR(
            Domain("expediente_id.politica_id", "=", politica.id)
            & Domain("date_due", ">" if later else "<=", _vence_hasta(last, politica.prescription_years))
            for politica in politicas
        )
        moved = Domain("prescription_until", operator, day)
        return Domain("amount_residual", ">", 0) & (moved | (Domain("prescription_until", "=", False) & plain))

    @api.model
    def _search_is_prescribed(self, operator, value):
        if operator not in ("in", "not in"):
            return NotImplemented
        over = self._search_prescription_date("<", self.env.company._cartera_hoy())
        return over if (operator == "in") == (True in value) else ~over

    def _contar_prescripcion(self):
        """Bring `prescription_until` of items with events up to date."""
        Evento = self.env["cartera.prescripcion.evento"].sudo()
        eventos = Evento.search([("partida_id", "in", self.ids), ("date_annulled", "=", False)])
        by_item = eventos.grouped("partida_id")
        for partida in self.sudo():
            years = partida.expediente_id.politica_id.prescription_years
            until = partida._ultimo_dia(by_item.get(partida, Evento), years)
            if (partida.prescription_until, partida.prescription_term) != (until, years):
                partida.write({"prescription_until": until, "prescription_term": years})

    def _ultimo_dia(self, eventos, years):
        if not eventos or not years:
            return False
        today = self.company_id._cartera_hoy()
        return last_day(self.date_due, years, [_evento(evento, today) for evento in eventos])


class CarteraAcuerdo(models.Model):
    _inherit = "cartera.acuerdo"

    def _al_entrar_en_vigor(self):
        # EXTENDS the way of an agreement: a signed agreement acknowledges the debt (C.C. 2539; E.T. 818).
        res = super()._al_entrar_en_vigor()
        for acuerdo in self:
            self.env["cartera.prescripcion.evento"]._anotar(
                acuerdo.linea_ids.partida_id, "interrupt", acuerdo.date_active, document=acuerdo
            )
        return res


class CarteraComunicacion(models.Model):
    _inherit = "cartera.comunicacion"

    def _recibir(self, day=None, receipt=None, note=False):
        # EXTENDS what comes back of a message: a demand interrupts on the day it is received (C.G.P. 94).
        arrived = super()._recibir(day=day, receipt=receipt, note=note)
        for demand in arrived.filtered("is_demand"):
            self.env["cartera.prescripcion.evento"]._anotar(
                demand.linea_ids.partida_id, "demand", demand.date_received, document=demand
            )
        return arrived

    def _mover_recibo(self, day):
        # EXTENDS what comes back of a message: a demand interrupts on the right day, and the wrong one stays annulled.
        res = super()._mover_recibo(day)
        if self.is_demand:
            Evento = self.env["cartera.prescripcion.evento"]
            Evento._anular(self)
            Evento._anotar(self.linea_ids.partida_id, "demand", day, document=self)
        return res

    def _devolver(self, reason):
        # EXTENDS what comes back of a message: one that was not received after all interrupts nothing.
        back = super()._devolver(reason)
        for demand in back.filtered("is_demand"):
            self.env["cartera.prescripcion.evento"]._anular(demand)
        return back


def _referencia(document):
    return f"{document._name},{document.id}" if document else False


def _evento(evento, today):
    """An Event of the rules; a suspension that lasts counts to today."""
    if evento.kind != "suspend":
        return Event(evento.kind, evento.date)
    return Event(evento.kind, evento.date, max(evento.date_end or today, evento.date))


def _vence_hasta(last, years):
    """The last due date whose term of `years` ends on `last` or before: 29 February ends on the 28th."""
    due = add_months(last, -12 * years)
    after = due + timedelta(days=1)
    return after if add_months(after, 12 * years) <= last else due
