"""Calling out: what is sent to whom, how the row and the journal tell it, and what the answers do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import permutations
from typing import Any
from uuid import uuid4

import pytest

from alarms.callouts import queries, rules, services, wording
from alarms.callouts.errors import NobodyOnDuty, UnknownCallout, UnknownDuty
from alarms.callouts.models import OPEN, Callout, State
from alarms.workqueue.errors import BadInput, NotYours, Unresolved
from alarms.workqueue.services import close
from central.carriers import callbacks, gateway, sms_text
from central.carriers.models import Leg
from central.events.models import EventRecord
from central.municipalities.context import in_municipality
from operator_console.case.ladder import callouts_of
from tenants.casefiles.models import JournalEntry
from tests.alarms.callouts.conftest import NILS, NOW, SARA
from tests.support.simulated_carrier import Carrier

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def journal(item: Any, verb: str = "") -> list[str]:
    with in_municipality(item.municipality):
        lines = JournalEntry.objects.filter(case_id=item.pk).order_by("id")
        return [line.text for line in (lines.filter(verb=verb) if verb else lines)]


def told(callout: Callout, status: str, error: str = "") -> None:
    leg = Leg.objects.get(subject_id=callout.pk, purpose="callout", direction="out")
    callbacks.status(leg_id=leg.id, sid=leg.sid or "SMx", status=status, error_code=error, now=NOW + MINUTE)
    callout.refresh_from_db()


def answer(number: str, body: str, now: datetime = NOW + 2 * MINUTE) -> None:
    callbacks.inbound(sid=f"SM{uuid4().hex}", number=number, body=body, now=now)


def row(item: Any) -> tuple[str, list[str]]:
    item.refresh_from_db()
    return item.word, item.attention


def test_the_contact_on_duty_gets_one_sms_without_a_word_about_residents(
    held: Callable[..., Any], call_out: Callable[..., Any], carrier: Carrier
) -> None:
    item = held()
    callout = call_out(item)
    assert callout.state == State.SENT
    assert callout.answer_due_at == NOW + 3 * MINUTE
    ((text, times),) = carrier.oracle()["texts"][NILS].items()
    assert times == 1
    assert item.reference in text
    assert "Svara 1 om du tar ärendet, 2 om du inte kan." in text
    assert not {"Berta", "källare", "Provgatan"} & set(text.replace(",", " ").split())
    assert sms_text.plain(text) == text
    assert sms_text.parts(text) <= 2


def test_the_whole_ladder_is_told_on_the_row_in_the_journal_and_as_events(
    held: Callable[..., Any], call_out: Callable[..., Any]
) -> None:
    item = held()
    before = EventRecord.objects.count()
    callout = call_out(item)
    assert row(item)[0] == "Fastighetsjour: skickat"
    told(callout, "delivered")
    assert row(item)[0] == "Fastighetsjour: framme"
    answer(NILS, " 1. ")
    assert row(item) == ("Fastighetsjour tar", [])
    with in_municipality(item.municipality):
        (line,) = callouts_of(item.pk)
    assert line.contact == "Nils Ek"
    assert [(rung.word, rung.reached) for rung in line.rungs] == [
        ("Köat", True), ("Skickat", True), ("Framme", True), ("TAR", True),
        ("På väg", False), ("På plats", False), ("Klar", False),
    ]  # fmt: skip
    assert journal(item, "sms_answered") == ["Nils Ek svarade: ”1.”. Tar ärendet."]
    assert {"sms_queued", "sms_sent", "sms_delivered", "sms_answered"} <= set(verbs(item))
    events = list(EventRecord.objects.all())[before:]
    assert {event.type for event in events} == {"item", "case"}
    assert not any("Nils" in event.item or "740621" in event.item for event in events)


def verbs(item: Any) -> list[str]:
    with in_municipality(item.municipality):
        return list(JournalEntry.objects.filter(case_id=item.pk).values_list("verb", flat=True))


def test_pressing_twice_sends_once(
    held: Callable[..., Any], call_out: Callable[..., Any], carrier: Carrier
) -> None:
    item = held()
    assert call_out(item).pk == call_out(item).pk
    assert carrier.count("posts") == 1
    assert journal(item, "sms_queued") == ["Fastighetsjour: Nils Ek, sms till 070-174 06 21."]


def test_the_next_in_rank_can_be_asked_too(
    held: Callable[..., Any], call_out: Callable[..., Any], carrier: Carrier
) -> None:
    item = held()
    call_out(item)
    second = call_out(item, now=NOW + MINUTE, contact_rank=2)
    assert second.rank == 2
    assert carrier.count("accepted", SARA) == 1


def test_nobody_on_duty_says_what_to_do(held: Callable[..., Any], call_out: Callable[..., Any]) -> None:
    item = held()
    with pytest.raises(NobodyOnDuty) as refused:
        call_out(item, contact_rank=3)
    assert "Ingen i tjänst: Fastighetsjour" in refused.value.message
    with pytest.raises(UnknownDuty):
        call_out(item, duty="finns-inte")
    assert not Callout.objects.exists()
    assert not Leg.objects.exists()


def test_only_who_holds_the_case_calls_out(held: Callable[..., Any], roster: None, sven: Any) -> None:
    with pytest.raises(NotYours):
        services.call_out_on_duty(item_id=held().pk, operator=sven, duty="fastighetsjour", now=NOW)


def test_two_says_cannot_and_other_words_change_nothing(
    held: Callable[..., Any], call_out: Callable[..., Any]
) -> None:
    item = held()
    callout = call_out(item)
    answer(NILS, "2 min bort")
    callout.refresh_from_db()
    assert callout.state == State.SENT
    answer(NILS, "2")
    callout.refresh_from_db()
    assert callout.state == State.DECLINED
    assert row(item)[0] == "Fastighetsjour: köat"  # the next is asked at once
    assert journal(item, "sms_answered") == [
        "Nils Ek svarade: ”2 min bort”.",
        "Nils Ek svarade: ”2”. Kan inte.",
    ]


def test_who_took_it_may_still_say_that_they_can_not(
    held: Callable[..., Any], call_out: Callable[..., Any]
) -> None:
    item = held()
    call_out(item)
    answer(NILS, "1")
    answer(NILS, "2")
    assert [one.state for one in Callout.objects.order_by("created_at")] == [State.DECLINED, State.QUEUED]


def test_an_answer_belongs_to_one_case_and_says_so(
    held: Callable[..., Any], call_out: Callable[..., Any]
) -> None:
    first, second = held(), held(now=NOW + MINUTE)
    older = call_out(first)
    newer = call_out(second, now=NOW + MINUTE)
    answer(NILS, "1", NOW + 2 * MINUTE)
    older.refresh_from_db()
    newer.refresh_from_db()
    assert (older.state, newer.state) == (State.SENT, State.ACCEPTED)
    assert "det här gäller den senaste" in journal(second, "sms_answered")[0]
    answer(NILS, "1", NOW + 3 * MINUTE)
    older.refresh_from_db()
    assert older.state == State.ACCEPTED
    assert journal(first, "sms_answered") == ["Nils Ek svarade: ”1”. Tar ärendet."]


def test_a_strangers_sms_touches_no_case(
    held: Callable[..., Any], call_out: Callable[..., Any], centre: Any
) -> None:
    item = held()
    call_out(item)
    lines = len(journal(item))
    answer("+46701740640", "1")
    assert row(item)[0] == "Fastighetsjour: skickat"
    assert len(journal(item)) == lines


def test_undelivered_is_told_and_the_next_is_asked_at_once(
    held: Callable[..., Any], call_out: Callable[..., Any]
) -> None:
    item = held()
    callout = call_out(item)
    told(callout, "undelivered", "30003")
    assert journal(item, "sms_failed") == ["Sms till Nils Ek kom inte fram: telefonen går inte att nå."]
    gateway.drain(NOW + 2 * MINUTE)
    assert journal(item, "call_queued") == ["Fastighetsjour: Nils Ek, ringer 070-174 06 21."]


def test_undelivered_draws_eyes_when_it_was_the_last(
    held: Callable[..., Any], call_out: Callable[..., Any]
) -> None:
    item = held()
    call_out(item)
    callout = call_out(item, contact_rank=2)
    told(callout, "undelivered", "30003")
    assert row(item)[1] == []  # the first is asked again


def test_a_refused_number_is_told_at_once(
    held: Callable[..., Any], call_out: Callable[..., Any], carrier: Carrier
) -> None:
    carrier.fault("opted_out", NILS)
    item = held()
    call_out(item)
    assert "numret har avböjt sms" in journal(item, "sms_failed")[0]


def test_uncertain_blocks_closing_until_it_is_settled(
    held: Callable[..., Any], call_out: Callable[..., Any], carrier: Carrier, olga: Any
) -> None:
    carrier.fault("error", NILS, 1)
    item = held()
    callout = call_out(item)
    assert row(item) == ("Fastighetsjour: osäkert", ["uncertain"])
    for minute in range(6):
        gateway.drain(NOW + minute * MINUTE)
    assert any("hittar inte sms:et till Nils Ek" in line for line in journal(item, "sms_uncertain"))
    with pytest.raises(Unresolved) as refused:
        close(item_id=item.pk, operator=olga, outcome="fixed_on_site", now=NOW + 6 * MINUTE)
    assert refused.value.remaining[0].code == "uncertain_send"
    with pytest.raises(BadInput):
        services.settle(item_id=item.pk, operator=olga, callout_id=callout.pk, answer="sent", now=NOW)
    with pytest.raises(UnknownCallout):
        services.settle(item_id=item.pk, operator=olga, callout_id=uuid4(), answer="accepted", now=NOW)
    services.settle(
        item_id=item.pk, operator=olga, callout_id=callout.pk, answer="accepted", now=NOW + 7 * MINUTE
    )
    assert row(item) == ("Fastighetsjour tar", [])
    close(item_id=item.pk, operator=olga, outcome="fixed_on_site", now=NOW + 8 * MINUTE)
    assert carrier.count("posts", NILS) == 1


def test_no_answer_in_time_is_marked_once(held: Callable[..., Any], call_out: Callable[..., Any]) -> None:
    item = held()
    callout = call_out(item)
    assert queries.due_unanswered(NOW + 2 * MINUTE) == []
    assert not services.mark_no_answer(callout_id=callout.pk, now=NOW + 2 * MINUTE)
    assert queries.due_unanswered(NOW + 3 * MINUTE) == [callout.pk]
    assert services.mark_no_answer(callout_id=callout.pk, now=NOW + 3 * MINUTE)
    assert not services.mark_no_answer(callout_id=callout.pk, now=NOW + 3 * MINUTE)
    assert row(item)[0] == "Fastighetsjour: inget svar"
    assert journal(item, "deadline_missed") == ["Nils Ek har inte svarat på 3 minuter."]
    answer(NILS, "1", NOW + 9 * MINUTE)
    assert row(item)[0] == "Fastighetsjour tar"


def test_a_closed_case_is_not_rung_about_and_not_reopened_by_an_answer(
    held: Callable[..., Any], call_out: Callable[..., Any], carrier: Carrier, olga: Any
) -> None:
    carrier.fault("busy", NILS, 1)
    item = held()
    callout = call_out(item)
    assert callout.state == State.QUEUED
    close(item_id=item.pk, operator=olga, outcome="no_action", now=NOW + MINUTE)
    gateway.drain(NOW + 2 * MINUTE)
    callout.refresh_from_db()
    assert callout.state not in OPEN
    assert carrier.count("accepted", NILS) == 0
    answer(NILS, "1", NOW + 3 * MINUTE)
    assert "svaret ändrar inget" in journal(item, "sms_answered")[0]


@pytest.mark.parametrize("order", list(permutations(["sent", "delivered", "answer"])))
def test_answer_and_callbacks_in_every_order_end_the_same(
    held: Callable[..., Any], call_out: Callable[..., Any], order: tuple[str, ...]
) -> None:
    item = held()
    callout = call_out(item)
    for what in order:
        if what == "answer":
            answer(NILS, "1")
        else:
            told(callout, what)
    callout.refresh_from_db()
    assert callout.state == State.ACCEPTED
    assert callout.delivered_at is not None
    assert row(item) == ("Fastighetsjour tar", [])


def test_nothing_of_it_is_seen_next_door(
    held: Callable[..., Any], call_out: Callable[..., Any], lillby: Any
) -> None:
    from tenants.contents.models import MessageContent

    item = held()
    call_out(item)
    answer(NILS, "1")
    with in_municipality(lillby):
        assert not MessageContent.objects.exists()
        assert not JournalEntry.objects.exists()
    with in_municipality(item.municipality):
        assert MessageContent.objects.count() == 3, (
            "the question, the answer, and how to say how far they are"
        )


@pytest.mark.parametrize(
    ("body", "meant"),
    [("1", State.ACCEPTED), ("2", State.DECLINED), (" 1! ", State.ACCEPTED), ("1 timme kvar", None), ("12", None),
     ("ja", None), ("", None), ("2 min", None)],
)  # fmt: skip
def test_only_a_lone_digit_is_an_answer(body: str, meant: State | None) -> None:
    assert rules.answer(body) == meant


def test_every_state_has_words() -> None:
    for state in State:
        assert "Fastighetsjour" in rules.word("Fastighetsjour", state)
        assert state in rules.VERBS
    assert wording.reason("99999") == "fel 99999"
