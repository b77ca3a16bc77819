"""An act asked again, since its answer was lost, is done once: whichever process is asked, also at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.cache import cache
from django.db import connection

from central.municipalities.context import in_municipality


@pytest.fixture
def olgas(committed: None, olga: Any, client_of: Callable[..., Any]) -> Any:
    return client_of(olga)


def noted(municipality: Any, case_id: UUID) -> int:
    from tenants.casefiles.models import JournalEntry

    with in_municipality(municipality.ref()):
        return JournalEntry.objects.filter(case_id=case_id, verb="noted").count()


def both_at_once(clients: list[Any], ask: Callable[[Any], Any]) -> list[Any]:
    """Every client asks at the same moment, each in a thread and on a connection of its own."""
    ready = threading.Barrier(len(clients))

    def press(client: Any) -> Any:
        try:
            ready.wait()
            return ask(client)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(clients)) as threads:
        return list(threads.map(press, clients))


def test_a_repeat_after_a_restart_is_not_done_again(
    olgas: Any, opened: Callable[..., UUID], post: Callable[..., Any], storkoping: Any
) -> None:
    item = opened(storkoping)
    post(olgas, f"/console/items/{item}/claim/")
    first = post(olgas, f"/console/items/{item}/note/", key="k1", text="En gång räcker")
    cache.clear()  # all that a process remembers by itself
    again = post(olgas, f"/console/items/{item}/note/", key="k1", text="En gång räcker")
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json()["row"] == first.json()["row"]
    assert noted(storkoping, item) == 1


def test_of_two_identical_acts_at_once_one_is_done_and_both_get_the_same_answer(
    olga: Any,
    committed: None,
    client_of: Callable[..., Any],
    opened: Callable[..., UUID],
    post: Callable[..., Any],
    storkoping: Any,
) -> None:
    clients = [client_of(olga), client_of(olga)]
    item = opened(storkoping)
    post(clients[0], f"/console/items/{item}/claim/")
    for turn in range(8):
        answers = both_at_once(
            clients,
            lambda one: post(one, f"/console/items/{item}/note/", key=f"k{turn}", text="Samma"),  # noqa: B023
        )
        assert [one.status_code for one in answers] == [200, 200]
        assert answers[0].json()["row"] == answers[1].json()["row"]
        assert noted(storkoping, item) == turn + 1


@pytest.mark.parametrize("url", ["/console/next/", "/console/new/"])
def test_the_same_press_at_once_gives_one_case(
    url: str,
    olga: Any,
    committed: None,
    client_of: Callable[..., Any],
    opened: Callable[..., UUID],
    post: Callable[..., Any],
    storkoping: Any,
) -> None:
    from alarms.workqueue.models import WorkItem

    clients = [client_of(olga), client_of(olga)]
    for turn in range(4):
        opened(storkoping), opened(storkoping)
        data = (
            {}
            if url.endswith("next/")
            else {"municipality": storkoping.pk, "kind": "technical", "priority": 3}
        )
        answers = both_at_once(clients, lambda one: post(one, url, key=f"k{turn}", **data))  # noqa: B023
        assert [one.status_code for one in answers] == [200, 200]
        assert len({one.json()["row"]["id"] for one in answers}) == 1
        assert WorkItem.objects.filter(claimed_by=olga).count() == turn + 1


def test_a_key_that_stood_for_something_else_is_refused(
    olgas: Any, opened: Callable[..., UUID], post: Callable[..., Any], storkoping: Any
) -> None:
    item = opened(storkoping)
    post(olgas, f"/console/items/{item}/claim/", key="k1")
    for url, data in (("note", {"text": "Hej"}), ("claim", {"more": 1})):
        answer = post(olgas, f"/console/items/{item}/{url}/", key="k1", **data)
        assert (answer.status_code, answer.json()["error"]) == (409, "key_reused")
    assert post(olgas, "/console/next/", key="k1").json()["error"] == "key_reused"
    assert noted(storkoping, item) == 0


def test_a_refused_act_may_be_asked_again_under_its_key(
    olgas: Any, opened: Callable[..., UUID], post: Callable[..., Any], storkoping: Any
) -> None:
    item = opened(storkoping)
    refused = post(olgas, f"/console/items/{item}/release/", key="k1")
    assert refused.json()["error"] == "not_yours"
    post(olgas, f"/console/items/{item}/claim/", key="k2")
    assert post(olgas, f"/console/items/{item}/release/", key="k1").json()["row"]["state"] == "unanswered"


def test_two_people_with_the_same_key_do_not_meet(
    olgas: Any,
    sven: Any,
    client_of: Callable[..., Any],
    opened: Callable[..., UUID],
    post: Callable[..., Any],
    storkoping: Any,
) -> None:
    one, two = opened(storkoping), opened(storkoping)
    first = post(olgas, "/console/next/", key="k1").json()["row"]["id"]
    second = post(client_of(sven), "/console/next/", key="k1").json()["row"]["id"]
    assert {first, second} == {str(one), str(two)}


def test_words_with_a_refused_closing_are_not_written_twice(
    olgas: Any, opened: Callable[..., UUID], post: Callable[..., Any], storkoping: Any
) -> None:
    item = opened(storkoping)
    post(olgas, f"/console/items/{item}/claim/")
    assert post(olgas, f"/console/items/{item}/close/", outcome="slut", text="Klart nu").status_code == 422
    assert noted(storkoping, item) == 0
    assert post(olgas, f"/console/items/{item}/close/", outcome="test", text="Klart nu").status_code == 200
    assert noted(storkoping, item) == 1


def test_nothing_personal_is_kept_and_a_day_later_nothing_at_all(
    olgas: Any, opened: Callable[..., UUID], post: Callable[..., Any], storkoping: Any
) -> None:
    from alarms.workqueue.models import ActKey
    from alarms.workqueue.once import forget_old_keys

    item = opened(storkoping)
    post(olgas, f"/console/items/{item}/claim/", key="k1")
    post(olgas, f"/console/items/{item}/note/", key="k2", text="Greta Kanariefågel ringde")
    kept = ActKey.objects.get(key="k2")
    assert kept.item_id == item
    assert len(kept.digest) == 64
    now = datetime.now(UTC)
    assert forget_old_keys(now + timedelta(hours=23)) == 0
    assert forget_old_keys(now + timedelta(hours=25)) == 2
