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
from central.municipalities.models import Municipality
from tests.browser.world import World
from tests.conftest import make_user
from tests.support.hooks import event

pytestmark = pytest.mark.browser


@pytest.fixture
def chef(world: World) -> Any:
    centre = Municipality.objects.get(kind="centre")
    return make_user("chef", "Cilla Chef", "CC", centre, "centre_manager", [])


def test_a_webhook_is_made_tried_and_switched_on(
    console_of: Callable[..., Page], chef: Any, tmp_path: Path
) -> None:
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
    page.screenshot(path=str(tmp_path / "mapping.png"), full_page=True)
    serious = [
        one for one in Axe().run(page).response["violations"] if one["impact"] in ("serious", "critical")
    ]
    assert serious == [], [(one["id"], one["nodes"][0]["html"]) for one in serious]
    page.locator("#on").click()
    expect(page.locator("#off")).to_be_visible(timeout=10_000)
    assert Source.objects.get(name="Kameror i prov").active
