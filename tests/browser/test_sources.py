"""The page of sources in a browser: a mapping is tried as it is typed, and nothing typed is lost by a reload."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from alarms.intake.models import Source
from alarms.intake.registering import key_digest
from central.municipalities.models import Municipality
from tests.browser.conftest import DESK, LAPTOP
from tests.browser.test_everybody_can_use_it import CONTRAST
from tests.browser.world import World
from tests.conftest import make_user
from tests.support.hooks import event, hook

pytestmark = pytest.mark.browser


@pytest.fixture
def chef(world: World) -> Any:
    centre = Municipality.objects.get(kind="centre")
    return make_user("chef", "Cilla Chef", "CC", centre, "centre_manager", [])


def test_a_webhook_is_made_tried_and_switched_on(console_of: Callable[..., Page], chef: Any) -> None:
    page = console_of(chef, path="/console/sources/")
    page.keyboard.press("n")
    page.wait_for_url("**/new/")
    page.get_by_label("Namn").fill("Kameror i prov")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#key")).to_contain_text("tck_")
    page.get_by_role("link", name="Gå vidare till det som avtalas").click()
    page.get_by_label("Konto: väg").fill("device.id")
    page.locator("#sample").fill(json.dumps(event()))
    expect(page.locator("#result")).to_contain_text("Det kan slås på", timeout=10_000)
    page.get_by_label("Plats: väg").fill("device.place")
    page.reload()
    expect(page.get_by_label("Plats: väg")).to_have_value("device.place")
    expect(page.locator("#result")).to_contain_text("Norra entrén", timeout=10_000)
    page.locator("#on").click()
    expect(page.locator("#off")).to_be_visible(timeout=10_000)
    assert Source.objects.get(name="Kameror i prov").active


@pytest.fixture
def source(world: World) -> Source:
    """On, and just agreed."""
    Source.objects.filter(name="Provkameror").delete()
    made, _ = hook(None)
    return made


def test_a_new_key_is_shown_once(console_of: Callable[..., Page], chef: Any, source: Source) -> None:
    page = console_of(chef, path=f"/console/sources/{source.pk}/")
    page.get_by_text("Byt nyckel", exact=True).press("Enter")
    page.get_by_role("button", name="Byt nyckel nu").press("Enter")
    expect(page.locator("#made")).to_be_focused()
    key = page.locator("#key").inner_text()
    source.refresh_from_db()
    assert bytes(source.key_digest) == key_digest(key)
    page.get_by_role("link", name="Klart").click()
    expect(page.locator("#key")).to_be_hidden()
    page.get_by_label("Behörighet", exact=True).select_option("hmac")
    page.get_by_label("Huvudfält").fill("två ord")
    page.get_by_role("button", name="Ändra behörigheten").press("Enter")
    expect(page.locator('[data-error="header"]')).to_contain_text("inget namn på ett huvudfält")
    page.get_by_label("Huvudfält").fill("X-Hub-Signature")
    page.get_by_role("button", name="Ändra behörigheten").press("Enter")
    expect(page.locator(".which")).to_contain_text("HMAC")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [LAPTOP, DESK], ids=["1280", "1920"])
def test_everybody_can_use_it(
    console_of: Callable[..., Page], chef: Any, source: Source, scheme: str, size: Any, pictures: Path
) -> None:
    page = console_of(chef, path=f"/console/sources/{source.pk}/", scheme=scheme, size=size)
    page.locator("#sample").fill(json.dumps(event(type="okänt"), indent=1, ensure_ascii=False))
    expect(page.locator("#result")).to_contain_text("är inget av det som är avtalat", timeout=10_000)
    page.get_by_text("Byt nyckel", exact=True).press("Enter")
    for path in ("", "new", "list"):
        if path:
            page.goto(page.url.split("/console/")[0] + f"/console/sources/{'new/' if path == 'new' else ''}")
            page.wait_for_selector("html[data-ready]")
        page.screenshot(
            path=pictures / f"sources-{path or 'one'}-{scheme}-{size['width']}.png", full_page=True
        )
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate(CONTRAST) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
            "nothing beside the screen"
        )
