"""The municipality's own pages in a real browser: usable by everybody, true within seconds, also without scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, expect

from alarms.intake.models import Transmitter
from alarms.intake.storing import PictureIn
from alarms.receivers.webhook.pictures import still
from central.municipalities.context import in_municipality
from tenants.contents.models import Opening
from tenants.safepoints import services as safepoints
from tenants.safepoints.models import SafePoint
from tests.browser.conftest import DESK, LAPTOP
from tests.browser.world import World
from tests.conftest import PASSWORD, make_user
from tests.support.incoming import said, signal_of, take, transmitter
from tests.support.posted import picture
from tests.support.processes import Web
from tests.support.signing_in import session_cookie

pytestmark = pytest.mark.browser
HOST = "storkoping.localhost"


@pytest.fixture
def base(server: Web, world: World) -> str:
    return server.base.replace("//localhost", f"//{HOST}").replace("//127.0.0.1", f"//{HOST}")


@pytest.fixture
def maja(world: World) -> Any:
    return make_user("maja", "Maja Handläggare", "MH", world.storkoping, "municipality_officer", ["property"])


@pytest.fixture
def arvid(world: World) -> Any:
    return make_user("arvid", "Arvid Administratör", "AA", world.storkoping, "municipality_admin", [])


@pytest.fixture
def context_of(browser: Browser, base: str) -> Iterator[Callable[..., BrowserContext]]:
    """``context_of(user, …)`` → a browser where that person is signed in on Storköping's host."""
    opened: list[BrowserContext] = []

    def make(user: Any = None, **more: Any) -> BrowserContext:
        context = browser.new_context(**{"viewport": LAPTOP, "locale": "sv-SE"} | more)
        opened.append(context)
        if user is not None:
            context.add_cookies([{"name": "sessionid", "value": session_cookie(user, HOST), "url": base}])
        return context

    yield make
    for context in opened:
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [LAPTOP, DESK], ids=["1280", "1920"])
def test_no_page_has_a_fault_that_axe_finds(
    context_of: Callable[..., BrowserContext], base: str, world: World, maja: Any, arvid: Any,
    pictures: Path, scheme: str, size: dict[str, int],
) -> None:  # fmt: skip
    case = world.alarm("technical", area="Härslöv", place="Skolvägen 1", story="Pannan är kall.")
    officer = context_of(maja, color_scheme=scheme, viewport=size).new_page()
    admin = context_of(arvid, color_scheme=scheme, viewport=size).new_page()
    pages = [(officer, "/portal/cases/", "cases"), (officer, f"/portal/cases/{case}/", "case")]
    pages += [
        (admin, f"/portal/{name}/", name)
        for name in ("overview", "instructions", "instructions/technical", "roster", "points", "members")
    ]
    pages += [(admin, "/", "public"), (admin, "/account/", "account"), (admin, "/portal/audit/", "refused")]
    for page, path, name in pages:
        page.goto(base + path)
        found = Axe().run(page).response["violations"]
        assert not found, (path, [(one["id"], one["nodes"][0]["target"]) for one in found])
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), path
        page.screenshot(path=pictures / f"portal-{name.replace('/', '-')}-{scheme}-{size['width']}.png")


def test_a_new_case_shows_by_itself_and_the_focus_stays(
    context_of: Callable[..., BrowserContext], base: str, world: World, maja: Any
) -> None:
    world.alarm("technical", area="Härslöv")
    page = context_of(maja).new_page()
    page.goto(f"{base}/portal/cases/")
    page.locator("tbody a").first.focus()
    focused = page.evaluate("document.activeElement.id")
    world.alarm("technical", area="Glumslöv")
    expect(page.get_by_text("Glumslöv").first).to_be_visible(timeout=3_000)
    assert page.evaluate("document.activeElement.id") == focused


def test_the_public_page_follows_a_point_within_seconds(
    context_of: Callable[..., BrowserContext], base: str, world: World
) -> None:
    page = context_of().new_page()
    page.goto(base)
    expect(page.get_by_text("Inga trygghetspunkter är öppna just nu.")).to_be_visible()
    with in_municipality(world.storkoping.ref()):
        point = SafePoint.objects.get(name="Biblioteket")
        safepoints.activate(
            point_id=point.pk,
            case_id=None,
            actor=world.olga,
            public_text="Välkommen in.",
            now=datetime.now(UTC),
        )
    expect(page.get_by_role("heading", name="Biblioteket")).to_be_visible(timeout=15_000)
    expect(page.get_by_text("Den är inte öppen än.")).to_be_visible()
    assert not page.context.cookies()


