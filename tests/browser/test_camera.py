"""A case's picture: opened with one key and its usual reason, and hidden again by itself when the access ends."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from alarms.intake.models import Transmitter
from alarms.intake.storing import PictureIn
from alarms.receivers.webhook.pictures import still
from alarms.workqueue import services
from central.municipalities.context import in_municipality
from central.municipalities.directory import by_slug
from tenants.casefiles.models import JournalEntry
from tenants.contents.models import Opening
from tests.browser.conftest import DESK, LAPTOP
from tests.browser.hands import GUARD
from tests.browser.test_everybody_can_use_it import CONTRAST
from tests.browser.world import World
from tests.support.cases import now
from tests.support.hooks import picture
from tests.support.incoming import said, signal_of, take, transmitter

pytestmark = pytest.mark.browser
PART = '[data-part="camera"]'
IMAGE = f"{PART} img"
SIZES = {"1280": LAPTOP, "1920": DESK}


@pytest.fixture
def item(world: World, olga: Any) -> UUID:
    """A camera saw somebody, with a picture and a stream; Olga has the case."""
    Transmitter.objects.all().delete()
    seen = still(picture(size=(1280, 720)))
    kept = PictureIn(seen.content, seen.content_type, seen.width, seen.height, seen.sha256)
    camera = transmitter(world.storkoping, "cam-1", protocol="webhook")
    (receipt,) = take(
        [
            said(
                camera, account="cam-1", kind="intrusion", text="Någon gick över linjen", place="Norra entrén",
                pictures=(kept,), streams=("https://kamera.example/live",),
            )
        ]
    )  # fmt: skip
    found = UUID(str(signal_of(receipt).item_id))
    world.claim(olga, found)
    return found


def shown(console_of: Callable[..., Page], olga: Any, item: UUID, **more: Any) -> Page:
    page = console_of(olga, path=f"/console/?arende={item}", **more)
    expect(page.locator(PART)).to_contain_text("1 bild · 1 direktbild")
    expect(page.locator(IMAGE)).to_have_count(0)
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(GUARD)
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_a_picture_by_one_key(
    console_of: Callable[..., Page], olga: Any, item: UUID, size: str, scheme: str, pictures: Path
) -> None:
    page = shown(console_of, olga, item, size=SIZES[size], scheme=scheme)
    page.screenshot(path=pictures / f"camera-hidden-{scheme}-{size}.png")
    page.keyboard.press("b")
    expect(page.locator(IMAGE)).to_have_count(1)
    expect(page.locator(f"{PART} [data-part-focus]")).to_be_focused()
    assert page.locator(IMAGE).evaluate("(image) => image.decode().then(() => image.naturalWidth)") == 1280
    expect(page.locator(".journal")).to_contain_text("Larm i ärendet")
    expect(page.locator(PART)).to_contain_text("Att du öppnade står i journalen")
    page.screenshot(path=pictures / f"camera-open-{scheme}-{size}.png")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate(CONTRAST) == []
    with in_municipality(by_slug("storkoping")):
        assert JournalEntry.objects.filter(case_id=item, verb="camera_opened").count() == 1


def ends_in(item: UUID, seconds: float) -> None:
    with in_municipality(by_slug("storkoping")):
        assert Opening.objects.filter(case_id=item).update(until=now(seconds)) == 1


def test_it_is_hidden_by_itself_when_the_access_ends(
    console_of: Callable[..., Page], olga: Any, item: UUID
) -> None:
    page = shown(console_of, olga, item, size=LAPTOP)
    page.keyboard.press("b")
    expect(page.locator(IMAGE)).to_have_count(1)
    ends_in(item, 4)
    services.note(item_id=item, operator=olga, text="Ringde vakten", now=now())
    expect(page.locator(".journal")).to_contain_text("Ringde vakten")
    expect(page.locator(IMAGE)).to_have_count(1)
    expect(page.locator(IMAGE)).to_have_count(0, timeout=15_000)
    expect(page.locator(f"{PART} [data-camera]")).to_be_visible()
    page.keyboard.press("b")
    expect(page.locator(IMAGE)).to_have_count(1)
    with in_municipality(by_slug("storkoping")):
        assert Opening.objects.filter(case_id=item).count() == 2


def test_it_is_hidden_without_contact_too(console_of: Callable[..., Page], olga: Any, item: UUID) -> None:
    page = shown(console_of, olga, item, size=LAPTOP)
    page.keyboard.press("b")
    expect(page.locator(IMAGE)).to_have_count(1)
    ends_in(item, 4)
    with page.expect_response("**/parts/camera/"):
        services.note(item_id=item, operator=olga, text="Ringde vakten", now=now())
    page.route("**/parts/camera/", lambda route: route.abort())
    expect(page.locator(f"{PART} .part-failed")).to_be_visible(timeout=15_000)
    expect(page.locator(IMAGE)).to_have_count(0)
