"""The aged balance on paper: its debtors, and under each their open lines."""

from operator import itemgetter
from typing import NamedTuple

from odoo import models
from odoo.tools import groupby

from ..models.cartera_edades import Linea
from ..models.cartera_edades_libro import CREDITS
from ..models.cartera_textos import fecha, pesos
from .control_contacto import _espanol


class Renglon(NamedTuple):
    """texts: what says whose or which it is; amounts: as many as the bands, credits, the total; None shows nothing."""

    texts: list
    amounts: list
    lines: list


class Informe(NamedTuple):
    """What the PDF says of one wizard."""

    company: models.BaseModel
    date: object
    columns: list
    debtors: list
    total: Renglon
    ledger: float
    hard: float
    filtered: bool
    items: int

    def pie(self):
        return f"{self.company.name} · Cartera por edades al {fecha(self.date)}"

    def difference(self):
        return self.company.currency_id.round(self.ledger - self.total.amounts[-1])


def cifra(amount):
    """An amount without its sign of pesos: there is no room for it in a table of bands; None and 0 are empty."""
    return pesos(amount).removeprefix("$ ") if amount else ""


def informe(wizard):
    """The Informe of a `cartera.edades.informe`."""
    edades = _espanol(wizard)._edades()
    query = edades.env.execute_query
    lines = {}
    if wizard.detail:
        for partner, rows in groupby(query(edades.detalle()), key=itemgetter(0)):
            lines[partner] = [_partida(edades, Linea._make(row)) for row in rows]
    debtors = [
        Renglon([name or "Sin tercero", vat, items], [*amounts, credits, total], lines.get(partner, []))
        for partner, name, vat, items, credits, *amounts, total, _partner in query(edades.por_deudor())
    ]
    totals = edades.totales()
    total = Renglon(["Total"], [*totals.amounts[1:], totals.amounts[0], totals.total], [])
    columns = [*(banda.name for banda in edades.bandas), CREDITS, "Total"]
    return Informe(
        company=wizard.company_id,
        date=wizard.date,
        columns=columns,
        debtors=debtors,
        total=total,
        ledger=edades.saldo_contable(),
        hard=edades.reclasificado(),
        filtered=bool(edades.filtros),
        items=totals.items,
    )


def _partida(edades, line):
    amounts = [None] * (len(edades.bandas) + 2)
    amounts[line.band - 1 if line.band else -2] = amounts[-1] = line.residual
    age = f"{line.days} días" if line.days else "sin vencer"
    texts = [line.number or "", f"vence {line.date_due:%d/%m/%Y}, {age}"]
    if line.cuenta:
        texts.append(f"cuenta {line.cuenta}")
    if line.currency != edades.company.currency_id.name:
        texts.append(f"{line.currency} {cifra(line.residual_currency)}")
    return Renglon(texts, amounts, [])


class ReportEdades(models.AbstractModel):
    _name = "report.cartera_cobro.edades"
    _description = "Aged Balance (PDF)"

    def _get_report_values(self, docids, data=None):
        wizards = self.env["cartera.edades.informe"].browse(docids)
        return {"docs": [informe(wizard) for wizard in wizards], "cifra": cifra}
