"""The figures in the portal and at the centre, looked at in light and dark."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.conftest import DESK, LAPTOP
from tests.browser.world import World
from tests.conftest import make_user
from tests.support.processes import Web
from tests.support.signing_in import session_cookie

pytestmark = pytest.mark.browser
HOST = "storkoping.localhost"


def some_cases(world: World) -> None:
    """A night's cases with different times, of three kinds."""
    from alarms.workqueue.models import WorkItem

    at = datetime.now(UTC) - timedelta(hours=2)
    for kind, many, slow in (("technical", 24, 4), ("safety_alarm", 30, 1), ("intrusion", 3, 1)):
        for nth in range(many):
            item = world.alarm(kind, area="Härslöv", age=60)
            taken = at + timedelta(seconds=slow * (5 + 3 * nth))
            WorkItem.objects.filter(pk=item).update(received_at=at, claimed_at=taken)


@pytest.mark.parametrize(
    ("scheme", "size"), [("light", LAPTOP), ("dark", DESK)], ids=["light-1280", "dark-1920"]
)
def test_the_figures_are_drawn_with_their_goals(
    world: World, console_of: Callable[..., Page], browser: Browser, server: Web, sven: Any, scheme: Any,
    size: ViewportSize, pictures: Path,
) -> None:  # fmt: skip
    some_cases(world)
    arvid = make_user("arvid", "Arvid Administratör", "AA", world.storkoping, "municipality_admin", [])
    base = server.base.replace("//localhost", f"//{HOST}")
    context = browser.new_context(viewport=size, color_scheme=scheme, locale="sv-SE")
    context.add_cookies([{"name": "sessionid", "value": session_cookie(arvid, HOST), "url": base}])
    page = context.new_page()
    page.goto(f"{base}/portal/statistics/?by=kind")
    expect(page.locator("main")).to_contain_text("Driftlarm")
    expect(page.locator("main")).to_contain_text("3 st, för få")
    _look(page, pictures / f"statistics-portal-{scheme}-{size['width']}.png")
    context.close()
    centre = console_of(sven, size=size, scheme=scheme, path="/console/statistics/?by=hour")
    expect(centre.locator("main")).to_contain_text("Delat")
    _look(centre, pictures / f"statistics-console-{scheme}-{size['width']}.png")


def _look(page: Page, path: Path) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.screenshot(path=path, full_page=True)
