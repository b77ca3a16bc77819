"""A difference as a page shows it: counts that are true, and the first rows of each sort in words.

Templates for either layer: ``{% include "tabular/_errors.html" %}`` with ``checked`` and
``{% include "tabular/_differences.html" %}`` with ``preview``; their style is ``{% static "tabular/tabular.css" %}``.
They use the colours --muted, --hair and --row of the page they stand on. Secret columns say only that they are new.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from central.tabular.checking import Column
from central.tabular.comparing import Change, Difference, Value

MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Shift:
    """One value that becomes another; both "" for a secret one, whose ``heading`` says all that is told."""

    heading: str
    before: str
    after: str
    secret: bool


@dataclass(frozen=True, slots=True)
class Changed:
    """Which row, and what of it."""

    name: str
    shifts: tuple[Shift, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """The first hundred of each sort; the counts are of all. ``removed_text``: what happens to those not in the file."""

    headings: tuple[str, ...]
    added: tuple[tuple[str, ...], ...]
    added_count: int
    changed: tuple[Changed, ...]
    changed_count: int
    unchanged_count: int
    removed: tuple[str, ...]
    removed_count: int
    removed_text: str

    @property
    def nothing(self) -> bool:
        """Whether there is nothing to confirm."""
        return not self.added_count and not self.changed_count

    @property
    def added_left(self) -> int:
        """New rows that are not shown."""
        return self.added_count - len(self.added)

    @property
    def changed_left(self) -> int:
        """Changed rows that are not shown."""
        return self.changed_count - len(self.changed)

    @property
    def removed_left(self) -> int:
        """Rows missing in the file that are not shown."""
        return self.removed_count - len(self.removed)


def preview(
    found: Difference,
    columns: Sequence[Column],
    *,
    name: Callable[[Value], str],
    removed_text: str = "De står kvar som de är.",
) -> Preview:
    """``name(value)`` says which row it is, in a few words. Columns are shown in their own order."""
    by_name = {one.name: one for one in columns}
    return Preview(
        headings=tuple(one.heading for one in columns),
        added=tuple(tuple(_text(one, value) for one in columns) for value in found.added[:MOST_SHOWN]),
        added_count=len(found.added),
        changed=tuple(Changed(name(one.before), _shifts(one, by_name)) for one in found.changed[:MOST_SHOWN]),
        changed_count=len(found.changed),
        unchanged_count=len(found.unchanged),
        removed=tuple(name(one) for one in found.removed[:MOST_SHOWN]),
        removed_count=len(found.removed),
        removed_text=removed_text,
    )


def _shifts(one: Change, columns: dict[str, Column]) -> tuple[Shift, ...]:
    return tuple(
        Shift(
            heading=columns[field].heading,
            before="" if columns[field].secret else columns[field].show(one.before.get(field)),
            after="" if columns[field].secret else columns[field].show(one.after[field]),
            secret=columns[field].secret,
        )
        for field in one.fields
        if field in columns
    )


def _text(column: Column, value: Value) -> str:
    said = value.get(column.name)
    if column.secret:
        return "ny" if said else ""
    return column.show(said)
