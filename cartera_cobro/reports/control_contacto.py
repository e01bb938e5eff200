"""The contact record (F-FIN-01, control de contacto) of a dossier or of a month: what its sheets say."""

from datetime import date, datetime
from typing import NamedTuple

from babel.dates import format_date
from odoo import models

from ..models.cartera_contacto import consciente
from ..models.cartera_textos import SPANISH, fecha
from ..rules.contact import BOGOTA

FORMATO = "F-FIN-01"


class Renglon(NamedTuple):
    """One contact as the form writes it. Empty values are "" or None; `when` is Colombian time without a zone."""

    when: datetime
    debtor: str
    vat: str
    obligations: str
    overdue: float
    round: int | None
    attempt: int | None
    channel: str
    address: str
    direction: str
    purpose: str
    person: str
    role: str
    direct: str
    result: str
    intends: str
    promise_date: date | None
    promise_amount: float | None
    proposal: str
    referred_to: str
    note: str
    next_step: str
    next_date: date | None
    officer: str
    agency: str
    evidence: str
    verdict: str
    override: str
    annulled: str


class Control:
    """What a contact record says: its title, its contacts by debtor, and their count.

    title, empty: str, and what is said where there is no contact; gestiones: the contacts; expediente: the dossier of
    which it is, else none. Names and labels are in Spanish where the database has it: the form is.
    """

    def __init__(self, company, gestiones, title, empty, expediente=None):
        self.company, self.title, self.empty = company, title, empty
        self.expediente = expediente and _espanol(expediente)
        self.gestiones = _espanol(gestiones).sorted(
            lambda g: (g.partner_id.name or "", g.expediente_id.id, g.date, g.id)
        )
        self.labels = {
            name: dict(gestiones._fields[name]._description_selection(self.gestiones.env))
            for name in ("channel", "purpose", "role", "result", "next_step", "verdict")
        }

    def grupos(self):
        """[(dossier, [Renglon])] by name of debtor, each in order of time."""
        groups = self.gestiones.grouped("expediente_id").items()
        return [(expediente, [self.renglon(g) for g in gestiones]) for expediente, gestiones in groups]

    def renglones(self):
        return [self.renglon(gestion) for gestion in self.gestiones]

    def renglon(self, g):
        label = {name: labels.get(g[name], "") for name, labels in self.labels.items()}
        return Renglon(
            when=_en_bogota(g.date),
            debtor=g.partner_id.name or "",
            vat=g.partner_id.vat or "",
            obligations=", ".join(name for name in g.partida_ids.mapped("name") if name) or "Todas",
            overdue=g.amount_overdue,
            round=g.round or None,
            attempt=g.attempt_no or None,
            channel=label["channel"],
            address=g.address or "",
            direction="Saliente" if g.direction == "out" else "Entrante",
            purpose=label["purpose"],
            person=g.contact_name or g.vinculado_id.name or g.partner_id.name or "",
            role=label["role"],
            direct="Sí" if g.direct else "No",
            result=label["result"],
            intends={"yes": "Sí", "no": "No"}.get(g.intends_to_pay, "No lo dijo"),
            promise_date=g.promise_date or None,
            promise_amount=g.promise_amount or None,
            proposal=g.proposal or "",
            referred_to=g.referred_to or "",
            note=g.note or "",
            next_step=label["next_step"] if g.next_date else "",
            next_date=g.next_date or None,
            officer=g.user_id.name or "",
            agency=g.agency_id.name or "",
            # Files of somebody else's contact: their names belong to the log, whoever may open them.
            evidence=", ".join(g.sudo().evidence_ids.mapped("name")),
            verdict=label["verdict"],
            override=g.override_reason or "",
            annulled=_anulacion(g),
        )

    def resumen(self):
        """[(label, figure)] over the contacts that were not annulled, and how many were."""
        alive = self.gestiones.filtered(lambda g: not g.date_annulled)
        return [
            ("Gestiones", len(alive)),
            ("Intentos que cuentan", len(alive.filtered("round"))),
            ("Con respuesta del deudor", len(alive.filtered("direct"))),
            ("Promesas de pago", len(alive.filtered(lambda g: g.result == "promise"))),
            ("Fuera de la Ley 2300", len(alive.filtered("unlawful"))),
            ("Autorizadas por coordinador", len(alive.filtered("override_reason"))),
            ("Anuladas", len(self.gestiones) - len(alive)),
        ]

    def obligaciones(self):
        """The open debits of the dossier."""
        return self.expediente.partida_open_ids.filtered(lambda p: p.amount_residual > 0) if self.expediente else []

    def pie(self):
        return f"{FORMATO} · {self.company.name} · {self.title}"


def de_expediente(expediente):
    """The Control of one dossier."""
    title = expediente.partner_id.name or ""
    return Control(
        expediente.company_id,
        expediente.gestion_ids,
        title,
        "No hay gestiones registradas con este deudor.",
        expediente,
    )


def de_mes(wizard):
    """The Control of a month (wizard: `cartera.control.contacto`)."""
    title = format_date(wizard.month, "MMMM 'de' y", locale=SPANISH)
    if wizard.user_id:
        title = f"{title}, {wizard.user_id.name}"
    return Control(wizard.company_id, wizard._gestiones(), title, f"No hay gestiones registradas en {title}.")


def _espanol(records):
    """The records in an installed Spanish, Colombia's first; as they are where there is none."""
    codes = [code for code, _name in records.env["res.lang"].get_installed() if code.startswith("es")]
    return records.with_context(lang="es_CO" if "es_CO" in codes else codes[0]) if codes else records


def _en_bogota(naive):
    return consciente(naive).astimezone(BOGOTA).replace(tzinfo=None)


def _anulacion(gestion):
    if not gestion.date_annulled:
        return ""
    when = fecha(_en_bogota(gestion.date_annulled).date())
    return f"Anulado el {when} por {gestion.annulled_by_id.name}: {gestion.annulled_reason}"


class ReportControlContacto(models.AbstractModel):
    _name = "report.cartera_cobro.control_contacto"
    _description = "Contact Record of a Dossier"

    def _get_report_values(self, docids, data=None):
        return {"docs": [de_expediente(e) for e in self.env["cartera.expediente"].browse(docids)]}


class ReportControlContactoMes(models.AbstractModel):
    _name = "report.cartera_cobro.control_contacto_mes"
    _description = "Contact Record of a Month"

    def _get_report_values(self, docids, data=None):
        return {"docs": [de_mes(wizard) for wizard in self.env["cartera.control.contacto"].browse(docids)]}
