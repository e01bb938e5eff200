from datetime import date
from decimal import Decimal

from rules.coupon import elements, readable, symbols

GLN = "7709998000001"
NUMBER = "900000000019"


def test_the_elements_of_a_bill_as_gs1_writes_them():
    parts = elements(GLN, NUMBER, Decimal("125000"), date(2026, 7, 25))
    assert readable(parts) == "(415)7709998000001(8020)900000000019(3900)0000125000(96)20260725"
    # FNC1 in front, and after what varies in length but the last.
    assert symbols(parts) == "\xf141577099980000018020900000000019\xf139000000125000\xf19620260725"


def test_cents_are_said_only_where_there_are_any_and_large_amounts_fit():
    def amount(value):
        return readable(elements(GLN, NUMBER, Decimal(value), date(2026, 7, 25))).split("(")[3]

    assert amount("125000.50") == "3902)0012500050"
    assert amount("125000.00") == "3900)0000125000"
    assert amount("123456789012.34") == "3902)12345678901234"
