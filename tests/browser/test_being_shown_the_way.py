"""A key that can't do what was meant says what can: Enter on a question, closing too early, a long list of points."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import LAPTOP
from tests.browser.hands import press_until
from tests.browser.world import World

pytestmark = pytest.mark.browser


def taken(world: World, olga: Any, done: int, **more: Any) -> Any:
    """A case of Olga's with that many steps done."""
    from alarms.workqueue import services

    item = world.alarm("technical", **more)
    world.claim(olga, item)
    for position in range(1, done + 1):
        services.tick_step(item_id=item, operator=olga, position=position, outcome="", now=datetime.now(UTC))
    return item


def opened(page: Page, item: Any) -> None:
    page.goto(f"{page.url.split('?')[0]}?arende={item}")
    page.wait_for_selector(".step.current")
    page.locator("#case").focus()


def test_enter_on_a_question_says_which_digits_answer_it(
    world: World, console_of: Callable[..., Page], olga: Any
) -> None:
    item = taken(world, olga, 2)
    page = console_of(olga)
    opened(page, item)
    press_until(page, "Enter", ".step.current .hint")
    expect(page.locator(".step.current .hint")).to_have_text("Svara med 1 eller 2")
    expect(page.locator(".step.current .hint")).to_be_in_viewport()
    page.keyboard.press("2")
    expect(page.locator("#step-3")).to_contain_text("Nej")
    expect(page.locator(".hint")).to_have_count(0)


@pytest.mark.parametrize("size", [{"width": 1920, "height": 1080}, LAPTOP, {"width": 1280, "height": 600}])
def test_closing_too_early_names_what_remains_and_enter_goes_there(
    world: World, console_of: Callable[..., Page], olga: Any, size: dict[str, int]
) -> None:
    item = taken(world, olga, 2)
    page = console_of(olga, size=size)
    opened(page, item)
    press_until(page, "u", ".sheet .choice")
    page.keyboard.press("3")
    page.keyboard.press("Control+Enter")
    message = page.locator(".sheet .message")
    expect(message).to_contain_text("Ärendet kan inte avslutas än. Det här återstår:")
    first = message.locator("[data-goto]").first
    expect(first).to_contain_text("Steg 3 är inte klart: Bor någon i huset?")
    expect(first).to_contain_text("Enter")
    expect(first).to_be_focused()
    expect(first).to_be_in_viewport(ratio=1)
    expect(page.locator(".sheet [data-main]")).to_be_in_viewport(ratio=1)
    page.keyboard.press("Enter")
    expect(page.locator(".sheet")).to_have_count(0)
    expect(page.locator("#step-3")).to_be_in_viewport()


def test_a_point_in_use_is_named_and_two_enters_close_it(
    world: World, console_of: Callable[..., Page], olga: Any
) -> None:
    item = taken(world, olga, 3)
    page = console_of(olga)
    opened(page, item)
    press_until(page, "y", ".sheet .choice")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#case")).to_contain_text("Förbereds:")
    press_until(page, "u", ".sheet .choice")
    page.keyboard.press("3")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".sheet [data-goto]").first).to_be_focused()
    expect(page.locator(".sheet .message")).to_contain_text("är inte stängd")
    page.keyboard.press("Enter")
    close = page.get_by_role("button", name="Stäng punkten")
    expect(close).to_be_focused()
    page.keyboard.press("Enter")
    expect(close).to_have_count(0)


@pytest.mark.parametrize("size", [{"width": 1920, "height": 1080}, LAPTOP])
def test_nine_points_leave_the_act_in_sight(
    world: World, console_of: Callable[..., Page], olga: Any, size: dict[str, int]
) -> None:
    from central.municipalities.context import in_municipality
    from tenants.safepoints.models import SafePoint

    with in_municipality(world.storkoping.ref()):
        more = [
            SafePoint.objects.create(
                name=f"Skola {n}", address=f"Provgatan {n}", offers=["warmth", "power", "food", "rest"],
                capacity=90, public_text="Skolan öppnar.",
            )
            for n in range(6)
        ]  # fmt: skip
    item = taken(world, olga, 3)
    page = console_of(olga, size=size)
    opened(page, item)
    press_until(page, "y", ".sheet .choice")
    expect(page.locator(".sheet .choice")).to_have_count(9)
    page.keyboard.press("9")
    expect(page.locator(".sheet .choice.on")).to_be_in_viewport(ratio=1)
    expect(page.locator(".sheet [data-main]")).to_be_in_viewport(ratio=1)
    with in_municipality(world.storkoping.ref()):
        SafePoint.objects.filter(pk__in=[point.pk for point in more]).delete()
