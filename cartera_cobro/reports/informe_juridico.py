"""The state of every case in a month (FRV15): what the PDF and the sheet say."""

from datetime import date
from typing import NamedTuple

from babel.dates import format_date
from odoo import models

from ..models.cartera_deuda import Deudas
from ..models.cartera_textos import SPANISH
from .control_contacto import _espanol


class Caso(NamedTuple):
    """A case: how it was referred, how it stands. Amounts in company currency; now: when the report is made; events:
    until the last day of the month. Empty values are "", None or 0."""

    id: int
    number: str
    debtor: str
    vat: str
    destination: str
    process: str
    court: str
    lawyer: str
    sent: date
    capital: float
    interest: float
    capital_now: float
    interest_now: float
    collected: float
    state: str
    event: str
    event_date: date | None
    next_step: str
    next_date: date | None
    prescription: date | None
    costs: float
    is_idle: bool


class Informe(NamedTuple):
    """What the report of a month says. hoy: the day on which balances were read."""

    company: models.BaseModel
    titulo: str
    hoy: date
    casos: list

    def total(self, name):
        return sum(getattr(caso, name) for caso in self.casos)

    def pie(self):
        return f"{self.company.name} · Estado de los procesos jurídicos, {self.titulo}"


def casos(remisiones, until):
    """[Caso] of referrals of one company, with their events until a day; the debts are read once."""
    if not remisiones:
        return []
    remisiones = _espanol(remisiones)
    company = remisiones.company_id
    deudas = Deudas(remisiones.env, company)
    leidas = deudas.leer(remisiones.expediente_id)
    castigado = remisiones.linea_ids.partida_id._castigado_por_partida()
    return [_caso(remision, deudas, leidas[remision.expediente_id.id], castigado, until) for remision in remisiones]


def _caso(r, deudas, partidas, castigado, until):
    fields = ("destination", "legal_state", "state")
    labels = {name: dict(r._fields[name]._description_selection(r.env)) for name in fields}
    mine = set(r.linea_ids.partida_id.ids)
    owed = deudas.liquidar([p for p in partidas if p.id in mine], r.politica_id)
    capital = float(sum(o.partida.capital for o in owed))
    written_off = sum(castigado.get(item, 0.0) for item in r.linea_ids.partida_id)
    events = r.actuacion_ids.filtered(lambda a: not a.date_annulled and a.date <= until)
    last = events.sorted(lambda a: (a.date, a.id))[-1:]
    ended = r.state in ("returned", "closed")
    return Caso(
        id=r.id,
        number=r.number or "",
        debtor=r.partner_id.name or "",
        vat=r.partner_id.vat or "",
        destination=labels["destination"][r.destination],
        process=r.process_number or "",
        court=r.court or "",
        lawyer=" / ".join(name for name in (r.abogado_id.name, r.agent_id.name) if name),
        sent=r.date_sent,
        capital=r.amount_capital,
        interest=r.amount_interest,
        capital_now=capital,
        interest_now=float(sum(o.interest for o in owed)),
        collected=max(r.amount_capital - capital - written_off, 0.0),
        state=labels["state"][r.state] if ended or not r.legal_state else labels["legal_state"][r.legal_state],
        event=dict(last._fields["kind"]._description_selection(r.env))[last.kind] if last else "",
        event_date=last.date or None,
        next_step=last.next_step or "",
        next_date=last.next_date or None,
        prescription=r.prescription_date or None,
        costs=sum(events.mapped("amount_cost")),
        is_idle=r.is_idle,
    )


def informe(wizard):
    """The Informe of a `cartera.informe.juridico`."""
    title = format_date(wizard.month, "MMMM 'de' y", locale=SPANISH)
    if wizard.abogado_id:
        title = f"{title}, {wizard.abogado_id.name}"
    company = wizard.company_id
    return Informe(company, title, company._cartera_hoy(), wizard._casos())


class ReportInformeJuridico(models.AbstractModel):
    _name = "report.cartera_cobro.informe_juridico"
    _description = "Monthly Legal Report (PDF)"

    def _get_report_values(self, docids, data=None):
        return {"docs": [informe(wizard) for wizard in self.env["cartera.informe.juridico"].browse(docids)]}

    def _casos(self, remisiones, until):
        """`casos`, for management reports."""
        return casos(remisiones, until)
