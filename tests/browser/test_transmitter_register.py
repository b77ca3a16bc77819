"""The register of transmitters by keyboard: nothing typed is lost, and a file is seen before it is written."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from alarms.intake.models import Transmitter, TransmitterState, UnknownAccount
from alarms.intake.registering import transmitter_key
from alarms.nameplates.services import accounts_of
from alarms.registry.models import Import
from central.municipalities.models import Municipality
from tests.browser.conftest import DESK, LAPTOP
from tests.browser.test_everybody_can_use_it import CONTRAST
from tests.browser.world import World
from tests.conftest import make_user
from tests.support.incoming import said, take, transmitter
from tests.support.processes import Process

pytestmark = pytest.mark.browser
PATH = "/console/transmitters/"
KEY = "00112233445566778899aabbccddeeff"


@pytest.fixture
def chef(world: World) -> Any:
    centre = Municipality.objects.get(kind="centre")
    return make_user("chef", "Cilla Chef", "CC", centre, "centre_manager", [])


@pytest.fixture
def two(world: World) -> list[Transmitter]:
    """A school and a home."""
    TransmitterState.objects.all().delete()
    Transmitter.objects.all().delete()
    Import.objects.all().delete()
    UnknownAccount.objects.all().delete()
    return [
        transmitter(world.storkoping, "0011", site="Norrskolan", interval_seconds=90),
        transmitter(world.storkoping, "70170417", site="", area="Åsen", interval_seconds=86_400),
    ]


def csv(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "sändare.csv"
    path.write_text("\r\n".join(["Källa;Konto;Nyckel;Kommun;Plats;Intervall", *lines]), encoding="cp1252")
    return path


def test_a_new_one_by_keyboard_and_nothing_typed_is_lost(
    console_of: Callable[..., Page], chef: Any, two: list[Transmitter]
) -> None:
    page = console_of(chef, path=PATH)
    page.keyboard.press("n")
    page.wait_for_url("**/new/")
    expect(page.locator("#f-source")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("0099")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("Badhuset")
    page.locator("#f-interval").focus()
    page.keyboard.type("ibland")
    page.locator("#f-key_choice").select_option("new")
    expect(page.locator("#f-key")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    made = page.locator("#f-key").input_value()
    assert len(bytes.fromhex(made)) == 32
    page.keyboard.press("Control+Enter")
    expect(page.locator("#e-municipality")).to_have_text("Välj kommun.")
    expect(page.locator("#e-interval")).to_contain_text("10 s–31 d")
    expect(page.locator("#f-municipality")).to_be_focused()
    expect(page.locator("#f-account")).to_have_value("0099")
    expect(page.locator("#f-site")).to_have_value("Badhuset")
    expect(page.locator("#f-key")).to_have_value(made)
    page.keyboard.press("Escape")
    expect(page.locator('form [data-error=""]').first).to_contain_text("inte är sparat")
    page.locator("#f-municipality").select_option(label="Lillby")
    page.locator("#f-interval").fill("24 h")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**?said=registered*")
    expect(page.locator("#message")).to_contain_text("registrerad")
    expect(page.locator("tr[data-id]")).to_have_count(1)
    one = Transmitter.objects.get(site="Badhuset")
    assert transmitter_key(one) == bytes.fromhex(made)
    assert accounts_of([one.pk]) == {one.pk: "0099"}


def test_a_home_is_found_changed_and_ended_by_keyboard(
    console_of: Callable[..., Page], chef: Any, two: list[Transmitter]
) -> None:
    page = console_of(chef, path=PATH)
    home = page.locator(f'tr[data-id="{two[1].pk}"]')
    expect(home).to_contain_text("…0417")
    home.locator(".unfold").focus()
    page.keyboard.press("r")
    page.wait_for_url(f"**/{two[1].pk}/edit/")
    expect(page.locator('[data-field="account"]')).to_contain_text("70170417")
    page.locator("#f-tests").fill("7 d")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**?said=changed*")
    assert Transmitter.objects.get(pk=two[1].pk).test_hours == 168
    page.goto(page.url.split("?")[0] + f"{two[1].pk}/edit/")
    page.locator("#f-reason").focus()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#e-reason")).to_contain_text("Skriv varför")
    page.keyboard.type("Flyttat")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**?said=ended")
    expect(page.locator("tr[data-id]")).to_have_count(1)


def test_a_file_is_mended_seen_and_written(
    console_of: Callable[..., Page], chef: Any, two: list[Transmitter], worker: Process, tmp_path: Path
) -> None:
    page = console_of(chef, path=PATH)
    page.keyboard.press("i")
    page.wait_for_url("**/import/")
    page.locator("#f-file").set_input_files(csv(tmp_path, "Provmottagaren;0011;;Nystad;Norrskolan;90 s"))
    page.keyboard.press("Control+Enter")
    expect(page.locator("#faults")).to_contain_text("Filen har 1 fel. Inget är ändrat.")
    expect(page.locator("#faults")).to_be_focused()
    lines = [f"Provmottagaren;{n:04X};{KEY};Lillby;Hus {n};90 s" for n in range(100, 2_100)]
    page.locator("#f-file").set_input_files(
        csv(tmp_path, "Provmottagaren;0011;;Storköping;Nya Norrskolan;5 min", *lines)
    )
    page.locator("#f-file").focus()
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/import/*-*/")
    expect(page.locator(".tabular-counts")).to_contain_text("2000", timeout=60_000)
    expect(page.locator("#differences")).to_contain_text("Nya Norrskolan")
    expect(page.locator("#differences")).to_contain_text("och 1900 till")
    expect(page.locator("#differences")).to_contain_text("Provmottagaren · 70170417")
    assert KEY not in page.content()
    assert Transmitter.objects.count() == 2
    page.keyboard.press("Control+Enter")
    expect(page.locator("#result")).to_contain_text("2000 nya, 1 ändrade, 0 oförändrade", timeout=30_000)
    assert Transmitter.objects.count() == 2_002


def test_differences_that_are_no_longer_so_are_shown_again(
    console_of: Callable[..., Page], chef: Any, two: list[Transmitter], tmp_path: Path
) -> None:
    page = console_of(chef, path=PATH + "import/")
    page.locator("#f-file").set_input_files(csv(tmp_path, "Provmottagaren;0011;;Storköping;Nytt namn;90 s"))
    page.keyboard.press("Control+Enter")
    expect(page.locator("#differences")).to_contain_text("Norrskolan")
    Transmitter.objects.filter(pk=two[0].pk).update(site="Ändrat under tiden")
    page.keyboard.press("Control+Enter")
    expect(page.locator('#result [data-error=""]')).to_contain_text("Registret har ändrats")
    expect(page.locator("#differences")).to_contain_text("Ändrat under tiden")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#result")).to_contain_text("0 nya, 1 ändrade")


def test_a_large_file_tells_truly_how_far_it_has_come(
    console_of: Callable[..., Page], chef: Any, two: list[Transmitter], worker: Process, tmp_path: Path
) -> None:
    page = console_of(chef, path=PATH + "import/")
    lines = [f"Provmottagaren;{n:04X};{KEY};Lillby;Hus {n};90 s" for n in range(100, 10_100)]
    page.locator("#f-file").set_input_files(csv(tmp_path, *lines))
    page.keyboard.press("Control+Enter")
    expect(page.locator(".tabular-counts")).to_contain_text("10000", timeout=60_000)
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-status]")).to_have_text(
        re.compile("^[1-9][0-9 \u00a0]* av 10\u00a0000 rader$"), timeout=30_000
    )
    expect(page.locator("#result")).to_contain_text("10000 nya, 0 ändrade, 0 oförändrade", timeout=60_000)
    assert Transmitter.objects.count() == 10_002


PAGES = ["unknown/", "new/", "{0}/edit/", "import/", "faults", "differences"]


@pytest.mark.parametrize("what", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [LAPTOP, DESK], ids=["1280", "1920"])
def test_everybody_can_use_it(
    console_of: Callable[..., Page],
    chef: Any,
    two: list[Transmitter],
    tmp_path: Path,
    pictures: Path,
    what: str,
    scheme: str,
    size: Any,
) -> None:
    if what == "unknown/":
        take([said(two[0], account=str(n)) for n in range(100, 104)])
    address = what.format(two[1].pk) if "/" in what else "import/"
    page = console_of(chef, path=PATH + address, scheme=scheme, size=size)
    if what == "new/":
        page.locator("#f-key_choice").select_option("new")
        page.keyboard.press("Control+Enter")
        expect(page.locator("#e-account")).not_to_be_empty()
    if what == "faults":
        page.locator("#f-file").set_input_files(
            csv(tmp_path, "Provmottagaren;0011;kort;Nystad;Norrskolan;aldrig")
        )
        page.keyboard.press("Control+Enter")
        expect(page.locator("#faults")).to_contain_text("3 fel")
    if what == "differences":
        lines = [f"Provmottagaren;00{n};;Lillby;Hus {n};90 s" for n in range(20, 40)]
        page.locator("#f-file").set_input_files(
            csv(tmp_path, f"Provmottagaren;0011;{KEY};Lillby;Nya Norrskolan;5 min", *lines)
        )
        page.keyboard.press("Control+Enter")
        page.wait_for_url("**/import/*-*/")
        page.wait_for_selector("html[data-ready]")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate(CONTRAST) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    name = {"unknown/": "unknown", "new/": "new", "{0}/edit/": "edit", "import/": "import"}.get(what, what)
    page.screenshot(path=pictures / f"register-{name}-{scheme}-{size['width']}.png", full_page=True)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [LAPTOP, DESK], ids=["1280", "1920"])
def test_the_list_has_room_for_the_register(
    console_of: Callable[..., Page], chef: Any, two: list[Transmitter], pictures: Path, scheme: str, size: Any
) -> None:
    take([said(two[0], account="100")])
    page = console_of(chef, path=f"{PATH}?said=changed", scheme=scheme, size=size)
    page.locator(".unfold").nth(1).click()
    expect(page.locator(".one")).to_contain_text("Ändra uppgifterna")
    for part in ("#new", "#import", "#unknown", "#console", "#message", ".one a.button"):
        box = page.locator(part).bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= size["width"], part
        assert box["y"] + box["height"] <= size["height"], part
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate(CONTRAST) == []
    page.screenshot(path=pictures / f"register-list-{scheme}-{size['width']}.png")
