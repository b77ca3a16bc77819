"""Host and id → municipality, remembered by the process: two queries a page are otherwise spent on it.

The memory is 5 s old at most, and forgotten at once in the process that founds or changes a municipality.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, replace

from django.db import DatabaseError

from central.municipalities.context import MunicipalityRef, in_public
from central.municipalities.models import Domain, Municipality

KEPT_SECONDS = 5.0


class UnknownMunicipality(LookupError):
    """No municipality has that id or slug."""


@dataclass(frozen=True, slots=True)
class _Book:
    at: float
    by_id: dict[int, MunicipalityRef]
    by_slug: dict[str, MunicipalityRef]
    by_host: dict[str, MunicipalityRef]
    ordered: list[MunicipalityRef]


_book: _Book | None = None
_lock = threading.Lock()


def forget() -> None:
    """Read the tables again at the next question."""
    global _book
    _book = None


def _current_book() -> _Book:
    """The book, at most 5 s old; the last one known while the database is away."""
    global _book
    book = _book
    if book is not None and time.monotonic() - book.at < KEPT_SECONDS:
        return book
    if not _lock.acquire(blocking=book is None):
        assert book is not None
        return book  # somebody else is reading it right now
    try:
        if _book is not None and time.monotonic() - _book.at < KEPT_SECONDS:
            return _book
        try:
            _book = _read()
        except DatabaseError:
            if book is None:
                raise
            _book = replace(book, at=time.monotonic())
        return _book
    finally:
        _lock.release()


def _read() -> _Book:
    with in_public():
        refs = [municipality.ref() for municipality in Municipality.objects.order_by("sort_key")]
        hosts = dict(Domain.objects.values_list("domain", "tenant_id"))
    by_id = {ref.id: ref for ref in refs}
    return _Book(
        at=time.monotonic(),
        by_id=by_id,
        by_slug={ref.slug: ref for ref in refs},
        by_host={host: by_id[owner] for host, owner in hosts.items() if owner in by_id},
        ordered=refs,
    )


def by_id(municipality_id: int) -> MunicipalityRef:
    """The municipality with that id; raises UnknownMunicipality."""
    try:
        return _current_book().by_id[municipality_id]
    except KeyError:
        forget()
        try:
            return _current_book().by_id[municipality_id]
        except KeyError:
            raise UnknownMunicipality(f"Ingen kommun har id {municipality_id}.") from None


def by_slug(slug: str) -> MunicipalityRef:
    """The municipality with that slug; raises UnknownMunicipality."""
    try:
        return _current_book().by_slug[slug]
    except KeyError:
        raise UnknownMunicipality(f"Ingen kommun heter {slug!r}.") from None


def remembered(host: str) -> MunicipalityRef | None:
    """As :func:`by_host` but from memory only, however old: never waits for the database."""
    return None if _book is None else _book.by_host.get(_plain(host))


def _plain(host: str) -> str:
    return host if host.endswith("]") else host.rsplit(":", 1)[0].lower()


def by_host(host: str) -> MunicipalityRef | None:
    """The municipality served on a host (port and case do not matter), None for an unknown host."""
    return _current_book().by_host.get(_plain(host))


def hosts_of(municipality_id: int) -> list[str]:
    """The hosts a municipality is served on, in alphabetical order; none for an unknown id."""
    return sorted(host for host, ref in _current_book().by_host.items() if ref.id == municipality_id)


def centre() -> MunicipalityRef:
    """The centre itself; raises UnknownMunicipality before it is founded."""
    for ref in _current_book().ordered:
        if ref.is_centre:
            return ref
    raise UnknownMunicipality("Ingen trygghetscentral är grundad: kör central municipality found --centre.")


def municipalities() -> list[MunicipalityRef]:
    """Those the centre serves, in Swedish order, without the centre itself."""
    return [ref for ref in _current_book().ordered if not ref.is_centre]


def everyone() -> list[MunicipalityRef]:
    """All schemas: the municipalities and the centre."""
    return list(_current_book().ordered)
