"""How a coupon is given out: what is due is read from the ledger, and the coupon that says so already is kept."""

from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL

from ..rules.coupon import reference
from .cartera_acuerdo import decimal
from .cartera_deuda import Deudas, sin_disputa

SEQUENCE = "cartera.cupon"
# What nobody may pay by a coupon: what is disputed, and what waits for the judge of an insolvency (Ley 1116, art. 17).
NOT_PAID = ("claim", "insolvency")


class Cobro(NamedTuple):
    """What a coupon would charge now. cuota: an instalment, or none; items: ids, oldest due first."""

    expediente: models.Model
    cuota: models.Model
    items: list
    capital: Decimal
    interest: Decimal
    credit: Decimal
    limit: date

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


class CarteraCupon(models.Model):
    _inherit = "cartera.cupon"

    # --- the calls others rely on ---------------------------------------------------------------------------------

    @api.model
    def _de_estado(self, expedientes):
        """The coupons (in sudo) of what is due of dossiers, or due next; none of those that owe nothing to be paid so.

        Each is the one given out before as long as nothing changes: neither its items, nor their balances, nor the
        interest to the day. UserError: a rate of interest is missing.
        """
        expedientes = expedientes.sudo()
        expedientes.lock_for_update(allow_referencing=True)
        given = self.sudo().browse()
        for company, own in expedientes.grouped("company_id").items():
            cobros = _del_estado(own, Deudas(self.env, company))
            given |= self.sudo()._dar(company, "statement", cobros)
        return given

    @api.model
    def _de_cuota(self, cuotas):
        """The coupons (in sudo) of what is left to pay of instalments of agreements in force."""
        cuotas = cuotas.sudo().filtered(lambda cuota: cuota.agreement_state == "active" and cuota.amount_due > 0)
        cuotas.expediente_id.lock_for_update(allow_referencing=True)
        given = self.sudo().browse()
        for company, own in cuotas.grouped("company_id").items():
            today = company._cartera_hoy()
            given |= self.sudo()._dar(company, "instalment", [_de_la_cuota(cuota, today) for cuota in own])
        return given

    # --- given out ------------------------------------------------------------------------------------------------

    @api.model
    def _dar(self, company, kind, cobros):
        today = company._cartera_hoy()
        cobros = [cobro for cobro in cobros if cobro.total > 0]
        standing = self._en_pie(kind, cobros)
        given = self.browse()
        missing = []
        for cobro in cobros:
            last = standing.get((cobro.expediente, cobro.cuota), self)
            if last and last._dice(cobro, today):
                given |= last
            else:
                missing.append((cobro, last))
        numbers = self._numeros(company, len(missing))
        fresh = self.create(
            [cobro.valores(number, today) for (cobro, _last), number in zip(missing, numbers, strict=True)]
        )
        for (_cobro, last), cupon in zip(missing, fresh, strict=True):
            last.replaced_by_id = cupon
        return given | fresh

    @api.model
    def _en_pie(self, kind, cobros):
        """{(dossier, instalment): the last coupon of theirs}."""
        domain = [
            ("kind", "=", kind),
            ("replaced_by_id", "=", False),
            ("expediente_id", "in", [cobro.expediente.id for cobro in cobros]),
        ]
        return {(cupon.expediente_id, cupon.cuota_id): cupon for cupon in self.search(domain, order="id")}

    def _dice(self, cobro, today):
        """Whether it says what would be charged now, and may still be paid."""
        self.ensure_one()
        said = (decimal(self.amount_capital), decimal(self.amount_interest), decimal(self.amount_credit))
        now = (cobro.capital, cobro.interest, cobro.credit)
        return self.date_limit >= today and said == now and set(self.partida_ids.ids) == set(cobro.items)

    @api.model
    def _numeros(self, company, count):
        """The next `count` references ([str]) of a company; what is rolled back leaves gaps, and nobody waits."""
        if not count:
            return []
        Sequence = self.env["ir.sequence"].sudo()
        sequence = Sequence.search([("code", "=", SEQUENCE), ("company_id", "=", company.id)], limit=1)
        if not sequence:
            name = f"{self.env._('Payment coupons')} ({company.name})"
            sequence = Sequence.create({"name": name, "code": SEQUENCE, "company_id": company.id, "padding": 10})
        rows = self.env.execute_query(
            SQL("SELECT nextval(%s) FROM generate_series(1, %s)", f"ir_sequence_{sequence.id:03d}", count)
        )
        try:
            return [reference(serial) for (serial,) in rows]
        except ValueError as error:
            raise UserError(self.env._("The references of coupons are used up: %s", error)) from error


# --- what is due ------------------------------------------------------------------------------------------------------


def _del_estado(expedientes, deudas):
    """Yield the Cobro of what is due of each dossier; where nothing is, of what is due next.

    What an agreement in force covers is paid by its instalments; what is disputed, or under insolvency, by no coupon.
    """
    env = expedientes.env
    read = deudas.leer(expedientes)
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


def _de_la_cuota(cuota, today):
    capital = decimal(cuota.capital) - decimal(cuota.paid_capital)
    return Cobro(
        cuota.expediente_id,
        cuota,
        cuota.acuerdo_id.linea_ids.partida_id.ids,
        capital,
        decimal(cuota.amount_due) - capital,
        Decimal(0),
        _hasta(cuota.company_id, [cuota.date_due], today),
    )


def _hasta(company, days, today):
    """Last day to pay: the first due date; of what is due already, as many days as the company gives."""
    first = min(days, default=today)
    return first if first > today else today + timedelta(days=company.cartera_cupon_dias)
