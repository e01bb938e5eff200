"""What the text of a deposit may name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import deposits


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("CONSIG NIT 900.123.456-8 SUC 12", "900123456"),
        ("CONSIG NIT 900.123.456-8 SUC 12", "9001234568"),
        ("Pago factura FV-2026/00012", "FV202600012"),
        ("PAGO FV 2026 00012 JULIO", "FV202600012"),
        ("000000000000000000000000000000000000000123456789012", "123456789012"),
        ("TRANSF DE JUANA MUÑOZ PÉREZ", "JUANAMUNOZPEREZ"),
    ],
)
def test_a_text_names_what_people_write_in_it(text, named):
    assert named in deposits.claves(text)


@pytest.mark.parametrize("text", ["", None, "PAGO 2026", "SUC 0012", "----", "A-1"])
def test_short_numbers_and_signs_name_nothing_but_words(text):
    assert not any(key.isdigit() for key in deposits.claves(text))


@given(st.text(max_size=60), st.text(max_size=60))
def test_keys_are_plain_and_their_own_key_and_no_longer_than_a_reference(one, other):
    for key in deposits.claves(one, other):
        assert key == deposits.clave(key)
        assert 4 <= len(key) <= 48


@given(st.integers(min_value=10**9, max_value=10**12 - 1), st.sampled_from(["REF:{}", "{}", "PAGO {} GRACIAS", "0{}"]))
def test_a_number_is_found_wherever_it_stands_alone(number, frame):
    assert str(number) in deposits.claves(frame.format(number))
