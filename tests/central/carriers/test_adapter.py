"""The adapter against the simulator: what it makes of each answer, and what never leaves."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest

from central.carriers.adapters.twilio import Twilio
from central.carriers.port import CarrierError, UnknownOutcome
from tests.support.simulated_carrier import ACCOUNT, NUMBER, TOKEN, Carrier

NILS = "+46701740621"
HOUR = timedelta(hours=1)


def adapter(base: str, *, token: str = TOKEN, read_seconds: float = 5) -> Twilio:
    return Twilio(
        account_sid=ACCOUNT, auth_token=token, sender=NUMBER, api_base=base, read_seconds=read_seconds
    )


def send(twilio: Twilio, to: str = NILS, body: str = "Prov åäö") -> str:
    return twilio.send_sms(to=to, body=body, status_callback="https://central.test/x/", validity=HOUR).sid


def test_a_message_is_taken_found_and_fetched(carrier: Carrier) -> None:
    twilio = adapter(carrier.base)
    began = datetime.now(UTC)
    sid = send(twilio)
    assert [one.sid for one in twilio.find(to=NILS, body="Prov åäö", since=began)] == [sid]
    assert twilio.find(to=NILS, body="något annat", since=began) == []
    assert twilio.find(to=NILS, body="Prov åäö", since=began + HOUR) == []
    assert twilio.fetch(sid).sid == sid
    assert carrier.count("accepted", NILS) == 1


@pytest.mark.parametrize("to", ["112", "+46112", "0046112", "90000"])
def test_112_is_refused_by_name_before_anything_leaves(carrier: Carrier, to: str) -> None:
    with pytest.raises(CarrierError) as refused:
        send(adapter(carrier.base), to=to)
    assert refused.value.code == "emergency"
    assert refused.value.permanent
    assert carrier.count("posts") == 0


@pytest.mark.parametrize(
    ("kind", "code", "permanent"),
    [
        ("invalid", "21211", True),
        ("opted_out", "21610", True),
        ("unreachable", "21612", True),
        ("not_mobile", "21614", True),
        ("busy", "20429", False),
    ],
)
def test_refusals_tell_whether_repeating_helps(
    carrier: Carrier, kind: str, code: str, permanent: bool
) -> None:
    carrier.fault(kind, NILS, 1)
    with pytest.raises(CarrierError) as refused:
        send(adapter(carrier.base))
    assert (refused.value.code, refused.value.permanent) == (code, permanent)
    assert (refused.value.retry_after == 1) is (kind == "busy")
    assert carrier.count("accepted") == 0


@pytest.mark.parametrize("kind", ["error", "error_after"])
def test_a_server_error_is_an_unknown_outcome(carrier: Carrier, kind: str) -> None:
    carrier.fault(kind, NILS, 1)
    with pytest.raises(UnknownOutcome):
        send(adapter(carrier.base))


def test_no_answer_in_time_is_an_unknown_outcome_though_it_was_taken(carrier: Carrier) -> None:
    carrier.fault("timeout_after", NILS, 1)
    with pytest.raises(UnknownOutcome) as unknown:
        send(adapter(carrier.base, read_seconds=0.3))
    assert unknown.value.code == "timeout"
    assert carrier.count("accepted", NILS) == 1


def test_wrong_credentials_are_permanent(carrier: Carrier) -> None:
    with pytest.raises(CarrierError) as refused:
        send(adapter(carrier.base, token="fel"))
    assert (refused.value.code, refused.value.permanent) == ("20003", True)


def test_nobody_listening_means_surely_not_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    with pytest.raises(CarrierError) as refused:
        send(adapter(f"http://127.0.0.1:{port}"))
    assert (refused.value.code, refused.value.permanent) == ("unreachable", False)


@pytest.fixture
def hangs_up() -> Iterator[str]:
    """A server that reads the request and hangs up without a word."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            connection.recv(65_536)
            connection.close()

    thread = Thread(target=serve)
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()
    thread.join()


def test_a_connection_lost_after_sending_is_an_unknown_outcome(hangs_up: str) -> None:
    with pytest.raises(UnknownOutcome) as unknown:
        send(adapter(hangs_up))
    assert unknown.value.code == "connection_lost"


def test_nothing_personal_is_logged(carrier: Carrier, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    twilio = adapter(carrier.base)
    send(twilio, body="Hemlig text")
    twilio.find(to=NILS, body="Hemlig text", since=datetime.now(UTC) - HOUR)
    ours = " ".join(record.getMessage() for record in caplog.records)
    assert "Hemlig" not in ours
    assert "740621" not in ours
