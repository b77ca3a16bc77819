"""Calls on the simulator itself: what it tells, how numbers behave, and what it makes of TwiML."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from email.utils import parsedate_to_datetime

import pytest
import requests

from tests.central.carriers.test_simulator import Receiver, client
from tests.support import simulated_carrier
from tests.support.simulated_carrier import ACCOUNT, NUMBER, Carrier, eventually

NILS = "+46701740621"
EVENTS = ["initiated", "ringing", "answered", "completed"]
ASKS = '<Response><Gather numDigits="1" action="/digit/"><Say>Tryck 1.</Say></Gather><Say>Hej då.</Say></Response>'


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    one = Receiver()
    yield one
    one.server.shutdown()
    one.server.server_close()


@pytest.fixture(scope="module")
def running(receiver: Receiver) -> Iterator[Carrier]:
    with simulated_carrier.running() as carrier:
        yield carrier


@pytest.fixture
def direct(running: Carrier, receiver: Receiver) -> Carrier:
    running.reset()
    receiver.heard.clear()
    receiver.twiml = {"/twiml/": ASKS, "/digit/": "<Response><Say>Tack.</Say></Response>"}
    return running


@pytest.fixture
def dial(direct: Carrier, receiver: Receiver) -> Callable[..., str]:
    def make(path: str = "/twiml/", **more: int) -> str:
        call = client(direct).calls.create(
            to=NILS,
            from_=NUMBER,
            url=receiver.base + path,
            status_callback=f"{receiver.base}/call/",
            status_callback_event=EVENTS,
            **more,
        )
        return str(call.sid)

    return make


def told(receiver: Receiver) -> list[dict[str, str]]:
    return [one for path, one in receiver.heard if path == "/call/"]


def statuses(receiver: Receiver) -> list[str]:
    return [one["CallStatus"] for one in told(receiver)]


def over(carrier: Carrier) -> bool:
    return bool(carrier.calls()[-1]["ended"])


def test_a_call_rings_is_read_aloud_and_takes_a_digit(
    direct: Carrier, receiver: Receiver, dial: Callable[..., str]
) -> None:
    sid = dial()
    eventually(lambda: statuses(receiver) == ["initiated", "ringing"])
    direct.do(sid, "answer")
    eventually(lambda: direct.calls()[0]["gather"])
    direct.do(sid, "digit:1")
    eventually(lambda: statuses(receiver) == ["initiated", "ringing", "in-progress", "completed"])
    assert [one["Digits"] for path, one in receiver.heard if path == "/digit/"] == ["1"]
    assert [one["text"] for one in direct.calls()[0]["heard"]] == ["Tryck 1.", "1", "Tack."]
    fetched = client(direct).calls(sid).fetch()
    assert (fetched.status, fetched.direction, fetched.to) == ("completed", "outbound-api", NILS)
    assert fetched.start_time is not None
    assert fetched.end_time is not None


def test_status_callbacks_tell_what_twilio_documents(
    direct: Carrier, receiver: Receiver, dial: Callable[..., str]
) -> None:
    direct.habit(NILS, "key", seconds=0)
    sid = dial()
    eventually(lambda: len(told(receiver)) == 4)
    for number, one in enumerate(told(receiver)):
        assert (one["CallSid"], one["AccountSid"], one["SequenceNumber"]) == (sid, ACCOUNT, str(number))
        assert (one["From"], one["To"], one["Direction"]) == (NUMBER, NILS, "outbound-api")
        assert one["CallbackSource"] == "call-progress-events"
        assert parsedate_to_datetime(one["Timestamp"]).tzinfo is not None
        assert ("CallDuration" in one) is (number == 3)


def test_nobody_presses_and_the_document_goes_on(direct: Carrier, dial: Callable[..., str]) -> None:
    direct.weather(patience=0.01)
    direct.habit(NILS, "voicemail", seconds=0)
    dial()
    eventually(lambda: over(direct))
    assert [one["who"] for one in direct.calls()[0]["heard"]] == ["phone", "centre", "centre"]


@pytest.mark.parametrize(
    ("habit", "ends"), [("busy", "busy"), ("dead", "failed"), ("never", "no-answer"), ("person", "no-answer")]
)
def test_numbers_behave_as_they_were_told(
    direct: Carrier, receiver: Receiver, dial: Callable[..., str], habit: str, ends: str
) -> None:
    direct.weather(patience=0.01)
    direct.habit(NILS, habit)
    dial(timeout=5)
    eventually(lambda: statuses(receiver)[-1:] == [ends])
    assert not any(path == "/twiml/" for path, _ in receiver.heard)


def test_stormy_weather_shuffles_and_repeats_but_numbers_them_rightly(
    direct: Carrier, receiver: Receiver, dial: Callable[..., str]
) -> None:
    direct.weather(shuffle=1, repeat=1)
    direct.habit(NILS, "key", seconds=0)
    dial()
    eventually(lambda: len(told(receiver)) == 5)
    assert statuses(receiver) == ["completed", "in-progress", "ringing", "initiated", "completed"]
    assert [one["SequenceNumber"] for one in told(receiver)] == ["3", "2", "1", "0", "3"]


@pytest.mark.parametrize(("kind", "heard"), [("silent", []), ("stuck", ["initiated", "ringing"])])
def test_callbacks_can_be_lost(
    direct: Carrier, receiver: Receiver, dial: Callable[..., str], kind: str, heard: list[str]
) -> None:
    direct.fault(kind)
    direct.habit(NILS, "key", seconds=0)
    dial()
    eventually(lambda: over(direct))
    assert statuses(receiver) == heard


def test_bad_or_missing_twiml_is_an_error_that_is_heard_and_counted(
    direct: Carrier, receiver: Receiver, dial: Callable[..., str]
) -> None:
    direct.habit(NILS, "voicemail", seconds=0)
    receiver.twiml["/twiml/"] = "<Response><Tala>Hej</Tala></Response>"
    dial()
    eventually(lambda: over(direct))
    assert "application error" in direct.calls()[0]["heard"][-1]["text"]
    assert direct.count("bad_twiml", NILS) == 1
    receiver.server.RequestHandlerClass.do_POST, before = None, receiver.server.RequestHandlerClass.do_POST
    try:
        dial()
        eventually(lambda: len(direct.calls()) == 2 and over(direct))
    finally:
        receiver.server.RequestHandlerClass.do_POST = before
    assert direct.count("no_twiml", NILS) == 1


@pytest.mark.parametrize(
    "bad",
    [
        {"number": NILS, "kind": "sleeps"},
        {"number": NILS, "kind": "key", "key": "x"},
        {"number": NILS, "kind": "voicemail", "seconds": -1},
        {"kind": "busy"},
    ],
)
def test_a_strange_habit_is_refused(direct: Carrier, bad: dict[str, object]) -> None:
    assert requests.post(f"{direct.base}/habit", json=bad, timeout=5).status_code == 400


def test_only_what_a_person_could_do_can_be_done(direct: Carrier, dial: Callable[..., str]) -> None:
    sid = dial()
    eventually(lambda: direct.calls()[0]["status"] == "ringing")
    for what in ("digit:1", "dance", "digit:x"):
        assert (
            requests.post(f"{direct.base}/call", json={"sid": sid, "do": what}, timeout=5).status_code == 404
        )
    direct.do(sid, "hangup")
    assert (
        requests.post(f"{direct.base}/call", json={"sid": sid, "do": "answer"}, timeout=5).status_code == 404
    )


def test_the_api_ends_calls_as_twilio_does(direct: Carrier, dial: Callable[..., str]) -> None:
    sid = dial()
    eventually(lambda: direct.calls()[0]["status"] == "ringing")
    direct.do(sid, "answer")
    eventually(lambda: direct.calls()[0]["gather"])
    spared = client(direct).calls(sid).update(status="canceled")
    assert spared.status == "in-progress"
    assert client(direct).calls(sid).update(status="completed").status == "completed"
