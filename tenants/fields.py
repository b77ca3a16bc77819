"""What may stand in a register's fields, whether it is typed in a form or comes in a file.

A column's ``parse`` makes a value of a text and raises BadCell; both ways use the same. ``None`` from it means: leave
what stands. Lists are written one on each line (in a file also with | between): ``Eva Ek, vaktmästare, 070-174 06 05``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from central import phone
from central.geo import BadPosition, read_position
from central.tabular import BadCell, Column

MOST_LINES = 20
NOTHING = "-"
"""Typed in a secret field, which shows nothing: take away what stands."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|[\ud800-\udfff]")


@dataclass
class BadEntry(Exception):
    """What was typed can't be used: field → what is wrong and what to do."""

    errors: dict[str, str] = field(default_factory=dict)


def read(columns: Sequence[Column], typed: Mapping[str, str]) -> dict[str, Any]:
    """The values of a form's texts, those that say "leave it" left out. Raises BadEntry."""
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for one in columns:
        if one.name not in typed:
            continue
        text = typed[one.name].strip()
        try:
            value = _value(one, text)
        except ValueError as wrong:
            errors[one.name] = getattr(wrong, "message", "Det går inte att läsa.")
        else:
            if value is not None:
                values[one.name] = value
    if errors:
        raise BadEntry(errors)
    return values


def _value(column: Column, text: str) -> Any:
    if not text:
        if column.required:
            raise BadCell("Fältet är tomt. Det måste fyllas i.")
        return column.default
    if column.max_length and len(text) > column.max_length:
        raise BadCell(f"Texten är {len(text)} tecken. Högst {column.max_length} får plats.")
    if _CONTROL.search(text):
        raise BadCell("Texten har tecken som inte syns. Skriv den igen.")
    return column.parse(text)


def line(text: str) -> str:
    """One line, single spaces."""
    return " ".join(text.split())


def secret(text: str) -> str:
    """A code as it is written; - takes away the one that stands ("")."""
    return "" if text == NOTHING else line(text)


def number(text: str) -> str:
    """A telephone number as E.164. Raises BadCell; 112 and its kin are refused."""
    try:
        return phone.normalise(text)
    except phone.BadNumber as bad:
        raise BadCell(bad.message) from bad


def show_number(e164: Any) -> str:
    """As Swedes write it."""
    return phone.display(e164) if e164 else ""


def yes(text: str) -> bool:
    """ja or nej."""
    said = text.casefold()
    if said in ("ja", "j", "1", "true", "x"):
        return True
    if said in ("nej", "n", "0", "false"):
        return False
    raise BadCell("Skriv ja eller nej.")


def position(text: str) -> list[float]:
    """[lat, lon, x, y]; one pair is written, the other made of it."""
    try:
        found = read_position(text)
    except BadPosition as bad:
        raise BadCell(bad.message) from bad
    return [found.lat, found.lon, found.x, found.y]


def show_position(value: Any) -> str:
    """Latitude and longitude."""
    return f"{value[0]}, {value[1]}" if value else ""


def one_of(choices: Mapping[str, str], what: str) -> Callable[[str], str]:
    """The code of a word (or the code itself); ``what`` says what it should have been."""
    known = {**{word.casefold(): code for code, word in choices.items()}, **{code: code for code in choices}}

    def parse(text: str) -> str:
        found = known.get(line(text).casefold())
        if found is None:
            raise BadCell(f"{what} De som finns är {', '.join(choices.values())}.")
        return found

    return parse


def some_of(choices: Mapping[str, str], what: str) -> Callable[[str], list[str]]:
    """Codes of the words, with a comma, a | or a new line between, in the order of the choices."""
    parse_one = one_of(choices, what)

    def parse(text: str) -> list[str]:
        found = {parse_one(one) for one in re.split(r"[,|\n]", text) if one.strip()}
        return [code for code in choices if code in found]

    return parse


def lines(text: str) -> list[str]:
    """The lines of a list that hold something."""
    found = [line(one) for one in re.split(r"[|\n]", text) if one.strip()]
    if len(found) > MOST_LINES:
        raise BadCell(f"Det är {len(found)} rader. Högst {MOST_LINES} får plats.")
    return found


def texts(text: str) -> list[str]:
    """A list of short texts."""
    found = lines(text)
    for place, one in enumerate(found, start=1):
        if len(one) > 200:
            raise BadCell(f"Rad {place} är {len(one)} tecken. Högst 200 får plats.")
    return found


def people(second: str) -> Callable[[str], list[dict[str, str]]]:
    """A list of people in order, ``{"name", second, "phone"}``: name, what they are, number; the last two may lack."""

    def parse(text: str) -> list[dict[str, str]]:
        return [_person(place, one, second) for place, one in enumerate(lines(text), start=1)]

    return parse


def _person(place: int, text: str, second: str) -> dict[str, str]:
    parts = [one.strip() for one in re.split(r"[,\t]", text) if one.strip()]
    e164 = ""
    if len(parts) > 1 and re.search(r"\d", parts[-1]):
        said = parts.pop()
        try:
            e164 = phone.normalise(said)
        except phone.BadNumber as bad:
            raise BadCell(f"Rad {place}: {bad.message}") from bad
    if len(parts) > 2:
        raise BadCell(f"Rad {place}: skriv namn, vad personen är och telefon, med komma mellan.")
    if not 2 <= len(parts[0]) <= 80:
        raise BadCell(f"Rad {place}: skriv namnet först, högst 80 tecken.")
    if re.search(r"\d{3}", parts[0]):
        raise BadCell(f"Rad {place}: skriv namnet först, sedan telefonnumret.")
    if len(parts) > 1 and len(parts[1]) > 60:
        raise BadCell(f"Rad {place}: det som står efter namnet är längre än 60 tecken.")
    return {"name": parts[0], second: parts[1] if len(parts) > 1 else "", "phone": e164}


def show_people(value: Any, between: str = " | ") -> str:
    """The list as it is written."""
    if not isinstance(value, list):
        return value or ""
    told = []
    for one in value:  # the database keeps no order of its own among the keys
        parts = [one["name"], *[said for name, said in one.items() if name not in ("name", "phone")]]
        told.append(", ".join(filter(None, (*parts, show_number(one["phone"])))))
    return between.join(told)


def drawings(text: str) -> list[dict[str, str]]:
    """A list of drawings, ``{"title", "url", "place"}``: title, then a link (https) or where the folder stands."""
    return [_drawing(place, one) for place, one in enumerate(lines(text), start=1)]


def _drawing(place: int, text: str) -> dict[str, str]:
    title, _, rest = (one.strip() for one in text.partition(","))
    if not 1 <= len(title) <= 80:
        raise BadCell(f"Rad {place}: skriv ritningens namn först, högst 80 tecken.")
    if "://" in text:
        if not re.fullmatch(r"https://[A-Za-z0-9._~:/?#@!$&()*+;=%\[\]-]{3,400}", rest):
            raise BadCell(f"Rad {place}: skriv namn, komma och en länk som börjar med https://.")
        return {"title": title, "url": rest, "place": ""}
    if len(rest) > 200:
        raise BadCell(f"Rad {place}: platsen är längre än 200 tecken.")
    return {"title": title, "url": "", "place": rest}


def show_drawings(value: Any, between: str = " | ") -> str:
    """The list as it is written."""
    if not isinstance(value, list):
        return value or ""
    return between.join(", ".join(filter(None, (one["title"], one["url"] or one["place"]))) for one in value)


def show_texts(value: Any, between: str = " | ") -> str:
    """The list as it is written."""
    return between.join(value) if isinstance(value, list) else value or ""
