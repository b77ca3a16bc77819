"""What a file of rows is once it is read, whatever it was written in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Self


class BadTable(Exception):
    """The file as a whole cannot be used; ``message`` says why and what to do, in Swedish."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Kind(StrEnum):
    """What a spreadsheet says that a cell is; all that a text file has is text."""

    TEXT = "text"
    NUMBER = "number"
    """A number: zeros in front of it are gone, and beyond fifteen digits it is another number."""
    ERROR = "error"
    """#N/A, #REF! and their kin."""
    FORMULA = "formula"
    """A formula whose result is not in the file. Nothing is ever calculated here."""


class Told(str):
    """A cell's text that remembers what the spreadsheet said it was; a plain str otherwise."""

    __slots__ = ("kind",)
    kind: Kind

    def __new__(cls, text: str, kind: Kind) -> Self:
        made = super().__new__(cls, text)
        made.kind = kind
        return made


def kind_of(text: str) -> Kind:
    """What the cell was; TEXT for whatever a text file held."""
    return text.kind if isinstance(text, Told) else Kind.TEXT


@dataclass(frozen=True, slots=True)
class Row:
    """One row that is not empty. ``number`` is the one beside it in a spreadsheet (the headings are often 1).

    ``cells``: heading → text, stripped of spaces around it, "" where nothing stands. ``beyond``: cells with text to the
    right of the last heading.
    """

    number: int
    cells: dict[str, str]
    beyond: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """Headings in the file's order, each once, and the rows below. ``first`` is the headings' own row."""

    headings: tuple[str, ...]
    rows: list[Row]
    first: int = 1


type Record = tuple[int, Sequence[str]]
"""A row's number and its texts."""


def heading_key(heading: str) -> str:
    """What makes two headings the same: not their case nor their spaces."""
    return " ".join(heading.split()).casefold()


def made_of(records: Iterable[Record], *, most_rows: int, most_columns: int) -> Table:
    """The table: its first row that is not empty has the headings. Raises BadTable."""
    at = 0
    headings: tuple[str, ...] = ()
    rows: list[Row] = []
    for number, cells in records:
        texts = [_stripped(one) for one in cells]
        while texts and not texts[-1]:
            texts.pop()
        if not texts:
            continue
        if not headings:
            at, headings = number, _headings(texts, most_columns)
            continue
        if len(rows) >= most_rows:
            raise BadTable(f"Filen har fler än {_grouped(most_rows)} rader. Dela den i flera filer.")
        rows.append(_row(number, headings, texts))
    if not headings:
        raise BadTable("Filen är tom. Första raden ska ha kolumnernas rubriker.")
    return _without_nameless(Table(headings, rows, at))


def _row(number: int, headings: Sequence[str], texts: Sequence[str]) -> Row:
    padded = (*texts, *[""] * (len(headings) - len(texts)))
    return Row(
        number,
        dict(zip(headings, padded[: len(headings)], strict=True)),
        sum(1 for one in texts[len(headings) :] if one),
    )


def _headings(texts: Sequence[str], most: int) -> tuple[str, ...]:
    if len(texts) > most:
        raise BadTable(f"Filen har {len(texts)} kolumner. Högst {most} kan läsas.")
    found = [" ".join(one.split()) or f"\0{place}" for place, one in enumerate(texts, start=1)]
    seen: set[str] = set()
    twice = [one for one in found if (key := heading_key(one)) in seen or seen.add(key)]  # type: ignore[func-returns-value]
    if twice:
        names = ", ".join(dict.fromkeys(twice))
        raise BadTable(f"Rubriken {names} finns mer än en gång. Ta bort eller byt namn på den ena kolumnen.")
    return tuple(found)


def _without_nameless(table: Table) -> Table:
    """A column without a heading may stand there empty; with anything in it, nobody knows what it means."""
    for heading in [one for one in table.headings if one.startswith("\0")]:
        place = int(heading[1:])
        for row in table.rows:
            if row.cells.pop(heading):
                raise BadTable(
                    f"Kolumn {letters(place)} saknar rubrik men har text på rad {row.number}. Ge den en rubrik."
                )
    return Table(tuple(one for one in table.headings if not one.startswith("\0")), table.rows, table.first)


def letters(place: int) -> str:
    """A spreadsheet's name of its nth column: 1 → A, 27 → AA."""
    name = ""
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(65 + rest) + name
    return name


def _stripped(text: str) -> str:
    bare = text.strip(" \t\r\n\u00a0\ufeff")
    return Told(bare, text.kind) if isinstance(text, Told) else bare


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", "\u00a0")
