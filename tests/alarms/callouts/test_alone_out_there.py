"""Somebody alone out there: asked when their time is out, rung, and then an alarm; any word starts it anew."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from alarms.callouts import safety, services
from alarms.callouts.listening import Safety
from alarms.callouts.models import Callout
from alarms.escalation.auditing import overdue
from alarms.workqueue.errors import Unresolved
from alarms.workqueue.models import Notice
from alarms.workqueue.services import close
from central.carriers import callbacks, gateway
from central.carriers.models import Leg
from central.municipalities.context import in_municipality
from tenants.casefiles.models import JournalEntry
from tenants.oncall import layers
from tenants.oncall.models import Duty
from tenants.oncall.services import BadEntry
from tests.alarms.callouts.conftest import NILS, NOW
from tests.support.simulated_carrier import Carrier

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
OUT = NOW + 5 * MINUTE
"""When Nils says that he is on site."""


def answer(body: str, now: datetime) -> None:
    callbacks.inbound(sid=f"SM{uuid4().hex}", number=NILS, body=body, now=now)


@pytest.fixture
def alone(held: Callable[..., Any], call_out: Callable[..., Any]) -> Any:
    """A case that Nils has taken, and is alone on site at."""
    item = held()
    call_out(item)
    answer("1", NOW + MINUTE)
    answer("5", OUT)
    gateway.drain(OUT)
    return item


def nils() -> Callout:
    return Callout.objects.get(rank=1)


def journal(item: Any, verb: str) -> list[str]:
    with in_municipality(item.municipality):
        rows = JournalEntry.objects.filter(case_id=item.pk, verb=verb).order_by("id")
        return list(rows.values_list("text", flat=True))


def silence(until: datetime) -> None:
    """The clock beats every minute, and nobody says a word."""
    now = OUT
    while now < until:
        now += MINUTE
        safety.advance(now)
        gateway.drain(now)


def test_who_is_on_the_way_has_until_a_while_after_they_should_be_there(
    held: Callable[..., Any], call_out: Callable[..., Any]
) -> None:
    call_out(held())
    answer("1", NOW + MINUTE)
    assert nils().safe_until is None, "who has only taken it is not out yet"
    answer("4 20", NOW + 2 * MINUTE)
    assert nils().safe_until == NOW + 52 * MINUTE


def test_unheard_they_are_asked_rung_and_then_an_alarm_each_once(alone: Any, carrier: Carrier) -> None:
    before, legs = carrier.count("accepted", NILS), Leg.objects.count()
    silence(OUT + 29 * MINUTE)
    assert (Leg.objects.count(), nils().safe_until) == (legs, OUT + 30 * MINUTE)
    silence(OUT + 31 * MINUTE)
    assert carrier.count("accepted", NILS) == before + 1
    assert any("är allt väl? Svara ok" in text for text in carrier.oracle()["texts"][NILS])
    silence(OUT + 33 * MINUTE)
    (call,) = carrier.calls(NILS)
    assert call["number"] == NILS
    silence(OUT + 45 * MINUTE)
    alone.refresh_from_db()
    assert alone.attention == ["unheard"]
    assert Notice.objects.filter(kind=Notice.Kind.UNHEARD, item=alone).count() == 1
    assert journal(alone, "unheard") == [
        "Nils Ek (Fastighetsjour) hör inte av sig, varken på sms eller telefon. Ring, och skicka någon dit."
    ]
    assert len(journal(alone, "safety_asked")) == 2
    assert (carrier.count("accepted", NILS), len(carrier.calls(NILS))) == (before + 1, 1)


@pytest.mark.parametrize("word", ["ok", "Allt bra här", "5"])
def test_any_word_of_theirs_starts_their_time_anew(alone: Any, carrier: Carrier, word: str) -> None:
    silence(OUT + 31 * MINUTE)
    answer(word, OUT + 32 * MINUTE)
    one = nils()
    assert (one.safe_until, one.safety_asked_at, one.unheard_at) == (OUT + 62 * MINUTE, None, None)
    silence(OUT + 61 * MINUTE)
    assert carrier.calls(NILS) == []


def test_heard_again_the_alarm_goes_away_and_says_so(alone: Any) -> None:
    silence(OUT + 40 * MINUTE)
    answer("ok", OUT + 41 * MINUTE)
    alone.refresh_from_db()
    assert alone.attention == []
    assert journal(alone, "back_in_touch") == ["Nils Ek har hört av sig igen."]


def test_the_operator_who_has_talked_with_them_says_so(alone: Any, olga: Any) -> None:
    silence(OUT + 40 * MINUTE)
    services.report(item_id=alone.pk, operator=olga, callout_id=nils().pk, what="ok", now=OUT + 41 * MINUTE)
    alone.refresh_from_db()
    assert (alone.attention, nils().safe_until) == ([], OUT + 71 * MINUTE)
    assert journal(alone, "sms_answered")[-1] == "Talade med Nils Ek. Allt är väl."


def test_the_key_in_the_call_that_asks_is_a_word(alone: Any) -> None:
    silence(OUT + 33 * MINUTE)
    leg = Leg.objects.get(purpose=safety.PURPOSE)
    listener, now = Safety(), OUT + 33 * MINUTE
    assert listener.key(leg, "9", now).listen, "any other key says it again"
    assert nils().safety_rung_at is not None
    said = listener.key(leg, "1", now)
    assert (said.listen, nils().safe_until) == (False, OUT + 63 * MINUTE)


def test_done_or_declined_ends_it_and_nobody_is_asked(alone: Any, carrier: Carrier) -> None:
    before = carrier.count("accepted", NILS)
    answer("6", OUT + MINUTE)
    silence(OUT + 60 * MINUTE)
    assert (nils().safe_until, carrier.count("accepted", NILS)) == (None, before)


def test_a_case_is_not_closed_while_somebody_is_alone_out_there(alone: Any, olga: Any) -> None:
    with pytest.raises(Unresolved) as left:
        close(item_id=alone.pk, operator=olga, outcome="fixed_on_site", now=OUT + MINUTE)
    assert [one.code for one in left.value.remaining] == ["still_out"]
    services.report(item_id=alone.pk, operator=olga, callout_id=nils().pk, what="done", now=OUT + 2 * MINUTE)
    close(item_id=alone.pk, operator=olga, outcome="fixed_on_site", now=OUT + 3 * MINUTE)


def test_a_clock_that_stands_still_is_seen_by_the_auditor(alone: Any) -> None:
    before = overdue(OUT + 29 * MINUTE)
    assert overdue(OUT + 31 * MINUTE) == before + 1


def test_a_municipality_chooses_how_long_or_not_at_all(
    held: Callable[..., Any], call_out: Callable[..., Any], storkoping: Any, arvid: Any
) -> None:
    call_out(held())
    with in_municipality(storkoping):
        duty = Duty.objects.get(code="fastighetsjour")
        layers.set_safe_minutes(duty_id=duty.pk, minutes=15, actor=arvid, now=NOW)
        with pytest.raises(BadEntry):
            layers.set_safe_minutes(duty_id=duty.pk, minutes=7, actor=arvid, now=NOW)
    answer("1", NOW + MINUTE)
    answer("5", OUT)
    assert nils().safe_until == OUT + 15 * MINUTE
    with in_municipality(storkoping):
        layers.set_safe_minutes(duty_id=duty.pk, minutes=0, actor=arvid, now=NOW)
    answer("5", OUT + MINUTE)
    assert nils().safe_until is None
