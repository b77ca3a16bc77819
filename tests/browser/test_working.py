"""The key counts of the brief's table are upper bounds: acting presses, without text typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hands import GUARD, take_next
from tests.browser.world import World

pytestmark = pytest.mark.browser


class Hand:
    """Counts acting presses."""

    def __init__(self, page: Page) -> None:
        self.page, self.presses = page, 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.presses += 1

    def rest(self) -> None:
        self.page.wait_for_timeout(GUARD)


def taken(page: Page) -> Hand:
    take_next(page)
    hand = Hand(page)
    hand.rest()
    return hand


def test_a_step_is_one_key_and_is_stamped(world: World, console_of: Callable[..., Page], olga: Any) -> None:
    world.alarm("technical", area="Härslöv")
    page = console_of(olga)
    hand = taken(page)
    hand.press("Enter")
    expect(page.locator("#step-1.done .when")).to_contain_text("OO")
    expect(page.locator(".step.current")).to_have_attribute("data-step", "2")
    assert hand.presses == 1


def test_calling_out_is_one_key_and_the_ladder_stands_in_place(
    world: World, console_of: Callable[..., Page], olga: Any
) -> None:
    world.alarm("technical", area="Härslöv")
    page = console_of(olga)
    hand = taken(page)
    hand.press("Enter")
    expect(page.locator(".step.current")).to_contain_text("Nils Ek")
    hand.rest()
    hand.presses = 0
    hand.press("Enter")
    expect(page.locator(".callout .ladder")).to_contain_text("Köat")
    expect(page.locator(".callout")).to_contain_text("Svar senast")
    assert hand.presses == 1


def test_calling_out_outside_a_step_is_two_keys(
    world: World, console_of: Callable[..., Page], olga: Any
) -> None:
    world.alarm("technical", area="Härslöv")
    page = console_of(olga)
    hand = taken(page)
    hand.press("r")
    expect(page.locator(".sheet")).to_contain_text("Fastighetsjour: Nils Ek")
    hand.press("Enter")
    expect(page.locator(".callout .ladder")).to_contain_text("Köat")
    assert hand.presses == 2


def test_a_note_is_two_keys_and_the_text(world: World, console_of: Callable[..., Page], olga: Any) -> None:
    world.alarm("technical", area="Härslöv")
    page = console_of(olga)
    hand = taken(page)
    hand.press("n")
    page.keyboard.type("Vaktmästaren ringde: t och u är bara bokstäver här")
    hand.press("Control+Enter")
    expect(page.locator(".journal .noted").first).to_contain_text("bara bokstäver här")
    expect(page.locator("#note")).to_have_value("")
    assert hand.presses == 2


def test_my_row_tells_the_next_step_and_its_clock(
    world: World, console_of: Callable[..., Page], olga: Any
) -> None:
    item = world.alarm("technical", area="Härslöv")
    page = console_of(olga)
    hand = taken(page)
    line = page.locator(f'.region-mine .row[data-id="{item}"] .line2')
    expect(line).to_contain_text("Steg 1: kontrollera larmpunkten i listan")
    hand.press("Enter")
    expect(line).to_contain_text("Steg 2: kalla ut Fastighetsjour")
    hand.rest()
    hand.press("Enter")
    expect(line).to_contain_text("svar inom 4:")


def test_the_shift_leader_is_called_with_one_key_and_her_console_rings(
    world: World, console_of: Callable[..., Page], olga: Any, sven: Any
) -> None:
    world.alarm("technical", area="Härslöv")
    page, leader = console_of(olga), console_of(sven)
    hand = taken(page)
    leader.evaluate("consoleParts.player.played.length = 0")
    hand.press("h")
    expect(page.locator("#message")).to_have_text("Skiftledaren är kallad till ärendet.")
    expect(leader.locator("#strips")).to_contain_text("En operatör ber om hjälp: Driftlarm · Härslöv")
    assert "second" in leader.evaluate("consoleParts.player.played")
    assert hand.presses == 1


def test_parking_is_two_keys(world: World, console_of: Callable[..., Page], olga: Any) -> None:
    item = world.alarm("technical", area="Härslöv")
    page = console_of(olga)
    hand = taken(page)
    hand.press("p", "2")
    expect(page.locator('[data-count="parked"]')).to_have_text("1")
    expect(page.locator(f'.region-mine [data-id="{item}"]')).to_have_count(0)
    assert hand.presses == 2


def test_handing_over_is_three_keys_and_waits_for_the_other(
    world: World, console_of: Callable[..., Page], olga: Any, sven: Any
) -> None:
    from datetime import UTC, datetime

    from central.accounts.shifts import start_shift

    start_shift(user=sven, seat="Plats 2", sound_ok=True, now=datetime.now(UTC))
    item = world.alarm("technical", area="Härslöv")
    mine, theirs = console_of(olga), console_of(sven)
    hand = taken(mine)
    hand.press("l")
    expect(mine.locator(".sheet")).to_contain_text("Sven Skiftledare")
    hand.press("1", "1")
    assert hand.presses == 3
    offered = theirs.locator(f'.region-mine [data-id="{item}"].s-offered')
    expect(offered).to_contain_text("TILL DIG FRÅN OO")
    expect(mine.locator(f'.region-mine [data-id="{item}"].s-mine')).to_be_visible()
    offered.click()
    theirs.keyboard.press("Enter")
    expect(theirs.locator(f'.region-mine [data-id="{item}"].s-mine')).to_be_visible()
    expect(mine.locator(f'.region-mine [data-id="{item}"]')).to_have_count(0)


def test_a_safe_point_is_two_keys(world: World, console_of: Callable[..., Page], olga: Any) -> None:
    world.alarm("technical", area="Härslöv", place="Skolvägen 1, Härslöv")
    page = console_of(olga)
    hand = taken(page)
    hand.press("y")
    expect(page.locator(".sheet .choice.on")).to_contain_text("Härslövs skola")
    expect(page.locator(".sheet textarea")).to_have_value(
        "Härslövs skola öppnar. Här finns värme, laddning och information."
    )
    hand.press("Control+Enter")
    expect(page.locator("#case")).to_contain_text("Förbereds: Härslövs skola")
    expect(page.locator("#case")).to_contain_text("0 av 3 kommer")
    assert hand.presses == 2


def test_closing_is_three_keys_once_nothing_remains(
    world: World, console_of: Callable[..., Page], olga: Any
) -> None:
    item = world.alarm("intrusion", area="Broby")
    page = console_of(olga)
    page.keyboard.press("t")
    page.wait_for_selector(".no-instruction")
    hand = Hand(page)
    hand.rest()
    hand.press("u", "1", "Control+Enter")
    expect(page.locator('[data-count="closed"]')).to_have_text("1")
    expect(page.locator(f'.region-mine [data-id="{item}"]')).to_have_count(0)
    assert hand.presses == 3


def test_a_refused_closing_lists_what_remains_and_enter_goes_to_the_first(
    world: World, console_of: Callable[..., Page], olga: Any
) -> None:
    world.alarm("technical", area="Härslöv")
    page = console_of(olga)
    hand = taken(page)
    hand.press("u", "1", "Control+Enter")
    expect(page.locator(".unresolved li")).to_have_count(3)
    hand.press("Enter")
    expect(page.locator(".sheet")).to_have_count(0)
    assert page.evaluate("document.activeElement.closest('#step-1') !== null")


def test_priority_skip_and_link_take_a_reason(
    world: World, console_of: Callable[..., Page], olga: Any
) -> None:
    world.alarm("technical", area="Härslöv", age=20)
    other = world.alarm("technical", area="Härslöv", age=10)
    page = console_of(olga)
    hand = taken(page)
    hand.press("o", "1", "1")
    expect(page.locator(".case-head .plate.p1")).to_be_visible()
    hand.rest()
    hand.press("x", "1")
    expect(page.locator("#step-1")).to_contain_text("överhoppat")
    hand.rest()
    hand.press("g")
    expect(page.locator(".sheet .choice").first).to_be_visible()
    hand.press("1")
    expect(page.locator(".journal .linked").first).to_contain_text("Hör ihop")
    assert page.locator(f'[data-id="{other}"]').count() == 1


def test_a_case_by_hand_is_at_most_four_keys_and_the_words(
    world: World, console_of: Callable[..., Page], olga: Any
) -> None:
    page = console_of(olga)
    hand = Hand(page)
    hand.press("c")
    page.locator('[name="kind"]').select_option("call")
    page.locator('[name="place"]').fill("Storgatan 2")
    page.locator('[name="text"]').fill("Ringer om ett träd över vägen")
    hand.press("Control+Enter")
    expect(page.locator(".case-head h2")).to_contain_text("Samtal")
    expect(page.locator(".region-mine .row")).to_have_count(1)
    assert hand.presses <= 4


def test_digits_answer_the_question_of_the_step(
    world: World, console_of: Callable[..., Page], olga: Any
) -> None:
    world.alarm("technical", area="Härslöv")
    page = console_of(olga)
    hand = taken(page)
    for position in ("1", "2"):
        hand.press("x", "1")
        expect(page.locator(f"#step-{position}.done")).to_be_visible()
        hand.rest()
    hand.press("1")
    expect(page.locator("#step-3.done")).to_contain_text("Ja")
