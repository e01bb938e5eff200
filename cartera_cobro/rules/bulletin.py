"""Who goes into the State's bulletin of delinquent debtors (BDME)."""

from datetime import date
from decimal import Decimal

from .dates import add_months
from .money import number

MONTHS_IN_ARREARS = 6


def reportable(balance: Decimal, due: date, cutoff: date, limit: Decimal, breached: bool = False) -> bool:
    """Whether a debt is reported at `cutoff` (31 May or 30 November): Ley 901/2004.

    balance: of the obligation or of the debtor, whichever is the policy's unit. It must exceed `limit`, 5 SMMLV of the
    year, and the arrears six calendar months since `due`. An agreement that was `breached` needs no age; where the
    policy asks no minimum of it either, the caller's limit is 0.
    ValueError: a negative balance or limit.
    """
    if number(balance, "balance") <= number(limit, "limit"):
        return False
    return breached or cutoff > add_months(due, MONTHS_IN_ARREARS)
