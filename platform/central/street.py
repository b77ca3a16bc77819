"""Swedish street addresses as people write them, compared: is it the same building?

Addresses in the registers are typed by hand: "Storgatan 12 A", "storg. 12a, lgh 1101", "Storgatan 12–16, 242 31 Hörby".
:func:`parse` takes out what places a building; :func:`same_building` says whether two of them may be one. It would
rather say yes once too often than no: what it finds is proposed to a person, who sees both as they were written.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_POSTCODE = re.compile(r"(?:^|(?<=[\s,]))(?:SE[- ]?)?(\d{3}) ?(\d{2})(?=\s+[^\W\d]|\s*$|\s*,)", re.IGNORECASE)
_NUMBER = re.compile(
    r"""^(?P<street>.*?[^\W\d].*?)\s*\b(?P<first>\d{1,4})          # Storgatan 12
        (?:\s*(?P<letter>[A-Za-zÅÄÖåäö])(?![^\W\d_]))?             # 12 A, 12a
        (?:\s*[-–—]\s*(?P<last>\d{1,4})\s*(?P<end>[A-Za-zÅÄÖåäö](?![^\W\d_]))?)?  # 12–16, 12A–16B
        (?P<rest>\D.*)?$""",
    re.VERBOSE,
)
_NO_STREET = re.compile(r"^(?:p\.?\s?o\.?\s*)?box\b|^fack\b", re.IGNORECASE)
_IN_CARE_OF = re.compile(r"^c/o\b", re.IGNORECASE)
_WITHIN = re.compile(r"\b(?:lgh|lägenhet|våning|vån|tr|trappor|uppgång|port|plan|bv|nb)\b", re.IGNORECASE)
_NO_PLACE = re.compile(r"\d")

_FIRST = {
    **{"n": "norra", "s": "södra", "ö": "östra", "v": "västra", "st": "stora", "l": "lilla"},
    **{"s:t": "sankt", "s:ta": "sankta", "st:a": "sankta"},
}
_LAST = (
    ("gat", "gatan"),
    ("g", "gatan"),
    ("väg", "vägen"),
    ("v", "vägen"),
    ("all", "allén"),
    ("pl", "platsen"),
)
"""What is written short with a point: first words ("N. Storgatan") and endings ("Storg.", "Parkv.")."""

ONE_PARITY_FROM = 2
"""A range whose ends are both odd or both even is one side of the street: 12–16 holds 14 and not 13."""


@dataclass(frozen=True, slots=True)
class Street:
    """What places a building. ``letter``, ``postcode`` ("24231") and ``place`` are "" where they aren't told."""

    name: str
    first: int
    last: int
    letter: str = ""
    postcode: str = ""
    place: str = ""

    def holds(self, other: Street) -> bool:
        """Whether a number of the one is a number of the other, each on its side of the street."""
        return any(number in _numbers(other) for number in _numbers(self))


def parse(written: str) -> Street | None:
    """What the text says of a building; None where it names no street and number (a box, a field, "Torget")."""
    text = " ".join(unicodedata.normalize("NFC", written).split())
    postcode, place = "", ""
    if found := list(_POSTCODE.finditer(text)):
        last = found[-1]
        postcode, place = last[1] + last[2], _place(text[last.end() :])
        text = text[: last.start()]
    parts = [one for part in text.split(",") if (one := part.strip())]
    for nth, part in enumerate(parts):
        if _NO_STREET.match(part) or _IN_CARE_OF.match(part) or _WITHIN.match(part):
            continue
        if number := _NUMBER.match(part):
            after = [one for one in parts[nth + 1 :] if not _WITHIN.search(one) and not _NO_PLACE.search(one)]
            first, end = int(number["first"]), int(number["last"] or 0)
            return Street(
                name=_street(number["street"]),
                first=first,
                last=end if end > first else first,
                letter="" if end else (number["letter"] or "").lower(),
                postcode=postcode,
                place=place or (_place(after[-1]) if after else ""),
            )
    return None


def same_building(one: Street, other: Street) -> bool:
    """Whether the two may be one building: street and number agree, and nothing else that both tell speaks against.

    Another letter is another entrance of the same building. Streets bear the same name in many places: a postcode
    or a place that both tell must agree, and either is enough (a postcode's place is named in more than one way).
    """
    if one.name != other.name or not one.holds(other):
        return False
    told = [(a, b) for a, b in ((one.postcode, other.postcode), (one.place, other.place)) if a and b]
    return not told or any(a == b for a, b in told)


def same_entrance(one: Street, other: Street) -> bool:
    """Whether they also have the same letter, where both have one."""
    return same_building(one, other) and (not one.letter or not other.letter or one.letter == other.letter)


def _numbers(one: Street) -> range:
    return range(one.first, one.last + 1, 2 if (one.last - one.first) % ONE_PARITY_FROM == 0 else 1)


def _street(text: str) -> str:
    words = text.casefold().replace("´", "'").split()
    if len(words) > 1 and (words[0].endswith(".") or ":" in words[0]):
        words[0] = _FIRST.get(words[0].rstrip("."), words[0])
    if words and words[-1].endswith("."):
        stem = words[-1].rstrip(".")
        ending = next((pair for pair in _LAST if stem.endswith(pair[0])), None)
        words[-1] = stem.removesuffix(ending[0]) + ending[1] if ending else stem
    return " ".join("".join(sign for sign in word if sign.isalnum() or sign in "-:") for word in words)


def _place(text: str) -> str:
    return " ".join(text.casefold().strip(" ,.").split())
