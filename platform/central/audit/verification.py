"""Find what was changed, removed or inserted after sealing."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from central.audit import rules
from central.audit.models import AuditEntry, ChainHead

STEP = 5000


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of one walk. `broken_at` is a place in the chain; `entry_id` the row found there."""

    sealed: int
    unsealed: int
    problem: str = ""
    broken_at: int | None = None
    entry_id: UUID | None = None

    @property
    def intact(self) -> bool:
        """Whether every sealed entry is as it was when it was sealed."""
        return not self.problem


def check(progress: Callable[[int, int], object]) -> Report:
    """Walk the chain from its start inside one snapshot, so that sealing meanwhile doesn't disturb it."""
    with transaction.atomic():
        if not connection.savepoint_ids:  # the outermost block: no statement has run in it yet
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        return _walk(progress)


def _walk(progress: Callable[[int, int], object]) -> Report:
    sealed = AuditEntry.objects.filter(sequence__isnull=False)
    total = sealed.count()
    unsealed = AuditEntry.objects.filter(sequence__isnull=True).count()
    expected, previous = 0, rules.START
    rows = sealed.order_by("sequence").iterator(chunk_size=STEP)
    for entry in rows:
        expected += 1
        problem = _problem(entry, expected, previous)
        if problem:
            return Report(total, unsealed, problem, expected, entry.id)
        previous = str(entry.hash)
        if expected % STEP == 0:
            progress(expected, total)
    problem = _head_problem(expected, previous)
    progress(total, total)
    return Report(total, unsealed, problem, expected + 1 if problem else None)


def _problem(entry: AuditEntry, expected: int, previous: str) -> str:
    if entry.sequence != expected:
        return "removed"
    if entry.previous_hash != previous:
        return "out of the chain"
    if entry.hash != rules.link(entry, expected, previous):
        return "changed"
    return ""


def _head_problem(sequence: int, last: str) -> str:
    head = ChainHead.objects.first()
    if head is None:
        return "the head is missing" if sequence else ""
    if not hmac.compare_digest(
        head.signature, rules.sign_head(head.sequence, head.hash, settings.SECRET_KEY)
    ):
        return "the head is not signed by this installation"
    if head.sequence > sequence:
        return "removed at the end"
    if (head.sequence, head.hash) != (sequence, last):
        return "inserted at the end"
    return ""
