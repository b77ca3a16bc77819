"""Large files, in the worker: received as a sealed row, read there, and written there when they are confirmed.

What they have in common with the transmitters' files, and what is promised of them, is in central.large_files.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import msgspec
import structlog
from django.db import transaction
from django.db.models import F

from central import large_files
from central.accounts.models import User
from central.large_files import INTERRUPTED, MOST_ATTEMPTS, Refused, alone, mistakes, packed, unpacked
from central.municipalities.context import in_municipality
from central.municipalities.directory import municipalities
from central.sealing import seal
from central.tabular import BadTable
from tenants.imports import services
from tenants.imports.models import ImportRun, Note, State
from tenants.imports.registers import Actor, Register

LARGE = large_files.LARGE
WAITING = (State.RECEIVED, State.CONFIRMED)
TASK = "imports.drain"
log = structlog.get_logger(__name__)


def receive(
    *, register: Register, content: bytes, file_name: str, end_missing: bool, by: Actor, now: datetime
) -> ImportRun:
    """Keep a file for the worker, sealed, and ring."""
    run = ImportRun.objects.create(
        register=register.code,
        by_id=by.pk,
        state=State.RECEIVED,
        in_worker=True,
        file_sealed=seal(services.PURPOSE, packed(content, file_name)),
        end_missing=end_missing,
        total=0,
        created_at=now,
        expires_at=now + services.KEPT,
    )
    transaction.on_commit(ring)
    return run


def agree(*, register: Register, run_id: UUID, by: Actor, now: datetime) -> None:
    """The worker shall write it. Done, or agreed to already: as it is. Raises Expired."""
    run = services.progress_of(register=register, run_id=run_id, by=by, now=now)
    ImportRun.objects.filter(pk=run.pk, state=State.PREVIEWED).update(
        state=State.CONFIRMED, note="", attempts=0, done=0, expires_at=now + services.KEPT
    )
    transaction.on_commit(ring)


def refused(run: ImportRun) -> Refused:
    """Why. Raises Expired."""
    return msgspec.json.decode(services.unsealed(run.told_sealed), type=Refused)


def ring() -> None:
    """Ask a worker; never waits for the broker, and never fails."""
    large_files.ring(TASK)


def ring_waiting(now: datetime) -> int:
    """Ring while any waits; how many. For the clock."""
    waiting = 0
    for municipality in municipalities():
        with in_municipality(municipality):
            waiting += ImportRun.objects.filter(state__in=WAITING, expires_at__gt=now).count()
    if waiting:
        ring()
    return waiting


def drain(registers: Mapping[str, Register], now: datetime) -> int:
    """Read and write what waits, one at a time in the whole installation; how many. Nothing while another does."""
    with alone() as mine:
        if not mine:
            return 0
        worked = 0
        for municipality in municipalities():
            with in_municipality(municipality):
                waiting = ImportRun.objects.filter(state__in=WAITING, expires_at__gt=now)
                for run_id in list(waiting.order_by("created_at").values_list("pk", flat=True)):
                    _work(registers, run_id, now)
                    worked += 1
        return worked


def _work(registers: Mapping[str, Register], run_id: UUID, now: datetime) -> None:
    ImportRun.objects.filter(pk=run_id).update(attempts=F("attempts") + 1)  # stands, whatever becomes of it
    run = ImportRun.objects.filter(pk=run_id, state__in=WAITING).first()
    if run is None:
        return
    register = registers[run.register]
    try:
        if run.attempts > MOST_ATTEMPTS:
            _give_up(run)
        elif run.state == State.RECEIVED:
            with transaction.atomic():
                _read(register, run)
        else:
            _write(register, run, now)
    except Exception as failure:  # it waits for its next attempt; what it says may be personal
        log.error("imports.failed", run=str(run.pk), error=type(failure).__name__)


def _read(register: Register, run: ImportRun) -> None:
    content, name = unpacked(services.unsealed(run.file_sealed))
    try:
        checked, rows = services.read(register, content, name)
    except BadTable as bad:
        _refuse(run, Refused(wrong=bad.message))
        return
    if rows is None:
        _refuse(run, mistakes(checked))
        return
    found = services.compare(register, rows)
    services.keep(run, rows, found)
    run.told_sealed = _sealed(services.told(register, run, found))
    _save(run, State.PREVIEWED)


def _write(register: Register, run: ImportRun, now: datetime) -> None:
    by = User.objects.get(pk=run.by_id)
    try:
        services.confirm(register=register, run_id=run.pk, by=by, now=now)
    except services.RegisterChanged:
        found = services.compare(register, services.kept_rows(run))
        services.count(run, found)
        run.told_sealed = _sealed(services.told(register, run, found))
        _save(run, State.PREVIEWED, Note.CHANGED)


def _give_up(run: ImportRun) -> None:
    if run.state == State.RECEIVED:
        _refuse(run, Refused(wrong=INTERRUPTED))
    else:
        _save(run, State.PREVIEWED, Note.INTERRUPTED)


def _refuse(run: ImportRun, why: Refused) -> None:
    run.told_sealed = _sealed(why)
    _save(run, State.REFUSED)


def _save(run: ImportRun, state: str, note: str = "") -> None:
    """The file's bytes go; thrown away meanwhile, it stays so."""
    was, run.state, run.note, run.file_sealed, run.attempts = run.state, state, note, "", 0
    names = (
        "state", "note", "file_sealed", "attempts", "rows_sealed", "told_sealed", "seen_digest", "total", "added",
        "changed", "unchanged", "ended",
    )  # fmt: skip
    ImportRun.objects.filter(pk=run.pk, state=was).update(**{name: getattr(run, name) for name in names})


def _sealed(told: object) -> str:
    return seal(services.PURPOSE, msgspec.json.encode(told).decode())
