"""The plan of a payment agreement, and how what was paid covers it."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from .instalments import schedule, schedule_since
from .interest import allocate
from .money import ZERO, exactly, number

# How `rules.interest.allocate` names the parts of an instalment: interest of both kinds is paid before capital.
PARTS = {"interest": "penalty", "financing": "interest", "capital": "capital"}


class Cuota(NamedTuple):
    """What is to be paid on a day. number: 0 for the down payment; interest: late interest already run; financing:
    what the term costs. All of them Decimal, to the cent."""

    number: int
    due: date
    capital: Decimal
    interest: Decimal
    financing: Decimal

    @property
    def total(self):
        return self.capital + self.interest + self.financing


class Pagado(NamedTuple):
    """What was paid of an instalment, by part."""

    capital: Decimal = ZERO
    interest: Decimal = ZERO
    financing: Decimal = ZERO

    @property
    def total(self):
        return self.capital + self.interest + self.financing


def plan(
    capital: Decimal,
    interest: Decimal,
    count: int,
    first: date,
    *,
    annual_rate: Decimal = 0,
    down_payment: Decimal = 0,
    down_date: date | None = None,
    order: str = "interest_first",
    start: date | None = None,
) -> list[Cuota]:
    """The instalments that pay `capital` and the late `interest` run until the liquidation.

    The down payment is number 0, due on `down_date`, and is imputed by `order` (C.C. 1653, E.T. 804). What it leaves
    of the capital is paid in `count` monthly instalments of a constant total at `annual_rate` (effective annual
    percent) since `start`, the liquidation (None: a month before `first`); what it leaves of the interest in as many
    equal parts, which bear nothing (C.C. 1617). Capital and interest sum to what is owed, to the cent.
    ValueError: nothing owed, negative amounts or rate, count under 1, a down payment above the debt, one without date.
    """
    with exactly():
        owed = {"interest": number(interest, "interest"), "capital": number(capital, "capital")}
        if not sum(owed.values()):
            raise ValueError("Nothing is owed: there is nothing to agree on.")
        down = number(down_payment, "down payment")
        if down > sum(owed.values()):
            raise ValueError(f"The down payment {down_payment} is more than the debt {sum(owed.values())}: lower it.")
        if down and not down_date:
            raise ValueError("The down payment has no date: say when it is paid.")
        paid = allocate(down, owed, order)
        cuotas = [Cuota(0, down_date, paid["capital"], paid["interest"], ZERO)] if down else []
        of_capital = schedule_since(start, owed["capital"], count, first, annual_rate, paid["capital"])
        of_interest = schedule(owed["interest"], count, first, 0, paid["interest"])
        return cuotas + _unir(of_capital, of_interest)


def _unir(of_capital, of_interest):
    """One instalment for each month that either schedule has."""
    months = {}
    for index, schedule_ in enumerate((of_capital, of_interest)):
        for part in schedule_:
            months.setdefault((part.number, part.due), [None, None])[index] = part
    return [
        Cuota(
            number_,
            due,
            main.capital if main else ZERO,
            late.capital if late else ZERO,
            main.interest if main else ZERO,
        )
        for (number_, due), (main, late) in sorted(months.items())
    ]


def impute(paid: Decimal, cuotas: Sequence[Cuota], order: str) -> list[Pagado]:
    """What `paid` covers of each instalment: one after another as they fall due, within each by `order`.

    interest_first: late interest, financing, capital (C.C. 1653); proportional: each part in its proportion (E.T. 804).
    What is paid beyond the plan covers nothing here.
    ValueError: negative payment, unknown order.
    """
    left, result = number(paid, "payment"), []
    for cuota in cuotas:
        shares = allocate(min(left, cuota.total), {PARTS[name]: getattr(cuota, name) for name in PARTS}, order)
        result.append(Pagado(**{name: shares[part] for name, part in PARTS.items()}))
        left -= result[-1].total
    return result


def breached(count: int, oldest: date | None, on_date: date, most_missed: int, most_days: int) -> bool:
    """Whether so many missed instalments, the oldest due on `oldest`, break an agreement.

    It breaks with `most_missed` of them, or when the oldest is more than `most_days` days late; 0 switches either off.
    (Agreements of public entities carry an acceleration clause, D. 4473/2006.)
    """
    if not count or oldest is None:
        return False
    return bool(most_missed and count >= most_missed) or bool(most_days and (on_date - oldest).days > most_days)
