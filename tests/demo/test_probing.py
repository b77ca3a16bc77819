"""`central probe` says what a panel or a phone would, and what the answer means."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from alarms.receivers.dc09 import building
from alarms.receivers.dc09.frames import Frame, parse
from alarms.receivers.dc09.stream import Splitter
from alarms.receivers.scaip.receiver import ScaipMessage, ScaipReceiver
from alarms.receivers.scaip.response import Answer
from demo import beside, incidents, installations, probing
from demo.ground import PLACES
from demo.panels import Address
from tests.support.processes import free_port

PHONE = installations.phones(PLACES[0])[0]
NOW = datetime(2027, 1, 15, 2, 30, tzinfo=UTC)
CLOCK_OFF = NOW + timedelta(seconds=90)


def answered(told: str, event: probing.Event | None = None) -> tuple[probing.Outcome, list[Frame]]:
    """What the probe makes of a receiver that gives this answer, and what the receiver heard."""
    heard: list[Frame] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for raw in Splitter().feed(await reader.readuntil(b"\r")):
            frame = parse(raw)
            assert isinstance(frame, Frame)
            heard.append(frame)
            answers = {
                "ACK": building.build_ack(frame),
                "DUH": building.build_duh(frame),
                "NAK": building.build_nak(NOW),
                "silence": b"",
            }
            writer.write(answers[told])
            await writer.drain()
        await reader.read()
        writer.close()

    async def whole() -> probing.Outcome:
        async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
            at = Address("127.0.0.1", server.sockets[0].getsockname()[1])
            frame = (event or probing.Event("FA")).frame("0A1234")
            return await probing.dc09(
                frame, at, transport="TCP", key=None, clock=lambda: CLOCK_OFF, seconds=0.2
            )

    return asyncio.run(whole()), heard


@pytest.mark.parametrize(
    ("told", "taken", "meaning"),
    [
        ("ACK", True, "mottaget och sparat"),
        ("DUH", False, "ramen är hel men tas inte emot"),
        ("NAK", False, "går 90 s före mottagarens"),
        ("silence", False, "upprepar samma ram"),
    ],
)
def test_each_answer_is_told_with_what_it_means(told: str, taken: bool, meaning: str) -> None:
    outcome, heard = answered(told)
    assert outcome.taken is taken
    assert meaning in "\n".join(outcome.lines)
    assert "Nri1/FA001" in outcome.lines[0]
    assert heard[0].timestamp == CLOCK_OFF, "with a time two probes are never one frame repeated"


@pytest.mark.parametrize(
    ("event", "id", "data"),
    [
        (probing.Event("BA", "004", "Dörr"), "SIA-DCS", "#0A1234|Nri1/BA004^Dörr^"),
        (probing.Event("130", "004", restored=True), "ADM-CID", "#0A1234|3130 00 004"),
        (probing.Event("NULL"), "NULL", ""),
    ],
)
def test_the_code_decides_what_kind_of_frame_it_is(event: probing.Event, id: str, data: str) -> None:
    _outcome, heard = answered("ACK", event)
    assert (heard[0].id, heard[0].data) == (id, data)


@pytest.mark.parametrize(
    ("answer", "taken", "meaning"),
    [
        (Answer(cre=62, tnu="+46701740605"), True, "ska ringa +46701740605"),
        (Answer(snu=5, ste="Unknown controller"), False, "ingen har registrerat"),
        (None, False, "sändaren försöker igen"),
    ],
)
def test_a_status_is_told_with_what_it_means(answer: Answer | None, taken: bool, meaning: str) -> None:
    async def handle(_message: ScaipMessage) -> Answer:
        if answer is None:
            raise RuntimeError("not stored")
        return answer

    async def whole() -> probing.Outcome:
        receiver = ScaipReceiver(handle=handle)
        await receiver.listen(host="127.0.0.1", port=0)
        ref, body = incidents.phone_message(PHONE, dty="0003", stc="0010")
        outcome = await probing.scaip(ref, body, Address("127.0.0.1", receiver.port), transport="UDP")
        await receiver.close()
        return outcome

    outcome = asyncio.run(whole())
    assert outcome.taken is taken
    assert meaning in "\n".join(outcome.lines)


def test_without_a_demo_an_account_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.setenv("DEMO_DIR", str(tmp_path))
    monkeypatch.delenv("DEMO", raising=False)
    with pytest.raises(CommandError, match="--account"):
        call_command("probe", "dc09")
    settings.DC09_PORT = 0
    with pytest.raises(CommandError, match="--port: DC09_PORT"):
        call_command("probe", "dc09", "--account", "0A1234")


def test_nobody_there_is_said_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMO_DIR", str(tmp_path))
    with pytest.raises(CommandError, match="Går mottagarna"):
        call_command("probe", "dc09", "--account", "0A1234", "--port", str(free_port()))
    with pytest.raises(CommandError, match="Ramen kan inte skrivas"):
        call_command("probe", "dc09", "--account", "0A1234", "--port", "9", "--text", "a]b")


def test_the_demo_beside_is_found_by_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMO_DIR", str(tmp_path))
    for name in ("DEMO", "DC09_PORT"):
        monkeypatch.delenv(name, raising=False)
    assert not beside.is_there()
    (tmp_path / "env").write_text("DC09_PORT=8402\n")
    assert beside.is_there()
    assert beside.setting("DC09_PORT") == "8402"
    monkeypatch.setenv("DC09_PORT", "1")
    assert beside.setting("DC09_PORT") != "8402", "what the terminal says goes first"
