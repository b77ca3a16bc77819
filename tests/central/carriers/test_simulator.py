"""The simulator itself: Twilio's shapes, its memory, its weather, calls, and the page of phones."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
import requests
from twilio.rest import Client

from central.carriers.adapters.twilio import LOOKED_THROUGH, Twilio
from central.carriers.adapters.twilio_wire import Wire
from central.carriers.simulator import wire
from tests.support import simulated_carrier
from tests.support.simulated_carrier import ACCOUNT, NUMBER, TOKEN, Carrier, eventually

NILS = "+46701740621"


class Receiver:
    """Takes webhooks, checks their signature with the simulator's own rule, and answers with TwiML."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, dict[str, str]]] = []
        self.twiml: dict[str, str] = {}
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                told = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
                assert self.headers["X-Twilio-Signature"] == wire.signature(
                    TOKEN, receiver.base + self.path, told
                )
                receiver.heard.append((self.path, told))
                answer = receiver.twiml.get(self.path, "<Response/>").encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def statuses(self, sid: str) -> list[str]:
        return [told["MessageStatus"] for _, told in self.heard if told.get("MessageSid") == sid]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    one = Receiver()
    yield one
    one.server.shutdown()
    one.server.server_close()


@pytest.fixture
def direct(receiver: Receiver) -> Iterator[Carrier]:
    """A simulator whose webhooks reach the receiver."""
    with simulated_carrier.running("--inbound-url", f"{receiver.base}/in/") as carrier:
        yield carrier


def client(carrier: Carrier) -> Client:
    """Twilio's own client, as everybody else uses it."""
    return Client(ACCOUNT, TOKEN, http_client=Wire(api_base=carrier.base, read_seconds=5), environment={})


def send(carrier: Carrier, to: str = NILS, body: str = "Prov", callback: str = "") -> str:
    more = {"status_callback": callback} if callback else {}
    return str(client(carrier).messages.create(to=to, from_=NUMBER, body=body, **more).sid)


def test_twilios_own_client_reads_what_it_answers(carrier: Carrier) -> None:
    sid = send(carrier)
    message = client(carrier).messages(sid).fetch()
    assert (message.to, message.from_, message.direction) == (NILS, NUMBER, "outbound-api")
    assert message.date_created is not None
    assert datetime.now(UTC) - message.date_created < timedelta(minutes=1)


def test_lists_are_paged_and_filtered_newest_first(carrier: Carrier) -> None:
    carrier.fault("silent")
    sids = [send(carrier, body=f"nummer {one}") for one in range(7)]
    send(carrier, to="+46701740622")
    listed = client(carrier).messages.list(to=NILS, page_size=3)
    assert [message.sid for message in listed] == sids[::-1]
    assert client(carrier).messages.list(to=NILS, date_sent_after=datetime.now(UTC) + timedelta(days=1)) == []
    assert LOOKED_THROUGH >= 200


def test_wrong_credentials_and_unknown_things_are_refused_as_by_twilio(carrier: Carrier) -> None:
    url = f"{carrier.base}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    refused = requests.post(url, data={}, auth=(ACCOUNT, "fel"), timeout=5)
    assert (refused.status_code, refused.json()["code"]) == (401, 20003)
    for missing, code in (({}, 21604), ({"To": NILS}, 21603), ({"To": NILS, "From": NUMBER}, 21602)):
        answer = requests.post(url, data=missing, auth=(ACCOUNT, TOKEN), timeout=5)
        assert (answer.status_code, answer.json()["code"]) == (400, code)
        assert set(answer.json()) == {"code", "message", "more_info", "status"}
    assert (
        requests.get(url.replace(".json", "/SMx.json"), auth=(ACCOUNT, TOKEN), timeout=5).status_code == 404
    )


def test_callbacks_are_signed_and_tell_the_whole_journey(direct: Carrier, receiver: Receiver) -> None:
    sid = send(direct, callback=f"{receiver.base}/status/?x=1")
    eventually(lambda: receiver.statuses(sid) == ["sent", "delivered"])


def test_stormy_weather_shuffles_and_repeats(direct: Carrier, receiver: Receiver) -> None:
    direct.weather(shuffle=1, repeat=1)
    sid = send(direct, callback=f"{receiver.base}/status/")
    eventually(lambda: receiver.statuses(sid) == ["delivered", "sent", "delivered"])


def test_a_magic_number_fails_in_its_own_way(direct: Carrier, receiver: Receiver) -> None:
    sid = send(direct, to="+46701740690", callback=f"{receiver.base}/status/")
    eventually(lambda: receiver.statuses(sid) == ["sent", "undelivered"])
    assert receiver.heard[-1][1]["ErrorCode"] == "30003"


def test_a_person_answers_and_stop_means_stop(direct: Carrier, receiver: Receiver) -> None:
    from central.carriers.port import CarrierError

    direct.answer(NILS, "1")
    eventually(lambda: [told["Body"] for path, told in receiver.heard if path == "/in/"] == ["1"])
    direct.answer(NILS, "Stopp")
    with pytest.raises(CarrierError) as refused:
        send(direct)
    assert refused.value.code == "21610"


def test_phones_remember_over_a_restart(tmp_path: Path) -> None:
    state = str(tmp_path / "phones.jsonl")
    with simulated_carrier.running("--state", state, "--deliver-to", "http://127.0.0.1:9") as carrier:
        sid = send(carrier, body="Minns du?")
        eventually(lambda: carrier.count("delivered") == 1)
    with simulated_carrier.running("--state", state) as again:
        assert client(again).messages(sid).fetch().status == "delivered"
        (phone,) = requests.get(f"{again.base}/phones.json", timeout=5).json()["phones"]
        assert phone["messages"][0]["body"] == "Minns du?"


def test_the_adapter_never_sees_more_than_it_looks_through(carrier: Carrier) -> None:
    carrier.fault("silent")
    twilio = Twilio(account_sid=ACCOUNT, auth_token=TOKEN, sender=NUMBER, api_base=carrier.base)
    first = send(carrier, body="den första")
    for one in range(60):
        send(carrier, body=f"brus {one}")
    found = twilio.find(to=NILS, body="den första", since=datetime.now(UTC) - timedelta(minutes=1))
    assert [one.sid for one in found] == [first]
