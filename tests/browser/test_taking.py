"""Taking a case: one key, never two cases for one press, never one case for two people."""

# ruff: noqa: E501 (scripts for the browser stand on one line)

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hands import take_next
from tests.browser.world import World

pytestmark = pytest.mark.browser


def steps_done(page: Page) -> int:
    return page.locator(".step.done").count()


def test_one_key_takes_the_most_urgent(world: World, console_of: Callable[..., Page], olga: Any) -> None:
    world.alarm("technical", area="Broby", age=30)
    first = world.alarm("safety_alarm", area="Hästveda")
    page = console_of(olga)
    page.keyboard.press("t")
    expect(page.locator(f'.region-mine [data-id="{first}"]')).to_be_visible()
    expect(page.locator(".case-head h2")).to_contain_text("Trygghetslarm · Hästveda")


def test_the_row_says_taking_at_once_and_mine_only_when_the_server_has_answered(
    world: World, console_of: Callable[..., Page], olga: Any
) -> None:
    item = world.alarm("technical", area="Härslöv")
    page = console_of(olga)
    held: list[Any] = []
    page.route("**/console/next/", lambda route: held.append(route))
    page.evaluate("""() => { document.addEventListener('keydown', () => { window.pressed = performance.now(); }, true);
      new MutationObserver(() => { if (document.querySelector('.s-claiming')) window.told ??= performance.now(); }).observe(document.body, { subtree: true, attributes: true, childList: true }); }""")
    page.keyboard.press("t")
    row = page.locator(f'.row[data-id="{item}"]')
    expect(row).to_contain_text("Tar …")
    took = page.evaluate("window.told - window.pressed")
    print(f"\nT → Tar …: {took:.0f} ms (bar 50 ms)")
    page.wait_for_timeout(400)
    expect(row).not_to_contain_text("MITT")
    expect(page.locator(".step.current")).to_have_count(0)
    held[0].continue_()
    expect(page.locator(f'.region-mine .row[data-id="{item}"]')).to_contain_text("MITT")
    assert took <= 50


def test_double_enter_takes_once_and_runs_no_step(
    world: World, console_of: Callable[..., Page], olga: Any
) -> None:
    item = world.alarm("technical", area="Härslöv")
    world.alarm("technical", area="Broby")
    page = console_of(olga)
    page.locator(f'[data-id="{item}"]').click()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.locator(".step.current")).to_contain_text("Kontrollera larmpunkten")
    page.keyboard.press("Enter")  # still within 300 ms of the change under the focus
    page.wait_for_timeout(500)
    assert steps_done(page) == 0
    expect(page.locator(".region-mine .row")).to_have_count(1)


def test_the_loser_of_a_race_is_told_who_won_and_nothing_opens(
    world: World, console_of: Callable[..., Page], olga: Any, sven: Any
) -> None:

    item = world.alarm("technical", area="Härslöv")
    page = console_of(olga)
    row = page.locator(f'[data-id="{item}"]')
    row.click()
    page.evaluate("consoleParts.line.stop(); consoleParts.line.state = 'live'")  # this console hears late
    world.claim(sven, item)
    page.keyboard.press("Enter")
    expect(page.locator("#message")).to_have_text("Sven Skiftledare hann före. Tryck T för nästa.")
    expect(page.locator(".step.current")).to_have_count(0)
    expect(page.locator(f'.region-mine [data-id="{item}"]')).to_have_count(0)


def test_two_operators_pressing_t_get_different_cases(
    world: World, console_of: Callable[..., Page], olga: Any, sven: Any
) -> None:
    world.alarm("technical", area="Härslöv")
    world.alarm("technical", area="Broby")
    one, two = console_of(olga), console_of(sven)
    one.keyboard.press("t")
    two.keyboard.press("t")
    for page in (one, two):
        expect(page.locator(".region-mine .row")).to_have_count(1)
    mine = {page.locator(".region-mine .row").get_attribute("data-id") for page in (one, two)}
    assert len(mine) == 2


def test_a_taken_row_turns_green_in_place_before_it_moves(
    world: World, console_of: Callable[..., Page], olga: Any, sven: Any
) -> None:

    item = world.alarm("technical", area="Härslöv")
    page = console_of(olga)
    page.wait_for_selector(f'.region-unanswered [data-id="{item}"].s-unanswered')
    world.claim(sven, item)
    page.wait_for_selector(f'.region-unanswered [data-id="{item}"].s-other')
    page.wait_for_selector(f'.region-others [data-id="{item}"].s-other')


def test_reading_without_taking_leaves_the_case_unanswered(
    world: World, console_of: Callable[..., Page], olga: Any
) -> None:
    item = world.alarm("technical", area="Härslöv", place="Skolvägen 1")
    page = console_of(olga)
    page.locator(f'[data-id="{item}"]').click()
    page.keyboard.press("Shift+Enter")
    expect(page.locator(".facts").first).to_contain_text("Skolvägen 1")
    expect(page.locator(f'.region-unanswered [data-id="{item}"].s-unanswered')).to_be_visible()


def test_undo_gives_a_claim_back(world: World, console_of: Callable[..., Page], olga: Any) -> None:
    item = world.alarm("technical", area="Härslöv")
    page = console_of(olga)
    take_next(page)
    page.wait_for_timeout(350)
    page.keyboard.press("z")
    expect(page.locator(f'.region-unanswered [data-id="{item}"]')).to_be_visible()
    expect(page.locator(".step.current")).to_have_count(0)


def test_nothing_is_offered_to_undo_in_a_case_that_is_closed(
    world: World, console_of: Callable[..., Page], olga: Any
) -> None:
    world.alarm("intrusion", area="Härslöv")
    page = console_of(olga)
    page.keyboard.press("t")
    page.wait_for_selector(".no-instruction")
    expect(page.locator("#undo")).to_be_visible()
    page.wait_for_timeout(350)  # new focus holds single keys for a moment
    for key in ("u", "2", "Control+Enter"):
        page.keyboard.press(key)
        page.wait_for_timeout(150)
    expect(page.locator(".region-mine [data-id]")).to_have_count(0)
    expect(page.locator("#undo")).to_be_hidden()


def test_a_claim_whose_answer_was_lost_is_asked_again_with_the_same_key(
    world: World, console_of: Callable[..., Page], olga: Any
) -> None:
    world.alarm("technical", area="Härslöv")
    page = console_of(olga)
    keys: list[str] = []

    def lose_the_first(route: Any) -> None:
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) == 1:
            route.fetch()  # it happened, and nobody was told
            route.abort()
        else:
            route.continue_()

    page.route("**/console/next/", lose_the_first)
    page.keyboard.press("t")
    expect(page.locator("#message")).to_have_text("Vi vet inte om du fick ärendet. Kontrollerar …")
    expect(page.locator(".step.current")).to_be_visible()
    expect(page.locator(".region-mine .row")).to_have_count(1)
    assert keys == [keys[0], keys[0]]
