"""What a coupon would charge now, read from the ledger for many dossiers at once."""

from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.models import BaseModel

from .cartera_deuda import sin_disputa

# What nobody may pay by a coupon: what is disputed, and what waits for the judge of an insolvency (Ley 1116, art. 17).
NOT_PAID = ("claim", "insolvency")


class Cobro(NamedTuple):
    """What a coupon would charge now. cuota: an instalment, or none; items: ids, oldest due first."""

    expediente: BaseModel
    cuota: BaseModel
    items: list
    capital: Decimal
    interest: Decimal
    credit: Decimal
    limit: date

    @property
    def clave(self):
        """What has one coupon at a time: a dossier, or an instalment of it."""
        return self.expediente, self.cuota

    @property
    def total(self):
        return self.capital + self.interest - self.credit

    def valores(self, number, today):
        """Values of its coupon."""
        return {
            "number": number,
            "kind": "instalment" if self.cuota else "statement",
            "expediente_id": self.expediente.id,
            "cuota_id": self.cuota.id,
            "partida_ids": [Command.set(self.items)],
            "date": today,
            "date_limit": self.limit,
            "amount_capital": float(self.capital),
            "amount_interest": float(self.interest),
            "amount_credit": float(self.credit),
            "amount": float(self.total),
        }


def del_estado(expedientes, deudas, read):
    """Yield the Cobro of what is due of each dossier; where nothing is, of what is due next. read: what is owed.

    What an agreement in force covers is paid by its instalments; what is disputed, or under insolvency, by no coupon.
    """
    env = expedientes.env
    items = env["cartera.partida"].browse([p.id for found in read.values() for p in found])
    agreed = {item.id for item in items if item.acuerdo_id}
    for expediente in expedientes:
        free = [sin_disputa(p) for p in read[expediente.id] if p.id not in agreed]
        payable = _exigible([p for p in free if p.capital > 0 and p.hold not in NOT_PAID], deudas.on_date)
        try:
            owed = deudas.liquidar(payable, expediente.politica_id)
        except ValueError as error:
            raise UserError(env._("The debt cannot be liquidated. %s", error)) from error
        yield Cobro(
            expediente,
            env["cartera.acuerdo.cuota"],
            [p.id for p in payable],
            sum((o.partida.capital for o in owed), Decimal(0)),
            sum((o.interest for o in owed), Decimal(0)),
            -sum((p.capital for p in free if p.capital < 0), Decimal(0)),
            _hasta(expediente.company_id, [p.date_due for p in payable], deudas.on_date),
        )


def _exigible(partidas, today):
    """Those that are due; where none is, those that are due first."""
    first = min((p.date_due for p in partidas), default=today)
    return [p for p in partidas if p.date_due <= max(today, first)]


def de_la_cuota(cuota, today):
    """The Cobro of what is left of an instalment."""
    capital = _exacto(cuota.capital) - _exacto(cuota.paid_capital)
    return Cobro(
        cuota.expediente_id,
        cuota,
        cuota.acuerdo_id.linea_ids.partida_id.ids,
        capital,
        _exacto(cuota.amount_due) - capital,
        Decimal(0),
        _hasta(cuota.company_id, [cuota.date_due], today),
    )


def _hasta(company, days, today):
    """Last day to pay: the first due date; of what is due already, as many days as the company gives."""
    first = min(days, default=today)
    return first if first > today else today + timedelta(days=company.cartera_cupon_dias)


def _exacto(amount):
    return Decimal(str(amount or 0))
