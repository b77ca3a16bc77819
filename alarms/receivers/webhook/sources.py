"""The webhook sources that are switched on, as the web process remembers them: 5 s old at most."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

import structlog
from django.db import DatabaseError

from alarms.intake.models import Protocol, Source
from alarms.intake.registering import hook_key
from alarms.receivers.webhook.access import Auth, auth_of
from alarms.receivers.webhook.mapping import Mapping, mapping
from central.municipalities.context import run_public
from central.sealing import Unreadable

log = structlog.get_logger(__name__)
KEPT_SECONDS, WAIT_SECONDS = 5.0, 2.0


@dataclass(frozen=True, slots=True)
class Hook:
    """A source; ``auth`` is None when what is agreed can't be read, and then nobody is let in."""

    id: int
    name: str
    exercise: bool
    rate_per_minute: int
    digest: bytes
    key: str
    auth: Auth | None
    mapping: Mapping


class Hooks:
    """Belongs to one event loop."""

    def __init__(self) -> None:
        self._hooks: dict[str, Hook] | None = None
        self._read_at = 0.0
        self._reading: asyncio.Task[None] | None = None

    async def find(self, address: str) -> Hook | None:
        """The active source with that id, or a slug of its own.

        Those we know hold when the database is slow; raises DatabaseError when there are none.
        """
        if self._hooks is None or time.monotonic() - self._read_at > KEPT_SECONDS:
            if self._reading is None:
                self._reading = asyncio.get_running_loop().create_task(self._read())
            await asyncio.wait({self._reading}, timeout=WAIT_SECONDS)
        if self._hooks is None:
            raise DatabaseError("the sources have not been read yet")
        return self._hooks.get(address)

    async def _read(self) -> None:
        try:
            self._hooks = await run_public(hooks)
            self._read_at = time.monotonic()
        except Exception as error:
            log.warning("webhook.sources_unread", error=type(error).__name__)
        finally:
            self._reading = None


def hooks() -> dict[str, Hook]:
    """Read them all, by what stands in their addresses: the id, and a slug where one is agreed."""
    rows = Source.objects.filter(active=True, protocol=Protocol.WEBHOOK).order_by("-pk")
    read = [(row, hook(row)) for row in rows]
    named = {str(row.conventions["slug"]): one for row, one in read if row.conventions.get("slug")}
    return {**named, **{str(row.pk): one for row, one in read}}


def hook(source: Source) -> Hook:
    """A source as its posts are read."""
    try:
        key = hook_key(source)
    except Unreadable:
        log.error("webhook.key_unreadable", source=source.pk)
        key = ""
    return Hook(
        id=source.pk,
        name=source.name,
        exercise=source.exercise,
        rate_per_minute=source.rate_per_minute,
        digest=bytes(source.key_digest),
        key=key,
        auth=auth_of(source.conventions) if isinstance(source.conventions, dict) else None,
        mapping=mapping(source.conventions),
    )
