"""POST /api/signals answers as DESIGN.md says: stored once, and every refusal names what to mend."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from alarms.intake.models import Rejection, Signal, Source
from alarms.workqueue.models import WorkItem
from tests.support.door import Door, in_thread
from tests.support.sending import body, source_with


@pytest.fixture
async def door(committed: None) -> AsyncIterator[Door]:
    async with Door() as opened:
        yield opened


@pytest.fixture
def key(committed: None, storkoping: Any) -> str:
    return source_with(("1001", storkoping, "Värmecentralen", "Norrmalm"))


def rows() -> list[WorkItem]:
    return list(WorkItem.objects.order_by("received_at"))


async def test_the_first_is_201_and_a_repeat_is_200_with_the_same_id(door: Door, key: str) -> None:
    signal = body(text="Fel på panna 2")
    first = await door.post(key, signal, "a")
    again = await door.post(key, signal, "a")
    assert (first.status, again.status) == (201, 200)
    assert first.id == again.id
    assert len(await in_thread(rows)) == 1
    assert await in_thread(Signal.objects.count) == 1


async def test_a_used_key_with_another_body_is_409_and_stores_nothing(door: Door, key: str) -> None:
    await door.post(key, body(text="ett"), "a")
    other = await door.post(key, body(text="två"), "a")
    assert (other.status, other.body["error"], other.body["field"]) == (409, "key_reused", "Idempotency-Key")
    assert await in_thread(Signal.objects.count) == 1


async def test_the_same_key_of_two_sources_is_two_signals(door: Door, key: str, storkoping: Any) -> None:
    other = await in_thread(lambda: source_with(("1001", storkoping, "", ""), name="En annan"))
    signal = body()
    first, second = await door.post(key, signal, "a"), await door.post(other, signal, "a")
    assert (first.status, second.status) == (201, 201)
    assert first.id != second.id


async def test_the_same_signal_ten_times_in_parallel_is_one_case(door: Door, key: str) -> None:
    signal = body()
    answers = await asyncio.gather(*(door.post(key, signal, "a") for _ in range(10)))
    assert sorted(answer.status for answer in answers) == [200] * 9 + [201]
    assert len({answer.id for answer in answers}) == 1
    assert len(await in_thread(rows)) == 1


async def test_a_bad_key_is_401_counted_and_reaches_no_operator(door: Door, key: str) -> None:
    answer = await door.post("tck_fel", body())
    assert (answer.status, answer.body["field"]) == (401, "Authorization")
    await in_thread(door.application._refusals.write, datetime.now(UTC))
    counted = await in_thread(lambda: list(Rejection.objects.values_list("source_id", "reason", "count")))
    assert counted == [(None, "bad_key", 1)]
    assert await in_thread(rows) == []
    assert await in_thread(Signal.objects.count) == 0


@pytest.mark.parametrize("said", ["", "Bearer", "Basic dXNlcjpwYXNz", "Bearer \xe5\xe4\xf6"])
async def test_no_key_at_all_is_401(door: Door, key: str, said: str) -> None:
    assert (await door.post(key, body(), headers={"authorization": said})).status == 401


async def test_too_many_bad_keys_from_one_address_are_429_and_others_go_on(door: Door, key: str) -> None:
    for _ in range(30):
        assert (await door.post("fel", body())).status == 401
    limited = await door.post("fel", body())
    assert (limited.status, limited.headers["retry-after"]) == (429, "60")
    assert (await door.post("fel", body(), client="127.0.0.2")).status == 401
    assert (
        await door.post(key, body())
    ).status == 201  # a good key from the same address is never locked out


async def test_a_revoked_key_stops_within_its_memory(
    door: Door, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await door.post(key, body())).status == 201
    await in_thread(lambda: Source.objects.update(active=False))
    door.application._keys._read_at = 0.0  # five seconds pass
    assert (await door.post(key, body())).status == 401


async def test_many_at_once_at_a_fresh_start_are_all_known(door: Door, key: str) -> None:
    answers = await asyncio.gather(*(door.post(key, body()) for _ in range(50)))
    assert {answer.status for answer in answers} == {201}


async def test_a_source_over_its_rate_is_429_with_retry_after(door: Door, key: str, storkoping: Any) -> None:
    slow = await in_thread(lambda: source_with(("9", storkoping, "", ""), name="Långsam"))
    await in_thread(lambda: Source.objects.filter(name="Långsam").update(rate_per_minute=3))
    answers = [await door.post(slow, body(account="9")) for _ in range(4)]
    assert [answer.status for answer in answers] == [201, 201, 201, 429]
    assert answers[-1].body["error"] == "rate"
    assert int(answers[-1].headers["retry-after"]) > 0
    assert (await door.post(key, body())).status == 201  # another source is not held back
    await in_thread(door.application._refusals.write, datetime.now(UTC))
    known = await in_thread(lambda: Source.objects.get(name="Långsam").pk)
    counted = await in_thread(lambda: list(Rejection.objects.values_list("source_id", "reason", "count")))
    assert counted == [(known, "rate", 1)]


async def test_a_missing_or_endless_idempotency_key_is_400(door: Door, key: str) -> None:
    for value in ("", "   ", "x" * 201):
        answer = await door.post(key, body(), value)
        assert (answer.status, answer.body["field"]) == (400, "Idempotency-Key")


async def test_too_large_is_413_whether_declared_or_not(door: Door, key: str, settings: Any) -> None:
    settings.INTAKE_MAX_BYTES = 2_000
    large = body(text="x" * 3_000)
    assert (await door.post(key, large)).status == 413
    assert (await door.post(key, large, headers={"content-length": "3000"})).status == 413
    assert await in_thread(Signal.objects.count) == 0


@pytest.mark.parametrize("host", ["storkoping.localhost", "lillby.localhost:8000", "okand.example", ""])
async def test_only_the_centres_host_takes_signals(door: Door, key: str, host: str) -> None:
    assert (await door.post(key, body(), host=host)).status == 404


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS"])
async def test_other_methods_are_405(door: Door, key: str, method: str) -> None:
    assert (await door.post(key, body(), method=method)).status == 405


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": None}, "kind"),
        ({"kind": "ufo"}, "kind"),
        ({"kind": "unknown_transmitter"}, "kind"),
        ({"account": ""}, "account"),
        ({"account": 7}, "account"),
        ({"account": "x" * 65}, "account"),
        ({"occurred_at": "igår"}, "occurred_at"),
        ({"occurred_at": "2026-01-01T00:00:00"}, "occurred_at"),
        ({"occurred_at": (datetime.now(UTC) + timedelta(hours=1)).isoformat()}, "occurred_at"),
        ({"occurred_at": (datetime.now(UTC) - timedelta(days=31)).isoformat()}, "occurred_at"),
        ({"priority": 0}, "priority"),
        ({"priority": 5}, "priority"),
        ({"priority": "1"}, "priority"),
        ({"priority": True}, "priority"),
        ({"place": ["x"]}, "place"),
        ({"place": "x" * 301}, "place"),
        ({"text": "x" * 4001}, "text"),
        ({"data": []}, "data"),
        ({"data": {"person": 1}}, "data.person"),
        ({"data": {"call_back": "112"}}, "data.call_back"),
        ({"municipality": "lillby"}, "municipality"),
    ],
)
async def test_a_wrong_field_is_422_and_named(
    door: Door, key: str, change: dict[str, Any], field: str
) -> None:
    answer = await door.post(key, {**body(), **change})
    assert (answer.status, answer.body["field"]) == (422, field)
    assert answer.body["message"]


@pytest.mark.parametrize("name", ["kind", "account", "occurred_at"])
async def test_a_missing_field_is_422_and_named(door: Door, key: str, name: str) -> None:
    signal = body()
    del signal[name]
    answer = await door.post(key, signal)
    assert (answer.status, answer.body["field"]) == (422, name)


async def test_what_is_not_json_is_400(door: Door, key: str) -> None:
    for raw in (b"", b"{", b"kind=fire", b"\xff\xfe"):
        answer = await door.post(key, raw)
        assert (answer.status, answer.body["field"]) == (400, "body")


async def test_the_senders_priority_wins_over_the_kinds(door: Door, key: str) -> None:
    await door.post(key, body(priority=1))
    await door.post(key, body())
    assert {item.priority for item in await in_thread(rows)} == {1, 2}


async def test_content_stands_only_in_the_owners_schema(
    door: Door, key: str, storkoping: Any, lillby: Any, centre: Any
) -> None:
    answer = await door.post(
        key, body(place="Kanariegatan 7", text="Kanariefågel", data={"person": "Kanarie"})
    )

    def where(municipality: Any) -> tuple[list[UUID], list[str]]:
        from central.municipalities.context import in_municipality
        from tenants.casefiles.models import CaseFile
        from tenants.contents.models import SignalContent

        with in_municipality(municipality):
            return (
                list(SignalContent.objects.values_list("pk", flat=True)),
                list(CaseFile.objects.values_list("place", flat=True)),
            )

    assert await in_thread(where, storkoping) == ([UUID(answer.id)], ["Kanariegatan 7"])
    assert await in_thread(where, lillby) == ([], [])
    assert await in_thread(where, centre) == ([], [])
