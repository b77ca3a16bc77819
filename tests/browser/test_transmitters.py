"""The page of transmitters: alive without moving, and service by keyboard with nothing typed lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from alarms.intake.models import Transmitter, TransmitterState
from tests.browser.conftest import DESK, LAPTOP
from tests.browser.test_everybody_can_use_it import CONTRAST
from tests.browser.world import World
from tests.support.cases import now
from tests.support.incoming import said, take, transmitter

pytestmark = pytest.mark.browser
PATH = "/console/transmitters/"


@pytest.fixture
def three(world: World) -> list[Transmitter]:
    """Three that are heard, in the order they stand."""
    TransmitterState.objects.all().delete()
    made = [
        transmitter(world.storkoping, str(n), site=f"Hus {n}", interval_seconds=90, service_until=None)
        for n in range(1, 4)
    ]
    for one in made:
        TransmitterState.objects.create(transmitter=one, heard_at=now())
    return made


def row(page: Page, one: Transmitter) -> Any:
    return page.locator(f'tr[data-id="{one.pk}"]')


def test_a_state_changes_where_it_stands(
    console_of: Callable[..., Page], olga: Any, three: list[Transmitter]
) -> None:
    page = console_of(olga, path=PATH)
    expect(row(page, three[1])).to_contain_text("Hörs")
    row(page, three[1]).locator(".unfold").focus()
    before = [row(page, one).bounding_box() for one in three]
    TransmitterState.objects.filter(pk=three[1].pk).update(silent_since=now(), troubles=["battery"])
    expect(row(page, three[1])).to_contain_text("TYST sedan")
    expect(row(page, three[1])).to_contain_text("FEL: batteri")
    expect(page.locator('[data-count="wrong"]')).to_have_text("1")
    assert [row(page, one).bounding_box() for one in three] == before
    expect(row(page, three[1]).locator(".unfold")).to_be_focused()


def test_what_else_is_wrong_is_told_and_shown_when_asked_for(
    console_of: Callable[..., Page], olga: Any, three: list[Transmitter]
) -> None:
    TransmitterState.objects.filter(pk=three[2].pk).update(silent_since=now())
    page = console_of(olga, path=PATH)
    page.keyboard.press("b")
    expect(page.locator("tr[data-id]")).to_have_count(1)
    TransmitterState.objects.filter(pk=three[0].pk).update(troubles=["mains"])
    TransmitterState.objects.filter(pk=three[2].pk).update(silent_since=None)
    expect(row(page, three[2])).to_contain_text("Hörs")
    expect(page.locator("#fresh")).to_contain_text("En rad till stämmer. Visa")
    page.keyboard.press("u")
    expect(row(page, three[0])).to_contain_text("FEL: nätström")
    expect(page.locator("tr[data-id]")).to_have_count(1)


def test_service_by_keyboard(console_of: Callable[..., Page], sven: Any, three: list[Transmitter]) -> None:
    page = console_of(sven, path=PATH)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(row(page, three[1]).locator(".unfold")).to_be_focused()
    page.keyboard.press("e")
    minutes, reason = page.locator('[name="minutes"]'), page.locator('[name="reason"]')
    expect(minutes).to_be_focused()
    page.keyboard.type("en timme")
    page.keyboard.press("Tab")
    page.keyboard.type("Byte av batteri")
    page.keyboard.press("Enter")
    expect(page.locator('[data-error="minutes"]')).to_have_text("Skriv hela minuter, 1–1440.")
    expect(minutes).to_be_focused()
    expect(minutes).to_have_value("en timme")
    expect(reason).to_have_value("Byte av batteri")
    page.wait_for_timeout(6500)  # read three times meanwhile, the unfolded row too
    expect(reason).to_have_value("Byte av batteri")
    minutes.fill("30")
    page.keyboard.press("Enter")
    expect(row(page, three[1])).to_contain_text("UNDER SERVICE till")
    expect(row(page, three[1]).locator(".unfold")).to_be_focused()
    take([said(three[1], account="2", kind="intrusion")])
    expect(page.locator(".told")).to_contain_text("bara loggat, under service")
    page.keyboard.press("e")
    expect(minutes).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(row(page, three[1])).to_contain_text("Hörs")
    expect(row(page, three[1]).locator(".unfold")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".detail")).to_be_hidden()


def test_without_contact_it_says_since_when(
    console_of: Callable[..., Page], olga: Any, three: list[Transmitter]
) -> None:
    page = console_of(olga, path=PATH)
    page.route("**/now.json*", lambda route: route.abort())
    expect(page.locator("#strip")).to_contain_text("Ingen kontakt sedan")
    page.unroute("**/now.json*")
    expect(page.locator("#strip")).not_to_contain_text("Ingen kontakt")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [LAPTOP, DESK], ids=["1280", "1920"])
def test_everybody_can_use_it(
    console_of: Callable[..., Page], sven: Any, three: list[Transmitter], scheme: str, size: Any
) -> None:
    TransmitterState.objects.filter(pk=three[0].pk).update(silent_since=now())
    Transmitter.objects.filter(pk=three[1].pk).update(service_until=now(3600))
    page = console_of(sven, path=PATH, scheme=scheme, size=size)
    page.keyboard.press("e")
    expect(page.locator('[name="minutes"]')).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator('[data-error="reason"]')).not_to_be_empty()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate(CONTRAST) == []
    page.evaluate("document.body.classList.add('no-contact')")
    assert page.evaluate(CONTRAST) == []
