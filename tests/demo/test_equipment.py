"""The demo's panels and phones say a thing until it is answered, whatever becomes of the line."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from alarms.receivers.dc09 import building
from alarms.receivers.dc09.frames import EncryptedFrame, Frame, decrypt, parse
from alarms.receivers.dc09.stream import Splitter
from alarms.receivers.scaip.receiver import ScaipMessage, ScaipReceiver
from alarms.receivers.scaip.response import Answer
from demo import incidents, installations
from demo.ground import PLACES
from demo.panels import Address, KeptPanel
from demo.patience import pauses
from demo.phones import KeptPhone
from tests.support.processes import eventually, free_port

ROOT = Path(__file__).resolve().parents[2]
PANEL = installations.panel(PLACES[0])
PHONE = installations.phones(PLACES[0])[0]
KEY = bytes(range(16))
FIRE = incidents.panel_frame(PANEL, "Nri1/FA003")

type Ears = Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]


def now() -> datetime:
    return datetime.now(UTC)


def header(raw: bytes) -> Frame | EncryptedFrame:
    return parse(raw)


def with_server(heard: Ears, work: Callable[[Address], Awaitable[None]]) -> None:
    """A receiver that does what ``heard`` does with each frame and nothing else."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        splitter = Splitter()
        with suppress(ConnectionError):
            while data := await reader.read(4096):
                for raw in splitter.feed(data):
                    await heard(raw, writer)
        writer.close()

    async def whole() -> None:
        async with asyncio.timeout(15):
            server = await asyncio.start_server(serve, "127.0.0.1", 0)
            await work(Address("127.0.0.1", server.sockets[0].getsockname()[1]))
            server.close()

    asyncio.run(whole())


async def while_running(kept: KeptPanel | KeptPhone, until: asyncio.Event) -> None:
    running = asyncio.ensure_future(kept.run())
    await until.wait()
    await asyncio.sleep(0.1)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


def test_a_fire_is_said_again_unchanged_until_it_is_acknowledged() -> None:
    said: list[bytes] = []

    async def deaf_at_first(raw: bytes, writer: asyncio.StreamWriter) -> None:
        came = header(raw)
        if came.id == "SIA-DCS":
            said.append(raw)
            if len(said) == 2:
                writer.close()  # the line goes too
            if len(said) < 5:
                return
            done.set()
        writer.write(building.build_ack(came))

    async def work(at: Address) -> None:
        kept = KeptPanel(PANEL.account, at, clock=now, poll=5, patience=0.1)
        kept.tell(FIRE)
        await while_running(kept, done)

    done = asyncio.Event()
    with_server(deaf_at_first, work)
    assert len(said) == 5, "and not once more after its ACK"
    assert len(set(said)) == 1


def test_a_frame_that_has_become_too_old_is_said_with_the_time_as_it_is() -> None:
    said: list[Frame] = []

    async def strict(raw: bytes, writer: asyncio.StreamWriter) -> None:
        came = header(raw)
        assert isinstance(came, EncryptedFrame)
        frame = decrypt(came, KEY)
        said.append(frame)
        if frame.id == "SIA-DCS" and len(said) < 3:
            writer.write(building.build_nak(now()))
            return
        writer.write(building.build_encrypted_ack(came, key=KEY, now=now()))
        if frame.id == "SIA-DCS":
            done.set()

    async def work(at: Address) -> None:
        times = iter(now() + timedelta(seconds=60 * nth) for nth in range(100))
        kept = KeptPanel(PANEL.account, at, clock=lambda: next(times), key=KEY, poll=5, patience=2)
        kept.tell(FIRE)
        await while_running(kept, done)

    done = asyncio.Event()
    with_server(strict, work)
    assert [frame.id for frame in said] == ["NULL", "SIA-DCS", "SIA-DCS"]
    assert [frame.data for frame in said[1:]] == [FIRE.data] * 2
    assert len({frame.timestamp for frame in said}) == 3


def test_a_panel_polls_on_one_connection_and_calls_again_when_nobody_listens() -> None:
    polled: list[int] = []

    async def polite(raw: bytes, writer: asyncio.StreamWriter) -> None:
        polled.append(writer.get_extra_info("peername")[1])
        writer.write(building.build_ack(header(raw)))
        if len(polled) == 3:
            done.set()

    async def work(at: Address) -> None:
        kept = KeptPanel(PANEL.account, at, clock=now, poll=0.05)
        await while_running(kept, done)
        lines: list[str] = []
        away = KeptPanel(PANEL.account, Address("127.0.0.1", free_port()), clock=now, say=lines.append)
        running = asyncio.ensure_future(away.run())
        await asyncio.sleep(0.2)
        assert not running.done()
        assert len(lines) == 1
        running.cancel()

    done = asyncio.Event()
    with_server(polite, work)
    assert len(polled) >= 3
    assert len(set(polled)) == 1


def test_a_phone_sends_the_same_message_until_it_is_answered() -> None:
    came: list[ScaipMessage] = []

    async def whole() -> None:
        done = asyncio.Event()

        async def busy_at_first(message: ScaipMessage) -> Answer:
            came.append(message)
            if len(came) == 1:
                raise RuntimeError("not stored")
            if message.request.mty == "PI":
                done.set()
            return Answer()

        receiver = ScaipReceiver(handle=busy_at_first)
        await receiver.listen(host="127.0.0.1", port=0)
        kept = KeptPhone(PHONE, Address("127.0.0.1", receiver.port), heartbeat=0.1)
        kept.tell(incidents.FALL, incidents.BY_HAND)
        async with asyncio.timeout(15):
            await while_running(kept, done)
        await receiver.close()

    asyncio.run(whole())
    first, again, *alive = [message.request for message in came]
    assert first == again
    assert (first.cid, first.dty, first.stc) == (PHONE.cid, "0005", "0010")
    assert {one.mty for one in alive} == {"PI"}


def test_pauses_grow_and_stay_within_their_bounds() -> None:
    waits = pauses()
    drawn = [next(waits) for _ in range(20)]
    assert drawn[0] < 1.5 < drawn[2]
    assert min(drawn[6:]) > 20
    assert max(drawn) < 40


def test_the_process_ends_at_once_when_it_is_asked_to() -> None:
    environment = os.environ | {
        "DC09_PORT": str(free_port()),
        "SCAIP_PORT": str(free_port()),
        "SECRET_KEY": "only-for-tests",
        "DEMO_CENTRE_URL": "http://127.0.0.1:9",
        "PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}",
        "PYTHONUNBUFFERED": "1",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "demo.equipment"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        assert process.stdout is not None
        assert b"kommer inte fram" in process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        assert process.wait(5) == 0
        assert b"Traceback" not in process.stdout.read()
    finally:
        if eventually(lambda: process.poll() is not None, 0.1) is not True:
            process.kill()
