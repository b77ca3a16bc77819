"""The on-call pages in a real browser: a rotation built with the keyboard, its drawing, and who is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from central.municipalities.context import in_municipality
from tenants.oncall import replacements
from tenants.oncall.models import Contact, Duty, Replacement
from tenants.oncall.replacements import Part
from tenants.oncall.schedule import STOCKHOLM, at_wall
from tests.browser.conftest import DESK, LAPTOP
from tests.browser.world import World
from tests.conftest import make_user
from tests.support.processes import Web
from tests.support.rosters import layer
from tests.support.signing_in import session_cookie

pytestmark = pytest.mark.browser
HOST = "storkoping.localhost"
NIGHTS = [
    {"days": ["workday"], "from": "16:00", "to": "07:00"},
    {"days": ["dayoff"], "from": "07:00", "to": "07:00"},
]
EVERY_NIGHT = [{"days": ["workday", "dayoff"], "from": "21:00", "to": "07:00"}]


@pytest.fixture
def base(server: Web, world: World) -> str:
    return server.base.replace("//localhost", f"//{HOST}").replace("//127.0.0.1", f"//{HOST}")


@pytest.fixture
def arvid(world: World) -> Any:
    return make_user("arvid", "Arvid Administratör", "AA", world.storkoping, "municipality_admin", [])


@pytest.fixture
def page_of(browser: Browser, base: str, arvid: Any) -> Iterator[Callable[..., Page]]:
    opened: list[BrowserContext] = []

    def make(**more: Any) -> Page:
        context = browser.new_context(**{"viewport": LAPTOP, "locale": "sv-SE"} | more)
        opened.append(context)
        context.add_cookies([{"name": "sessionid", "value": session_cookie(arvid, HOST), "url": base}])
        return context.new_page()

    yield make
    for context in opened:
        context.close()


@pytest.fixture
def scheduled(world: World) -> dict[str, int]:
    """Four duties as municipalities have them, with a gap, a swap that waits, and a person who has left."""
    now = datetime.now(UTC)
    today = now.astimezone(STOCKHOLM).date()
    monday = today - timedelta(days=today.weekday())
    with in_municipality(world.storkoping.ref()):
        Duty.objects.exclude(code="fastighet").delete()
        Replacement.objects.all().delete()
        road, night, home, decision = (
            Duty.objects.create(code=code, name=name, function=function)
            for code, name, function in (
                ("vagjour", "Vägjour", "technical"), ("va", "VA-jour", "technical"),
                ("natt", "Hemtjänstens nattpatrull", "home_care"), ("beslut", "Beslutsfunktion", "general"),
            )
        )  # fmt: skip
        nils, sara, eva, amir, lena = (
            Contact.objects.get_or_create(name=name, defaults={"phone": f"+467017406{nth:02d}"})[0]
            for nth, name in enumerate(
                ("Nils Ek", "Sara Dahl", "Eva Lans", "Amir Haddad", "Lena Österberg-Lundqvist"), 30
            )
        )
        layer(road, [nils, sara, amir], first_day=monday - timedelta(days=7), turns_at=time(8))
        layer(road, [eva, lena], rank=2, first_day=monday, turns_at=time(8), turn_days=14)
        layer(night, [sara, eva], first_day=monday, turns_at=time(7), turn_days=7, windows=NIGHTS)
        layer(home, [lena, amir], first_day=monday, turns_at=time(21), turn_days=1,
              windows=EVERY_NIGHT)  # fmt: skip
        Duty.objects.filter(pk=home.pk).update(needed=EVERY_NIGHT)
        Duty.objects.filter(pk=night.pk).update(needed=NIGHTS)
        layer(decision, [eva], first_day=monday, turns_at=time(0), until=today + timedelta(days=9))
        start = at_wall(today + timedelta(days=3), time(16))
        replacements.ask(
            parts=[Part(road.pk, start, start + timedelta(hours=16), eva.pk, None)],
            said_yes=[eva.pk], by_name="Arvid Administratör", now=now,
        )  # fmt: skip
        holds = at_wall(today + timedelta(days=1), time(16))
        giver = _holder(night, holds)
        replacements.ask(
            parts=[Part(night.pk, holds, holds + timedelta(hours=15), amir.pk, giver)],
            said_yes=[eva.pk], by_name="Arvid Administratör", reason="Kurs", now=now,
        )  # fmt: skip
    return {"road": road.pk, "night": night.pk, "home": home.pk, "decision": decision.pk, "nils": nils.pk}


def _holder(duty: Duty, at: datetime) -> int:
    from tenants.portal.shiftchoice import holder

    found = holder(duty, 1, at, at + timedelta(hours=15))
    assert found is not None
    return found.pk


def sound(page: Page, path: str) -> None:
    found = Axe().run(page).response["violations"]
    assert not found, (path, [(one["id"], one["nodes"][0]["target"]) for one in found])
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), path


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [LAPTOP, DESK], ids=["1280", "1920"])
def test_no_on_call_page_has_a_fault_that_axe_finds(
    page_of: Callable[..., Page], base: str, scheduled: dict[str, int], pictures: Path, scheme: str,
    size: dict[str, int],
) -> None:  # fmt: skip
    page = page_of(color_scheme=scheme, viewport=size)
    road, night = scheduled["road"], scheduled["night"]
    for path, name in [
        ("", "roster"), (f"duty/{road}/", "duty"), (f"duty/{night}/", "duty-nights"),
        (f"duty/{night}/needed/", "needed"), (f"duty/{road}/turn/", "turn-new"),
        (f"duty/{road}/replacement/", "choose"), (f"duty/{road}/replacement/?own=1", "own-times"),
        (f"duty/{road}/swap/", "swap"), (f"contact/{scheduled['nils']}/", "contact"),
    ]:  # fmt: skip
        page.goto(f"{base}/portal/roster/{path}")
        sound(page, path)
        page.screenshot(path=pictures / f"oncall-{name}-{scheme}-{size['width']}.png", full_page=True)
    page.goto(f"{base}/portal/roster/duty/{road}/needed/")
    page.get_by_label("Egna tider").check()
    page.get_by_role("button", name="Lägg till tid").click()
    sound(page, "own hours")
    page.screenshot(path=pictures / f"oncall-hours-{scheme}-{size['width']}.png", full_page=True)
    page.goto(f"{base}/portal/roster/duty/{road}/")
    page.get_by_role("link", name="Ändra turordning 1").click()
    page.get_by_label("En dag i taget").check()
    page.get_by_role("button", name="Visa schemat först").last.click()
    sound(page, "preview")
    page.screenshot(path=pictures / f"oncall-preview-{scheme}-{size['width']}.png", full_page=True)
    page.goto(f"{base}/portal/roster/duty/{road}/replacement/")
    page.locator("tr.linked a").nth(1).click()
    page.get_by_role("button", name="Registrera").click()
    expect(page.get_by_role("alert")).to_be_focused()
    sound(page, "refused")
    page.screenshot(path=pictures / f"oncall-refused-{scheme}-{size['width']}.png", full_page=True)
    page.goto(f"{base}/portal/roster/contact/{scheduled['nils']}/")
    page.get_by_role("button", name="Ta bort kontakten").click()
    sound(page, "remove")
    page.screenshot(path=pictures / f"oncall-remove-{scheme}-{size['width']}.png", full_page=True)


def test_a_weekly_rotation_is_built_with_the_keyboard_and_drawn_with_its_gap(
    page_of: Callable[..., Page], base: str, world: World, scheduled: dict[str, int]
) -> None:
    with in_municipality(world.storkoping.ref()):
        duty = Duty.objects.create(code="it", name="IT-jour", function="it")
    page = page_of()
    page.goto(f"{base}/portal/roster/duty/{duty.pk}/")
    expect(page.get_by_text("från nu och framåt")).to_be_visible()
    page.get_by_role("link", name="Ny turordning").press("Enter")
    page.get_by_label("Person 1", exact=True).focus()
    page.keyboard.type("Nils")
    page.get_by_label("Person 2", exact=True).focus()
    page.keyboard.type("Sara")
    page.get_by_role("button", name="Lägg till person").press("Enter")
    expect(page.get_by_label("Person 3", exact=True)).to_be_focused()
    page.keyboard.type("Amir")
    page.get_by_role("button", name="Upp person 3").press("Enter")
    expect(page.get_by_role("button", name="Upp person 2")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Person 1", exact=True)).to_be_focused()
    begins = datetime.now(STOCKHOLM).date() + timedelta(days=2)
    page.get_by_label("Första dag").fill(begins.isoformat())
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Så blir schemat")).to_be_focused()
    preview = page.locator(".schedule .duty-bar .duty-bar-text > strong")
    expect(preview).to_have_text(["Ingen", "Amir Haddad", "Nils Ek"])
    with in_municipality(world.storkoping.ref()):
        assert not duty.layers.exists()
    page.get_by_role("button", name="Spara").last.press("Enter")
    expect(page.get_by_text("Schemat är ändrat.")).to_be_visible()
    expect(page.locator(".duty-bar .duty-bar-text > strong")).to_have_text(
        ["Ingen", "Amir Haddad", "Nils Ek"]
    )
    expect(page.get_by_role("heading", name="Ordning 1: dygnet runt, byter varje vecka")).to_be_visible()
    expect(page.locator(".gaps")).to_contain_text("från nu till")


def test_a_shift_is_given_to_somebody_else_without_typing_its_times(
    page_of: Callable[..., Page], base: str, scheduled: dict[str, int]
) -> None:
    page = page_of(java_script_enabled=False)
    page.goto(f"{base}/portal/roster/duty/{scheduled['road']}/")
    page.get_by_role("link", name="Ersätt någon").click()
    page.get_by_role("row").filter(has_text="Amir Haddad").first.get_by_role("link").click()
    assert "Amir" not in page.url
    page.get_by_label("Tar passet", exact=True).select_option("Nils Ek")
    for box in page.get_by_label("Har sagt ja per telefon").all():
        box.check()
    page.get_by_role("button", name="Registrera").click()
    expect(page.get_by_text("Bytet gäller, och de som berörs får sms.")).to_be_visible()
    expect(page.locator(".duty-bar.taken").filter(has_text="Nils Ek")).to_have_count(1)


@pytest.mark.parametrize(
    ("scheme", "size"), [("light", LAPTOP), ("dark", DESK)], ids=["light-1280", "dark-1920"]
)
def test_numbers_are_tested_and_the_list_tells_who_was_not_reached(
    page_of: Callable[..., Page], base: str, scheduled: dict[str, int], world: World, pictures: Path, scheme: str,
    size: dict[str, int],
) -> None:  # fmt: skip
    from tenants.reachability import services
    from tenants.reachability.models import NumberTest, Round

    with in_municipality(world.storkoping.ref()):
        Round.objects.all().delete()
    page = page_of(color_scheme=scheme, viewport=size)
    page.goto(f"{base}/portal/roster/")
    page.get_by_role("link", name="Prov av nummer").click()
    page.get_by_role("button", name="Prova nu").click()
    expect(page.locator("#reachability-rows")).to_contain_text("Prov pågår")
    with in_municipality(world.storkoping.ref()):
        first = NumberTest.objects.order_by("contact__name").first()
        assert first is not None
        services.answered(test_id=first.pk, way="sms", now=datetime.now(UTC))
    expect(page.locator("#reachability-rows")).to_contain_text("1 av")  # by itself, without a reload
    with in_municipality(world.storkoping.ref()):
        services.advance(datetime.now(UTC) + timedelta(minutes=11))
        services.advance(datetime.now(UTC) + timedelta(minutes=21))
    expect(page.locator("#reachability-rows")).to_contain_text("Senaste provet")
    page.get_by_label("Varje vecka").select_option(label="tisdagar")
    page.get_by_label("Klockan").fill("03:00")
    page.get_by_role("button", name="Spara").click()
    expect(page.locator("main")).to_contain_text("Välj ett klockslag från 08:00 till 20:00.")
    expect(page.get_by_label("Klockan")).to_have_value("03:00")
    page.get_by_label("Klockan").fill("10:30")
    page.get_by_role("button", name="Spara").click()
    expect(page.locator("main")).to_contain_text("Nu: tisdagar 10:30.")
    sound(page, "reachability")
    page.screenshot(path=pictures / f"reachability-{scheme}-{size['width']}.png", full_page=True)
