"""Everything the clock does, each chore by itself: one that fails stops none of the others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from alarms import healing
from alarms.callouts import queries as callout_queries
from alarms.callouts import runs, safety
from alarms.callouts import services as callouts
from alarms.decisions import services as decisions
from alarms.escalation import returning, rules, supervision, testing, ways
from alarms.escalation.reserve_pages import ReservePages
from alarms.escalation.telling import is_silent, tell
from alarms.registry import importing
from alarms.registry import working as large_transmitter_files
from alarms.stepping import deadlines
from alarms.workqueue import timing
from alarms.workqueue.models import Notice
from alarms.workqueue.once import forget_old_keys
from central.accounts import throttling
from central.audit.services import seal
from central.carriers import doorbell, gateway
from central.events import queries as events
from central.priorities import LIFE_CRITICAL
from tenants.contents import services as pictures
from tenants.imports import services as register_files
from tenants.imports import working as large_files
from tenants.oncall import rereading
from tenants.reachability import working as reachability
from tenants.residents import services as residents
from tenants.sites import services as sites

EVENTS_KEPT = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Chore:
    """``work(now)`` returns how much it did; it runs every so often, and first when its process has been awake for
    ``first_after``.
    """

    name: str
    every: timedelta
    work: Callable[[datetime], int]
    first_after: timedelta = timedelta()


def untouched(now: datetime) -> int:
    """What is done about a case that its holder has not touched.

    Life-critical: a prompt at half the limit, back to the queue at the limit. Others: a prompt at the limit, the shift
    leader at one and a half.
    """
    done = 0
    for priority, minutes in settings.UNTOUCHED_MINUTES.items():
        limit = timedelta(minutes=minutes)
        if priority == LIFE_CRITICAL:
            done += timing.return_untouched(timing.held(priority, now - limit), now)
            done += timing.prompt_untouched(timing.held(priority, now - limit / 2), now)
        else:
            done += timing.prompt_untouched(timing.held(priority, now - limit), now)
            done += timing.tell_leader_of_untouched(timing.held(priority, now - limit * 1.5), now)
    return done


def unanswered_callouts(now: datetime) -> int:
    """Nobody answered in time: the row and the owner are told, so that the next can be asked."""
    return sum(
        callouts.mark_no_answer(callout_id=one, now=now) for one in callout_queries.due_unanswered(now)
    )


def ring_workers(now: datetime) -> int:
    """Ring once when messages are due; the workers poll as well."""
    due = gateway.waiting()
    if due:
        doorbell.ring()
    return due


def forget_old_events(now: datetime) -> int:
    """Events older than two days; the newest always stays, so numbers never start over."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM public.events_eventrecord WHERE at < %s AND id < %s",
            [now - EVENTS_KEPT, events.last_id()],
        )
        return int(cursor.rowcount)


def forget_old_sessions(now: datetime) -> int:
    """Browser sessions past their end."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM public.django_session WHERE expire_date < %s", [now])
        return int(cursor.rowcount)


def erase_ended(now: datetime) -> int:
    """Residents and sites that ended so long ago that nothing needs them."""
    return residents.erase_ended(now) + sites.erase_ended(now)


def forget_files(now: datetime) -> int:
    """Register files that nobody confirmed within the hour: the transmitters', and the municipalities'."""
    return importing.forget_old(now) + register_files.forget_old(now)


def watch_auditor(now: datetime) -> int:
    """Who watches over everything else must beat too; where none has ever run, none is missed."""
    return tell(Notice.Kind.AUDITOR, is_silent("auditor", now, never_is=False), now)


SECOND = timedelta(seconds=1)
CHORES: tuple[Chore, ...] = (
    Chore("wake", SECOND, timing.wake),
    Chore("deadlines", SECOND, lambda now: timing.raise_overdue(now, rules.raised)),
    Chore("untouched", 2 * SECOND, untouched),
    Chore("absent", 2 * SECOND, lambda now: timing.offer_of_absent(now, rules.ABSENT_AFTER)),
    Chore("unopened", 2 * SECOND, healing.open_stored),
    Chore("auditor", 2 * SECOND, watch_auditor, first_after=rules.SILENT_AFTER),
    Chore("silences", 5 * SECOND, supervision.notice_silences),
    Chore("returning", 2 * SECOND, returning.return_from_service),
    Chore("tests", 10 * SECOND, testing.notice_missing),
    Chore("callouts", SECOND, unanswered_callouts),
    Chore("safety", SECOND, safety.advance),
    Chore("decisions", SECOND, decisions.default_due),
    Chore("deferred", 5 * SECOND, decisions.bring_back),
    Chore("steps", SECOND, lambda now: deadlines.advance(now, rules.raised)),
    Chore("runs", SECOND, lambda now: runs.advance(now, seconds=1.0)),
    Chore("legs", 2 * SECOND, ring_workers),
    Chore("reachability", timedelta(seconds=20), reachability.ring),
    Chore("calendars", timedelta(minutes=1), rereading.ring_due),
    Chore("imports", 5 * SECOND, large_files.ring_waiting),
    Chore("transmitter_imports", 5 * SECOND, large_transmitter_files.ring_waiting),
    Chore("seal", SECOND, seal),
    Chore("public_pages", SECOND, ReservePages().work),
    Chore("old_events", timedelta(minutes=10), forget_old_events),
    Chore("old_imports", timedelta(minutes=1), forget_files),
    Chore("old_keys", timedelta(hours=1), forget_old_keys),
    Chore("old_sessions", timedelta(hours=1), forget_old_sessions),
    Chore("old_registers", timedelta(hours=1), erase_ended),
    Chore("old_pictures", timedelta(hours=1), pictures.erase_old_pictures),
    Chore("old_own_checks", timedelta(hours=1), ways.forget_old),
    Chore("old_throttles", timedelta(hours=1), throttling.forget_old),
)
