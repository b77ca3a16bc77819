"""Large files of transmitters, in the worker: as tenants.imports.working does for the municipalities' registers."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import msgspec
import structlog
from django.db import transaction
from django.db.models import F

from alarms.registry import importing
from alarms.registry.errors import RegisterChanged
from alarms.registry.models import Import, Note, State
from central import large_files
from central.accounts.capabilities import rights_of
from central.accounts.models import User
from central.large_files import INTERRUPTED, MOST_ATTEMPTS, Refused, alone, mistakes, packed, unpacked
from central.municipalities.directory import centre
from central.sealing import seal
from central.tabular import BadTable

LARGE = large_files.LARGE
WAITING = (State.RECEIVED, State.CONFIRMED)
TASK = "registry.imports"
log = structlog.get_logger(__name__)


def receive(*, content: bytes, file_name: str, by: User, now: datetime) -> Import:
    """Keep a file for the worker, sealed, and ring."""
    made = Import.objects.create(
        by_id=by.pk,
        state=State.RECEIVED,
        in_worker=True,
        file_sealed=seal(importing.PURPOSE, packed(content, file_name)),
        total=0,
        expires_at=now + importing.KEPT,
    )
    transaction.on_commit(ring)
    return made


def agree(*, import_id: UUID, by: User, now: datetime) -> None:
    """The worker shall write it. Done, or agreed to already: as it is. Raises Expired."""
    found = importing.progress_of(import_id=import_id, by=by, now=now)
    Import.objects.filter(pk=found.pk, state=State.PREVIEWED).update(
        state=State.CONFIRMED, note="", attempts=0, done=0, expires_at=now + importing.KEPT
    )
    transaction.on_commit(ring)


def refused(found: Import) -> Refused:
    """Why. Raises Expired."""
    return msgspec.json.decode(importing.unsealed(found.told_sealed), type=Refused)


def ring() -> None:
    """Ask a worker; never waits for the broker, and never fails."""
    large_files.ring(TASK)


def ring_waiting(now: datetime) -> int:
    """Ring while any waits; how many. For the clock."""
    waiting = Import.objects.filter(state__in=WAITING, expires_at__gt=now).count()
    if waiting:
        ring()
    return waiting


def drain(now: datetime) -> int:
    """Read and write what waits, one at a time; how many. Nothing while another large file is worked on."""
    with alone() as mine:
        if not mine:
            return 0
        waiting = Import.objects.filter(state__in=WAITING, expires_at__gt=now).order_by("created_at")
        ids = list(waiting.values_list("pk", flat=True))
        for import_id in ids:
            _work(import_id, now)
        return len(ids)


def _work(import_id: UUID, now: datetime) -> None:
    Import.objects.filter(pk=import_id).update(attempts=F("attempts") + 1)  # stands, whatever becomes of it
    found = Import.objects.filter(pk=import_id, state__in=WAITING).first()
    if found is None:
        return
    try:
        by = User.objects.get(pk=found.by_id)
        functions = rights_of(by).visible_functions(centre().id)
        if found.attempts > MOST_ATTEMPTS:
            _give_up(found)
        elif found.state == State.RECEIVED:
            with transaction.atomic():
                _read(found, functions)
        else:
            _write(found, functions, by, now)
    except Exception as failure:  # it waits for its next attempt; what it says may be secret
        log.error("imports.failed", run=str(found.pk), error=type(failure).__name__)


def _read(found: Import, functions: Collection[str]) -> None:
    content, name = unpacked(importing.unsealed(found.file_sealed))
    try:
        checked, wanted = importing.read(content, name, functions)
    except BadTable as bad:
        _refuse(found, Refused(wrong=bad.message))
        return
    if wanted is None:
        _refuse(found, mistakes(checked))
        return
    importing.keep(found, wanted)
    found.told_sealed = _sealed(importing.compared(found, functions))
    _save(found, State.PREVIEWED)


def _write(found: Import, functions: Collection[str], by: User, now: datetime) -> None:
    try:
        importing.confirm(import_id=found.pk, functions=functions, by=by, now=now)
    except RegisterChanged:
        found.told_sealed = _sealed(importing.compared(found, functions))
        _save(found, State.PREVIEWED, Note.CHANGED)


def _give_up(found: Import) -> None:
    if found.state == State.RECEIVED:
        _refuse(found, Refused(wrong=INTERRUPTED))
    else:
        _save(found, State.PREVIEWED, Note.INTERRUPTED)


def _refuse(found: Import, why: Refused) -> None:
    found.told_sealed = _sealed(why)
    _save(found, State.REFUSED)


def _save(found: Import, state: str, note: str = "") -> None:
    """The file's bytes go; thrown away meanwhile, it stays so."""
    was, found.state, found.note, found.file_sealed, found.attempts = found.state, state, note, "", 0
    names = (
        "state", "note", "file_sealed", "attempts", "rows_sealed", "told_sealed", "seen_digest", "total", "added",
        "changed", "unchanged",
    )  # fmt: skip
    Import.objects.filter(pk=found.pk, state=was).update(**{name: getattr(found, name) for name in names})


def _sealed(told: object) -> str:
    return seal(importing.PURPOSE, msgspec.json.encode(told).decode())
