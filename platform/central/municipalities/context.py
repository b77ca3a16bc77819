"""Which municipality's schema the running code works in: the only door to django-tenants.

The municipality lives in a ContextVar, so it follows asyncio tasks and thread hops; the database backend
(:mod:`central.municipalities.backend`) reads it before every cursor. Tenant models touched while no
municipality is set raise :class:`NoMunicipality` instead of silently reading somebody's rows.
"""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from asgiref.sync import SyncToAsync
from django.db import close_old_connections

PUBLIC = "public"


class NoMunicipality(RuntimeError):
    """A tenant model was touched, or current() asked for, with no municipality set."""


class HasSchema(Protocol):
    """What the backend needs of a tenant."""

    @property
    def schema_name(self) -> str: ...


@dataclass(frozen=True, slots=True)
class MunicipalityRef:
    """A municipality as the process remembers it: enough to choose a schema and to name it to people."""

    id: int
    slug: str
    schema_name: str
    name: str
    short_code: str
    kind: str
    hotline_name: str = ""
    state: str = "active"

    @property
    def is_centre(self) -> bool:
        return self.kind == "centre"


_current: contextvars.ContextVar[HasSchema | None] = contextvars.ContextVar("municipality", default=None)


def active() -> HasSchema | None:
    """What is set now, whatever it is; for the backend and the router."""
    return _current.get()


def assign(tenant: HasSchema | None) -> None:
    """Set without a token; only for django-tenants' own commands, which never nest."""
    _current.set(tenant)


def active_schema() -> str:
    """The schema of the running code, ``public`` when no municipality is set."""
    tenant = _current.get()
    return PUBLIC if tenant is None else tenant.schema_name


def current() -> MunicipalityRef:
    """The municipality the running code works in; raises NoMunicipality when there is none."""
    tenant = _current.get()
    if isinstance(tenant, MunicipalityRef):
        return tenant
    raise NoMunicipality("Ingen kommun är vald här: använd in_municipality(kommun).")


def _ref(municipality: Any) -> MunicipalityRef:
    ref = municipality if isinstance(municipality, MunicipalityRef) else municipality.ref()
    if ref.schema_name == PUBLIC:
        raise NoMunicipality("public är ingen kommun: använd in_public().")
    return ref


@contextmanager
def in_municipality(municipality: Any) -> Iterator[MunicipalityRef]:
    """Work in a municipality's schema (a Municipality or its ref) until the block ends, also by exception."""
    ref = _ref(municipality)
    token = _current.set(ref)
    try:
        yield ref
    finally:
        _current.reset(token)


@contextmanager
def in_public() -> Iterator[None]:
    """Work in the shared schema only, said explicitly."""
    token = _current.set(None)
    try:
        yield
    finally:
        _current.reset(token)


async def run_in[R](municipality: Any, fn: Callable[..., R], *args: Any, **kwargs: Any) -> R:
    """Run a blocking function in a thread with the municipality set inside the hop."""
    ref = _ref(municipality)

    def work() -> R:
        with in_municipality(ref):
            return fn(*args, **kwargs)

    return await _hop(work)


async def run_public[R](fn: Callable[..., R], *args: Any, **kwargs: Any) -> R:
    """Run a blocking function in a thread in the shared schema."""

    def work() -> R:
        with in_public():
            return fn(*args, **kwargs)

    return await _hop(work)


async def _hop[R](work: Callable[[], R]) -> R:
    def close_after() -> R:
        close_old_connections()
        try:
            return work()
        finally:
            close_old_connections()

    result: R = await SyncToAsync(close_after, thread_sensitive=False)()
    return result
