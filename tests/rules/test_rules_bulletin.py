"""Who is reported in the bulletin of delinquent debtors of the State."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.bulletin import Field, encode, fixed_width, misfit, next_term, reportable

MAY, NOVEMBER = date(2026, 5, 31), date(2026, 11, 30)
LIMIT = Decimal("8754525")  # 5 x 1,750,905
ABOVE = LIMIT + 1
SIX_MONTHS = date(2025, 11, 30)


def test_the_balance_must_exceed_the_limit():
    assert reportable(ABOVE, SIX_MONTHS, MAY, LIMIT)
    assert reportable(LIMIT + Decimal("0.01"), SIX_MONTHS, MAY, LIMIT)
    assert not reportable(LIMIT, SIX_MONTHS, MAY, LIMIT)


@pytest.mark.parametrize(
    ("due", "cutoff", "expected"),
    [
        (date(2025, 11, 30), MAY, True),
        (date(2025, 12, 1), MAY, False),
        (date(2025, 11, 30), date(2026, 5, 30), False),
        (date(2026, 5, 29), NOVEMBER, True),
        (date(2026, 5, 30), NOVEMBER, False),
        (date(2026, 5, 31), NOVEMBER, False),
        # Six months from 31 August end with February.
        (date(2025, 8, 31), date(2026, 2, 28), False),
        (date(2025, 8, 31), date(2026, 3, 1), True),
        (date(2027, 1, 1), MAY, False),
    ],
)
def test_six_calendar_months_must_have_passed(due, cutoff, expected):
    assert reportable(ABOVE, due, cutoff, LIMIT) is expected


def test_a_breached_agreement_needs_no_age_but_an_amount():
    assert reportable(ABOVE, MAY, MAY, LIMIT, breached=True)
    assert not reportable(LIMIT, MAY, MAY, LIMIT, breached=True)
    assert reportable(Decimal("0.01"), MAY, MAY, Decimal(0), breached=True)
    assert not reportable(Decimal(0), MAY, MAY, Decimal(0), breached=True)


def test_floats_are_read_as_they_print():
    assert reportable(8754525.01, SIX_MONTHS, MAY, 8754525.0)
    assert not reportable(8754525.0, SIX_MONTHS, MAY, LIMIT)


@pytest.mark.parametrize(("balance", "limit", "message"), [(-1, LIMIT, "balance"), (ABOVE, Decimal(-1), "limit")])
def test_refusals(balance, limit, message):
    with pytest.raises(ValueError, match=message):
        reportable(balance, SIX_MONTHS, MAY, limit)


@given(st.dates(date(2015, 1, 1), date(2030, 1, 1)), st.integers(0, 400), st.booleans())
def test_once_reported_older_and_larger_is_reported_too(due, days, breached):
    cutoff = due + timedelta(days=days)
    if reportable(ABOVE, due, cutoff, LIMIT, breached):
        assert reportable(ABOVE + 1, due - timedelta(days=1), cutoff, LIMIT, breached)
        assert reportable(ABOVE, due, cutoff + timedelta(days=1), LIMIT, breached)


@given(st.dates(date(2015, 1, 1), date(2030, 1, 1)))
def test_six_months_are_between_181_and_185_days(due):
    assert not reportable(ABOVE, due, due + timedelta(days=181), LIMIT)
    assert reportable(ABOVE, due, due + timedelta(days=185), LIMIT)


# --- the file ---------------------------------------------------------------------------------------------------------

HEADER = [
    Field("type", 5),
    Field("entity", 15),
    Field("period", 8),
    Field("year", 8),
    Field("category", 35),
    Field("cutoff", 10),
]
DETAIL = [
    Field("type", 5),
    Field("concept", 5),
    Field("debtor_type", 5),
    Field("obligation", 15),
    Field("id", 20),
    Field("id_type", 5),
    Field("name", 100),
    Field("amount", 20),
    Field("state", 1),
]


def test_the_file_byte_by_byte():
    header = {
        "type": "S",
        "entity": "923272446",
        "period": "10505",
        "year": 2026,
        "category": "CGN2009_BDME_REPORTE_SEMESTRAL",
        "cutoff": MAY,
    }
    detail = {
        "type": "D",
        "concept": 1,
        "debtor_type": "2",
        "obligation": "INV/2025/00001",
        "id": "900123456",
        "id_type": "1",
        "name": "CAFÉ Y MAÍZ Ñ S.A.S.",
        "amount": ABOVE,
        "state": "1",
    }
    lines = [fixed_width(header, HEADER), fixed_width(detail, DETAIL)]
    assert [len(line) for line in lines] == [81, 176]
    assert encode(lines) == (
        b"S    923272446      10505   2026    CGN2009_BDME_REPORTE_SEMESTRAL     31/05/2026\r\n"
        b"D    1    2    INV/2025/00001 900123456           1    CAF\xc9 Y MA\xcdZ \xd1 S.A.S."
        + b" " * 80
        + b"8754526             1\r\n"
    )
    assert encode(["Ñ"], "utf-8", "\n") == b"\xc3\x91\n"


@pytest.mark.parametrize(
    ("value", "field", "expected"),
    [
        ("12", Field("n", 5, "right", "0"), "00012"),
        (Decimal("8754526.5"), Field("n", 9), "8754527  "),
        (1234.005, Field("n", 10, "right", " ", 2), "   1234.01"),
        (MAY, Field("n", 8, date_format="%Y%m%d"), "20260531"),
        (None, Field("n", 3), "   "),
        (0, Field("n", 3), "0  "),
    ],
)
def test_a_field_is_padded_as_the_layout_says(value, field, expected):
    assert fixed_width({"n": value}, [field]) == expected


def test_nothing_is_cut_left_out_or_replaced():
    with pytest.raises(ValueError, match="n has 6 characters, and 5 fit: 123456"):
        fixed_width({"n": "123456"}, [Field("n", 5)])
    with pytest.raises(ValueError, match="lacks n"):
        fixed_width({}, [Field("n", 5)])
    with pytest.raises(ValueError, match="'Ω' cannot be written in cp1252"):
        encode(["Ω"])


@pytest.mark.parametrize(
    ("value", "signs", "expected"),
    [
        ("Peña & Cía.", "ñí&.", None),
        ("Peña & Cía.", None, None),
        ("Peña", "", "characters"),
        ("Ω", None, "characters"),
        ("Dos\nlíneas", None, "characters"),
        ("x" * 21, None, "wide"),
        ("  ", None, "empty"),
        (None, None, "empty"),
        (Decimal("123456789012345678901"), None, "wide"),
    ],
)
def test_what_the_receiver_would_reject(value, signs, expected):
    assert misfit(value, Field("n", 20), "cp1252", signs) == expected


def test_the_term_is_the_first_ten_days_of_the_next_month():
    assert next_term(MAY, 10) == date(2026, 6, 10)
    assert next_term(NOVEMBER, 10) == date(2026, 12, 10)
