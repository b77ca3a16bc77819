"""A new version is said in the strip line, never in a modal, and fetched only when nothing is under the hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hands import take_next
from tests.browser.world import World

pytestmark = pytest.mark.browser
TEXT = "Ny version finns. Laddas om när du inte har ett öppet ärende"
UPGRADED = "consoleParts.version.heard('another'); window.before = true"
CALM = "consoleParts.version.touchedAt -= 11000; consoleParts.version.second()"
RELOADED = "() => !window.before && document.documentElement.dataset.ready === 'true'"


def test_the_hello_tells_the_version_that_the_page_was_made_from(
    world: World, console_of: Callable[..., Page], olga: Any
) -> None:
    page = console_of(olga)
    assert page.evaluate("consoleParts.version.theirs === consoleParts.version.mine")
    assert len(page.evaluate("consoleParts.version.mine")) == 12
    expect(page.locator("#strips")).not_to_contain_text("Ny version")


def test_with_a_case_open_it_is_only_told(world: World, console_of: Callable[..., Page], olga: Any) -> None:
    world.alarm("technical", area="Härslöv")
    page = console_of(olga)
    take_next(page)
    page.evaluate(UPGRADED)
    expect(page.locator("#strips")).to_contain_text(TEXT)
    expect(page.locator("#strips button")).to_have_count(0)
    assert page.locator("[role=dialog]").count() == 0
    page.evaluate(CALM)
    page.evaluate("consoleParts.version.now()")
    page.wait_for_timeout(500)
    assert page.evaluate("window.before"), "the page with the case still stands"
    expect(page.locator(".step.current")).to_be_visible()


def test_text_in_a_sheet_holds_the_reload_and_enter_on_a_calm_board_takes_it(
    world: World, console_of: Callable[..., Page], olga: Any
) -> None:
    page = console_of(olga)
    page.keyboard.press("c")
    page.locator('[name="text"]').fill("Ringer om ett träd")
    page.evaluate(UPGRADED)
    page.evaluate(CALM)
    page.wait_for_timeout(300)
    assert page.evaluate("window.before")
    page.keyboard.press("Escape")
    page.locator("#board").focus()
    page.evaluate("consoleParts.version.second()")
    expect(page.locator("#strips button")).to_have_text("Ladda om nu Enter")
    page.keyboard.press("Enter")
    page.wait_for_function(RELOADED)


def test_an_idle_console_reloads_by_itself_once_but_never_while_an_alarm_waits(
    world: World, console_of: Callable[..., Page], olga: Any
) -> None:
    page = console_of(olga)
    item = world.alarm("technical", area="Härslöv")
    page.wait_for_selector(f'.row[data-id="{item}"]')
    page.evaluate(UPGRADED)
    page.evaluate(CALM)
    page.wait_for_timeout(300)
    assert page.evaluate("window.before"), "an alarm waits: a fresh page may be silent until touched"
    page.evaluate("consoleParts.version.waiting = () => false")
    page.evaluate("consoleParts.version.touchedAt -= 11000")
    page.wait_for_function(RELOADED)
    page.wait_for_selector(".link.live")
    page.evaluate(UPGRADED)
    page.evaluate("consoleParts.version.waiting = () => false")
    page.evaluate(CALM)
    page.wait_for_timeout(300)
    assert page.evaluate("window.before"), "two servers that differ are not chased for ever"
    expect(page.locator("#strips")).to_contain_text(TEXT)
