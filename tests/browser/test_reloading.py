"""A reload or a crash costs at most two seconds and half a second of typing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hands import take_next
from tests.browser.world import World

pytestmark = pytest.mark.browser
BACK = 2_000  # ms


def test_case_filter_selection_and_focus_are_back_within_two_seconds(
    world: World, console_of: Callable[..., Page], olga: Any
) -> None:
    mine = world.alarm("technical", area="Härslöv", age=20)
    world.alarms([{"kind": "technical", "area": f"Område {n}", "age": n} for n in range(15)])
    page = console_of(olga)
    page.locator(f'.row[data-id="{mine}"]').click()
    page.keyboard.press("Enter")
    page.wait_for_selector(".step.current")
    page.keyboard.press("f")
    page.locator('[data-filter="kinds"][value="technical"]').check()
    page.locator(".sheet [type=submit]").click()
    page.locator(".region-unanswered .row").nth(12).click()
    other = page.locator(".row.selected").get_attribute("data-id")
    page.wait_for_timeout(300)
    scrolled = page.locator(".region-unanswered .scroller").evaluate("(el) => el.scrollTop")
    assert scrolled > 0
    page.reload(wait_until="commit")
    page.wait_for_selector("html[data-ready]")
    took = page.evaluate("performance.now()")
    print(f"\nreload → ready: {took:.0f} ms (bar {BACK} ms)")
    assert took <= BACK
    expect(page.locator(".step.current")).to_be_visible()
    expect(page.locator(f'.row.selected[data-id="{other}"]')).to_be_visible()
    expect(page.locator("#filter-text")).to_contain_text("Driftlarm")
    assert abs(page.locator(".region-unanswered .scroller").evaluate("(el) => el.scrollTop") - scrolled) < 70
    assert page.evaluate("document.activeElement.dataset.id") == other


def test_who_types_without_a_pause_is_saved_meanwhile(
    world: World, console_of: Callable[..., Page], olga: Any
) -> None:
    world.alarm("technical", area="Härslöv")
    page = console_of(olga)
    take_next(page)
    page.keyboard.press("n")
    with page.expect_request("**/draft/") as saved:
        page.keyboard.type("Vaktmästaren ser rök i pannrummet", delay=60)  # two seconds, no pause of 500 ms
    assert len(saved.value.post_data_json["text"]) < 20, "the first saving came in the middle of the sentence"
    page.reload()
    page.wait_for_selector("html[data-ready]")
    expect(page.locator("#note")).to_have_value("Vaktmästaren ser rök i pannrummet")


def test_escape_keeps_what_was_typed_in_a_sheet(
    world: World, console_of: Callable[..., Page], olga: Any
) -> None:
    page = console_of(olga)
    page.keyboard.press("c")
    page.locator('[name="place"]').fill("Storgatan 2")
    page.locator('[name="text"]').fill("Ringer om ett träd")
    page.keyboard.press("Escape")
    expect(page.locator(".sheet")).to_have_count(0)
    page.locator("#board").focus()
    page.keyboard.press("c")
    expect(page.locator('[name="place"]')).to_have_value("Storgatan 2")
    expect(page.locator('[name="text"]')).to_have_value("Ringer om ett träd")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".sheet")).to_have_count(0)
    expect(page.locator(".region-mine .row")).to_have_count(1)
    page.wait_for_timeout(350)
    page.keyboard.press("c")
    expect(page.locator('[name="text"]')).to_have_value("")
