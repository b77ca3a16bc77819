"""A dense object is read by everybody on every screen: hazards in words, the step in sight, codes by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from alarms.intake.models import Source, Transmitter, TransmitterState
from alarms.workqueue import services
from central.municipalities.context import in_municipality
from central.municipalities.directory import by_slug
from tenants.casefiles.models import JournalEntry
from tenants.residents.models import Resident
from tenants.sites.models import Site
from tests.browser.conftest import DESK, LAPTOP
from tests.browser.hands import GUARD
from tests.browser.test_everybody_can_use_it import CONTRAST
from tests.browser.world import World
from tests.support.cases import instruction, now
from tests.support.incoming import said, signal_of, take, transmitter
from tests.support.objects import resident, site

pytestmark = pytest.mark.browser
PART = '[data-part="object"]'
SIZES = {"1280": LAPTOP, "1920": DESK}
LONG = "Räddningstjänstens nyckelskåpsförvaringsanvisning gäller"


@pytest.fixture
def school(world: World, olga: Any, sven: Any) -> UUID:
    """A fire alarm at a school full of dangers, with earlier alarms and others open nearby; Olga has it."""
    clear(world)
    Transmitter.objects.all().delete()
    fire = transmitter(world.storkoping, "7001", interval_seconds=90)
    other = transmitter(world.storkoping, "7002", site="Brobyskolans idrottshall")
    hall = transmitter(world.storkoping, "7003", site="Sporthallen Broby")
    TransmitterState.objects.update_or_create(
        pk=fire.pk, defaults={"heard_at": now(-20), "troubles": ["battery"]}
    )
    site(
        world.storkoping, fire, other, x=450_000.0, y=6_210_000.0, hazards=[
            "Gasol 4 × 45 kg i kemisalen", "Solceller på hela södra taket", "Asbest i källarens rörisolering",
            f"{LONG} dörren mot lastkajen", "Hiss stannar vid brandlarm",
        ],
    )  # fmt: skip
    site(world.storkoping, hall, name="Sporthallen Broby", x=450_300.0, y=6_210_190.0)
    for days, kind in ((1, "fire"), (6, "fire"), (13, "intrusion")):
        old = alarm(fire, "7001", kind, days * 86_400)
        services.claim(item_id=old, operator=sven, now=now(-days * 86_400 + 30))
        services.close(item_id=old, operator=sven, outcome="false_alarm", now=now(-days * 86_400 + 600))
    take([said(other, "test", account="7002", kind="intrusion")], now(-90_000))
    services.claim(item_id=alarm(hall, "7003", "intrusion", 300), operator=sven, now=now(-200))
    world.alarm("safety_alarm", area="Broby", age=100)
    item = alarm(
        fire,
        "7001",
        "fire",
        40,
        text="Brandlarm sektion 4, rökdetektor i korridor B",
        place="Skolgatan 4, Broby",
    )
    world.claim(olga, item)
    return item


@pytest.fixture
def pendant(world: World, olga: Any) -> UUID:
    """A protected person has pressed; nobody knows whether the call came through. Olga has it."""
    clear(world)
    Transmitter.objects.all().delete()
    phone = transmitter(world.storkoping, "7101", protocol="dc09")
    Source.objects.update(protocol="scaip")
    Transmitter.objects.filter(pk=phone.pk).update(site="", area="Norrmalm")
    resident(world.storkoping, phone, protected_identity=True, risks=["violence", "dementia"])
    item = alarm(
        phone, "7101", "safety_alarm", 120, priority=1, text="Bärbar larmknapp: manuellt larm",
        body='{"data": {"calls": "+46846500412", "speech": "sip:46701740605@unit.test"}}',
    )  # fmt: skip
    world.claim(olga, item)
    return item


def clear(world: World) -> None:
    with in_municipality(world.storkoping.ref()):
        Site.objects.all().delete()
        Resident.objects.all().delete()
    if not getattr(clear, "done", False):
        steps = [
            {"text": "Kontrollera larmpunkten i listan", "required": False},
            {"text": "Är någon kvar i byggnaden?", "type": "ask", "required": False},
        ]
        for kind in ("fire", "safety_alarm"):
            instruction(world.storkoping, kind, steps)
        clear.done = True  # type: ignore[attr-defined]


def alarm(one: Transmitter, account: str, kind: str, age: float, **more: Any) -> UUID:
    (receipt,) = take([said(one, account=account, kind=kind, **more)], now(-age))
    return UUID(str(signal_of(receipt).item_id))


def opened(console_of: Callable[..., Page], olga: Any, item: UUID, **more: Any) -> Page:
    page = console_of(olga, path=f"/console/?arende={item}", **more)
    page.wait_for_selector(f"{PART} summary")
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(GUARD)
    return page


def in_sight(page: Page, selector: str) -> bool:
    box, upper = page.locator(selector).bounding_box(), page.locator(".upper").bounding_box()
    assert box is not None
    assert upper is not None
    return upper["y"] <= box["y"] and box["y"] + box["height"] <= upper["y"] + upper["height"] + 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_a_school_on_fire(
    console_of: Callable[..., Page], olga: Any, school: UUID, size: str, scheme: str, pictures: Path
) -> None:
    page = opened(console_of, olga, school, size=SIZES[size], scheme=scheme)
    expect(page.locator(f"{PART} .hazards")).to_contain_text("5 FAROR")
    page.screenshot(path=pictures / f"object-school-{scheme}-{size}.png")
    for selector in (".step.current", f"{PART} .hazards", ".case-head"):
        assert in_sight(page, selector), selector
    expect(page.locator(f"{PART} summary")).to_contain_text("Fel: batteri")
    assert page.locator(".upper").evaluate("(el) => el.scrollTop") == 0, "nothing had to be scrolled for it"
    page.keyboard.press("d")
    expect(page.locator(".dangers li")).to_have_count(5)
    expect(page.locator(".near li")).to_have_count(2)
    assert in_sight(page, ".step.current .text")
    page.screenshot(path=pictures / f"object-school-open-{scheme}-{size}.png")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate(CONTRAST) == []
    wide = "(el) => [...el.querySelectorAll('*')].filter((one) => one.scrollWidth > one.clientWidth + 1 && one.clientWidth).map((one) => one.className)"  # noqa: E501
    assert page.locator(PART).evaluate(wide) == [], "long words are broken, nothing is cut"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_a_protected_person_has_pressed(
    console_of: Callable[..., Page], olga: Any, pendant: UUID, size: str, scheme: str, pictures: Path
) -> None:
    page = opened(console_of, olga, pendant, size=SIZES[size], scheme=scheme)
    expect(page.locator(".speech")).to_contain_text("OSÄKERT")
    expect(page.locator(".speech")).to_contain_text("Ring upp: 070-174 06 05")
    expect(page.locator(f"{PART} summary")).to_contain_text("SKYDDADE UPPGIFTER")
    assert in_sight(page, ".step.current")
    page.keyboard.press("d")
    page.screenshot(path=pictures / f"object-pendant-{scheme}-{size}.png")
    expect(page.locator(PART)).not_to_contain_text("Exempelgatan")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate(CONTRAST) == []


def test_hazards_that_come_late_do_not_move_the_step(
    console_of: Callable[..., Page], olga: Any, school: UUID
) -> None:
    page = console_of(olga, size=LAPTOP)
    held: list[Route] = []
    page.route("**/parts/object/", lambda route: held.append(route))
    page.locator(f'.row[data-id="{school}"]').click()
    page.keyboard.press("Enter")
    page.wait_for_selector(f"{PART}.waiting")
    before = page.locator(".step.current").bounding_box()
    held[0].continue_()
    expect(page.locator(f"{PART} .hazards")).to_contain_text("5 FAROR")
    assert page.locator(".step.current").bounding_box() == before


def test_codes_by_one_key_and_hidden_again_by_themselves(
    console_of: Callable[..., Page], olga: Any, school: UUID
) -> None:
    page = opened(console_of, olga, school, size=LAPTOP)
    page.keyboard.press("Shift+D")
    expect(page.locator(".code")).to_have_count(2)
    expect(page.locator(PART)).to_contain_text("4711")
    expect(page.locator(".journal")).to_contain_text("Visade nycklar och koder: Brobyskolan")
    expect(page.locator("[data-part-focus]")).to_be_focused()
    services.note(item_id=school, operator=olga, text="Ringde rektorn", now=now())
    expect(page.locator(".journal")).to_contain_text("Ringde rektorn")
    page.wait_for_timeout(600)
    expect(page.locator(PART)).to_contain_text("4711")
    with in_municipality(by_slug("storkoping")):
        JournalEntry.objects.filter(case_id=school, verb="codes_shown").update(at=now(-598))
    services.note(item_id=school, operator=olga, text="Rektorn kommer", now=now())
    expect(page.locator(PART)).not_to_contain_text("4711", timeout=15_000)
    page.keyboard.press("Escape")
    expect(page.locator("#case")).to_be_focused()


def test_a_name_is_unmasked_by_keyboard_and_what_is_typed_survives(
    console_of: Callable[..., Page], olga: Any, pendant: UUID
) -> None:
    page = opened(console_of, olga, pendant, size=LAPTOP)
    page.keyboard.press("d")
    reason = page.locator('[name="reason"]')
    reason.focus()
    page.keyboard.type("Hör rop t")
    services.note(item_id=pendant, operator=olga, text="Något hände", now=now())
    expect(page.locator(".journal")).to_contain_text("Något hände")
    page.wait_for_timeout(600)
    expect(reason).to_be_focused()
    page.keyboard.type("ill lägenheten")
    expect(reason).to_have_value("Hör rop till lägenheten")
    reason.fill("x")
    page.keyboard.press("Enter")
    expect(page.locator(".part-message")).to_contain_text("Skriv varför")
    expect(reason).to_be_focused()
    reason.fill("Hör rop inifrån")
    page.keyboard.press("Enter")
    expect(page.locator(f"{PART} summary")).to_contain_text("Märta Provsson")
    expect(page.locator(PART)).to_contain_text("Exempelgatan 12")
    expect(page.locator(".journal")).to_contain_text("Visade skyddade uppgifter: Hör rop inifrån")
