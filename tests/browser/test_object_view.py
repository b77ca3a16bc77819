"""The parts of a case that come after its pane: late, failing or changing, they move nothing and take no focus."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from central.municipalities.models import Municipality
from tests.browser.conftest import LAPTOP
from tests.browser.hands import GUARD, take_next
from tests.browser.world import World
from tests.conftest import make_user
from tests.support.cases import now
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


def test_unfolded_by_key_it_leaves_the_step_in_sight_and_folds_again(
    world: World, console_of: Callable[..., Page], olga: Any, sven: Any, alarmed: Any
) -> None:
    others = [world.alarm("intrusion", area="Broby", site=f"Hus {n}", age=300 + n) for n in range(4)]
    world.claim(sven, others[0])
    world.claim(olga, alarmed)
    page = console_of(olga, size=LAPTOP, path=f"/console/?arende={alarmed}")
    expect(page.locator(f"{PART} summary")).to_contain_text("4 öppna i närheten")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("d")
    expect(page.locator(f"{PART} summary")).to_be_focused()
    expect(page.locator(".near li")).to_have_count(4)
    expect(page.locator(".near")).to_contain_text("◐ SS")
    step, upper = page.locator(".step.current .text").bounding_box(), page.locator(".upper").bounding_box()
    assert step is not None
    assert upper is not None
    assert step["y"] + step["height"] <= upper["y"] + upper["height"]
    page.keyboard.press("Tab")
    expect(page.locator(".object-all")).to_be_focused()
    page.keyboard.press("d")
    expect(page.locator(".object-all")).to_be_hidden()
    expect(page.locator("#case")).to_be_focused()


def test_what_happens_meanwhile_leaves_fold_and_focus_alone(
    world: World, console_of: Callable[..., Page], olga: Any, sven: Any, alarmed: Any
) -> None:
    from alarms.workqueue import services

    world.claim(olga, alarmed)
    other = world.alarm("intrusion", area="Broby", site="Sporthallen", age=300)
    page = console_of(olga, size=LAPTOP, path=f"/console/?arende={alarmed}")
    page.wait_for_selector(f"{PART} summary")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("d")
    page.locator(f'{PART} [data-open-case="{other}"]').focus()
    before = top_of_step(page)
    services.note(item_id=alarmed, operator=olga, text="Någon ringde", now=now())
    expect(page.locator(".journal")).to_contain_text("Någon ringde")
    expect(page.locator(f'{PART} [data-open-case="{other}"]')).to_be_focused()
    world.claim(sven, other)
    expect(page.locator(".near")).to_contain_text("◐ SS", timeout=20_000)
    expect(page.locator(f'{PART} [data-open-case="{other}"]')).to_be_focused()
    assert top_of_step(page) == before
    page.keyboard.press("Escape")
    expect(page.locator("#case")).to_be_focused()
    expect(page.locator(".object-all")).to_be_visible()


def test_a_case_nearby_is_read_and_esc_leads_back(
    world: World, console_of: Callable[..., Page], olga: Any, alarmed: Any
) -> None:
    world.claim(olga, alarmed)
    world.alarm("intrusion", area="Broby", site="Sporthallen", age=300)
    page = console_of(olga, size=LAPTOP, path=f"/console/?arende={alarmed}")
    page.wait_for_selector(f"{PART} summary")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("d")
    page.locator(".near a").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".case-head h2")).to_contain_text("Inbrottslarm")
    expect(page.locator("#message")).to_contain_text("Esc leder tillbaka till")
    page.keyboard.press("Escape")
    expect(page.locator(".case-head h2")).to_contain_text("Driftlarm")
    expect(page.locator(".case-head .hold")).to_contain_text("MITT")


def test_a_part_is_found_by_name(console_of: Callable[..., Page], olga: Any, alarmed: Any) -> None:
    page = console_of(olga, size=LAPTOP)
    take_next(page)
    page.wait_for_selector(f"{PART} summary")
    page.wait_for_timeout(GUARD)
    page.keyboard.press("Control+k")
    page.keyboard.type("i ärendet objekt")
    page.locator('[name="q"]').fill("objektet")
    expect(page.locator(".palette-list")).to_contain_text("I ärendet: Objektet")
    page.keyboard.press("Enter")
    expect(page.locator(f"{PART} summary")).to_be_focused()


def test_whoever_keeps_the_register_is_led_to_it_from_an_unknown_transmitter(
    world: World, console_of: Callable[..., Page], olga: Any
) -> None:
    centre = Municipality.objects.get(slug="centralen")
    chef = make_user("chef", "Cilla Chef", "CC", centre, "centre_manager", [])
    item = world.alarm("unknown_transmitter", area="Provmottagaren", account="9009")
    page = console_of(chef, size=LAPTOP)
    page.locator(f'.row[data-id="{item}"]').click()
    link = page.locator("#case a", has_text="Registrera sändaren")
    expect(link).to_have_attribute("href", f"/console/transmitters/new/?case={item}")
    other = console_of(olga, size=LAPTOP)
    other.locator(f'.row[data-id="{item}"]').click()
    expect(other.locator("#case .preview")).to_contain_text("Okänd sändare")
    expect(other.locator("#case")).not_to_contain_text("Registrera sändaren")
