"""What a list of rows would change in a register, told before anything is changed."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

type Value = Mapping[str, Any]
type Key = Callable[[Value], Hashable] | str


@dataclass(frozen=True, slots=True)
class Change:
    """One that stands in the register and will be another; ``fields`` names what differs, in the wanted row's order."""

    key: Hashable
    before: Value
    after: Value
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """Each row once. ``removed`` stand in the register but not in the file; whether they go is for the caller."""

    added: list[Value] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    unchanged: list[Value] = field(default_factory=list)
    removed: list[Value] = field(default_factory=list)

    @property
    def nothing(self) -> bool:
        """Whether the file would change nothing: no new row, no other value."""
        return not self.added and not self.changed


def differences(
    existing: Iterable[Value],
    wanted: Iterable[Value],
    key: Key,
    *,
    fields: Iterable[str] | None = None,
) -> Difference:
    """Compare rows by ``key`` (a field's name, or what makes one of a row). Keys stand once on each side.

    ``fields`` are compared (those that the file has: :attr:`~central.tabular.Checked.present`), by default all that the
    wanted row holds. What the register has besides is left alone, and stands in ``after`` too.
    """
    keyed: Callable[[Value], Hashable] = key if callable(key) else (lambda value: value[key])
    standing = {keyed(one): one for one in existing}
    compared = tuple(fields) if fields is not None else None
    found = Difference()
    for value in wanted:
        before = standing.pop(keyed(value), None)
        if before is None:
            found.added.append(value)
            continue
        names = [one for one in value if compared is None or one in compared]
        differs = tuple(one for one in names if before.get(one) != value[one])
        if differs:
            after = {**before, **{one: value[one] for one in names}}
            found.changed.append(Change(keyed(value), before, after, differs))
        else:
            found.unchanged.append(before)
    found.removed.extend(standing.values())
    return found