def test_signing_in_reading_and_the_public_page_need_no_scripts(
    context_of: Callable[..., BrowserContext], base: str, world: World, maja: Any
) -> None:
    world.alarm("technical", area="Härslöv")
    page = context_of(java_script_enabled=False).new_page()
    page.goto(base)
    expect(page.get_by_role("heading", name="Trygghetspunkter", exact=True)).to_be_visible()
    page.goto(f"{base}/portal/")
    page.get_by_label("Användarnamn").fill("maja")
    page.get_by_label("Lösenord").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Logga in").click()
    page.get_by_role("link", name="Härslöv").first.click()
    expect(page.get_by_role("heading", name="Journal")).to_be_visible()


def test_a_revoked_sign_in_leaves_the_page_within_seconds(
    context_of: Callable[..., BrowserContext], base: str, world: World, maja: Any
) -> None:
    from central.accounts.services import revoke_all

    page = context_of(maja).new_page()
    page.goto(f"{base}/portal/cases/")
    revoke_all(user=maja, by=maja, now=datetime.now(UTC))
    page.wait_for_url("**/login/**", timeout=10_000)


def test_an_instruction_is_written_with_the_keyboard_and_approved_by_somebody_else(
    context_of: Callable[..., BrowserContext], base: str, world: World, arvid: Any, pictures: Path
) -> None:
    page = context_of(arvid).new_page()
    page.goto(f"{base}/portal/instructions/fire/")
    page.get_by_role("button", name="Skriv instruktion").press("Enter")
    page.get_by_label("Vad operatören ska göra").fill("Fråga om någon är kvar i huset.")
    page.get_by_label("Gör", exact=True).select_option("ask")
    page.get_by_label("Svar att välja på, ett per rad").fill("Ja\nNej")
    page.get_by_role("button", name="Lägg till steg").press("Enter")
    expect(page.locator("#id_steps-2-text")).to_be_focused()
    page.locator("#id_steps-2-text").fill("Ring 112 och säg att någon är kvar.")
    step = page.locator("#step-2")
    step.get_by_text("Hur snart").press("Enter")
    step.get_by_label("Klart inom (minuter)").fill("2")
    step.get_by_label("Annars").select_option("leader")
    step.get_by_text("Gäller bara ibland").press("Enter")
    step.get_by_label("Ja", exact=True).press("Space")
    for width, height in ((1280, 800), (420, 900)):
        page.set_viewport_size({"width": width, "height": height})
        page.screenshot(path=pictures / f"portal-instruction-edit-{width}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    found = Axe().run(page).response["violations"]
    assert not found, [(one["id"], one["nodes"][0]["target"]) for one in found]
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("button", name="Skicka på granskning").press("Enter")
    expect(page.get_by_text("Någon annan måste granska och godkänna den.")).to_be_visible()
    birgit = make_user("birgit", "Birgit Andra", "BA", world.storkoping, "municipality_admin")
    other = context_of(birgit, color_scheme="dark").new_page()
    other.goto(f"{base}/portal/instructions/fire/review/")
    expect(other.get_by_text("Bara om svaret på steg 1 är Ja")).to_be_visible()
    found = Axe().run(other).response["violations"]
    assert not found, [(one["id"], one["nodes"][0]["target"]) for one in found]
    other.screenshot(path=pictures / "portal-instruction-review.png", full_page=True)
    other.get_by_role("button", name="Godkänn version 1").press("Enter")
    expect(other.get_by_text("Version 1 gäller nu.")).to_be_visible()
    expect(other.get_by_text("Svar: Ja / Nej")).to_be_visible()


def test_a_cases_picture_is_opened_with_a_reason_and_hidden_by_itself(
    context_of: Callable[..., BrowserContext], base: str, world: World, maja: Any, pictures: Path
) -> None:
    Transmitter.objects.all().delete()
    seen = still(picture(size=(1280, 720)))
    kept = PictureIn(seen.content, seen.content_type, seen.width, seen.height, seen.sha256)
    camera = transmitter(world.storkoping, "cam-1", protocol="webhook")
    case = signal_of(take([said(camera, account="cam-1", pictures=(kept,))])[0]).item_id
    page = context_of(maja, color_scheme="dark").new_page()
    page.goto(f"{base}/portal/cases/{case}/")
    page.get_by_label("Varför behöver du se bilden?").fill("Vakten frågar vem det var")
    page.screenshot(path=pictures / "portal-picture-hidden.png", full_page=True)
    page.keyboard.press("Enter")
    image = page.locator("#pictures img")
    expect(image).to_have_count(1)
    assert image.evaluate("(image) => image.decode().then(() => image.naturalWidth)") == 1280
    found = Axe().run(page).response["violations"]
    assert not found, [(one["id"], one["nodes"][0]["target"]) for one in found]
    page.screenshot(path=pictures / "portal-picture-open.png", full_page=True)
    with in_municipality(world.storkoping.ref()):
        Opening.objects.update(until=datetime.now(UTC) + timedelta(seconds=3))
    page.reload()
    expect(image).to_have_count(1)
    expect(image).to_have_count(0, timeout=10_000)
