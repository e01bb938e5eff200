"""What other rooms of the add-on rely on: names, signatures, and a package that needs nothing."""

import ast
import inspect
import sys
from pathlib import Path

import pytest

import rules
from rules import bulletin, contact, impairment, instalments, interest, prescription
from rules.contact import Contact, Verdict
from rules.instalments import Instalment
from rules.prescription import Event

SOURCES = sorted(Path(rules.__file__).parent.glob("*.py"))


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_imports_only_the_standard_library_and_itself(source):
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and not node.level:
            names = [node.module]
        for name in names:
            assert name.split(".")[0] in sys.stdlib_module_names, f"{source.name} imports {name}"


def parameters(function):
    """Names with their defaults, a * before the keyword-only ones."""
    shown, keyword_only = [], False
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and not keyword_only:
            shown.append("*")
            keyword_only = True
        default = "" if parameter.default is parameter.empty else f"={parameter.default!r}"
        shown.append(parameter.name + default)
    return ", ".join(shown)


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (
            contact.check,
            "at, channel, *, role='debtor', purpose='collection', consents=frozenset(), off_hours=False, "
            "history=(), holidays=(), on_hold=False, exempt=False, strict=False",
        ),
        (interest.late_interest, "principal, first_day, last_day, regime, rates=()"),
        (interest.allocate, "payment, parts, order"),
        (prescription.last_day, "base, years, events=()"),
        (instalments.schedule, "principal, count, first, annual_rate=0, down_payment=0"),
        (impairment.flow_rates, "closings, entered"),
        (impairment.loss_rates, "flows, lgd, forward=1"),
        (impairment.fiscal_general, "items"),
        (impairment.fiscal_individual, "items"),
        (bulletin.reportable, "balance, due, cutoff, limit, breached=False"),
        (Contact, "at, channel, direction, direct"),
        (Verdict, "allowed, reason, next_allowed"),
        (Event, "kind, start, end=None"),
        (Instalment, "number, due, capital, interest, total, balance"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_signatures_stay(function, expected):
    assert parameters(function) == expected
