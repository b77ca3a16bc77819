"""What an SMS may hold: the GSM 7-bit alphabet (3GPP TS 23.038), and how many parts a text becomes.

One character outside it (a dash, a curly quote) turns the whole SMS into UCS-2 and 160 characters into 70.
"""

from __future__ import annotations

import unicodedata

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("^{}\\[~]|€\f")
"""Two places each."""

REPLACED = str.maketrans(
    {
        "–": "-",
        "—": "-",
        "‑": "-",
        "”": '"',
        "“": '"',
        "’": "'",
        "‘": "'",
        "…": "...",
        "\u00a0": " ",
        "·": "-",
        "\t": " ",
    }
)


def plain(text: str) -> str:
    """The text with nothing but GSM letters: signs become their plain kin, other accents their base letter."""
    return "".join(_letter(one) for one in text.translate(REPLACED))


def _letter(letter: str) -> str:
    if letter in BASIC or letter in EXTENDED:
        return letter
    base = unicodedata.normalize("NFD", letter)[0]
    return base if base in BASIC else "?"


def parts(text: str) -> int:
    """How many SMS the text is sent (and paid) as: 160, then 153 each; 70, then 67 where a letter is not GSM."""
    if all(one in BASIC or one in EXTENDED for one in text):
        length, single, joined = len(text) + sum(one in EXTENDED for one in text), 160, 153
    else:
        length, single, joined = len(text.encode("utf-16-le")) // 2, 70, 67
    return 1 if length <= single else -(-length // joined)
