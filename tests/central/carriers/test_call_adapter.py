"""Calls through the adapter: each field as Twilio documents it, and what each answer is taken to mean."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from central.carriers.port import CarrierError, Receipt, UnknownOutcome
from tests.central.carriers.test_adapter import adapter
from tests.support.simulated_carrier import ACCOUNT, NUMBER, TOKEN, Carrier, eventually

NILS = "+46701740621"
URL = "https://central.test/carrier/twilio/voice/7/"
MINUTE = timedelta(minutes=1)


def place(carrier: Carrier, to: str = NILS, read_seconds: float = 5, **more: Any) -> Receipt:
    told = {"url": URL, "status_callback": f"{URL}status/", "ring_seconds": 30} | more
    return adapter(carrier.base, read_seconds=read_seconds).place_call(to=to, **told)


def test_a_call_is_asked_for_field_by_field(carrier: Carrier) -> None:
    receipt = place(carrier)
    (call,) = carrier.calls()
    assert call["sid"] == receipt.sid
    assert receipt.status == "queued"
    assert call["form"] == {
        "To": NILS,
        "From": NUMBER,
        "Url": URL,
        "Method": "POST",
        "StatusCallback": f"{URL}status/",
        "StatusCallbackMethod": "POST",
        "StatusCallbackEvent": "initiated ringing answered completed",
        "Timeout": "30",
        "TimeLimit": "600",
    }


@pytest.mark.parametrize(("wanted", "asked"), [(0, "1"), (45, "45"), (5_000, "600")])
def test_it_never_asks_for_longer_than_can_be_had(carrier: Carrier, wanted: int, asked: str) -> None:
    place(carrier, ring_seconds=wanted)
    assert carrier.calls()[0]["form"]["Timeout"] == asked


@pytest.mark.parametrize("to", ["112", "+46112", "0046112", "90000"])
def test_112_is_never_called(carrier: Carrier, to: str) -> None:
    with pytest.raises(CarrierError) as refused:
        place(carrier, to)
    assert (refused.value.code, refused.value.permanent) == ("emergency", True)
    assert carrier.count("call_posts") == 0


@pytest.mark.parametrize(
    ("kind", "code", "permanent"),
    [("invalid", "21211", True), ("unreachable", "21214", True), ("busy", "20429", False)],
)
def test_refusals_tell_whether_repeating_helps(
    carrier: Carrier, kind: str, code: str, permanent: bool
) -> None:
    carrier.fault(kind, NILS, 1)
    with pytest.raises(CarrierError) as refused:
        place(carrier)
    assert (refused.value.code, refused.value.permanent) == (code, permanent)
    assert carrier.count("calls") == 0


@pytest.mark.parametrize(
    ("kind", "taken"), [("error", 0), ("error_after", 1), ("timeout", 0), ("timeout_after", 1)]
)
def test_no_clear_answer_is_an_unknown_outcome(carrier: Carrier, kind: str, taken: int) -> None:
    carrier.fault(kind, NILS, 1)
    with pytest.raises(UnknownOutcome):
        place(carrier, read_seconds=0.3)
    assert carrier.count("calls", NILS) == taken


def test_a_slow_answer_is_waited_for(carrier: Carrier) -> None:
    carrier.weather(pace=0.1)
    carrier.fault("slow", NILS, 1)
    assert place(carrier).sid


def test_calls_are_found_by_number_and_time_also_before_they_are_dialled(carrier: Carrier) -> None:
    carrier.weather(pace=1000)  # it stays in the carrier's queue, without a StartTime
    began = datetime.now(UTC)
    queued = place(carrier)
    carrier.weather(pace=0)
    dialled = place(carrier)
    place(carrier, "+46701740622")
    eventually(lambda: carrier.calls()[1]["status"] == "ringing")
    twilio = adapter(carrier.base)
    assert [one.sid for one in twilio.find_calls(to=NILS, since=began)] == [queued.sid, dialled.sid]
    assert twilio.find_calls(to=NILS, since=began + MINUTE) == []
    assert twilio.find_calls(to="+46701740623", since=began) == []


def test_a_call_is_fetched(carrier: Carrier) -> None:
    sid = place(carrier).sid
    eventually(lambda: adapter(carrier.base).fetch_call(sid).status == "ringing")
    with pytest.raises(CarrierError) as refused:
        adapter(carrier.base).fetch_call("CAunknown")
    assert (refused.value.code, refused.value.permanent) == ("20404", True)


def test_ending_a_ringing_call_spares_one_that_was_picked_up(carrier: Carrier) -> None:
    twilio = adapter(carrier.base)
    carrier.habit(NILS, "voicemail", seconds=0)
    sid = place(carrier).sid
    eventually(lambda: carrier.count("call_in-progress") == 1)
    # Nobody answers for the words here, so the call is over when they were asked for.
    eventually(lambda: twilio.fetch_call(sid).status == "completed")
    carrier.habit(NILS, "person")
    ringing = place(carrier).sid
    eventually(lambda: twilio.fetch_call(ringing).status == "ringing")
    assert twilio.end_call(ringing, answered=False).status == "canceled"
    with pytest.raises(CarrierError) as over:
        twilio.end_call(ringing, answered=False)
    assert (over.value.code, over.value.permanent) == ("21220", True)


def test_the_simulator_refuses_what_twilio_does_not_document(carrier: Carrier) -> None:
    url = f"{carrier.base}/2010-04-01/Accounts/{ACCOUNT}/Calls.json"
    good = {"To": NILS, "From": NUMBER, "Url": URL}
    for wrong, code in (
        ({"To": ""}, 21201),
        ({"To": "0701740621"}, 21211),
        ({"From": ""}, 21212),
        ({"Url": "central.test"}, 21205),
        ({"StatusCallback": "x"}, 21609),
        ({"Timeout": "601"}, 20001),
        ({"StatusCallbackEvent": "hung-up"}, 20001),
        ({"Words": "Driftlarm"}, 20001),
    ):
        answer = requests.post(url, data=good | wrong, auth=(ACCOUNT, TOKEN), timeout=5)
        assert (answer.status_code, answer.json()["code"]) == (400, code), wrong
    assert carrier.count("calls") == 0


def test_nothing_personal_is_logged(carrier: Carrier, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    twilio = adapter(carrier.base)
    sid = place(carrier).sid
    twilio.find_calls(to=NILS, since=datetime.now(UTC) - MINUTE)
    twilio.end_call(sid, answered=False)
    assert "740621" not in " ".join(record.getMessage() for record in caplog.records)
