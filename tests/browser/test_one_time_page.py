"""The page of somebody who is asked, on a telephone: every stage looked at, light and dark, no sideways scrolling."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.conftest import LAPTOP
from tests.browser.hands import press_until
from tests.browser.world import World
from tests.support.processes import Web

pytestmark = pytest.mark.browser
PHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_from_the_question_to_the_report(
    world: World,
    console_of: Callable[..., Page],
    browser: Browser,
    server: Web,
    olga: Any,
    scheme: Any,
    pictures: Path,
) -> None:
    from alarms.callouts import links, safety
    from alarms.callouts.models import Callout
    from alarms.callouts.services import call_out_on_duty
    from alarms.workqueue import services

    now = datetime.now(UTC)
    item = world.alarm("technical", area="Broby", age=60)
    services.claim(item_id=item, operator=olga, now=now)
    call_out_on_duty(item_id=item, operator=olga, duty="fastighet", now=now)
    callout = Callout.objects.get(work_item_id=item)
    base = server.base.replace("//localhost", "//storkoping.localhost")
    context = browser.new_context(viewport=PHONE, color_scheme=scheme, locale="sv-SE")
    page = context.new_page()
    page.goto(f"{base}/{links.PATH}/{links.secret_of(callout.pk)}/")
    _look(page, pictures / f"onetime-asked-{scheme}.png")
    page.get_by_role("button", name="Jag tar det").click()
    expect(page.locator("main")).to_contain_text("Du har ärendet")
    page.get_by_label("Framme om").select_option("20")
    page.get_by_role("button", name="På väg").click()
    expect(page.locator("main")).to_contain_text("framme")
    page.get_by_role("button", name="På plats").click()
    expect(page.locator("main")).to_contain_text("Hör av dig senast")
    _look(page, pictures / f"onetime-on-site-{scheme}.png")

    console = console_of(olga, size=LAPTOP, scheme=scheme)
    console.locator(f'[data-id="{item}"]').click()
    press_until(console, "Enter", ".case-head")
    expect(console.locator(".callout")).to_contain_text("Ensam ute: hör av sig senast")
    for minutes in (31, 34, 37):
        safety.advance(datetime.now(UTC) + timedelta(minutes=minutes))
    expect(console.locator(".callout")).to_contain_text("HÖR INTE AV SIG")
    expect(console.locator(f'.row[data-id="{item}"]')).to_contain_text("HÖR INTE AV SIG")
    console.screenshot(path=pictures / f"unheard-{scheme}-1280.png")

    page.reload()
    expect(page.locator("main")).to_contain_text("Centralen är larmad")
    page.get_by_label("Rapport").fill("Kranen är avstängd. Golvet ska torka.")
    page.get_by_role("button", name="Klar").click()
    expect(page.locator("main")).to_contain_text("du är klar")
    expect(console.locator(".callout")).to_contain_text("Kranen är avstängd")
    expect(console.locator(f'.row[data-id="{item}"]')).not_to_contain_text("HÖR INTE AV SIG")
    _look(page, pictures / f"onetime-done-{scheme}.png")
    context.close()


def _look(page: Page, path: Path) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.screenshot(path=path, full_page=True)
