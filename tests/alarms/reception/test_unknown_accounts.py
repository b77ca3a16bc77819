"""A valid key with an account nobody has registered: one open item per account, with a counter."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from alarms.intake.models import Signal, UnknownAccount
from alarms.workqueue import services
from alarms.workqueue.models import State, WorkItem
from alarms.workqueue.queries import board
from tests.support.door import Door, in_thread
from tests.support.sending import body, source_with


@pytest.fixture
async def door(committed: None, centre: Any) -> AsyncIterator[Door]:
    async with Door() as opened:
        yield opened


@pytest.fixture
def key(committed: None) -> str:
    return source_with()


def items() -> list[WorkItem]:
    return list(WorkItem.objects.order_by("received_at"))


async def test_many_signals_of_one_unknown_account_are_one_item_with_a_counter(door: Door, key: str) -> None:
    for _ in range(4):
        assert (await door.post(key, body(account="okänt-1"))).status == 201
    (item,) = await in_thread(items)
    assert (item.kind, item.repeats, item.municipality_id) == ("unknown_transmitter", 4, item.municipality_id)
    assert await in_thread(Signal.objects.filter(item_id=item.pk).count) == 4


async def test_each_unknown_account_has_its_own_item(door: Door, key: str) -> None:
    await door.post(key, body(account="a"))
    await door.post(key, body(account="b"))
    assert len(await in_thread(items)) == 2


async def test_many_at_once_are_one_item_and_the_board_says_the_same(door: Door, key: str, olga: Any) -> None:
    answers = await asyncio.gather(*(door.post(key, body(account="a")) for _ in range(12)))
    assert {answer.status for answer in answers} == {201}
    (item,) = await in_thread(items)
    assert item.repeats == 12
    assert (await in_thread(lambda: UnknownAccount.objects.get())).count == 12
    assert await in_thread(_told_last, item.pk) == (await in_thread(board, olga)).rows[0]


def _told_last(item_id: Any) -> Any:
    import json

    from central.events.queries import latest

    told = [json.loads(event.item) for event in latest(100) if event.type == "item"]
    return [row for row in told if row["id"] == str(item_id)][-1]


async def test_after_it_is_closed_the_next_signal_opens_a_new_item(door: Door, key: str, olga: Any) -> None:
    await door.post(key, body(account="a"))
    (first,) = await in_thread(items)

    def settle() -> None:
        now = datetime.now(UTC)
        services.claim(item_id=first.pk, operator=olga, now=now)
        services.close(item_id=first.pk, operator=olga, outcome="no_action", now=now)

    await in_thread(settle)
    await door.post(key, body(account="a"))
    _, second = await in_thread(items)
    assert (second.state, second.repeats) == (State.UNANSWERED, 1)


async def test_a_life_critical_signal_raises_the_item(door: Door, key: str) -> None:
    await door.post(key, body(account="a"))
    await door.post(key, body(account="a", priority=1))
    (item,) = await in_thread(items)
    assert item.priority == 1


async def test_the_text_waits_with_the_centre_and_not_in_public(door: Door, key: str, centre: Any) -> None:
    await door.post(key, body(account="hemligt-konto", text="Kanariefågel"))

    def letter() -> tuple[str, str]:
        from central.municipalities.context import in_municipality
        from tenants.casefiles.models import CaseFile

        with in_municipality(centre):
            case = CaseFile.objects.get()
            return case.account, case.story

    assert await in_thread(letter) == ("hemligt-konto", "Kanariefågel")
