"""The portal's registers in a real browser: a resident's page, and a file from choice to done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from alarms.intake.models import Source
from alarms.intake.registering import register_source, register_transmitter
from central.municipalities.context import in_municipality
from central.tabular import to_csv, to_xlsx
from tenants.residents import services as residents
from tenants.residents.models import Resident
from tenants.sites import services as sites
from tenants.sites.models import Site
from tests.browser.conftest import DESK, LAPTOP
from tests.browser.world import World
from tests.conftest import make_user
from tests.support.processes import Web
from tests.support.signing_in import session_cookie
from tests.tenants.residents.conftest import GRETA, SIV
from tests.tenants.sites.conftest import SCHOOL

pytestmark = pytest.mark.browser
HOST = "storkoping.localhost"


@pytest.fixture
def base(server: Web, world: World) -> str:
    return server.base.replace("//localhost", f"//{HOST}").replace("//127.0.0.1", f"//{HOST}")


@pytest.fixture
def hedda(world: World) -> Any:
    return make_user(
        "hedda", "Hedda Hemtjänst", "HH", world.storkoping, "municipality_officer", ["home_care"]
    )


@pytest.fixture
def arvid(world: World) -> Any:
    return make_user("arvid", "Arvid Administratör", "AA", world.storkoping, "municipality_admin", [])


@pytest.fixture
def filled(world: World, hedda: Any, arvid: Any) -> tuple[UUID, UUID, UUID]:
    """A school with its panel, Greta, and Siv who is protected."""
    now = datetime.now(UTC)
    source = Source.objects.filter(name="Panelerna").first() or register_source(name="Panelerna")[0]
    panel = register_transmitter(
        source=source, account="0417", municipality=world.storkoping, site="Norrskolan"
    )
    with in_municipality(world.storkoping.ref()):
        Site.objects.all().delete()
        Resident.objects.all().delete()
        school = sites.save(site_id=None, typed=SCHOOL, actor=arvid, now=now)
        sites.link_id(site_id=school.pk, transmitter_id=panel.pk, actor=arvid, now=now)
        greta = residents.save(resident_id=None, typed=GRETA, actor=hedda, now=now)
        siv = residents.save(resident_id=None, typed=SIV, actor=hedda, now=now)
    return school.pk, greta.pk, siv.pk


@pytest.fixture
def page_of(browser: Browser, base: str) -> Iterator[Callable[..., Page]]:
    opened: list[BrowserContext] = []

    def make(user: Any, **more: Any) -> Page:
        context = browser.new_context(**{"viewport": LAPTOP, "locale": "sv-SE"} | more)
        opened.append(context)
        context.add_cookies([{"name": "sessionid", "value": session_cookie(user, HOST), "url": base}])
        return context.new_page()

    yield make
    for context in opened:
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [LAPTOP, DESK], ids=["1280", "1920"])
def test_no_page_has_a_fault_that_axe_finds(
    page_of: Callable[..., Page], base: str, filled: tuple[UUID, UUID, UUID], hedda: Any, arvid: Any, pictures: Path,
    scheme: str, size: dict[str, int],
) -> None:  # fmt: skip
    school, greta, siv = filled
    admin = page_of(arvid, color_scheme=scheme, viewport=size)
    officer = page_of(hedda, color_scheme=scheme, viewport=size)
    head = ["Objektsnummer", "Namn", "Slag", "Kontakter"]
    good = to_csv(
        head, [["F-1", "Norrskolan", "Skola", "Åsa Öberg, rektor, 070-174 06 07"], ["F-2", "Ny", "", ""]]
    )
    bad = to_csv(head, [["F-1", "", "Slott", "Eva, vakt, 112"]])
    seen: list[tuple[Page, str, str]] = [
        (admin, "/portal/sites/", "sites"),
        (admin, f"/portal/sites/{school}/", "site"),
        (admin, f"/portal/sites/{school}/edit/", "site-edit"),
        (officer, "/portal/residents/", "residents"),
        (officer, f"/portal/residents/{greta}/", "resident"),
        (officer, f"/portal/residents/{siv}/", "resident-protected"),
        (officer, f"/portal/residents/{greta}/edit/", "resident-edit"),
        (officer, f"/portal/residents/{greta}/end/", "resident-end"),
    ]
    for page, path, name in seen:
        page.goto(base + path)
        sound(page, pictures, f"registers-{name}-{scheme}-{size['width']}")
    for content, name in ((bad, "import-errors"), (good, "import-preview")):
        admin.goto(f"{base}/portal/sites/import/")
        choose(admin, "objekt.csv", content)
        admin.wait_for_load_state()
        sound(admin, pictures, f"registers-{name}-{scheme}-{size['width']}")


def sound(page: Page, pictures: Path, name: str) -> None:
    page.screenshot(path=pictures / f"{name}.png", full_page=True)
    found = Axe().run(page).response["violations"]
    assert not found, (name, [(one["id"], one["nodes"][0]["target"]) for one in found])
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), name


def choose(page: Page, name: str, content: bytes) -> None:
    page.get_by_label("Fil", exact=True).set_input_files(
        [{"name": name, "mimeType": "text/csv", "buffer": content}]
    )
    page.get_by_role("button", name="Visa vad som ändras").click()
    page.wait_for_selector("h1:has-text('Vad filen ändrar'), #errors")


def test_a_file_is_chosen_looked_at_and_written_with_true_progress(
    page_of: Callable[..., Page], base: str, filled: Any, arvid: Any, world: World
) -> None:
    page = page_of(arvid)
    page.goto(f"{base}/portal/sites/")
    page.get_by_role("link", name="Läs in från fil").click()
    rows = [[f"N-{n}", f"Hus {n}", "070-174 06 09"] for n in range(2_000)]
    choose(page, "objekt.xlsx", to_xlsx(["Objektsnummer", "Namn", "Portkod"], rows))
    expect(page.get_by_role("heading", name="Vad filen ändrar")).to_be_visible()
    page.get_by_role("button", name="Läs in 2000 rader").click()
    expect(page.get_by_text("2000 rader: 2000 nya, 0 ändrade")).to_be_visible(timeout=30_000)
    page.get_by_role("link", name="Till registret").click()
    expect(page.get_by_role("heading", name="2001 objekt")).to_be_visible()


def test_who_is_protected_is_shown_for_a_reason(
    page_of: Callable[..., Page], base: str, filled: tuple[UUID, UUID, UUID], hedda: Any
) -> None:
    page = page_of(hedda)
    page.goto(f"{base}/portal/residents/{filled[2]}/")
    expect(page.get_by_role("heading", name="Skyddad identitet")).to_be_visible()
    page.get_by_label("Skäl").fill("Larm från sovrummet")
    page.get_by_role("button", name="Visa i tio minuter").press("Enter")
    expect(page.get_by_role("heading", name="Siv Hemlig")).to_be_visible()
    expect(page.get_by_text("Skyddade uppgifter visas för dig till")).to_be_visible()
    page.clock.install()
    page.reload()
    with page.expect_navigation():  # the open page puts it away by itself
        page.clock.fast_forward(601_000)


def test_codes_are_shown_on_request_without_scripts_too(
    page_of: Callable[..., Page], base: str, filled: tuple[UUID, UUID, UUID], hedda: Any
) -> None:
    page = page_of(hedda, java_script_enabled=False)
    page.goto(f"{base}/portal/residents/{filled[1]}/")
    page.get_by_role("button", name="Visa nyckelnummer och koder").click()
    expect(page.get_by_text(GRETA["door_code"])).to_be_visible()
    page.goto(f"{base}/portal/residents/")
    page.get_by_label("Sök på namn").fill("åkesson")
    page.get_by_role("button", name="Sök").click()
    assert "kesson" not in page.url
    expect(page.get_by_role("link", name="Greta Åkesson")).to_be_visible()
