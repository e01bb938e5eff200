"""The term of each obligation: what interrupted or suspended it, and its last day (`rules.prescription`).

Most items have no event: their last day is the due date plus the policy's years, computed when asked for. Those that
have one keep theirs in `prescription_until`, which every event and the night bring up to date. Nothing is ever written
off because of it.
"""

from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError

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

    @api.model
    def _selection_document(self):
        return self.env["cartera.etapa.cambio"]._selection_document()

    @api.model
    def _anotar(self, partidas, kind, start, end=None, document=None, note=None):
        """Record that something interrupted or suspended the terms of `partidas`, and bring their last days up to date.

        kind: interrupt | demand | suspend; start, end: dates, end of a suspension that is over; document: the record
        that proves it, told once an item. Recorded again, it is the same event; a suspension may get its end later.
        """
        source = f"{document._name},{document.id}" if document else False
        known = self.sudo().search([("partida_id", "in", partidas.ids), ("kind", "=", kind)])
        same = known.filtered(
            lambda e: (e.document and f"{e.document._name},{e.document.id}" or False, e.date) == (source, start)
        )
        if end:
            super(CarteraPrescripcionEvento, same.filtered(lambda e: not e.date_end)).write({"date_end": end})
        until = {partida: partida.prescription_date for partida in partidas}
        fresh = self.sudo().create(
            [
                {
                    "partida_id": partida.id,
                    "kind": kind,
                    "date": start,
                    "date_end": end or False,
                    "document": source,
                    "note": note or False,
                    "is_late": bool(until[partida]) and start > until[partida],
                }
                for partida in partidas - same.partida_id
            ]
        )
        partidas.sudo()._contar_prescripcion()
        return fresh

    def write(self, vals):
        if not self:  # Odoo's merge of partners writes on whatever it finds, nothing included
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

    @api.depends("prescription_regime")
    def _compute_prescription_years(self):
        """E.T. 817, C.Co. 789, C.C. 2536."""
        for politica in self:
            politica.prescription_years = {"invoice": 3, "ordinary": 10}.get(politica.prescription_regime, 5)


class CarteraPartida(models.Model):
    _inherit = "cartera.partida"

    prescription_until = fields.Date(readonly=True, help="Last day to claim it, where an event moved that day.")
    prescription_date = fields.Date(
        string="Prescribes On",
        compute="_compute_prescription_date",
        search="_search_prescription_date",
        help="The last day on which it may still be claimed.",
    )
    prescripcion_evento_ids = fields.One2many(
        "cartera.prescripcion.evento", "partida_id", string="Events of Prescription"
    )

    @api.depends("date_due", "prescription_until", "expediente_id.politica_id.prescription_years", "amount_residual")
    def _compute_prescription_date(self):
        for partida in self:
            years = partida.expediente_id.politica_id.prescription_years
            counted = partida.date_due and years and partida.amount_residual >= 0
            plain = add_months(partida.date_due, 12 * years) if counted else False
            partida.prescription_date = counted and (partida.prescription_until or plain)

    def _contar_prescripcion(self):
        """Bring `prescription_until` of items with events up to date."""
        eventos = defaultdict(list)
        for evento in self.env["cartera.prescripcion.evento"].search([("partida_id", "in", self.ids)]):
            eventos[evento.partida_id].append(evento)
        for partida, suyos in eventos.items():
            today = partida.company_id._cartera_hoy()
            years = partida.expediente_id.politica_id.prescription_years
            until = years and last_day(partida.date_due, years, [_evento(e, today) for e in suyos])
            if partida.prescription_until != until:
                partida.prescription_until = until


def _evento(evento, today):
    """An Event of the rules; a suspension that lasts counts to today."""
    if evento.kind != "suspend":
        return Event(evento.kind, evento.date)
    return Event(evento.kind, evento.date, max(evento.date_end or today, evento.date))
