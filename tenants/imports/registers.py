"""What an import must know of the register that it fills."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Protocol

from central.tabular import Checked, Column, Table

type Row = dict[str, Any]
"""A file's row as JSON can say it: column → value; what the row says nothing of is not there. ``number`` always is."""


class Actor(Protocol):
    """Who does it: an account."""

    @property
    def pk(self) -> int: ...
    @property
    def name(self) -> str: ...


class Register(Protocol):
    """Sites or residents, in the current municipality. A row's key is its ``number``."""

    code: str
    columns: Sequence[Column]
    """Those of a file: the register's own, then account and source."""

    def hidden_rows(self, table: Table) -> Collection[int]:
        """Numbers of the file's rows whose values must not be shown again, not even in a mistake."""

    def look_closer(self, checked: Checked, wanted: list[tuple[int, Row]]) -> None:
        """Refuse what one cell alone doesn't tell; ``wanted`` holds each row with its number in the file."""

    def standing(self, wanted: Sequence[Row], *, lock: bool) -> list[Row]:
        """What the register holds, with ``id``, ``ended`` and ``transmitters`` (ids); sealed fields only where wanted."""

    def masked(self, before: Row | None, after: Row) -> tuple[Row, Row]:
        """Both as a preview may show them; ``before`` is None for a new one."""

    def named(self, row: Row) -> str:
        """Which row it is, in a few words, nothing protected."""

    def insert(self, rows: Sequence[Row], actor: Actor, now: datetime) -> None:
        """Write new ones, audited."""

    def update(self, rows: Sequence[tuple[Row, Collection[str]]], actor: Actor, now: datetime) -> None:
        """Set the named fields of each row (by ``id``), audited."""

    def end(self, ids: Collection[Any], actor: Actor, now: datetime) -> None:
        """End those."""
