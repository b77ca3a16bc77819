"""A shift begins with the sound heard, on Enter from the top to the end, and leads to the console."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from alarms.workqueue import services
from central.accounts.shifts import start_shift
from tests.browser.conftest import DESK, LAPTOP
from tests.browser.world import World

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_enter_walks_the_page_to_the_console(
    world: World, console_of: Callable[..., Page], olga: Any, scheme: str
) -> None:
    from central.accounts.models import Shift

    world.alarm("technical", area="Härslöv")
    page = console_of(olga, path="/shift/", scheme=scheme)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    page.keyboard.press("Enter")
    expect(page.locator("#sound-say")).to_have_text("Hörde du två fallande toner?")
    page.keyboard.press("Enter")
    expect(page.locator("#sound-say")).to_have_text("✓ Ljudet hörs.")
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/")
    assert Shift.objects.get(user=olga, ended_at=None).sound_ok is True


def test_leaving_with_cases_names_them_and_leads_to_each(
    world: World, console_of: Callable[..., Page], olga: Any
) -> None:
    start_shift(user=olga, seat="Plats 1", sound_ok=True, now=datetime.now(UTC))
    item = world.alarm("technical", area="Härslöv")
    world.claim(olga, item)
    page = console_of(olga, path="/shift/")
    expect(page.locator("main")).to_contain_text("Du har 1 ärende kvar")
    page.locator(".items a").click()
    page.wait_for_selector(".case-head")
    expect(page.locator(".case-head h2")).to_contain_text("Driftlarm · Härslöv")


def test_enter_hands_each_case_to_its_successor_and_the_page_follows_who_accepts(
    world: World, console_of: Callable[..., Page], olga: Any, sven: Any, pictures: Path
) -> None:
    now = datetime.now(UTC)
    for person, seat in ((olga, "Plats 1"), (sven, "Plats 2")):
        start_shift(user=person, seat=seat, sound_ok=True, now=now)
    items = [world.alarm(kind, area="Härslöv") for kind in ("technical", "fire")]
    for item in items:
        world.claim(olga, item)
    for size, scheme in ((LAPTOP, "light"), (LAPTOP, "dark"), (DESK, "light"), (DESK, "dark")):
        looked = console_of(olga, path="/shift/", scheme=scheme, size=size)
        found = Axe().run(looked)
        assert found.violations_count == 0, found.generate_report()
        looked.screenshot(path=pictures / f"leaving-{size['width']}-{scheme}.png", full_page=True)

    page = console_of(olga, path="/shift/")
    expect(page.locator("#left li")).to_have_count(2)
    expect(page.locator("#left li").first).to_contain_text("Brandlarm")
    expect(page.locator("kbd:visible", has_text="Enter")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("#left li", has_text="Erbjudet Sven Skiftledare")).to_have_count(2)
    expect(page.locator("#hand-all")).to_have_count(0)
    page.screenshot(path=pictures / "leaving-offered.png", full_page=True)
    for item in items:
        services.accept_offer(item_id=item, operator=sven, now=datetime.now(UTC))
    expect(page.locator("#left")).to_contain_text("Du har inga ärenden kvar.")


def sound_strip(page: Page) -> Any:
    return page.locator("#strips", has_text="LJUDET ÄR AV")


def test_where_the_browser_trusts_the_page_the_console_opens_with_sound_on(
    world: World, console_of: Callable[..., Page], olga: Any
) -> None:
    page = console_of(olga)
    expect(page.locator(".top")).to_contain_text("LJUD PÅ")
    expect(page.locator("#strips")).to_have_text("Inga störningar.")
    expect(sound_strip(page)).to_have_count(0)


def test_the_press_at_sign_on_is_enough_where_sound_needs_one(
    world: World, console_of: Callable[..., Page], strict_browser: Browser, olga: Any
) -> None:
    page = console_of(olga, path="/shift/", within=strict_browser)
    for words in ("Hörde du två fallande toner?", "✓ Ljudet hörs."):
        page.keyboard.press("Enter")
        expect(page.locator("#sound-say")).to_have_text(words)
    page.keyboard.press("Enter")
    page.wait_for_selector(".link.live")
    expect(page.locator(".top")).to_contain_text("LJUD PÅ")
    expect(sound_strip(page)).to_have_count(0)


@pytest.mark.parametrize("key", ["Shift", "ArrowDown"])
def test_a_page_nobody_has_touched_says_so_until_a_key_is_pressed(
    world: World, console_of: Callable[..., Page], strict_browser: Browser, olga: Any, key: str
) -> None:
    page = console_of(olga, within=strict_browser)
    bar = page.locator("#strips.alarm")
    expect(bar).to_contain_text("LJUDET ÄR AV. Tryck på valfri tangent.")
    expect(page.locator('[data-head="sound"]')).to_have_text("LJUD AV")
    box = bar.bounding_box()
    assert box
    assert box["width"] == DESK["width"], "the full width"
    page.keyboard.press(key)
    expect(sound_strip(page)).to_have_count(0)
    expect(page.locator('[data-head="sound"]')).to_have_text("LJUD PÅ")
    page.evaluate("consoleParts.player.context.suspend()")
    expect(sound_strip(page)).to_have_count(1)  # a lost device is told at once
