"""The second person's pages, in the portal and at the centre, with the trial run on real cases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from central.municipalities.context import in_municipality
from tenants.instructions import queries, reviewing, services
from tenants.instructions import series as all_series
from tenants.instructions.rules import Step
from tests.browser.conftest import LAPTOP
from tests.browser.world import World
from tests.conftest import make_user
from tests.support.processes import Web
from tests.support.signing_in import session_cookie

pytestmark = pytest.mark.browser


@pytest.fixture
def asked(world: World, olga: Any) -> Iterator[Any]:
    """A changed instruction under review, the centre asked too, and two cases that were worked by the old one."""
    arvid = make_user("arvid", "Arvid Administratör", "AA", world.storkoping, "municipality_admin")
    world.claim(olga, world.alarm("technical"), world.alarm("technical"))
    now = datetime.now(UTC)
    with in_municipality(world.storkoping.ref()):
        draft = services.create_draft(series=all_series.general("technical"), actor=arvid, now=now)
        kept = [Step.of(one) for one in queries.steps(draft.pk)]
        asks = kept[2]
        changed = [
            *kept[:3],
            Step("sms", "Förvarna jouren", duty="fastighet", message="Någon bor i huset.",
                 condition={"answers": {asks.code: ["Ja"]}}),
            Step("notify", "Ring polisen", minutes=10, on_late="leader"),
            *(one for one in kept[3:] if one.type == "inform"),
        ]  # fmt: skip
        services.save_draft(
            instruction_id=draft.pk, title="Driftlarm värme", steps=changed, actor=arvid, now=now
        )
        reviewing.send(instruction_id=draft.pk, centre=True, actor=arvid, now=now)
    yield draft.pk
    with in_municipality(world.storkoping.ref()):
        left = queries.draft(all_series.general("technical"))
        if left is not None:
            reviewing.withdraw(instruction_id=left.pk, actor=arvid, now=now)
            services.discard_draft(instruction_id=left.pk)


def sound(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert not found, [(one["id"], one["nodes"][0]["target"]) for one in found]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_leader_reads_and_approves_by_keyboard(
    asked: Any,
    console_of: Callable[..., Page],
    browser: Browser,
    server: Web,
    sven: Any,
    pictures: Path,
    scheme: Any,
) -> None:
    context = browser.new_context(viewport=LAPTOP, color_scheme=scheme)
    context.add_cookies(
        [{"name": "sessionid", "value": session_cookie(sven, "localhost"), "url": server.base}]
    )
    page = context.new_page()
    page.goto(f"{server.base}/console/reviews/")
    sound(page)
    page.get_by_role("link", name="Storköping: Driftlarm, Driftlarm värme").press("Enter")
    expect(page.get_by_text("Tillkommer: 5 Ring polisen").first).to_be_visible()
    sound(page)
    page.screenshot(path=pictures / f"console-review-{scheme}.png", full_page=True)
    if scheme == "dark":
        page.get_by_role("button", name="Godkänn, gäller från nu").press("Enter")
        expect(page.get_by_role("status")).to_contain_text("gäller nu")
    context.close()


def test_the_colleague_sees_what_would_have_changed(
    asked: Any, world: World, browser: Browser, server: Web, pictures: Path
) -> None:
    birgit = make_user("birgit", "Birgit Andra", "BA", world.storkoping, "municipality_admin")
    context = browser.new_context(viewport=LAPTOP)
    base = f"http://storkoping.localhost:{server.port}"
    context.add_cookies(
        [{"name": "sessionid", "value": session_cookie(birgit, "storkoping.localhost"), "url": base}]
    )
    page = context.new_page()
    page.goto(f"{base}/portal/instructions/technical/review/")
    expect(page.locator("#trial")).to_contain_text("Tillkommer: 5 Ring polisen")
    expect(page.locator("#trial")).to_contain_text("Beror på ett svar som inte gavs då: 4 Förvarna jouren")
    sound(page)
    page.screenshot(path=pictures / "portal-trial.png", full_page=True)
    context.close()
