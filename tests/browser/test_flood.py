"""A flood changes grouping and rhythm, and nothing else: nothing is hidden, dropped or coloured as taken."""

# ruff: noqa: E501 (scripts for the browser stand on one line)

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, LAPTOP
from tests.browser.world import World

pytestmark = pytest.mark.browser

IN_SIGHT = """() => {
  const box = document.querySelector('[data-region="unanswered"] .scroller').getBoundingClientRect();
  return [...document.querySelectorAll('.region-unanswered .row.p1')]
    .filter((el) => { const at = el.getBoundingClientRect(); return at.top >= box.top - 2 && at.bottom <= box.bottom + 2; }).length;
}"""


def flooded(world: World) -> None:
    world.alarms([{"kind": "transmitter_fault", "area": "Osby", "age": 80 - n} for n in range(20)])


def test_a_group_tells_its_minute_stays_in_hand_and_folds_both_ways(
    world: World, console_of: Callable[..., Page], olga: Any
) -> None:
    page = console_of(olga)
    flooded(world)
    group = page.locator(".row.group")
    expect(group).to_contain_text("20 larm")
    expect(group.locator(".line2")).to_contain_text("2:a minuten")
    group.click()
    head = group.get_attribute("data-id")
    world.alarm("transmitter_fault", area="Osby")
    expect(group).to_contain_text("21 larm")
    assert group.get_attribute("data-id") == head, "the row in hand stays its group's row"
    page.keyboard.press("ArrowRight")
    expect(page.locator(".region-unanswered .row.p3")).to_have_count(21)
    expect(page.locator(".row.inside")).to_have_count(20)
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".region-unanswered .row.p3")).to_have_count(1)


def test_a_new_or_raised_member_stands_red_when_the_others_are_taken(
    world: World, console_of: Callable[..., Page], olga: Any, sven: Any
) -> None:

    page = console_of(olga)
    flooded(world)
    items = world.alarms([{"kind": "transmitter_fault", "area": "Hörby", "age": 30 - n} for n in range(3)])
    expect(page.locator(".row.group")).to_have_count(2)
    world.claim(sven, *items)
    expect(page.locator(".region-others .row.s-other")).to_have_count(3)
    fresh = world.alarm("transmitter_fault", area="Hörby")
    expect(page.locator(f'.region-unanswered .row[data-id="{fresh}"].s-unanswered')).to_be_visible()
    raised = world.alarm("transmitter_fault", area="Osby", priority=2)
    row = page.locator(f'.region-unanswered .row[data-id="{raised}"].s-unanswered:not(.group)')
    expect(row).to_be_visible()


def test_a_group_of_the_urgent_tells_every_members_own_count(
    world: World, console_of: Callable[..., Page], olga: Any
) -> None:
    from alarms.workqueue.models import WorkItem

    flooded(world)
    items = world.alarms([{"kind": "intrusion", "area": "Broby", "age": 30 - n} for n in range(4)])
    WorkItem.objects.filter(pk=items[1]).update(repeats=7)
    page = console_of(olga)
    expect(page.locator(".row.group.p2 .line2")).to_contain_text("larm per sändare 1, 7, 1, 1")


@pytest.mark.parametrize("size", [DESK, LAPTOP], ids=["1920", "1280"])
def test_eight_life_critical_alarms_are_in_sight_at_once(
    world: World, console_of: Callable[..., Page], olga: Any, size: dict[str, int]
) -> None:
    page = console_of(olga, size=size)
    flooded(world)
    world.alarms([{"kind": "safety_alarm", "area": f"Område {n}", "age": 20 - n} for n in range(8)])
    expect(page.locator(".region-unanswered .row.p1")).to_have_count(8)
    assert page.evaluate(IN_SIGHT) == 8
    expect(page.locator(".row.group")).not_to_have_class("p1")


def test_what_is_further_down_is_counted_also_with_groups(
    world: World, console_of: Callable[..., Page], olga: Any
) -> None:
    page = console_of(olga)
    flooded(world)
    world.alarms([{"kind": "technical", "area": f"Område {n}", "age": 60} for n in range(60)])
    expect(page.locator('[data-count="unanswered"]')).to_have_text("80")
    page.wait_for_timeout(600)
    seen = page.evaluate(IN_SIGHT.replace(".row.p1", ".row"))
    expect(page.locator(".region-unanswered .below")).to_have_text(f"▾ {80 - seen} till")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, LAPTOP], ids=["1920", "1280"])
def test_pictures_of_a_flood(
    world: World,
    console_of: Callable[..., Page],
    olga: Any,
    size: dict[str, int],
    scheme: str,
    pictures: Path,
) -> None:
    flooded(world)
    world.alarms([{"kind": "safety_alarm", "area": f"Område {n}", "age": 20 - n} for n in range(3)])
    world.alarms([{"kind": "intrusion", "area": "Broby", "age": 30 - n} for n in range(4)])
    page = console_of(olga, size=size, scheme=scheme)
    page.keyboard.press("t")
    page.wait_for_selector(".case-head")
    expect(page.locator(".row.group")).to_have_count(2)
    page.locator(".row.group.p3").click()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(300)
    page.screenshot(path=pictures / f"flood-{scheme}-{size['width']}.png")
    cut = page.locator(".row.group .kind, .row.unfolded .kind").evaluate_all(
        "(all) => all.filter((el) => el.scrollWidth > el.clientWidth + 1).length"
    )
    assert cut == 0, "the kind is read in full also on the small screen"
