"""Swedish alphabetical order where the database has no ICU: å ä ö after z, other accents as their base letter.

The database function ``public.swedish_key(text)`` and :func:`swedish_key` give the same key for the same name; sort it
with ``COLLATE "C"``.
"""

from __future__ import annotations

import unicodedata

AFTER_Z = {"å": "{", "ä": "|", "æ": "|", "ö": "}", "ø": "}", "œ": "}"}
BASES = {"ü": "y", "ß": "ss", "đ": "d", "ð": "d", "þ": "th", "ł": "l"}

# The accented letters of the Latin-1 and Latin Extended-A blocks, each with its base, for the database's translate().
ACCENTED = "".join(
    letter
    for letter in map(chr, range(0xE0, 0x17F))
    if letter == letter.lower()
    and letter not in AFTER_Z
    and letter not in BASES
    and len(unicodedata.normalize("NFD", letter)) > 1
)
PLAIN = "".join(unicodedata.normalize("NFD", letter)[0] for letter in ACCENTED)
_TABLE = str.maketrans({**AFTER_Z, **BASES, **dict(zip(ACCENTED, PLAIN, strict=True))})


def swedish_key(name: str) -> str:
    """A key that sorts names in Swedish order by plain comparison: Ängström before Öberg, both after Zetterberg."""
    return name.lower().translate(_TABLE)


def function_sql() -> str:
    """CREATE FUNCTION for the same key in the database; immutable, so it can be indexed and generated."""
    letters = "".join(letter for letter in (*AFTER_Z, *(k for k, v in BASES.items() if len(v) == 1)))
    bases = "".join(AFTER_Z.get(letter, BASES.get(letter, "")) for letter in letters)
    long_ones = [(letter, base) for letter, base in BASES.items() if len(base) > 1]
    expression = f"translate(lower(name), '{letters}{ACCENTED}', '{bases}{PLAIN}')"
    for letter, base in long_ones:
        expression = f"replace({expression}, '{letter}', '{base}')"
    return (
        "CREATE OR REPLACE FUNCTION public.swedish_key(name text) RETURNS text "
        f"LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN {expression}"
    )
