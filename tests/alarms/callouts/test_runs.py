"""Escalations: who is asked when, what ends them, and that each step happens once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from alarms.callouts import asking, beginning, runs, services
from alarms.callouts.listening import Callouts
from alarms.callouts.models import Callout, Run, RunState, State
from alarms.workqueue.models import Notice
from alarms.workqueue.services import close
from central.carriers import callbacks, gateway
from central.carriers.models import Ending
from central.municipalities.context import in_municipality
from tenants.casefiles.models import JournalEntry
from tenants.oncall import replacements
from tenants.oncall.models import Contact, Duty
from tests.alarms.callouts.conftest import NILS, NOW, SARA
from tests.support.simulated_carrier import Carrier

pytestmark = pytest.mark.django_db
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
TURN = 3 * MINUTE


def answer(number: str, body: str, now: datetime) -> None:
    callbacks.inbound(sid=f"SM{uuid4().hex}", number=number, body=body, now=now)


def tick(now: datetime) -> None:
    """What the clock and a worker do."""
    for one in list(
        Callout.objects.filter(answer_due_at__lte=now, state__in=["queued", "sent", "delivered"])
    ):
        services.mark_no_answer(callout_id=one.pk, now=now)
    runs.advance(now)
    gateway.drain(now)


def turn(nth: int) -> datetime:
    """The first turns go by: an SMS at once, the telephone after a minute, the next after three. When the last ended."""
    for one in range(nth):
        tick(NOW + one * TURN + MINUTE)
        tick(NOW + (one + 1) * TURN)
    return NOW + nth * TURN


def rung(carrier: Carrier) -> dict[str, int]:
    return {name: len(carrier.calls(number)) for name, number in (("Nils", NILS), ("Sara", SARA))}


def asked(carrier: Carrier) -> dict[str, int]:
    return {name: carrier.count("accepted", number) for name, number in (("Nils", NILS), ("Sara", SARA))}


def states() -> dict[int, str]:
    return {one.rank: one.state for one in Callout.objects.all()}


def the_run() -> Run:
    return Run.objects.get()


def journal(item: Any, verb: str) -> list[str]:
    with in_municipality(item.municipality):
        return list(
            JournalEntry.objects.filter(case_id=item.pk, verb=verb)
            .order_by("id")
            .values_list("text", flat=True)
        )


def test_nobody_answers_and_everybody_is_asked_in_turn_twice(
    held: Callable[..., Any], call_out: Callable[..., Any], carrier: Carrier
) -> None:
    item = held()
    call_out(item)
    seen = []
    for nth in range(5):
        tick(NOW + nth * TURN)
        seen.append((*asked(carrier).values(), *rung(carrier).values()))
        tick(NOW + nth * TURN + MINUTE)
    assert seen == [(1, 0, 0, 0), (1, 1, 1, 0), (2, 1, 1, 1), (2, 2, 2, 1), (2, 2, 2, 2)]
    assert the_run().state == RunState.EXHAUSTED
    item.refresh_from_db()
    assert (item.word, item.attention) == ("Fastighetsjour: ingen tar", ["nobody"])
    assert journal(item, "nobody_came") == [
        "Fastighetsjour: ingen tar ärendet. Alla 2 i tjänst har frågats. Ring, eller kalla ut en annan jour."
    ]
    assert Notice.objects.filter(kind="nobody", item=item, seen_at=None).count() == 1


def test_before_its_time_nothing_happens(
    held: Callable[..., Any], call_out: Callable[..., Any], carrier: Carrier
) -> None:
    call_out(held())
    tick(NOW + TURN - SECOND)
    assert asked(carrier) == {"Nils": 1, "Sara": 0}


def test_a_no_asks_the_next_at_once_and_is_not_asked_again(
    held: Callable[..., Any], call_out: Callable[..., Any], carrier: Carrier
) -> None:
    call_out(held())
    answer(NILS, "2", NOW + 5 * SECOND)
    gateway.drain(NOW + 6 * SECOND)
    assert asked(carrier) == {"Nils": 1, "Sara": 1}
    for nth in range(1, 20):
        tick(NOW + 5 * SECOND + nth * MINUTE)
    assert asked(carrier) == {"Nils": 1, "Sara": 2}
    assert rung(carrier) == {"Nils": 0, "Sara": 2}
    assert the_run().state == RunState.EXHAUSTED


def test_who_takes_it_ends_it_and_who_was_asked_before_is_told(
    held: Callable[..., Any], call_out: Callable[..., Any], carrier: Carrier
) -> None:
    item = held()
    call_out(item)
    for late in (MINUTE, TURN):  # Sara is asked; Nils has not been marked yet
        runs.advance(NOW + late)
        gateway.drain(NOW + late)
    answer(SARA, "1", NOW + TURN + MINUTE)
    gateway.drain(NOW + TURN + MINUTE)
    assert states() == {1: State.NOT_NEEDED, 2: State.ACCEPTED}
    assert any("redan taget" in text for text in carrier.oracle()["texts"][NILS])
    tick(NOW + 10 * TURN)
    assert the_run().state == RunState.TAKEN
    item.refresh_from_db()
    assert (item.word, item.attention) == ("Fastighetsjour tar", [])


def test_of_two_who_take_it_the_first_has_it(
    held: Callable[..., Any], call_out: Callable[..., Any], carrier: Carrier
) -> None:
    item = held()
    call_out(item)
    turn(1)
    answer(SARA, "1", NOW + TURN + MINUTE)
    answer(NILS, "1", NOW + TURN + MINUTE)
    gateway.drain(NOW + TURN + 2 * MINUTE)
    assert states() == {1: State.NOT_NEEDED, 2: State.ACCEPTED}
    assert "Nils Ek svarade: ”1”. Ärendet var redan taget." in journal(item, "sms_answered")
    assert any("redan taget" in text for text in carrier.oracle()["texts"][NILS])


def test_who_changes_their_mind_sets_it_going_again(
    held: Callable[..., Any], call_out: Callable[..., Any], carrier: Carrier
) -> None:
    call_out(held())
    answer(NILS, "1", NOW + SECOND)
    assert the_run().state == RunState.TAKEN
    answer(NILS, "2", NOW + 2 * SECOND)
    gateway.drain(NOW + 3 * SECOND)
    assert the_run().state == RunState.RUNNING
    assert asked(carrier) == {"Nils": 2, "Sara": 1}, "Nils was told how to say how far he has come"


def test_a_key_takes_it_and_a_voicemail_does_not(
    held: Callable[..., Any], call_out: Callable[..., Any], carrier: Carrier
) -> None:
    item = held()
    callout = call_out(item)
    carrier.habit(NILS, "voicemail", seconds=0)
    tick(NOW + MINUTE)
    leg = asking.legs_of(callout)[-1]
    assert leg.channel == "voice"
    listener = Callouts()
    assert listener.words(leg, NOW + MINUTE).listen
    assert the_run().state == RunState.RUNNING
    assert listener.key(leg, "3", NOW + MINUTE).listen
    assert the_run().state == RunState.RUNNING
    said = listener.key(leg, "1", NOW + MINUTE)
    assert (said.listen, "tagit ärendet" in said.text) == (False, True)
    assert the_run().state == RunState.TAKEN
    assert "Nils Ek tryckte 1 i telefonen. Tar ärendet." in journal(item, "sms_answered")


def test_who_picks_up_when_it_is_taken_hears_so(
    held: Callable[..., Any], call_out: Callable[..., Any], carrier: Carrier
) -> None:
    item = held()
    first = call_out(item)
    turn(1)
    answer(SARA, "1", NOW + TURN + SECOND)
    leg = asking.legs_of(first)[-1]
    for said in (Callouts().words(leg, NOW + 2 * TURN), Callouts().key(leg, "1", NOW + 2 * TURN)):
        assert (said.listen, "redan taget" in said.text) == (False, True)
    assert states() == {1: State.NOT_NEEDED, 2: State.ACCEPTED}


def test_ringing_stops_when_somebody_else_takes_it(
    held: Callable[..., Any], call_out: Callable[..., Any], carrier: Carrier, roster: None, olga: Any
) -> None:
    item = held()
    beginning.start(item_id=item.pk, operator=olga, duty="fastighetsjour", at_once=True, now=NOW)
    gateway.drain(NOW)
    tick(NOW + MINUTE)
    assert rung(carrier) == {"Nils": 1, "Sara": 1}
    answer(SARA, "1", NOW + MINUTE + SECOND)
    wished = Ending.objects.values_list("leg_id", flat=True)
    nils = Callout.objects.get(rank=1)
    assert asking.legs_of(nils)[-1].pk in wished


def test_an_engaged_telephone_asks_the_next_at_once(
    held: Callable[..., Any], call_out: Callable[..., Any], carrier: Carrier
) -> None:
    item = held()
    callout = call_out(item)
    tick(NOW + MINUTE)
    leg = asking.legs_of(callout)[-1]
    callbacks.status(
        leg_id=leg.pk, sid=leg.sid or "", status="busy", error_code="", now=NOW + MINUTE + SECOND
    )
    gateway.drain(NOW + MINUTE + SECOND)
    assert asked(carrier) == {"Nils": 1, "Sara": 1}
    assert "Samtalet till Nils Ek: det tutar upptaget." in journal(item, "call_failed")


def test_a_late_yes_after_everybody_was_asked_takes_it(
    held: Callable[..., Any], call_out: Callable[..., Any]
) -> None:
    item = held()
    call_out(item)
    turn(4)
    assert the_run().state == RunState.EXHAUSTED
    answer(NILS, "1", NOW + 6 * TURN)
    assert the_run().state == RunState.TAKEN
    item.refresh_from_db()
    assert (item.word, item.attention) == ("Fastighetsjour tar", [])


def test_nobody_on_duty_is_an_alarm_of_its_own(
    held: Callable[..., Any], call_out: Callable[..., Any], roster: None, olga: Any
) -> None:
    item = held()
    run = beginning.start(item_id=item.pk, operator=olga, duty="va-jour", now=NOW)
    assert (run.state, run.people) == (RunState.EXHAUSTED, 0)
    item.refresh_from_db()
    assert (item.word, item.attention) == ("VA-jour: ingen i tjänst", ["nobody"])
    assert Notice.objects.filter(kind="nobody", item=item, seen_at=None).exists()
    assert not Callout.objects.exists()


def test_a_swap_in_the_middle_of_an_alarm_asks_who_has_it_now(
    held: Callable[..., Any], call_out: Callable[..., Any], carrier: Carrier, storkoping: Any
) -> None:
    item = held()
    call_out(item)
    with in_municipality(storkoping):
        eva = Contact.objects.create(name="Eva Natt", phone="+46701740615")
        sara, duty = Contact.objects.get(phone=SARA), Duty.objects.get(code="fastighetsjour")
        part = replacements.Part(duty.pk, NOW, NOW + 60 * MINUTE, eva.pk, sara.pk, rank=2)
        replacements.ask(parts=[part], said_yes=[eva.pk, sara.pk], by_name="Arvid", now=NOW)
    turn(1)
    assert any("Svara 1" in text for text in carrier.oracle()["texts"]["+46701740615"])
    assert not any("Svara 1" in text for text in carrier.oracle()["texts"].get(SARA, {}))
    assert (
        "Eva Natt, sms till 070-174 06 15 (i stället för Sara Dahl, som inte längre är i tjänst)."
        in journal(item, "sms_queued")[-1]
    )


def test_a_person_on_two_rotas_gets_one_question(
    held: Callable[..., Any], call_out: Callable[..., Any], carrier: Carrier, storkoping: Any, olga: Any
) -> None:
    from tests.support.rosters import in_order

    item = held()
    with in_municipality(storkoping):
        nils, va = Contact.objects.get(phone=NILS), Duty.objects.get(code="va-jour")
        in_order(va, nils, Contact.objects.create(name="Eva Natt", phone="+46701740615"))
    call_out(item)
    beginning.start(item_id=item.pk, operator=olga, duty="va-jour", now=NOW)
    gateway.drain(NOW + SECOND)
    assert asked(carrier) == {"Nils": 1, "Sara": 0}
    assert carrier.count("accepted", "+46701740615") == 1


def test_a_closed_case_asks_nobody_more(
    held: Callable[..., Any], call_out: Callable[..., Any], carrier: Carrier, olga: Any
) -> None:
    item = held()
    call_out(item)
    close(item_id=item.pk, operator=olga, outcome="no_action", now=NOW + SECOND)
    tick(NOW + TURN)
    assert the_run().state == RunState.CALLED_OFF
    assert asked(carrier) == {"Nils": 1, "Sara": 0}


def test_pressing_for_the_second_goes_on_with_the_second(
    held: Callable[..., Any], call_out: Callable[..., Any], carrier: Carrier
) -> None:
    item = held()
    call_out(item)
    call_out(item, now=NOW + SECOND, contact_rank=2)
    assert asked(carrier) == {"Nils": 1, "Sara": 1}
    assert Run.objects.count() == 1
    tick(NOW + TURN)
    assert asked(carrier) == {"Nils": 1, "Sara": 1}  # Sara has her three minutes


def test_a_team_is_asked_at_once_and_counts_who_is_coming(
    held: Callable[..., Any], carrier: Carrier, roster: None, olga: Any
) -> None:
    item = held()
    beginning.start(item_id=item.pk, operator=olga, duty="fastighetsjour", wanted=2, at_once=True, now=NOW)
    gateway.drain(NOW)
    assert asked(carrier) == {"Nils": 1, "Sara": 1}
    answer(NILS, "1 20", NOW + MINUTE)
    item.refresh_from_db()
    assert item.word == "Fastighetsjour: 1 av 2 kommer"
    assert Callout.objects.get(rank=1).arrives_at == NOW + 21 * MINUTE
    assert the_run().state == RunState.RUNNING
    answer(SARA, "1", NOW + MINUTE)
    item.refresh_from_db()
    assert item.word == "Fastighetsjour: 2 av 2 kommer"
    assert the_run().state == RunState.TAKEN


def test_how_far_they_have_come_is_followed(held: Callable[..., Any], call_out: Callable[..., Any]) -> None:
    item = held()
    callout = call_out(item)
    answer(NILS, "5", NOW + SECOND)  # has not taken it: only written down
    words = []
    for nth, body in enumerate(["1", "4 15", "5", "6"]):
        answer(NILS, body, NOW + (nth + 1) * MINUTE)
        item.refresh_from_db()
        words.append(item.word)
    assert words == [
        "Fastighetsjour tar",
        "Fastighetsjour på väg",
        "Fastighetsjour på plats",
        "Fastighetsjour klar",
    ]
    callout.refresh_from_db()
    assert callout.on_site_at == NOW + 3 * MINUTE
    assert callout.arrives_at == NOW + 17 * MINUTE
    assert callout.safe_until is None


def test_the_plan_stands_with_the_municipality_and_nowhere_else(
    held: Callable[..., Any], call_out: Callable[..., Any], lillby: Any
) -> None:
    from tenants.contents.models import CalloutLetter, RunPlan

    item = held()
    call_out(item)
    with in_municipality(item.municipality):
        assert [one["name"] for one in RunPlan.objects.get().plan["people"]] == ["Nils Ek", "Sara Dahl"]
    with in_municipality(lillby):
        assert not RunPlan.objects.exists()
        assert not CalloutLetter.objects.exists()
