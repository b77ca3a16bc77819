"""A person's own on-call page in a real browser: on a telephone, in light and dark, with and without scripts."""

from __future__ import annotations

import http.client
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import transaction
from playwright.sync_api import Browser, BrowserContext, Page, expect

from central.municipalities.context import in_municipality
from tenants.oncall import calendar_files, links, replacements
from tenants.oncall.models import Calendar, Contact, Duty, Layer, Replacement
from tenants.oncall.replacements import Part
from tenants.oncall.schedule import at_wall
from tests.browser.conftest import DESK, LAPTOP
from tests.browser.world import World
from tests.conftest import make_user
from tests.support.days import furthest_hour, today
from tests.support.processes import Web
from tests.support.rosters import layer
from tests.support.signing_in import session_cookie

pytestmark = pytest.mark.browser
HOST = "storkoping.localhost"
PHONE = {"width": 360, "height": 740}
SIZES = {"360": PHONE, "1280": LAPTOP, "1920": DESK}
DAY = timedelta(days=1)


@pytest.fixture
def base(server: Web, world: World) -> str:
    return server.base.replace("//localhost", f"//{HOST}")


@pytest.fixture
def page_of(browser: Browser, base: str) -> Iterator[Callable[..., Page]]:
    opened: list[BrowserContext] = []

    def make(user: Any = None, **more: Any) -> Page:
        context = browser.new_context(**{"viewport": PHONE, "locale": "sv-SE"} | more)
        opened.append(context)
        if user is not None:
            context.add_cookies([{"name": "sessionid", "value": session_cookie(user, HOST), "url": base}])
        return context.new_page()

    yield make
    for context in opened:
        context.close()


@pytest.fixture
def people(world: World) -> dict[str, str]:
    """Nils has the road duty now and then changes with Sara and Amir daily; Sara has asked him to change."""
    with in_municipality(world.storkoping.ref()), transaction.atomic():
        Duty.objects.exclude(code="fastighet").delete()
        Replacement.objects.all().delete()
        Layer.objects.all().delete()
        road = Duty.objects.create(code="vagjour", name="Vägjour", function="technical")
        nils, sara, amir = (
            Contact.objects.get_or_create(name=name, defaults={"phone": f"+467017406{nth}"})[0]
            for nth, name in enumerate(("Nils Ek", "Sara Dahl", "Amir Haddad"), 30)
        )
        at, now = furthest_hour(), datetime.now(UTC)
        began = today() if at_wall(today(), at) <= now else today() - DAY
        layer(road, [nils, sara, amir], first_day=began - 3 * DAY, turns_at=at, turn_days=1)
        mine, theirs = at_wall(began + 3 * DAY, at), at_wall(began + 4 * DAY, at)
        replacements.ask(
            parts=[
                Part(road.pk, theirs, at_wall(began + 5 * DAY, at), nils.pk, sara.pk),
                Part(road.pk, mine, theirs, sara.pk, nils.pk),
            ],
            said_yes=[sara.pk], by_name="Sara Dahl", reason="Kurs i Ystad", now=now,
        )  # fmt: skip
        return {
            one.name: links.address(one).partition(HOST)[2].partition("/")[2] for one in (nils, sara, amir)
        } | {"road": str(road.pk)}


def sound(page: Page, what: str) -> None:
    found = Axe().run(page).response["violations"]
    assert not found, (what, [(one["id"], one["nodes"][0]["target"]) for one in found])
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), what
    small = page.evaluate(
        "[...document.querySelectorAll('main button, main a.button, main input, main select')]"
        ".filter((one) => one.offsetHeight && one.offsetHeight < 44 && one.type !== 'hidden').map((one) => one.outerHTML)"
    )
    assert small == [], (what, small)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_no_page_of_ones_own_has_a_fault_that_axe_finds(
    page_of: Callable[..., Page], base: str, people: dict[str, str], pictures: Path, size: str, scheme: str
) -> None:
    page = page_of(viewport=SIZES[size], color_scheme=scheme)
    page.goto(f"{base}/{people['Nils Ek']}")
    expect(page.get_by_text("Du är i tjänst nu")).to_be_visible()
    sound(page, "home")
    page.screenshot(path=pictures / f"own-home-{size}-{scheme}.png", full_page=True)
    page.get_by_role("link", name="Byt Vägjour").nth(1).click()
    sound(page, "ask")
    page.screenshot(path=pictures / f"own-ask-{size}-{scheme}.png", full_page=True)
    page.get_by_role("button", name="Fråga", exact=True).click()
    expect(page.get_by_role("alert")).to_be_focused()
    sound(page, "refused")
    page.screenshot(path=pictures / f"own-refused-{size}-{scheme}.png", full_page=True)
    page.get_by_label("Fråga").select_option("Amir Haddad")
    page.get_by_role("button", name="Fråga", exact=True).click()
    expect(page.get_by_text("Frågan är ställd.")).to_be_visible()
    sound(page, "asked")
    page.screenshot(path=pictures / f"own-asked-{size}-{scheme}.png", full_page=True)
    page.goto(f"{base}/jour/AAAAAAAAAAAAAAAAAAAAAA/")
    sound(page, "unknown")
    page.screenshot(path=pictures / f"own-unknown-{size}-{scheme}.png", full_page=True)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_swap_is_answered_and_another_asked_for_from_the_telephone(
    page_of: Callable[..., Page], base: str, people: dict[str, str], server: Web, world: World, scripts: bool
) -> None:
    page = page_of(java_script_enabled=scripts, has_touch=True, is_mobile=True)
    page.goto(f"{base}/{people['Nils Ek']}")
    asking = page.get_by_role("region", name="Svara på en fråga")
    expect(asking).to_contain_text("Sara Dahl frågar om ni kan byta:")
    expect(asking).to_contain_text("Skäl: Kurs i Ystad")
    asking.get_by_role("button", name="Ja, det går bra").tap()
    expect(page.get_by_text("Bytet gäller.")).to_be_visible()
    expect(page.get_by_role("region", name="Svara på en fråga")).to_have_count(0)
    page.get_by_role("region", name="Kommande pass").get_by_role("link").nth(2).tap()
    offers = page.get_by_label("Du tar i stället")
    wanted = offers.locator("option").filter(has_text="Amir Haddad").first.get_attribute("value")
    offers.select_option(wanted)
    page.get_by_role("button", name="Fråga om byte").tap()
    mine = page.get_by_role("region", name="Du har frågat")
    expect(mine).to_contain_text("Amir Haddad tar din Vägjour")
    expect(mine).to_contain_text("Väntar på svar")
    other = page_of(java_script_enabled=scripts)
    other.goto(f"{base}/{people['Amir Haddad']}")
    other.get_by_role("button", name="Ja, det går bra").click()
    expect(other.get_by_text("Bytet gäller.")).to_be_visible()
    page.reload()
    expect(mine).to_contain_text("Gäller")
    with in_municipality(world.storkoping.ref()):
        assert set(Replacement.objects.values_list("state", flat=True)) == {"valid"}
    for secret in (people["Nils Ek"], people["Amir Haddad"]):
        assert secret.strip("/").rpartition("/")[2] not in server.output()


