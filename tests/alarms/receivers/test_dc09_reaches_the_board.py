"""A panel over DC-09: one case per event, acknowledged after COMMIT, whatever dies meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from alarms.intake.models import Signal, TransmitterState
from alarms.receivers.dc09 import building
from alarms.receivers.dc09.client import NoAnswer, Panel
from alarms.receivers.dc09.frames import Frame, parse
from alarms.receivers.dc09.stream import Splitter
from alarms.workqueue.models import WorkItem
from tests.support.cases import journal, letter
from tests.support.incoming import transmitter
from tests.support.receivers import Receivers, receivers

PLAIN, KEYED = "0A1234", "0BEEF1"
KEY = bytes(range(16))


def clock() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def running(committed: None, storkoping: Any) -> Iterator[Receivers]:
    transmitter(storkoping, PLAIN, interval_seconds=600)
    transmitter(storkoping, KEYED, interval_seconds=600, aes_key=KEY)
    with receivers() as process:
        yield process


def with_panel[Found](
    process: Receivers,
    work: Callable[[Panel], Awaitable[Found]],
    *,
    account: str = PLAIN,
    key: bytes | None = None,
    transport: str = "TCP",
    clock: Callable[[], datetime] = clock,
) -> Found:
    async def whole() -> Found:
        panel = await Panel.connect(
            "127.0.0.1", process.dc09_port, account=account, clock=clock, key=key, transport=transport
        )
        try:
            return await work(panel)
        finally:
            panel.close()

    return asyncio.run(whole())


def fire(account: str = PLAIN, event: str = "Nri1/FA001^Kök^") -> Frame:
    return building.sia_dcs(
        account=account, sequence="0001", event=event, extended=[("S", "Brobyskolan"), ("L", "Plan 2")]
    )


@pytest.mark.parametrize("transport", ["TCP", "UDP"])
def test_a_fire_is_a_case_and_is_acknowledged(running: Receivers, transport: str) -> None:
    told = with_panel(running, lambda panel: panel.say(fire()), transport=transport)
    assert (told.id, told.account) == ("ACK", PLAIN)
    item = WorkItem.objects.get()
    assert (item.kind, item.priority, item.site) == ("fire", 1, "Brobyskolan")
    written = letter(item)
    assert written.account == PLAIN, "leading zeros are the panel's own"
    assert written.place == "Brobyskolan, Plan 2"
    assert "Kök" in written.story


def test_an_encrypted_frame_has_an_encrypted_answer(running: Receivers) -> None:
    told = with_panel(running, lambda panel: panel.say(fire(KEYED)), account=KEYED, key=KEY)
    assert (told.id, told.encrypted) == ("ACK", True)
    assert WorkItem.objects.get().kind == "fire"


def test_a_panel_with_another_key_is_one_case_until_it_can_be_read(running: Receivers) -> None:
    async def three(panel: Panel) -> list[str]:
        return [(await panel.say(fire(KEYED))).id for _ in range(3)]

    assert with_panel(running, three, account=KEYED, key=bytes(16)) == ["DUH"] * 3
    item = WorkItem.objects.get()
    assert (item.kind, item.priority) == ("transmitter_fault", 2)
    assert "det kan ha varit ett larm" in letter(item).story
    state = TransmitterState.objects.get()
    assert (state.troubles, state.heard_at) == (["key"], None)
    assert with_panel(running, Panel.null, account=KEYED, key=KEY).id == "ACK"
    assert TransmitterState.objects.get().troubles == []
    assert WorkItem.objects.get().word == "Återställt"


def test_the_same_frame_is_the_same_case_also_after_a_crash(running: Receivers) -> None:
    async def twice(panel: Panel) -> tuple[Any, list[str]]:
        spoken = panel.spoken(fire())
        return spoken, [(await panel.repeat(spoken)).id for _ in range(2)]

    spoken, first = with_panel(running, twice)
    running.kill()
    running.restart()
    third = with_panel(running, lambda panel: panel.repeat(spoken))
    assert [*first, third.id] == ["ACK"] * 3
    assert WorkItem.objects.count() == Signal.objects.count() == 1


def test_nothing_is_acknowledged_that_is_not_committed(running: Receivers) -> None:
    async def ask(panel: Panel) -> Any:
        spoken = panel.spoken(fire())
        with pytest.raises(NoAnswer):
            await panel.repeat(spoken, seconds=1)
        return spoken

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE intake_signal IN SHARE MODE")
        spoken = with_panel(running, ask)
    assert with_panel(running, lambda panel: panel.repeat(spoken)).id == "ACK"
    assert WorkItem.objects.count() == 1


@pytest.mark.parametrize(("skew", "answer"), [(-38, "ACK"), (-43, "NAK"), (17, "ACK"), (24, "NAK")])
def test_the_window_of_an_encrypted_frame(running: Receivers, skew: int, answer: str) -> None:
    told = with_panel(
        running,
        lambda panel: panel.say(fire(KEYED)),
        account=KEYED,
        key=KEY,
        clock=lambda: clock() + timedelta(seconds=skew),
    )
    assert told.id == answer
    if answer == "NAK":
        assert told.timestamp is not None
        assert abs(told.timestamp - clock()) < timedelta(seconds=5)
    assert Signal.objects.count() == (answer == "ACK")


def test_a_poll_is_kept_before_it_is_answered(running: Receivers) -> None:
    assert with_panel(running, Panel.null).id == "ACK"
    assert TransmitterState.objects.get().heard_at is not None
    assert with_panel(running, Panel.null, account="999999").id == "DUH"
    assert with_panel(running, Panel.null, account=KEYED).id == "DUH", "in clear from one that has a key"
    assert TransmitterState.objects.count() == 1


def test_trouble_restore_test_and_contact_id(running: Receivers) -> None:
    async def a_night(panel: Panel) -> list[str]:
        events = ["Nri1/YT000", "Nri1/YR000", "Nri1/RX000"]
        said = [fire(event=event) for event in events]
        said.append(building.adm_cid(account=PLAIN, sequence="0001", code="130", zone="003"))
        said.append(building.adm_cid(account=PLAIN, sequence="0001", code="130", qualifier="3", zone="003"))
        return [(await panel.say(one)).id for one in said]

    assert with_panel(running, a_night) == ["ACK"] * 5
    items = {item.kind: item for item in WorkItem.objects.all()}
    assert set(items) == {"transmitter_fault", "intrusion"}
    assert {item.word for item in items.values()} == {"Återställt"}
    assert journal(items["intrusion"])[-1].verb == "restored"
    assert TransmitterState.objects.get().troubles == []


def test_an_unknown_account_is_stored_acknowledged_and_counted(running: Receivers) -> None:
    async def two(panel: Panel) -> list[str]:
        return [(await panel.say(fire("777777"))).id for _ in range(2)]

    assert with_panel(running, two, account="777777") == ["ACK", "ACK"]
    item = WorkItem.objects.get()
    assert (item.kind, item.repeats) == ("unknown_transmitter", 2)


def frame_of(raw: bytes) -> Frame:
    frame = parse(raw)
    assert isinstance(frame, Frame)
    return frame


def test_broken_frames_and_others_answers_are_met_with_silence_and_whole_frames_are_answered(
    running: Receivers,
) -> None:
    async def talk() -> list[Frame]:
        reader, writer = await asyncio.open_connection("127.0.0.1", running.dc09_port)
        whole = building.build(fire())
        broken = whole.replace(b"FA001", b"FA002")
        writer.write(b"GET / HTTP/1.1\r\n\r\n" + broken + whole[:20])
        await writer.drain()
        await asyncio.sleep(0.2)
        answers_of_others = building.build_duh(frame_of(whole)) + building.build_nak(clock())
        null = building.build(building.null(account=PLAIN, sequence="0007"))
        writer.write(whole[20:] + answers_of_others + null)
        answers: list[bytes] = []
        splitter = Splitter()
        async with asyncio.timeout(10):
            while len(answers) < 2:
                answers += splitter.feed(await reader.read(4096))
        writer.close()
        return [frame for frame in map(parse, answers) if isinstance(frame, Frame)]

    told = asyncio.run(talk())
    assert sorted((frame.id, frame.sequence) for frame in told) == [("ACK", "0001"), ("ACK", "0007")]
    assert Signal.objects.count() == 1
