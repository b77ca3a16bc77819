"""Each cell read by its column, every mistake told by row and column."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from central.tabular.table import Kind, Row, Table, heading_key, kind_of

MOST_ERRORS = 200
SHOWN_LENGTH = 40
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class BadCell(ValueError):
    """A cell that its column cannot read; the message is for whoever mends the file, in Swedish."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Column:
    """One column that may be read.

    ``parse`` is given the cell's text, never an empty one, and raises BadCell (or another error with ``message``); an
    empty cell becomes ``default``. ``max_length`` is the text's, 0 for any. ``help`` and ``example`` stand in the example
    file. ``exact``: the text is a sign (account, telephone number, code), so a spreadsheet's number is refused: its zeros
    may be gone. ``secret``: its text is never shown again. ``show`` makes a value text for the preview.
    """

    name: str
    heading: str
    required: bool = False
    parse: Callable[[str], Any] = str
    max_length: int = 0
    help: str = ""
    example: str = ""
    exact: bool = False
    secret: bool = False
    default: Any = ""
    show: Callable[[Any], str] = lambda value: "" if value is None else str(value)


@dataclass(frozen=True, slots=True)
class CellError:
    """``row`` is the spreadsheet's own number; ``column`` a heading, or "" for the whole row."""

    row: int
    column: str
    message: str
    value: str = ""


@dataclass(slots=True)
class Checked:
    """What was read: ``values[n]`` is the nth row's ``{column.name: value}``, and ``numbers[n]`` where it stands.

    All columns are there, those that the file lacks with their default; ``present`` names those that it has: the others
    say nothing, and should change nothing. A row with a mistake is not among the values. ``errors`` holds the first 200,
    ``more`` counts the rest.
    """

    values: list[dict[str, Any]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)
    more: int = 0
    present: frozenset[str] = frozenset()

    def refuse(self, row: int, column: str, message: str, value: str = "") -> None:
        """One mistake more, found by the caller."""
        if len(self.errors) >= MOST_ERRORS:
            self.more += 1
            return
        self.errors.append(CellError(row, column, message, _shown(value)))

    @property
    def count(self) -> int:
        """How many mistakes there are."""
        return len(self.errors) + self.more

    def refuse_twice(self, key: Callable[[dict[str, Any]], Hashable], column: str, message: str) -> None:
        """Refuse each row whose key an earlier one has; ``message`` may say {first}, that one's number."""
        seen: dict[Hashable, int] = {}
        for number, value in zip(self.numbers, self.values, strict=True):
            first = seen.setdefault(key(value), number)
            if first != number:
                self.refuse(number, column, message.format(first=first))


def check(table: Table, columns: Sequence[Column], *, most_rows: int | None = None) -> Checked:
    """Read every row by its columns. Headings are told apart without case; the order is the file's own affair."""
    by_key = {heading_key(one.heading): one for one in columns}
    found = {heading: by_key.get(heading_key(heading)) for heading in table.headings}
    checked = Checked(present=frozenset(one.name for one in found.values() if one))
    for heading in (one for one, column in found.items() if column is None):
        checked.refuse(table.first, heading, _unknown(heading, columns))
    for column in columns:
        if column.required and column.name not in checked.present:
            checked.refuse(table.first, column.heading, "Kolumnen saknas. Den måste finnas.")
    if checked.errors:
        return checked  # a column that nobody knows may be one that is missing: its rows would all be wrong
    if not table.rows:
        checked.refuse(table.first, "", "Filen har rubriker men inga rader.")
    defaults = {one.name: one.default for one in columns}
    read = [(heading, column) for heading, column in found.items() if column]
    for row in table.rows:
        _read(row, read, defaults, checked)
    return checked


def _read(
    row: Row, columns: Iterable[tuple[str, Column]], defaults: dict[str, Any], checked: Checked
) -> None:
    before = checked.count
    values = dict(defaults)
    if row.beyond:
        checked.refuse(
            row.number,
            "",
            "Raden har fler celler än det finns rubriker. Ett ; inne i en text ska stå inom citattecken.",
        )
    for heading, column in columns:
        text = row.cells[heading]
        try:
            values[column.name] = _value(text, column)
        except ValueError as error:
            message = getattr(error, "message", "Det går inte att läsa.")
            checked.refuse(row.number, heading, message, "" if column.secret else text)
    if checked.count == before:
        checked.values.append(values)
        checked.numbers.append(row.number)


def _value(text: str, column: Column) -> Any:
    kind = kind_of(text)
    if kind == Kind.ERROR:
        raise BadCell("Cellen har ett fel i Excel. Rätta den där.")
    if kind == Kind.FORMULA:
        raise BadCell(
            "Cellen har en formel utan resultat. Öppna filen i Excel och spara den, eller skriv värdet."
        )
    if not text:
        if column.required:
            raise BadCell("Cellen är tom. Den måste fyllas i.")
        return column.default
    if kind == Kind.NUMBER and column.exact:
        raise BadCell(
            "Excel har sparat cellen som ett tal. Inledande nollor kan ha försvunnit. "
            "Gör kolumnen till Text, kontrollera värdet och skriv det igen."
        )
    if column.max_length and len(text) > column.max_length:
        raise BadCell(f"Texten är {len(text)} tecken. Högst {column.max_length} får plats.")
    if _CONTROL.search(text):
        raise BadCell("Texten har tecken som inte syns. Skriv den igen.")
    return column.parse(str(text))


def _unknown(heading: str, columns: Sequence[Column]) -> str:
    names = {heading_key(one.heading): one.heading for one in columns}
    near = difflib.get_close_matches(heading_key(heading), names, n=1, cutoff=0.7)
    if near:
        return f"Rubriken känns inte igen. Menar du {names[near[0]]}?"
    return f"Rubriken känns inte igen. De som kan läsas är {', '.join(names.values())}."


def _shown(value: str) -> str:
    text = _CONTROL.sub("·", str(value))
    return text if len(text) <= SHOWN_LENGTH else text[: SHOWN_LENGTH - 1] + "…"
