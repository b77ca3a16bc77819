"""The handover walked by keyboard, with the other leader's page following, looked at in light and dark."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.conftest import DESK, LAPTOP
from tests.browser.world import World

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("scheme", "size"), [("light", LAPTOP), ("dark", DESK)], ids=["light-1280", "dark-1920"]
)
def test_two_leaders_walk_it_by_keyboard(
    world: World, console_of: Callable[..., Page], sven: Any, scheme: str, size: ViewportSize, pictures: Path
) -> None:
    from alarms.handover.models import Handover
    from central.accounts.models import User
    from central.functions import NAMES
    from central.municipalities.directory import centre
    from central.municipalities.models import Municipality
    from tests.conftest import make_user

    Handover.objects.all().delete()
    stina = User.objects.filter(username="stina").first() or make_user(
        "stina", "Stina Skiftledare", "ST", Municipality.objects.get(pk=centre().id), "shift_leader", NAMES
    )
    for area in ("Härslöv", "Broby"):
        world.alarm("technical", area=area, age=60)
    giver = console_of(sven, size=size, scheme=scheme, path="/console/handover/")
    giver.keyboard.press("Enter")
    giver.wait_for_selector("html[data-ready]")
    giver.locator("#notes").fill("Bron vid Broby är avstängd till 06.")
    expect(giver.locator("#kept")).to_contain_text("Sparat")
    giver.reload()
    expect(giver.locator("#notes")).to_have_value("Bron vid Broby är avstängd till 06.")

    taker = console_of(stina, size=size, scheme=scheme, path=f"/{giver.url.split('/', 3)[3]}")
    taker.wait_for_selector("html[data-ready]")
    expect(taker.locator("main")).to_contain_text("Bron vid Broby")
    lines = taker.locator(".lines li").count()
    assert lines >= 2
    taker.get_by_role("button", name="Jag tar emot").click()
    expect(taker.locator(".refused")).to_contain_text("inte sedd")
    for nth in range(lines):
        taker.locator(".lines li").nth(nth).focus()
        taker.keyboard.press("Enter")
        expect(taker.locator(".lines li.seen")).to_have_count(nth + 1)
    expect(taker.locator("#left")).to_have_text("0")
    expect(giver.locator(".lines li.seen")).to_have_count(lines)
    found = Axe().run(taker)
    assert found.violations_count == 0, found.generate_report()
    taker.screenshot(path=pictures / f"handover-walked-{scheme}-{size['width']}.png", full_page=True)
    taker.get_by_role("button", name="Jag tar emot").click()
    expect(giver.locator(".signing")).to_contain_text("Stina Skiftledare, som tar emot: ✓")
    giver.get_by_role("button", name="Jag lämnar över").click()
    expect(giver.locator("header")).to_contain_text("Undertecknad av båda")
    expect(taker.locator("header")).to_contain_text("Undertecknad av båda")
    giver.screenshot(path=pictures / f"handover-done-{scheme}-{size['width']}.png", full_page=True)
