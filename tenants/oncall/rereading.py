"""Calendars with an address, read again every half hour: by a worker, from rows, so that no slow server stops the clock.

The clock only rings; a ring that is lost comes again within the minute. A worker takes one calendar at a time by writing
when it was tried, before it asks anybody. One that can't be read keeps its shifts and says why.
"""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import structlog
from celery import current_app
from django.db.models import Q, QuerySet

from central.municipalities.context import in_municipality
from central.municipalities.directory import municipalities
from tenants.oncall import calendar_files, fetching, subscriptions
from tenants.oncall.calendars import BadCalendar
from tenants.oncall.models import Calendar
from tenants.oncall.services import BadEntry

EVERY = timedelta(minutes=30)
LOST_AFTER = timedelta(hours=24)
TASK = "oncall.read_calendars"
log = structlog.get_logger(__name__)
_reading = threading.Lock()


def ring_due(now: datetime) -> int:
    """Ask a worker while any is due; how many are. Throws away files that nobody confirmed. For the clock."""
    due = 0
    for municipality in municipalities():
        with in_municipality(municipality):
            calendar_files.forget_old(now)
            due += _due(now).count()
    if due:
        threading.Thread(target=_ring, name="oncall-ring", daemon=True).start()
    return due


def read_due(now: datetime) -> int:
    """Read all that are due, one after the other; how many. None while another thread of this process does so."""
    if not _reading.acquire(blocking=False):
        return 0
    try:
        read = 0
        for municipality in municipalities():
            with in_municipality(municipality):
                while (calendar := _take(now)) is not None:
                    read_one(calendar, now)
                    read += 1
        return read
    finally:
        _reading.release()


def read_one(calendar: Calendar, now: datetime) -> str:
    """Fetch and keep; the trouble in words, or nothing. In the municipality, outside any transaction."""
    trouble = ""
    try:
        calendar_files.read_again(calendar=calendar, content=fetching.fetch(calendar.url), now=now)
    except (fetching.NotFetched, BadCalendar, BadEntry) as told:
        trouble = told.message
    except Calendar.DoesNotExist:
        return ""  # removed meanwhile
    except Exception as failure:  # what it says may hold names
        log.error("oncall.calendar_failed", calendar=calendar.pk, error=type(failure).__name__)
        trouble = "Läsningen avbröts av ett fel hos oss. Vi försöker igen."
    if trouble:
        subscriptions.note_trouble(calendar_id=calendar.pk, trouble=trouble, now=now)
    return trouble


def is_lost(calendar: Calendar, now: datetime) -> bool:
    """Whether it has failed for so long that people must be told."""
    return bool(calendar.trouble) and calendar.read_at is not None and calendar.read_at <= now - LOST_AFTER


def lost(now: datetime) -> list[Calendar]:
    """Those that have failed for a day or more."""
    return [one for one in Calendar.objects.exclude(trouble="").select_related("duty") if is_lost(one, now)]


def _due(now: datetime) -> QuerySet[Calendar]:
    return Calendar.objects.filter(Q(tried_at=None) | Q(tried_at__lte=now - EVERY)).exclude(url="")


def _take(now: datetime) -> Calendar | None:
    """The next one, ours from here on: two workers never ask for the same."""
    for calendar in _due(now).order_by("tried_at", "pk")[:50]:
        if _due(now).filter(pk=calendar.pk).update(tried_at=now):
            calendar.tried_at = now
            return calendar
    return None


def _ring() -> None:
    try:
        current_app.send_task(TASK, retry=False, ignore_result=True)
    except Exception as away:  # the clock rings again
        log.warning("oncall.ring_failed", error=type(away).__name__)
