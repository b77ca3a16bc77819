"""A case from a home phone says where the phone calls, and no more than is known."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from alarms.intake.models import Signal, Transmitter
from alarms.voice import PATIENCE
from tests.operator_console.conftest import act, pane
from tests.support.cases import now
from tests.support.incoming import said, signal_of, take, transmitter

NUMBER, HOME = "+46846500412", "+46701740605"
WARNING = "OSÄKERT"


@pytest.fixture
def phone(committed: None, storkoping: Any) -> Transmitter:
    return transmitter(storkoping, protocol="scaip")


def pressed(phone: Transmitter, **data: str) -> UUID:
    """The case of a press on the button; ``data`` is what its letter keeps of speech."""
    (receipt,) = take([said(phone, kind="safety_alarm", priority=1, body=json.dumps({"data": data}))])
    return UUID(str(signal_of(receipt).item_id))


def long_ago(item: UUID) -> None:
    Signal.objects.filter(item_id=item).update(received_at=now() - PATIENCE)


def test_while_it_may_be_calling_it_is_said_to_whom_and_since_when(olgas: Any, phone: Transmitter) -> None:
    item = pressed(phone, calls=NUMBER, speech=f"sip:{HOME[1:]}@unit.test")
    shown = pane(olgas, item)
    assert "Apparaten ringer upp 08-465 004 12 · väntar sedan" in shown
    assert "data-refresh-at" in shown
    assert WARNING not in shown


def test_after_a_minute_nobody_knows_and_the_case_says_so_and_what_to_do(
    olgas: Any, phone: Transmitter
) -> None:
    item = pressed(phone, calls=NUMBER, speech=f"sip:{HOME[1:]}@unit.test")
    long_ago(item)
    shown = pane(olgas, item)
    assert WARNING in shown
    assert "Vi vet inte om samtalet till 08-465 004 12 kom fram" in shown
    assert "Ring upp: 070-174 06 05" in shown
    act(olgas, item, "claim")
    act(olgas, item, "close", outcome="false_alarm")
    assert "Ring upp" not in pane(olgas, item), "what is over asks nobody to call"


def test_a_unit_that_never_said_its_number_sends_the_operator_elsewhere(
    olgas: Any, phone: Transmitter
) -> None:
    item = pressed(phone, calls=NUMBER, speech="")
    long_ago(item)
    assert "Ring den det gäller eller kalla ut." in pane(olgas, item)


def test_a_unit_with_a_receiver_of_its_own_is_not_ours_to_hear(olgas: Any, phone: Transmitter) -> None:
    item = pressed(phone, calls="", speech="")
    assert "Vi ser inte det samtalet." in pane(olgas, item)


def test_nothing_is_said_of_speech_where_none_was_asked_for(
    olgas: Any, opened: Callable[..., UUID], phone: Transmitter
) -> None:
    assert "<dt>Tal</dt>" not in pane(olgas, opened("safety_alarm"))
    assert "<dt>Tal</dt>" not in pane(olgas, pressed(phone, device="12345678"))