def test_the_calendars_address_is_copied_with_one_press(
    page_of: Callable[..., Page], base: str, people: dict[str, str]
) -> None:
    page = page_of(permissions=["clipboard-read", "clipboard-write"])
    page.goto(f"{base}/{people['Nils Ek']}")
    page.get_by_role("button", name="Kopiera").click()
    expect(page.get_by_text("Adressen är kopierad.")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.get_by_label("Eller klistra in adressen").input_value()
    assert copied.endswith("kalender.ics")


def test_a_calendar_program_asks_the_real_server_cheaply(server: Web, people: dict[str, str]) -> None:
    def ask(method: str, **headers: str) -> tuple[int, str, bytes]:
        talk = http.client.HTTPConnection("localhost", server.port, timeout=20)
        try:
            talk.request(method, f"/{people['Nils Ek']}kalender.ics", headers={"Host": HOST, **headers})
            answer = talk.getresponse()
            return answer.status, answer.headers["ETag"], answer.read()
        finally:
            talk.close()

    status, tag, content = ask("GET")
    assert (status, content[:15]) == (200, b"BEGIN:VCALENDAR")
    assert ask("HEAD") == (200, tag, b"")
    assert ask("GET", **{"If-None-Match": tag}) == (304, tag, b"")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_no_page_of_a_calendar_has_a_fault_that_axe_finds(
    page_of: Callable[..., Page], base: str, people: dict[str, str], world: World, pictures: Path, tmp_path: Path,
    size: str, scheme: str,
) -> None:  # fmt: skip
    arvid = make_user("arvid", "Arvid Administratör", "AA", world.storkoping, "municipality_admin", [])
    file = tmp_path / "jour.ics"
    file.write_bytes(_calendar("Jour: Nils Ek", "Sara Dahl", "N. Åkesson (vik)", "Semester", "Sara Dahl"))
    page = page_of(arvid, viewport=SIZES[size], color_scheme=scheme)

    def look(what: str) -> None:
        found = Axe().run(page).response["violations"]
        assert not found, (what, [(one["id"], one["nodes"][0]["target"]) for one in found])
        page.screenshot(path=pictures / f"calendar-{what}-{size}-{scheme}.png", full_page=True)

    page.goto(f"{base}/portal/roster/duty/{people['road']}/")
    page.get_by_role("link", name="Läs in kalender").click()
    look("new")
    page.get_by_label("Eller adress").fill("https://127.0.0.1/jour.ics")
    page.get_by_role("button", name="Visa vad som läses in").click()
    expect(page.get_by_role("alert")).to_contain_text("öppna internet")
    look("refused")
    page.get_by_label("Eller adress").fill("")
    page.get_by_label("Fil").set_input_files(file)
    page.get_by_label("Namn på kalendern").fill("Vägjour ur Outlook")
    page.get_by_role("button", name="Visa vad som läses in").click()
    expect(page.get_by_role("heading", name="3 pass")).to_be_visible()
    look("preview")
    page.get_by_label("Semester").select_option("Hoppa över")
    page.get_by_role("button", name="Läs in", exact=True).click()
    expect(page.get_by_text("1 namn är okänt.")).to_be_visible()
    with in_municipality(world.storkoping.ref()):
        calendar = Calendar.objects.latest("pk")
        assert calendar_files.kept_with(calendar) is not None
        Calendar.objects.filter(pk=calendar.pk).update(
            url="https://kalender.example/vagjour.ics", read_at=datetime.now(UTC) - timedelta(hours=30),
            trouble="kalender.example svarade inte inom 10 sekunder.",
        )  # fmt: skip
    page.reload()
    look("lost")


def _calendar(*names: str) -> bytes:
    whole = "\r\n".join(
        f"BEGIN:VEVENT\r\nUID:{nth}\r\nDTSTART:{today() + (nth + 1) * DAY:%Y%m%d}T150000Z\r\nDURATION:PT15H\r\n"
        f"SUMMARY:{name}\r\nEND:VEVENT"
        for nth, name in enumerate(names)
    )
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{whole}\r\nEND:VCALENDAR\r\n".encode()
