from typing import NamedTuple

from odoo import models

from .acuerdo import dia, identificacion

# Minutes are in Spanish, whoever prints them.
DECISIONES = {
    "continue": "Continuar la gestión de cobro",
    "agree": "Celebrar acuerdo de pago",
    "sue": "Iniciar cobro jurídico",
    "write_off": "Castigar la cartera",
    "cleanse": "Depurar (saneamiento contable)",
}
CAUSAS = {
    "prescription": "Prescripción",
    "expiry": "Caducidad de la acción",
    "unenforceable": "Pérdida de ejecutoriedad del acto administrativo",
    "insolvency": "Inexistencia probada del deudor o su insolvencia demostrada",
    "cost_benefit": "Relación costo-beneficio",
    "other": "Otra",
}
ESTADOS = {
    "pending": "Por decidir",
    "decided": "Aprobada",
    "rejected": "No aprobada",
    "postponed": "Aplazada",
    "dropped": "Retirado",
    "executed": "Aprobada",
}
ASISTENCIAS = {
    "present": "Asistió",
    "substitute": "Por suplente",
    "excused": "Excusa",
    "absent": "No asistió",
}
VOTOS = {"yes": "A favor", "no": "En contra", "abstain": "Se abstiene"}
COMPROMISOS = {"open": "Pendiente", "done": "Cumplido", "dropped": "Desistido"}
QUORUM = {True: "Hay quórum para deliberar y decidir", False: "No hay quórum"}


class Previo(NamedTuple):
    """A commitment of earlier minutes, as these keep it."""

    acta: str
    que: str
    quien: str
    hasta: str
    estado: str
    nota: str


class Firma(NamedTuple):
    """A signature under the minutes; when: Colombian time, None until it is given."""

    name: str
    role: str
    when: object = None
    paper: bool = False


class ReportActaComite(models.AbstractModel):
    """What the minutes of a committee say beyond their fields."""

    _name = "report.cartera_cobro.acta_comite"
    _description = "Minutes (PDF)"

    def _get_report_values(self, docids, data=None):
        return {
            "docs": self.env["cartera.acta"].browse(docids).sudo(),
            "previos": previos,
            "firmas": firmas,
            "secretaria": secretaria,
            "quorum": quorum,
            "hora": hora,
            "lineas": lineas,
            "corta": corta,
            "identificacion": identificacion,
            "decisiones": DECISIONES,
            "causas": CAUSAS,
            "estados": ESTADOS,
            "asistencias": ASISTENCIAS,
            "votos": VOTOS,
        }


class ReportActaFichas(models.AbstractModel):
    _name = "report.cartera_cobro.acta_fichas"
    _inherit = "report.cartera_cobro.acta_comite"
    _description = "Sheets of the Cases (PDF)"


def hora(hours):
    """14.5 → "2:30 p. m."; empty when it is not known."""
    if not hours:
        return ""
    whole, minutes = divmod(round(hours * 60), 60)
    return f"{(whole - 1) % 12 + 1}:{minutes:02d} {'a' if whole < 12 else 'p'}. m."


def corta(day):
    """date → "15/07/2026"."""
    return day.strftime("%d/%m/%Y") if day else ""


def lineas(text):
    """The lines of a text that say something."""
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def quorum(acta):
    """The sentence of the quorum."""
    seats = acta.asistente_ids.filtered(lambda a: a.kind == "permanent" and a.has_vote)
    here = len(seats.filtered("attends"))
    return f"{QUORUM[acta.quorum_met]}: asisten {here} de {len(seats)} miembros permanentes con voto."


def previos(acta):
    """[Previo] kept at the closing; until then, as they are."""
    rows = acta.previos if acta.previos is not None and acta.previos is not False else acta.previo_ids._resumen()
    return [Previo(*row[:3], _fecha(row[3]), COMPROMISOS.get(row[4], ""), row[5]) for row in rows]


def _fecha(iso):
    return "/".join(reversed(iso.split("-")))


def firmas(acta):
    """[Firma] of everybody who has to sign, in the order of the attendance; the chair is named so."""
    valid = acta._firmas_validas() if acta.date_proposed else acta.firma_ids.browse()
    return [
        Firma(
            seat.person_name,
            " · ".join(filter(None, (seat.role, "Presidencia" if acta.chair_id in seat._quien() else ""))),
            dia(seat.firma_id.date) if seat.firma_id in valid else None,
            bool(seat.paper_id),
        )
        for seat in acta.asistente_ids.filtered("votes")
    ]


def secretaria(acta):
    """The Firma of whoever kept the minutes."""
    valid = acta._firmas_validas() if acta.date_proposed else acta.firma_ids.browse()
    closed = valid.filtered(lambda f: f.user_id == acta.proposed_by_id and not f.nivel_id)[:1]
    return Firma(
        (acta.proposed_by_id or acta.secretary_id).name or "", "Secretaría", dia(closed.date) if closed else None
    )
