"""Whether each way in still receives: judged by our own synthetic signals' rows, never by what their sender believes.

Each minute one is sent through the real door of each way (:mod:`alarms.owncheck`). It is stored as logged, opens no case
and is shown nowhere; a day later it is erased.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from alarms.escalation.telling import is_silent
from alarms.intake.models import Protocol, Signal, Source, Transmitter
from alarms.intake.registering import OWN_SOURCE
from alarms.workqueue.models import Notice
from central.municipalities.context import in_municipality
from central.municipalities.directory import centre
from tenants.contents.models import SignalContent

KEPT = timedelta(days=1)
BATCH = 10_000
NOTICES = {
    Protocol.HTTP: Notice.Kind.WAY_HTTP,
    Protocol.DC09: Notice.Kind.WAY_DC09,
    Protocol.SCAIP: Notice.Kind.WAY_SCAIP,
    Protocol.WEBHOOK: Notice.Kind.WAY_WEBHOOK,
}


def patience() -> timedelta:
    """How old the newest may be: two and a half times what lies between them."""
    return timedelta(seconds=settings.OWN_CHECK_SECONDS * 2.5)


def wanted() -> tuple[Protocol, ...]:
    """The ways that this installation has: those with a port and a source, and what is posted to the web process; its
    webhooks where somebody else posts to one.
    """
    if not settings.OWN_CHECK_SECONDS:
        return ()
    ports = {Protocol.DC09: settings.DC09_PORT, Protocol.SCAIP: settings.SCAIP_PORT}
    called = [one for one, port in ports.items() if port]
    sources = set(Source.objects.filter(active=True, protocol__in=called).values_list("protocol", flat=True))
    hooks = Source.objects.filter(active=True, protocol=Protocol.WEBHOOK).exclude(OWN_SOURCE).exists()
    posted = (Protocol.HTTP, Protocol.WEBHOOK) if hooks else (Protocol.HTTP,)
    return (*posted, *(one for one in called if one in sources))


def silent_for(now: datetime) -> dict[str, timedelta]:
    """How long ago the newest synthetic signal of each transmitter of ours came: "dc09/UDP" and so on."""
    found: dict[str, timedelta] = {}
    for one in Transmitter.objects.filter(synthetic=True, active=True, source__active=True).select_related(
        "source"
    ):
        newest = (
            Signal.objects.filter(transmitter_id=one.pk, logged=True)
            .order_by("-received_at")
            .values_list("received_at", flat=True)
            .first()
        )
        # one that has never come is counted from when it was made ready
        found[f"{one.source.protocol}/{one.area}"] = now - (newest or one.changed_at)
    return found


def silent(now: datetime) -> set[Protocol]:
    """The wanted ways of which any door has not received one of ours for too long, or that have no door at all.

    Asked first when the auditor has had its patience to make the doors (its chore's ``first_after``).
    """
    doors: dict[str, list[timedelta]] = {}
    for name, age in silent_for(now).items():
        doors.setdefault(name.partition("/")[0], []).append(age)
    most = patience()
    return {one for one in wanted() if one not in doors or max(doors[one]) > most}


_LAST_GAP = """
SELECT max(received_at) FILTER (WHERE received_at - before > make_interval(secs => %(most)s)) FROM (
    SELECT s.received_at, lag(s.received_at) OVER (PARTITION BY s.transmitter_id ORDER BY s.received_at) AS before
    FROM public.intake_transmitter t
    JOIN public.intake_source o ON o.id = t.source_id AND o.active AND o.protocol = %(way)s
    JOIN public.intake_signal s ON s.transmitter_id = t.id AND s.logged AND s.received_at > %(after)s
    WHERE t.synthetic AND t.active
) came"""
_ALWAYS = datetime(1, 1, 1, tzinfo=UTC)


def unbroken_since(way: Protocol, now: datetime) -> datetime | None:
    """When our own signals by this way came again after the newest gap; None while they don't come.

    Long ago where nobody sends any: without own checks, or while the auditor that sends them is away.
    """
    if way not in wanted() or is_silent("auditor", now, never_is=True):
        return _ALWAYS
    if way in silent(now):
        return None
    with connection.cursor() as cursor:
        cursor.execute(_LAST_GAP, {"most": patience().total_seconds(), "way": way, "after": now - KEPT})
        came: datetime | None = cursor.fetchone()[0]
    return came or _ALWAYS


def forget_old(now: datetime) -> int:
    """Erase synthetic signals of more than a day ago, and what they said; nothing of it is anybody's."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM public.intake_signal WHERE id IN (SELECT s.id FROM public.intake_signal s "
            "JOIN public.intake_transmitter t ON t.id = s.transmitter_id AND t.synthetic "
            "WHERE s.logged AND s.item_id IS NULL AND s.received_at < %s LIMIT %s) RETURNING id",
            [now - KEPT, BATCH],
        )
        ids = [row[0] for row in cursor.fetchall()]
        with in_municipality(centre()):
            SignalContent.objects.filter(pk__in=ids).delete()
    return len(ids)
