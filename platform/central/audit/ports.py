"""Where the details of entries are kept. The owner's schema lies above this layer and registers itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID


class Details(NamedTuple):
    """The content behind one entry: personal, erasable, kept in the owner's schema under the entry's id."""

    audit_id: UUID
    municipality_id: int | None
    details: dict[str, Any]
    salt: str


type Store = Callable[[UUID, int | None, dict[str, Any], str], object]
"""`store(audit_id, municipality_id, details, salt)` in the caller's transaction; None means the centre."""

type StoreMany = Callable[[Sequence[Details]], object]


class NoDetailStore(Exception):
    """Details were given before any store was registered."""


@dataclass(slots=True)
class _Registered:
    store: Store | None = None
    store_many: StoreMany | None = None


_registered = _Registered()


def register_details(store: Store, store_many: StoreMany | None = None) -> None:
    """Register the store of details; `store_many` is used for batches where it is given."""
    _registered.store = store
    _registered.store_many = store_many


def keep(rows: Sequence[Details]) -> None:
    """Store the details of these entries. Raises NoDetailStore."""
    if not rows:
        return
    if _registered.store is None:
        raise NoDetailStore("central.audit.ports.register_details has not been called")
    if _registered.store_many is not None and len(rows) > 1:
        _registered.store_many(rows)
        return
    for row in rows:
        _registered.store(*row)
