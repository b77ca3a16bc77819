"""An act asked again, since its answer was lost, is done once: whichever process is asked, also at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache

from alarms.workqueue.models import ActKey, WorkItem
from alarms.workqueue.once import forget_old_keys
from tests.operator_console.conftest import Claimed, Opened, act, noted, post
from tests.support.at_once import at_once


@pytest.fixture
def twice(committed: None, olga: Any, client_of: Callable[..., Any]) -> list[Any]:
    """Two clients of Olga's."""
    return [client_of(olga), client_of(olga)]


def test_a_repeat_after_a_restart_is_not_done_again(olgas: Any, claimed: Claimed) -> None:
    item = claimed(olgas)
    first = act(olgas, item, "note", key="k1", text="En gång räcker")
    cache.clear()  # all that a process remembers by itself
    again = act(olgas, item, "note", key="k1", text="En gång räcker")
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json()["row"] == first.json()["row"]
    assert noted(item) == 1


def test_of_two_identical_acts_at_once_one_is_done_and_both_get_the_same_answer(
    twice: list[Any], claimed: Claimed
) -> None:
    item = claimed(twice[0])
    for turn in range(8):
        key = f"k{turn}"
        answers = at_once(lambda one: act(one, item, "note", key=key, text="Samma"), twice)  # noqa: B023
        assert [one.status_code for one in answers] == [200, 200]
        assert answers[0].json()["row"] == answers[1].json()["row"]
        assert noted(item) == turn + 1


@pytest.mark.parametrize("url", ["/console/next/", "/console/new/"])
def test_the_same_press_at_once_gives_one_case(
    url: str, olga: Any, twice: list[Any], opened: Opened, storkoping: Any
) -> None:
    new = {"municipality": storkoping.pk, "kind": "technical", "priority": 3}
    data: dict[str, Any] = new if url == "/console/new/" else {}
    for turn in range(4):
        opened(), opened()
        key = f"k{turn}"
        answers = at_once(lambda one: post(one, url, key=key, **data), twice)  # noqa: B023
        assert [one.status_code for one in answers] == [200, 200]
        assert len({one.json()["row"]["id"] for one in answers}) == 1
        assert WorkItem.objects.filter(claimed_by=olga).count() == turn + 1


def test_a_key_that_stood_for_something_else_is_refused(olgas: Any, opened: Opened) -> None:
    item = opened()
    act(olgas, item, "claim", key="k1")
    for action, data in (("note", {"text": "Hej"}), ("claim", {"more": 1})):
        answer = act(olgas, item, action, key="k1", **data)
        assert (answer.status_code, answer.json()["error"]) == (409, "key_reused")
    assert post(olgas, "/console/next/", key="k1").json()["error"] == "key_reused"
    assert noted(item) == 0


def test_a_refused_act_may_be_asked_again_under_its_key(olgas: Any, opened: Opened) -> None:
    item = opened()
    assert act(olgas, item, "release", key="k1").json()["error"] == "not_yours"
    act(olgas, item, "claim", key="k2")
    assert act(olgas, item, "release", key="k1").json()["row"]["state"] == "unanswered"


def test_two_people_with_the_same_key_do_not_meet(olgas: Any, svens: Any, opened: Opened) -> None:
    items = {str(opened()), str(opened())}
    taken = {post(one, "/console/next/", key="k1").json()["row"]["id"] for one in (olgas, svens)}
    assert taken == items


def test_words_with_a_refused_closing_are_not_written_twice(olgas: Any, claimed: Claimed) -> None:
    item = claimed(olgas)
    assert act(olgas, item, "close", outcome="slut", text="Klart nu").status_code == 422
    assert noted(item) == 0
    assert act(olgas, item, "close", outcome="test", text="Klart nu").status_code == 200
    assert noted(item) == 1


def test_nothing_personal_is_kept_and_a_day_later_nothing_at_all(olgas: Any, opened: Opened) -> None:
    item = opened()
    act(olgas, item, "claim", key="k1")
    act(olgas, item, "note", key="k2", text="Greta Kanariefågel ringde")
    kept = ActKey.objects.get(key="k2")
    assert kept.item_id == item
    assert len(kept.digest) == 64
    now = datetime.now(UTC)
    assert forget_old_keys(now + timedelta(hours=23)) == 0
    assert forget_old_keys(now + timedelta(hours=25)) == 2
