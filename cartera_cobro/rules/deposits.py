"""What the text of a deposit may name: pieces of it, written as the names of what is owed are compared with them."""

import re

# Capitals with their marks, and what each is compared as; the database does the same (see `sql_clave`).
MARKED, PLAIN = "ÁÀÂÄÉÈÊËÍÌÎÏÓÒÔÖÚÙÛÜÑÇ", "AAAAEEEEIIIIOOOOUUUUNC"
LONGEST = 48  # of the reference of a collection file
MOST_WORDS = 6
FEWEST_SIGNS = 4
FEWEST_FIGURES = 5  # a shorter number is a branch, a year, a hundred other things
WEAK_FIGURES = 7  # a shorter number alone says little


def clave(text):
    """`text` as it is compared: capitals and figures only, a number without the zeros before it."""
    plain = re.sub(r"[^A-Z0-9]", "", (text or "").upper().translate(str.maketrans(MARKED, PLAIN)))
    return plain.lstrip("0") if plain.isdigit() else plain


def claves(*texts):
    """The set of keys of every run of up to MOST_WORDS words of each text: 900.123.456-8 is one, of four words."""
    found = set()
    for text in texts:
        words = re.findall(r"[A-Z0-9]+", (text or "").upper().translate(str.maketrans(MARKED, PLAIN)))
        for first in range(len(words)):
            for last in range(first + 1, min(first + MOST_WORDS, len(words)) + 1):
                found.add(clave("".join(words[first:last])))
    return {key for key in found if says_something(key)}


def says_something(key):
    """Whether a key is long enough to name anything."""
    return (FEWEST_FIGURES if key.isdigit() else FEWEST_SIGNS) <= len(key) <= LONGEST
