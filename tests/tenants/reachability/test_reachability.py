"""Numbers tested before they are needed: asked once each, rung when silent, and the list tells who was not reached."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest

from alarms.handover import standing
from central.carriers import callbacks, gateway
from central.carriers.models import Leg
from central.municipalities.context import in_municipality
from tenants.oncall.models import Contact
from tenants.oncall.services import BadEntry
from tenants.reachability import services, working
from tenants.reachability.answers import NumberTests
from tenants.reachability.models import NumberTest, Round
from tests.alarms.callouts.conftest import NILS, SARA
from tests.support.simulated_carrier import Carrier

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)  # a Tuesday, 10:00 by the wall clock
MINUTE = timedelta(minutes=1)


def answer(number: str, body: str, now: datetime) -> None:
    callbacks.inbound(sid=f"SM{uuid4().hex}", number=number, body=body, now=now)


def outcomes(municipality: Any) -> dict[str, str]:
    with in_municipality(municipality):
        return {one.contact.name: one.state for one in NumberTest.objects.select_related("contact")}


def begin(municipality: Any, actor: Any) -> Round:
    with in_municipality(municipality):
        made = services.begin(actor=actor, now=NOW)
    gateway.drain(NOW)
    return made


def run(minutes: range) -> None:
    for nth in minutes:
        working.advance(NOW + nth * MINUTE)
        gateway.drain(NOW + nth * MINUTE)


def test_who_answers_is_done_and_who_is_silent_is_rung_and_listed(
    storkoping: Any, roster: None, carrier: Carrier, arvid: Any
) -> None:
    begin(storkoping, arvid)
    (text,) = carrier.oracle()["texts"][NILS]
    assert text.startswith("PROV från trygghetscentralen")
    assert "inget har hänt" in text
    answer(NILS, "prov!", NOW + MINUTE)
    run(range(2, 31))
    assert outcomes(storkoping) == {"Nils Ek": "answered", "Sara Dahl": "silent"}
    assert (carrier.count("accepted", NILS), len(carrier.calls(NILS))) == (1, 0)
    assert (carrier.count("accepted", SARA), len(carrier.calls(SARA))) == (1, 1)
    assert [one.text for one in standing.unreached(NOW)] == [
        "Storköping: 1 i jouren svarade inte när numren provades 10:00"
    ]


def test_the_key_in_the_call_answers_and_a_late_answer_counts(
    storkoping: Any, roster: None, carrier: Carrier, arvid: Any
) -> None:
    begin(storkoping, arvid)
    run(range(1, 12))
    leg = Leg.objects.filter(purpose=services.PURPOSE, channel="voice").order_by("created_at").first()
    assert leg is not None
    assert NumberTests().key(leg, "7", NOW).listen
    assert not NumberTests().key(leg, "1", NOW + 12 * MINUTE).listen
    run(range(12, 31))
    assert sorted(outcomes(storkoping).values()) == ["answered", "silent"]
    silent = next(name for name, state in outcomes(storkoping).items() if state == "silent")
    answer({"Nils Ek": NILS, "Sara Dahl": SARA}[silent], "Prov", NOW + 40 * MINUTE)
    assert set(outcomes(storkoping).values()) == {"answered"}


def test_a_dead_number_is_told_apart_from_a_silent_one(
    storkoping: Any, roster: None, carrier: Carrier, arvid: Any
) -> None:
    carrier.fault("invalid", SARA)
    begin(storkoping, arvid)
    run(range(1, 31))
    assert outcomes(storkoping) == {"Nils Ek": "silent", "Sara Dahl": "unreachable"}


def test_begun_twice_and_taken_on_by_many_nobody_is_asked_twice(
    storkoping: Any, roster: None, carrier: Carrier, arvid: Any
) -> None:
    assert begin(storkoping, arvid).pk == begin(storkoping, arvid).pk
    for _ in range(3):
        run(range(10, 12))
    assert (carrier.count("accepted", NILS), len(carrier.calls(NILS))) == (1, 1)


def test_the_weekly_one_begins_once_on_its_day_and_never_by_night(
    storkoping: Any, lillby: Any, roster: None, carrier: Carrier, arvid: Any
) -> None:
    with in_municipality(storkoping):
        for wrong in (time(3), time(20, 30)):
            with pytest.raises(BadEntry):
                services.set_plan(weekday=1, at=wrong, actor=arvid, now=NOW)
        services.set_plan(weekday=1, at=time(10), actor=arvid, now=NOW)
    assert working.advance(NOW - MINUTE) == 0
    assert working.advance(NOW) == 1
    run(range(1, 40))
    with in_municipality(storkoping):
        assert [str(one.planned_for) for one in Round.objects.all()] == ["2026-11-24"]
    with in_municipality(lillby):
        assert not Round.objects.exists()
    assert working.advance(NOW + timedelta(days=7, hours=2)) == 0, "too late in the day: next week"


def test_nobody_on_call_is_said(storkoping: Any, arvid: Any) -> None:
    with in_municipality(storkoping):
        Contact.objects.create(name="Utan schema", phone=NILS)
        with pytest.raises(BadEntry, match="Ingen står i något schema"):
            services.begin(actor=arvid, now=NOW)


def test_the_word_answers_the_test_and_not_a_callout(
    storkoping: Any, roster: None, carrier: Carrier, arvid: Any, olga: Any
) -> None:
    from alarms.callouts.models import Callout
    from alarms.callouts.services import call_out_on_duty
    from alarms.workqueue.services import create_by_hand

    item = create_by_hand(
        operator=olga, municipality_id=storkoping.pk, kind="technical", place="Provgatan 7", text="", now=NOW
    )
    call_out_on_duty(item_id=item.pk, operator=olga, duty="fastighetsjour", now=NOW)
    begin(storkoping, arvid)
    answer(NILS, "PROV", NOW + MINUTE)
    assert outcomes(storkoping)["Nils Ek"] == "answered"
    assert Callout.objects.get().answered_at is None
    answer(NILS, "1", NOW + 2 * MINUTE)
    assert Callout.objects.get().state == "accepted", "and 1 answers the call-out"
