"""What people and programs put into files and forms, for the tests that try everything (hypothesis)."""

import functools
import os

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

# `./dev trial fuzz` tries many times as many.
TIMES = int(os.environ.get("CARTERA_FUZZ_TIMES", "1"))


def veces(examples):
    """Decorator: so many examples, the same on every machine unless more are asked for."""
    return settings(
        max_examples=examples * TIMES,
        deadline=None,
        derandomize=TIMES == 1,
        database=None,
        phases=(Phase.explicit, Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )


SPREADSHEET = ("=1+1", '=HYPERLINK("http://x")', "+57 300", "-1", "@SUM(A1)", "#N/A", "#¡VALOR!", "1,5E+12", "1e400")
NUMBERS = ("0", "-0", "1.234.567,89", "1,234,567.89", "(500)", "$ 1'000.000", "9" * 40, "0," + "0" * 50 + "1", "١٢٣",
           "²²²²²²²²²", "½", "NaN", "Infinity", "1.2.3", "--5", "9" * 5000)  # fmt: skip
DATES = ("31/02/2026", "2026-13-45", "0/0/0", "1/1/99999999999", "1/1/" + "9" * 5000, "45123", "20260710",
         "10 jul 2026", "2026-07-10T00:00:00", "31.12.9999", "1/1/0001", "١/١/٢٠٢٦", "10/julio/26")  # fmt: skip
TEXTS = ("", " ", "\x00", "\ufeff", "\u202eabc", "a\r\nb", "\t", "'; DROP TABLE x; --", "<script>alert(1)</script>",
         "{{ 7*7 }}", "%s %(x)s", "ñáü€", "😀" * 30, "x" * 3000, "None", "true", "../../etc/passwd",
         "\\x00", "\ud7ff")  # fmt: skip
ODD = SPREADSHEET + NUMBERS + DATES + TEXTS


@functools.cache
def celdas():
    """Texts as cells hold them: plausible ones, and what breaks programs."""
    # Without surrogates: no file in any encoding gives them.
    text = st.text(st.characters(exclude_categories=["Cs"]), max_size=25)
    return st.one_of(st.sampled_from(ODD), text, st.integers().map(str),
                     st.dates().map(lambda day: day.strftime("%d/%m/%Y")),
                     st.decimals(allow_nan=False, allow_infinity=False, places=2).map(str))  # fmt: skip


def filas(width, most=8):
    """Rows of about `width` cells."""
    return st.lists(st.lists(celdas(), min_size=0, max_size=width + 2), max_size=most)
