"""A reload or a crash costs at most two seconds and half a second of typing; the sound tells when it is off."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import DESK, chromium
from tests.browser.world import World
from tests.support.processes import Web
from tests.support.signing_in import session_cookie

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
    page.keyboard.press("t")
    page.wait_for_selector(".step.current")
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


def test_a_browser_without_a_gesture_says_that_the_sound_is_off_and_any_key_mends_it(
    world: World, server: Web, browser: Browser, olga: Any
) -> None:
    """The other tests' browser sounds without a gesture; this one is as strict as an operator's own."""
    strict = browser.browser_type.launch(executable_path=chromium(), args=["--no-sandbox", "--mute-audio"])
    try:
        context = strict.new_context(viewport=DESK, locale="sv-SE")
        cookie = session_cookie(olga, "localhost")
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": server.base}])
        page = context.new_page()
        page.goto(server.base + "/console/")
        page.wait_for_selector("html[data-ready]")
        bar = page.locator("#strips.alarm")
        expect(bar).to_contain_text("LJUDET ÄR AV. Tryck på valfri tangent.")
        expect(page.locator('[data-head="sound"]')).to_have_text("LJUD AV")
        box = bar.bounding_box()
        assert box
        assert box["width"] == DESK["width"], "the full width"
        page.keyboard.press("ArrowDown")
        expect(page.locator("#strips")).not_to_contain_text("LJUDET ÄR AV")
        expect(page.locator('[data-head="sound"]')).to_have_text("LJUD PÅ")
        page.evaluate("consoleParts.player.context.suspend()")
        expect(page.locator("#strips")).to_contain_text("LJUDET ÄR AV"), "a lost device is told at once"
    finally:
        strict.close()
