"""What should have happened and did not: the auditor's questions, asked apart from the clock that should have done it."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from django.db.models import Q

from alarms import healing
from alarms.callouts import safety
from alarms.callouts.models import Run, RunState
from alarms.escalation import backups, supervision, ways
from alarms.escalation.chores import Chore
from alarms.escalation.full import disk_is_full
from alarms.escalation.rules import LATE_AFTER, SILENT_AFTER
from alarms.escalation.telling import is_silent, tell
from alarms.handover import services as handovers
from alarms.stepping import deadlines
from alarms.workqueue import timing
from alarms.workqueue.following import follows
from alarms.workqueue.models import Notice, Presence, State, WorkItem
from alarms.workqueue.reconciliation import reconcile
from central.carriers import endings
from central.carriers.models import Leg

log = structlog.get_logger(__name__)
CARRIER_WINDOW = timedelta(minutes=10)
FAILS_IN_A_ROW = 3
BACKUP_AGAIN_AFTER = timedelta(hours=1)
"""Mending a backup takes longer than starting a clock, and the night goes on meanwhile."""


def clock_is_silent(now: datetime) -> bool:
    """No sign of life from the clock for 10 s."""
    return is_silent("clock", now, never_is=True)


def watch_clock(now: datetime) -> int:
    """The clock must beat."""
    return tell(Notice.Kind.CLOCK, clock_is_silent(now), now)


def watch_receivers(now: datetime) -> int:
    """Somebody must listen to the panels."""
    return tell(Notice.Kind.RECEIVERS, supervision.receivers_are_silent(now), now)


def watch_ways(now: datetime) -> int:
    """What we send ourselves must come in by every way."""
    silent = ways.silent(now)
    return sum(tell(kind, way in silent, now) for way, kind in ways.NOTICES.items())


def overdue(now: datetime) -> int:
    """How many rows stand more than 30 s past their time, whatever the reason."""
    late = now - LATE_AFTER
    return (
        timing.parked_due(late).count()
        + timing.unanswered_due(late).count()
        + healing.unopened(now, LATE_AFTER)
        + Run.objects.filter(state=RunState.RUNNING, due_at__lte=late).count()
        + Leg.objects.filter(state="queued", next_attempt_at__lt=late).count()
        + endings.overdue(late)
        + deadlines.due(late).count()
        + safety.due(late).count()
    )


def watch_due(now: datetime) -> int:
    """Nothing due may be left lying."""
    return tell(Notice.Kind.OVERDUE, overdue(now) > 0, now)


def carrier_fails(now: datetime) -> bool:
    """The last messages all failed or are uncertain: the carrier, not one number, is the trouble."""
    recent = Leg.objects.filter(direction="out", created_at__gt=now - CARRIER_WINDOW)
    states = list(
        recent.exclude(state__in=["queued", "sending"])
        .order_by("-created_at")[:FAILS_IN_A_ROW]
        .values_list("state", flat=True)
    )
    return len(states) == FAILS_IN_A_ROW and all(state in ("failed", "uncertain") for state in states)


def watch_carrier(now: datetime) -> int:
    """A carrier that fails is an alarm of its own."""
    return tell(Notice.Kind.CARRIER, carrier_fails(now), now)


def watch_room(now: datetime) -> int:
    """Somebody must hear: alarms wait and no connected console has sound."""
    waiting = WorkItem.objects.filter(~follows(), state=State.UNANSWERED, priority__lte=2).exists()
    heard = Presence.objects.filter(Q(sound=True), seen_at__gt=now - timedelta(seconds=12)).exists()
    return tell(Notice.Kind.SILENT_ROOM, waiting and not heard, now)


def watch_disk(now: datetime) -> int:
    """A full disk is said in the log, and by /readyz and /metrics; a row for the leader might not find room."""
    full = disk_is_full()
    if full:
        log.critical("database.disk_full")
    return int(full)


def watch_backup(now: datetime) -> int:
    """Backups that stopped are missed by nobody until the day one is needed."""
    return tell(Notice.Kind.BACKUP, backups.is_late(now), now, BACKUP_AGAIN_AFTER)


def watch_handover(now: datetime) -> int:
    """A handover that has been begun is signed by both."""
    return tell(Notice.Kind.HANDOVER, handovers.late(now), now)


def watch_letters(now: datetime) -> int:
    """Every envelope has its letter."""
    return reconcile(now).total


CHECKS: tuple[Chore, ...] = (
    # at a cold start the others wake while we already look: they get the time that a silent one is given
    Chore("clock", timedelta(seconds=2), watch_clock, first_after=SILENT_AFTER),
    Chore("receivers", timedelta(seconds=2), watch_receivers, first_after=SILENT_AFTER),
    Chore("ways", timedelta(seconds=5), watch_ways, first_after=ways.patience()),
    Chore("due", timedelta(seconds=5), watch_due),
    Chore("carrier", timedelta(seconds=10), watch_carrier),
    Chore("room", timedelta(seconds=5), watch_room),
    Chore("disk", timedelta(seconds=5), watch_disk),
    Chore("backup", timedelta(minutes=1), watch_backup),
    Chore("handover", timedelta(seconds=15), watch_handover),
    Chore("letters", timedelta(minutes=2), watch_letters),
)
