"""Everyone's state in the case, live: who was asked, who is next and when, who comes; steered from the keyboard."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.conftest import DESK, LAPTOP
from tests.browser.hands import press_until
from tests.browser.world import World

pytestmark = pytest.mark.browser


def taken_with_a_run(world: World, page: Page, olga: Any, *, duty: str = "fastighet") -> Any:
    """A case that Olga holds, its duty called out by the service; the item's id."""
    from alarms.callouts.services import call_out_on_duty
    from alarms.workqueue import services

    item = world.alarm("technical", area="Broby", age=60)
    now = datetime.now(UTC)
    services.claim(item_id=item, operator=olga, now=now)
    call_out_on_duty(item_id=item, operator=olga, duty=duty, now=now)
    page.locator(f'[data-id="{item}"]').click()
    press_until(page, "Enter", ".case-head")
    return item


@pytest.mark.parametrize("size", [LAPTOP, DESK], ids=["1280", "1920"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_ladder_lives_and_is_steered_by_keys(
    world: World, console_of: Callable[..., Page], olga: Any, size: ViewportSize, scheme: str, pictures: Path
) -> None:
    from alarms.callouts import services
    from alarms.callouts.models import Callout, Run

    page = console_of(olga, size=size, scheme=scheme)
    item = taken_with_a_run(world, page, olga)
    first = Callout.objects.get(work_item_id=item)
    run = page.locator(".run.going")
    expect(run).to_contain_text("Frågar i tur och ordning")
    expect(run.locator(".due")).to_contain_text("rings")
    waiting = run.locator(".waiting").inner_text()
    name = waiting.removeprefix("Sedan: ").split(" → ")[0]
    page.screenshot(path=pictures / f"ladder-asking-{scheme}-{size['width']}.png")

    press_until(page, "Shift+R", ".callout ~ .callout")
    expect(page.locator(".callout").first).to_contain_text(name)
    assert Callout.objects.filter(work_item_id=item).count() == 2, "one more was asked, not two"

    services.hear(callout_id=first.pk, body="1 25", now=datetime.now(UTC))
    expect(page.locator(".run")).to_contain_text("Taget")
    mine = page.locator(f"#callout-{first.pk}")
    expect(mine.locator(".ladder")).to_contain_text("På väg (framme ca")
    services.hear(callout_id=first.pk, body="5", now=datetime.now(UTC))
    expect(mine.locator(".ladder li.reached.yes").filter(has_text="På plats")).to_be_visible()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    page.screenshot(path=pictures / f"ladder-on-site-{scheme}-{size['width']}.png")

    page.get_by_role("button", name="Avbryt utlarmningen").click()
    page.locator(".sheet .choice").first.click()
    expect(page.locator(".run")).to_contain_text("Avbruten")
    assert Run.objects.get(work_item_id=item).state == "called_off"


def test_how_far_they_are_is_written_down_from_the_case(
    world: World, console_of: Callable[..., Page], olga: Any
) -> None:
    page = console_of(olga, size=LAPTOP)
    taken_with_a_run(world, page, olga)
    page.get_by_role("button", name="Tar", exact=True).first.click()
    for word in ("På väg", "På plats", "Klar"):
        page.locator(".callout .acts").get_by_role("button", name=word, exact=True).click()
        expect(page.locator(".ladder li.reached").filter(has_text=word)).to_be_visible()
    expect(page.locator(".callout .acts")).to_have_count(0)
