"""A question hides and shows steps in the open case, by keyboard; the time of a step counts down in place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from central.municipalities.context import in_municipality
from tenants.instructions.rules import as_steps
from tenants.instructions.services import publish
from tests.browser.conftest import DESK, LAPTOP
from tests.browser.hands import GUARD, take_next
from tests.browser.world import World

pytestmark = pytest.mark.browser
STEPS: list[dict[str, Any]] = [
    {"type": "ask", "text": "Bor någon i huset?", "choices": ["Ja", "Nej"], "code": "q"},
    {"type": "check", "text": "Knacka på hos alla.", "minutes": 10, "on_late": "leader",
     "condition": {"answers": {"q": ["Ja"]}}},
    {"type": "sms", "text": "Förvarna jouren.", "duty": "fastighet", "message": "Läcka i tomt hus.",
     "condition": {"answers": {"q": ["Nej"]}}},
    {"type": "follow_up", "text": "Följ upp 06:00", "required": False},
]  # fmt: skip


@pytest.fixture
def instructed(world: World) -> None:
    with in_municipality(world.storkoping.ref()):
        publish(
            kind="fault_report", title="Läcka", steps=as_steps(STEPS), approved_by_name="Maja",
            now=datetime.now(UTC) - timedelta(hours=1),
        )  # fmt: skip


def numbers(page: Page) -> list[str]:
    return [one.get_attribute("id") or "" for one in page.locator(".steps > .step").all()]


def answered(page: Page, digit: str) -> None:
    take_next(page)
    expect(page.locator(".steps > .step")).to_have_count(4)
    page.wait_for_timeout(GUARD)
    page.keyboard.press(digit)
    expect(page.locator("#step-1.done")).to_have_count(1)


@pytest.mark.parametrize(
    ("digit", "shown", "current"),
    [("1", ["step-1", "step-2", "step-4"], "2"), ("2", ["step-1", "step-3", "step-4"], "3")],
)
def test_the_answer_decides_which_step_is_next(
    instructed: None, world: World, console_of: Callable[..., Page], olga: Any, pictures: Path,
    digit: str, shown: list[str], current: str,
) -> None:  # fmt: skip
    world.alarm("fault_report", area="Härslöv")
    page = console_of(olga, size=LAPTOP if digit == "1" else DESK, scheme="dark" if digit == "1" else "light")
    answered(page, digit)
    assert numbers(page) == shown
    expect(page.locator(".step.current")).to_have_attribute("data-step", current)
    expect(page.locator(".off-steps summary")).to_have_text("1 steg gäller inte nu")
    page.screenshot(path=pictures / f"console-steps-that-apply-{digit}.png")
    found = Axe().run(page).response["violations"]
    assert not found, [(one["id"], one["nodes"][0]["target"]) for one in found]


def test_undoing_the_answer_shows_all_again(
    instructed: None, world: World, console_of: Callable[..., Page], olga: Any
) -> None:
    world.alarm("fault_report", area="Härslöv")
    page = console_of(olga)
    answered(page, "2")
    page.wait_for_timeout(GUARD)
    page.keyboard.press("z")
    expect(page.locator(".step.current")).to_have_attribute("data-step", "1")
    expect(page.locator(".steps > .step")).to_have_count(4)


def test_a_steps_time_counts_down_and_says_what_follows(
    instructed: None, world: World, console_of: Callable[..., Page], olga: Any
) -> None:
    world.alarm("fault_report", area="Härslöv")
    page = console_of(olga)
    answered(page, "1")
    time = page.locator(".step.current .step-time")
    expect(time).to_contain_text("annars får skiftledaren veta")
    assert time.locator("[data-until]").inner_text().startswith(("9:", "10:"))


def test_an_sms_step_is_sent_by_one_key_and_is_done(
    instructed: None, world: World, console_of: Callable[..., Page], olga: Any
) -> None:
    world.alarm("fault_report", area="Härslöv")
    page = console_of(olga)
    answered(page, "2")
    expect(page.locator(".step.current")).to_contain_text("”Läcka i tomt hus.”")
    page.wait_for_timeout(GUARD)
    page.keyboard.press("Enter")
    expect(page.locator("#step-3.done")).to_contain_text("Sms till Fastighetsjour")
    expect(page.locator(".step.current")).to_have_attribute("data-step", "4")
