"""The parts of a case that come after its pane: late, failing or changing, they move nothing and take no focus."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import LAPTOP
from tests.browser.hands import GUARD, take_next
from tests.browser.world import World
from tests.support.incoming import transmitter

pytestmark = pytest.mark.browser
PART = '[data-part="object"]'
ADDRESS = re.compile(r"/parts/object/$")


@pytest.fixture
def alarmed(world: World) -> Any:
    """A panel at a school has alarmed."""
    one = transmitter(world.storkoping, "7001", site="Brobyskolan", area="Broby")
    return world.alarm("technical", area="Broby", site="Brobyskolan", transmitter_id=one.pk)


def top_of_step(page: Page) -> float:
    box = page.locator(".step.current").bounding_box()
    assert box is not None
    return box["y"]


def test_the_pane_does_not_wait_for_it_and_it_moves_nothing(
    console_of: Callable[..., Page], olga: Any, alarmed: Any
) -> None:
    page = console_of(olga, size=LAPTOP)
    held: list[Route] = []
    page.route(ADDRESS, lambda route: held.append(route))
    take_next(page)
    expect(page.locator(".case-head h2")).to_contain_text("Driftlarm")
    before = top_of_step(page)
    expect(page.locator(PART)).to_have_class(re.compile("waiting"))
    held[0].continue_()
    expect(page.locator(PART)).to_contain_text("Brobyskolan")
    assert top_of_step(page) == before
    expect(page.locator("#case")).to_be_focused()


def test_a_failure_says_so_in_place_and_can_be_tried_again(
    console_of: Callable[..., Page], olga: Any, alarmed: Any
) -> None:
    page = console_of(olga, size=LAPTOP)
    page.route(ADDRESS, lambda route: route.abort())
    take_next(page)
    before = top_of_step(page)
    expect(page.locator(f"{PART} .part-failed")).to_contain_text("gick inte att hämta")
    assert top_of_step(page) == before
    page.unroute(ADDRESS)
    page.wait_for_timeout(GUARD)
    page.keyboard.press("d")
    expect(page.locator(f"{PART} [data-part-again]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(PART)).to_contain_text("Brobyskolan")
    expect(page.locator(".part-failed")).to_have_count(0)


def test_a_case_without_an_object_shows_none(
    world: World, console_of: Callable[..., Page], olga: Any
) -> None:
    world.alarm("technical", area="Härslöv")
    page = console_of(olga)
    take_next(page)
    page.wait_for_timeout(GUARD)
    for name in ("object", "camera", "objects"):
        expect(page.locator(f'[data-part="{name}"]')).to_be_hidden()
    page.keyboard.press("d")
    expect(page.locator("#message")).to_have_text("Ärendet har inget objekt i registret.")
