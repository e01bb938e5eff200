"""When a debt may be reported to a credit bureau."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from rules.habeas_data import gives_notice, permanence, report_window

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


def test_a_notice_gives_time_until_the_day_before_the_report():
    until = report_window(Decimal(900000), WAGE, [MARCH_2], DUE)[0] - timedelta(days=1)
    assert gives_notice(MARCH_2, until)
    assert not gives_notice(MARCH_3, until)


def test_the_last_day_is_eighteen_months_after_default():
    assert report_window(Decimal(900000), WAGE, [MARCH_2], DUE)[1] == date(2027, 7, 10)
    assert report_window(Decimal(900000), WAGE, [date(2027, 6, 20)], DUE) is None
    assert report_window(Decimal(900000), WAGE, [date(2027, 6, 19)], DUE) == (date(2027, 7, 10), date(2027, 7, 10))


def test_what_is_not_in_default_is_not_reported():
    assert report_window(Decimal(900000), WAGE, [MARCH_2], None) is None


def test_a_negative_balance_is_refused():
    with pytest.raises(ValueError, match="balance"):
        report_window(Decimal(-1), WAGE, [MARCH_2], DUE)


@pytest.mark.parametrize(
    ("paid", "until"),
    [
        (date(2026, 1, 10), None),  # on the day of default: no arrears
        (date(2025, 12, 31), None),
        (date(2026, 1, 11), date(2026, 1, 13)),  # one day late, two days more
        (date(2026, 2, 9), date(2026, 4, 10)),  # 30 days late, 60 more
        (date(2028, 1, 10), date(2032, 1, 9)),  # 730 days late, 1,460 more: a day short of four years
        (date(2030, 1, 10), date(2034, 1, 10)),  # never more than four
        (date(2028, 2, 29), date(2032, 2, 29)),
        (date(2029, 2, 28), date(2033, 2, 28)),
        (date(2034, 1, 10), date(2038, 1, 10)),  # paid on the last day before it lapses
        (date(2034, 1, 11), date(2034, 1, 10)),  # paid after it lapsed: it does not come back
        (None, date(2034, 1, 10)),
    ],
)
def test_negative_data_stays_twice_the_arrears_at_most_four_years_and_lapses_after_eight(paid, until):
    result = permanence(DUE, paid, date(2040, 1, 1))
    assert result == (until, False)


def test_eight_years_from_a_leap_day_and_four_after_it():
    leap = date(2024, 2, 29)
    assert permanence(leap, None, leap).until == date(2032, 2, 29)
    assert permanence(date(2025, 2, 28), None, leap).until == date(2033, 2, 28)
    assert permanence(date(2020, 2, 29), leap, leap).until == date(2028, 2, 29)
    assert permanence(date(2022, 2, 28), date(2026, 2, 28), leap).until == date(2030, 2, 28)


def test_it_stays_on_the_last_day_and_not_after():
    paid = date(2026, 2, 9)
    assert permanence(DUE, paid, date(2026, 4, 10)).stays
    assert not permanence(DUE, paid, date(2026, 4, 11)).stays


def test_a_payment_to_come_has_not_happened():
    assert permanence(DUE, date(2026, 2, 9), date(2026, 2, 8)) == (date(2034, 1, 10), True)
