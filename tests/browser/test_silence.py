"""A claim or M silences the room within a quarter of a second, also in the middle of a burst."""

# ruff: noqa: E501 (scripts for the browser stand on one line)

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.world import World

pytestmark = pytest.mark.browser

# When the sounding burst was cut, by this page's own clock; null while it sounds.
WATCH = """() => {
  const { player } = consoleParts, settle = player.settle.bind(player);
  window.cutAt = null;
  player.settle = (at) => { const before = player.bursts.length; settle(at); if (before && !player.bursts.length) window.cutAt ??= Date.now(); };
}"""
SOUNDING = "() => consoleParts.player.bursts.some((burst) => burst.priority === 1 && burst.ends > consoleParts.player.context.currentTime + 0.9)"


def ringing(page: Page) -> None:
    page.keyboard.press("Shift")
    page.wait_for_function("() => consoleParts.player.on && consoleParts.player.owner")
    page.evaluate(WATCH)
    page.wait_for_function(SOUNDING, polling=20)


def test_a_colleagues_claim_cuts_the_burst(
    world: World, console_of: Callable[..., Page], olga: Any, sven: Any
) -> None:

    item = world.alarm("safety_alarm", area="Hästveda")
    page = console_of(olga)
    ringing(page)
    world.claim(sven, item)
    claimed = datetime.now(UTC).timestamp() * 1000
    page.wait_for_function("() => window.cutAt !== null", polling=20)
    took = page.evaluate("window.cutAt") - claimed
    print(f"\nclaim → silence: {took:.0f} ms (bar 250 ms)")
    assert took <= 250


def test_m_cuts_the_burst_at_once(world: World, console_of: Callable[..., Page], olga: Any) -> None:
    world.alarm("safety_alarm", area="Hästveda")
    page = console_of(olga)
    ringing(page)
    page.keyboard.press("m")
    assert page.evaluate("window.cutAt !== null && consoleParts.player.bursts.length === 0")


def test_a_case_that_wakes_and_a_case_offered_are_heard_by_their_owner_alone(
    world: World, console_of: Callable[..., Page], olga: Any, sven: Any
) -> None:
    from alarms.workqueue import services, timing

    now = datetime.now(UTC)
    parked, other = world.alarms(
        [{"kind": "technical", "area": "Osby"}, {"kind": "technical", "area": "Hörby"}]
    )
    world.claim(olga, parked)
    world.claim(sven, other)
    services.park(item_id=parked, operator=olga, until=now + timedelta(seconds=1), now=now)
    mine, his = console_of(olga), console_of(sven)
    for page in (mine, his):
        page.evaluate("consoleParts.player.played.length = 0")
    timing.wake(now + timedelta(seconds=2))
    mine.wait_for_function("() => consoleParts.player.played.includes('second')")
    services.hand_over(item_id=other, operator=sven, to_id=olga.pk, reason="load", now=datetime.now(UTC))
    mine.wait_for_function("() => consoleParts.player.played.includes('third')")
    assert his.evaluate("consoleParts.player.played") == []
