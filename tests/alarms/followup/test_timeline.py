"""A walked case's timeline: every act that the audit has, by the clock, told once; nobody else's; the unknown said so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from alarms.callouts import answering, steering
from alarms.callouts.models import Callout
from alarms.workqueue import services as queue
from central.audit.models import AuditEntry
from central.audit.services import record
from central.carriers.models import Leg
from central.municipalities.context import in_municipality
from tenants.casefiles.models import CaseFile, JournalEntry
from tenants.contents.models import MessageContent
from tenants.followup import timeline
from tenants.followup.timeline import Moment, Report
from tenants.portal.words import VERBS
from tests.alarms.callouts.conftest import NOW
from tests.support.cases import case


def after(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def told(municipality: Any, item: Any, *, audit: bool = True) -> Report:
    with in_municipality(municipality):
        return timeline.report(CaseFile.objects.get(pk=item.pk), words=VERBS, audit=audit)


def walk(item: Any, olga: Any, call_out: Any) -> Callout:
    """Called out, taken, on site, done, noted, closed."""
    asked: Callout = call_out(item, now=after(1))
    answering.hear(callout_id=asked.pk, body="1", now=after(3))
    for at, what in ((5, "on_way"), (20, "on_site"), (50, "done")):
        steering.report(item_id=item.pk, operator=olga, callout_id=asked.pk, what=what, now=after(at))
    for text in ("Pumpat klart", "Två gånger i samma sekund"):
        queue.note(item_id=item.pk, operator=olga, text=text, now=after(52))
    queue.close(item_id=item.pk, operator=olga, outcome="fixed_on_site", now=after(55))
    return asked


def read_by(user: Any, item: Any, municipality: Any, at: datetime) -> None:
    record(
        "case.read", actor_id=user.pk, actor_name=user.name, municipality_id=municipality.pk, subject=str(item.pk),
        at=at,
    )  # fmt: skip


def test_every_audit_entry_of_a_walked_case_is_in_it(
    storkoping: Any, olga: Any, held: Any, call_out: Any
) -> None:
    item = held()
    walk(item, olga, call_out)
    read_by(olga, item, storkoping, after(53))
    read_by(olga, item, storkoping, after(53))
    found = told(storkoping, item)
    entries = list(AuditEntry.objects.filter(subject=str(item.pk)))
    assert len(entries) > 8
    assert sum("audit" in one.sources for one in told(storkoping, item).moments) == len(entries)
    audited = [one for one in found.moments if "audit" in one.sources]
    for entry in entries:
        verb = entry.verb.removeprefix("case.")
        assert [one for one in audited if one.verb in (verb, entry.verb) and one.at == entry.at], entry.verb
    with in_municipality(storkoping):
        lines = JournalEntry.objects.filter(case_id=item.pk).count()
    assert sum("journal" in one.sources for one in found.moments) == lines + 1  # each once, and how it began


def test_it_goes_by_the_clock_with_the_time_between(
    storkoping: Any, olga: Any, held: Any, call_out: Any
) -> None:
    item = held()
    walk(item, olga, call_out)
    moments = told(storkoping, item).moments
    assert [one.at for one in moments] == sorted(one.at for one in moments)
    assert moments[0].verb == "received"
    assert moments[0].since is None
    assert sum((one.since for one in moments if one.since is not None), timedelta()) == timedelta(minutes=55)
    assert moments[-1].gap == "+3 min 00 s"  # from the note


def test_who_was_asked_and_how_far_they_came_is_told(
    storkoping: Any, olga: Any, held: Any, call_out: Any
) -> None:
    item = held()
    walk(item, olga, call_out)
    found = told(storkoping, item)
    steps = {(one.at, source) for one in found.moments for source in one.sources}
    for minutes in (1, 3, 5, 20, 50):
        assert (after(minutes), "callout") in steps, minutes
    text = " ".join(f"{one.what} {one.text}" for one in found.moments)
    assert "Nils Ek" in text
    with in_municipality(storkoping):
        sent = list(MessageContent.objects.filter(direction="out").values_list("body", flat=True))
    assert sent
    assert [one for one in sent if one in text] == []  # a message may hold a one-time address
    assert [(one.name, one.words) for one in found.spans] == [
        ("Från larm till att en operatör tog det", "0 s"),
        ("Från utlarmning till att någon tog uppdraget", "2 min 00 s"),
        ("Från utlarmning till att någon var på plats", "19 min 00 s"),
        ("Från larm till avslut", "55 min 00 s"),
    ]
    # He answered, so that message came, whatever its carrier says; the page he was sent then waits to go.
    assert ["väntar" in one.what for one in found.unknowns] == [True]


def test_who_has_read_is_told_only_to_who_may_read_the_audit_log(
    storkoping: Any, olga: Any, held: Any
) -> None:
    item = held()
    read_by(olga, item, storkoping, after(1))
    open_to_all, to_auditor = told(storkoping, item, audit=False), told(storkoping, item)
    assert open_to_all.hidden == 1
    assert not [one for one in open_to_all.moments if one.verb == "case.read"]
    assert to_auditor.hidden == 0
    assert [one.by for one in to_auditor.moments if one.verb == "case.read"] == ["Olga Operatör"]


def test_an_sms_nobody_knows_the_fate_of_is_told_as_unknown(
    storkoping: Any, olga: Any, held: Any, call_out: Any
) -> None:
    item = held()
    asked = call_out(item, now=after(1))
    leg = Leg.objects.get(subject_id=asked.pk)
    Leg.objects.filter(pk=leg.pk).update(state="uncertain", next_attempt_at=after(9))
    Callout.objects.filter(pk=asked.pk).update(state="uncertain")
    unknown = " ".join(one.what for one in told(storkoping, item).unknowns)
    assert "Okänt om sms till Nils Ek gick" in unknown
    assert "Okänt om frågan till Nils Ek (Fastighetsjour) kom fram" in unknown


def test_another_case_and_another_municipality_say_nothing_in_it(
    storkoping: Any, lillby: Any, olga: Any, held: Any, call_out: Any
) -> None:
    item, other, away = held(), held(), case(lillby)
    before = [one.what for one in told(storkoping, item).moments]
    walk(other, olga, call_out)
    record(
        "case.noted",
        actor_id=None,
        actor_name="",
        municipality_id=lillby.pk,
        subject=str(item.pk),
        at=after(2),
    )
    assert [one.what for one in told(storkoping, item).moments] == before
    assert {one.verb for one in told(lillby, away).moments} == {"received"}


def test_where_clocks_change_every_time_says_its_distance_to_utc(
    storkoping: Any, olga: Any, held: Any
) -> None:
    item = held(datetime(2026, 10, 25, 0, 30, tzinfo=UTC))  # 02.30 summer time
    queue.note(
        item_id=item.pk, operator=olga, text="En timme senare", now=datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    )
    moments: tuple[Moment, ...] = told(storkoping, item).moments
    assert moments[0].clock == "2026-10-25 02:30:00 UTC+2"
    assert (moments[-1].clock, moments[-1].gap) == ("02:30:00 UTC+1", "+1 tim 00 min")
    assert told(storkoping, held()).moments[0].clock == "2026-03-14 03:11:00"
