from datetime import date
from decimal import Decimal

import pytest

from rules.coupon import elements, is_gln, is_reference, readable, reference, symbols

GLN = "7709998000001"


def test_a_reference_has_twelve_figures_and_any_wrong_one_is_found():
    assert reference(1) == "900000000019"
    for serial in (1, 19, 123456, 10**10 - 1):
        good = reference(serial)
        assert len(good) == 12 and is_reference(good)
        for place in range(12):
            for figure in set("0123456789") - {good[place]}:
                assert not is_reference(good[:place] + figure + good[place + 1 :])


def test_what_is_no_reference():
    for text in ("", "900000000012", "90000000001", "9000000000190", "９00000000019", "90000000001a", "100000000009"):
        assert not is_reference(text)


def test_the_sequence_ends():
    for serial in (0, -1, 10**10):
        with pytest.raises(ValueError, match="No coupon can bear"):
            reference(serial)


def test_the_elements_of_a_bill_as_gs1_writes_them():
    parts = elements(GLN, reference(1), Decimal("125000"), date(2026, 7, 25))
    assert readable(parts) == "(415)7709998000001(8020)900000000019(3900)0000125000(96)20260725"
    # FNC1 in front, and after what varies in length but the last.
    assert symbols(parts) == "\xf141577099980000018020900000000019\xf139000000125000\xf19620260725"


def test_cents_are_said_only_where_there_are_any_and_large_amounts_fit():
    def amount(value):
        return readable(elements(GLN, reference(1), Decimal(value), date(2026, 7, 25))).split("(")[3]

    assert amount("125000.50") == "3902)0012500050"
    assert amount("125000.00") == "3900)0000125000"
    assert amount("123456789012.34") == "3902)12345678901234"


def test_a_gln_checks_itself():
    assert is_gln(GLN)
    for text in ("", "7709998000002", "770999800000", "77099980000010", "770999800000x"):
        assert not is_gln(text)
