"""The municipality's own calendar between its preview and its confirmation, and kept as it was last read.

Sealed where it is stored. What nobody confirms within the hour is thrown away; what is confirmed stays with its
calendar, so that a name can be told later without the file. Call in the municipality.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from central.accounts.models import User
from central.sealing import Unreadable, seal, unseal
from tenants.oncall import subscriptions
from tenants.oncall.models import Calendar, CalendarFile, Contact, Duty
from tenants.oncall.services import BadEntry
from tenants.oncall.subscriptions import SKIPPED, Looked

KEPT = timedelta(hours=1)
PURPOSE = "tenants.oncall.calendar"


class Expired(Exception):
    """It is no longer kept, or it is somebody else's."""

    message = "Kalendern sparas en timme före svaret och finns inte kvar. Läs in den igen."


def bring(
    *,
    duty: Duty,
    calendar: Calendar | None = None,
    name: str,
    rank: int,
    content: bytes,
    url: str = "",
    by: User,
    now: datetime,
) -> CalendarFile:
    """Keep a calendar for its preview, if it is one. Raises BadCalendar and BadEntry."""
    if rank not in range(1, 10):
        raise BadEntry("rank", "Ordningen är ett tal från 1 till 9.")
    subscriptions.look(content=content, names=calendar.names if calendar else {}, now=now)
    forget_old(now)
    return CalendarFile.objects.create(
        duty=duty,
        calendar=calendar,
        by_id=by.pk,
        name=" ".join(name.split())[:80] or "Kalender",
        rank=rank,
        url=url,
        content_sealed=_sealed(content),
        brought_at=now,
        expires_at=now + KEPT,
    )


def waiting(*, file_id: UUID, by: User, now: datetime) -> CalendarFile:
    """One that waits for its confirmation by the person who brought it. Raises Expired."""
    mine = CalendarFile.objects.select_related("duty", "calendar")
    found = mine.filter(pk=file_id, by_id=by.pk, expires_at__gt=now).first()
    if found is None:
        raise Expired
    return found


def look(file: CalendarFile, names: Mapping[str, int], now: datetime) -> Looked:
    """What it gives with these names. Raises Expired and BadCalendar."""
    return subscriptions.look(content=_content(file), names=names, now=now)


def confirm(*, file: CalendarFile, names: Mapping[str, int], by: User, now: datetime) -> Calendar:
    """It becomes the calendar, or replaces what that said. Raises Expired, BadCalendar and BadEntry."""
    _check_names(names)
    with transaction.atomic():
        kept = subscriptions.keep(
            duty_id=file.duty_id,
            rank=file.rank,
            name=file.name,
            content=_content(file),
            names=names,
            calendar_id=file.calendar_id,
            url=file.url,
            actor=by,
            now=now,
        )
        kept.files.exclude(pk=file.pk).delete()
        CalendarFile.objects.filter(pk=file.pk).update(calendar=kept, expires_at=None)
    return kept


def change_names(*, calendar: Calendar, names: Mapping[str, int], by: User, now: datetime) -> Calendar:
    """Read what is kept again with other names. Raises Expired, BadCalendar and BadEntry."""
    _check_names(names)
    file = kept_with(calendar)
    if file is None:
        raise Expired
    return _again(calendar, _content(file), names, by, now)


def read_again(*, calendar: Calendar, content: bytes, now: datetime) -> Calendar:
    """What the address gave this time, with the names as they stand now. Raises BadCalendar."""
    with transaction.atomic():
        calendar = Calendar.objects.select_for_update().get(pk=calendar.pk)
        calendar.files.filter(expires_at=None).update(content_sealed=_sealed(content), brought_at=now)
        return _again(calendar, content, calendar.names, None, now)


def kept_with(calendar: Calendar) -> CalendarFile | None:
    """What it held when it was last read."""
    return calendar.files.filter(expires_at=None).first()


def forget_old(now: datetime) -> int:
    """Throw away what nobody confirmed within the hour; how many."""
    return CalendarFile.objects.filter(expires_at__lte=now).delete()[0]


def _again(
    calendar: Calendar, content: bytes, names: Mapping[str, int], by: User | None, now: datetime
) -> Calendar:
    return subscriptions.keep(
        duty_id=calendar.duty_id,
        rank=calendar.rank,
        name=calendar.name,
        content=content,
        names=names,
        calendar_id=calendar.pk,
        url=calendar.url,
        actor=by,
        now=now,
    )


def _check_names(names: Mapping[str, int]) -> None:
    """Nobody but the municipality's contacts."""
    wanted = {who for who in names.values() if who != SKIPPED}
    if Contact.objects.filter(pk__in=wanted, removed_at=None).count() != len(wanted):
        raise BadEntry("names", "Någon du valde är borttagen ur kontakterna. Välj igen.")


def _sealed(content: bytes) -> str:
    return seal(PURPOSE, base64.b64encode(zlib.compress(content)).decode())


def _content(file: CalendarFile) -> bytes:
    try:
        return zlib.decompress(base64.b64decode(unseal(PURPOSE, file.content_sealed)))
    except Unreadable:
        raise Expired from None
