"""The keyboard does what the key sheet says, and nothing by accident."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hands import take_next
from tests.browser.world import World

pytestmark = pytest.mark.browser


def test_letters_are_letters_in_fields(world: World, console_of: Callable[..., Page], olga: Any) -> None:
    world.alarm("technical", area="Härslöv", age=10)
    world.alarm("technical", area="Broby")
    page = console_of(olga)
    take_next(page)
    page.keyboard.press("n")
    page.keyboard.type("tuplzrx 123")
    expect(page.locator("#note")).to_have_value("tuplzrx 123")
    expect(page.locator(".region-mine .row")).to_have_count(1)
    assert page.locator(".sheet").count() == 0
    page.keyboard.press("Escape")
    expect(page.locator("#note")).to_have_value("tuplzrx 123")  # Esc never loses text
    expect(page.locator(".region-mine .row")).to_have_count(1)  # and never releases a case


def test_a_held_key_takes_one_case(world: World, console_of: Callable[..., Page], olga: Any) -> None:
    world.alarms([{"kind": "technical", "area": "Osby", "age": n} for n in range(5)])
    page = console_of(olga)
    page.keyboard.down("t")
    for _ in range(8):
        page.keyboard.down("t")  # auto-repeat
    page.keyboard.up("t")
    page.wait_for_selector(".step.current")
    page.wait_for_timeout(600)
    expect(page.locator(".region-mine .row")).to_have_count(1)


def test_a_fifth_case_is_asked_about_first(world: World, console_of: Callable[..., Page], olga: Any) -> None:

    for n in range(6):
        item = world.alarm("technical", area="Osby", age=n)
        if n:
            world.claim(olga, item)
    page = console_of(olga)
    page.keyboard.press("t")
    expect(page.locator(".sheet")).to_contain_text("Du har redan 5 ärenden")
    page.keyboard.press("Escape")
    expect(page.locator(".sheet")).to_have_count(0)
    page.keyboard.press("t")
    page.keyboard.press("Enter")
    expect(page.locator('[data-count="mine"]')).to_have_text("6")


def test_the_key_sheet_names_the_keys_that_do_something_and_no_others(
    world: World, console_of: Callable[..., Page], olga: Any
) -> None:
    page = console_of(olga)
    page.keyboard.press("?")
    sheet = page.locator(".sheet")
    expect(sheet).to_contain_text("Tangenter på tavlan")
    expect(sheet).to_contain_text("Ta nästa")
    expect(sheet).to_contain_text("Kalla skiftledaren till ärendet")
    expect(sheet).not_to_contain_text("finns inte än")
    dead = page.evaluate(
        "() => import('/static/console/keys.js').then((m) => m.KEYS.filter((one) => !one.does).length)"
    )
    assert dead == 0
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)


def test_search_finds_a_case_by_number_and_a_command_by_name(
    world: World, console_of: Callable[..., Page], olga: Any
) -> None:
    from alarms.workqueue.models import WorkItem

    item = world.alarm("technical", area="Härslöv")
    reference = WorkItem.objects.get(pk=item).reference
    page = console_of(olga)
    page.keyboard.press("Control+k")
    page.keyboard.type(reference)
    expect(page.locator("[role=option]").first).to_contain_text("Driftlarm · Härslöv")
    page.keyboard.press("Enter")
    page.wait_for_selector(".step.current")
    page.wait_for_timeout(350)
    page.keyboard.press("s")
    page.keyboard.type("parkera")
    page.keyboard.press("Enter")
    expect(page.locator(".sheet")).to_contain_text("Väck mig")
    page.keyboard.press("Escape")
    page.keyboard.press("s")
    page.keyboard.type("finns inte 1183")
    expect(page.locator(".palette-list")).to_contain_text("Inget ärende med 'finns inte 1183'")


def test_digits_typed_before_the_sheet_has_come_are_used(
    world: World, console_of: Callable[..., Page], olga: Any
) -> None:
    world.alarm("technical", area="Härslöv", age=20)
    world.alarm("technical", area="Härslöv", age=10)
    page = console_of(olga)
    take_next(page)
    page.wait_for_timeout(350)
    page.keyboard.press("g")
    page.keyboard.press("1")
    expect(page.locator(".journal .linked").first).to_be_visible()


def test_letters_can_be_switched_off_and_everything_is_still_reached_by_search(
    world: World, console_of: Callable[..., Page], olga: Any
) -> None:
    world.alarm("technical", area="Härslöv")
    page = console_of(olga)
    page.locator("#menu-button").click()
    page.locator('[name="letters"]').uncheck()
    page.keyboard.press("Escape")
    page.locator("#board").focus()
    page.keyboard.press("t")
    page.wait_for_timeout(300)
    expect(page.locator(".region-mine .row")).to_have_count(0)
    page.keyboard.press("Control+k")
    page.keyboard.type("ta nästa")
    page.keyboard.press("Enter")
    expect(page.locator(".region-mine .row")).to_have_count(1)


def test_the_other_windows_of_one_operator_do_not_own_the_sound(
    world: World, console_of: Callable[..., Page], olga: Any
) -> None:
    page = console_of(olga)
    page.keyboard.press("ArrowDown")
    page.wait_for_function("() => consoleParts.player.owner")
    other = page.context.new_page()
    other.goto(page.url)
    other.wait_for_selector("html[data-ready]")
    other.keyboard.press("ArrowDown")
    assert other.evaluate("consoleParts.player.owner") is False
    page.close()
    other.wait_for_function("() => consoleParts.player.owner")
