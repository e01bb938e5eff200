"""When a debt may be reported to a credit bureau."""

from datetime import date
from decimal import Decimal

import pytest

from rules.habeas_data import report_window

WAGE = Decimal("1750905")
SMALL = Decimal("262635.75")  # 15% of the wage of 2026
DUE = date(2026, 1, 10)
MARCH_2, MARCH_3 = date(2026, 3, 2), date(2026, 3, 3)


@pytest.mark.parametrize(
    ("balance", "notices", "first"),
    [
        (Decimal(250000), [MARCH_2, MARCH_3], date(2026, 3, 24)),
        (Decimal(250000), [MARCH_2, MARCH_2], None),
        (Decimal(250000), [MARCH_2], None),
        (SMALL, [MARCH_2], None),
        (SMALL + Decimal("0.01"), [MARCH_2], date(2026, 3, 23)),
        (Decimal(900000), [MARCH_3, MARCH_2], date(2026, 3, 23)),
        (Decimal(900000), [], None),
    ],
)
def test_twenty_whole_days_after_the_notice_that_counts(balance, notices, first):
    window = report_window(balance, WAGE, notices, DUE)
    assert (window and window[0]) == first


def test_the_last_day_is_eighteen_months_after_default():
    assert report_window(Decimal(900000), WAGE, [MARCH_2], DUE)[1] == date(2027, 7, 10)
    assert report_window(Decimal(900000), WAGE, [date(2027, 6, 20)], DUE) is None
    assert report_window(Decimal(900000), WAGE, [date(2027, 6, 19)], DUE) == (date(2027, 7, 10), date(2027, 7, 10))


def test_what_is_not_in_default_is_not_reported():
    assert report_window(Decimal(900000), WAGE, [MARCH_2], None) is None


def test_a_negative_balance_is_refused():
    with pytest.raises(ValueError, match="balance"):
        report_window(Decimal(-1), WAGE, [MARCH_2], DUE)
