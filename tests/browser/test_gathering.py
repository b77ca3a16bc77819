"""A power cut is one row; a fire in the middle of it stands at the top and is heard; the case tells its objects."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from alarms.intake.models import Source, Transmitter
from alarms.intake.registering import account_hash, register_source
from alarms.workqueue.models import WorkItem
from alarms.workqueue.services import claim
from tests.browser.conftest import DESK, LAPTOP
from tests.browser.world import World
from tests.support.cases import now
from tests.support.gathering import gathered, said
from tests.support.incoming import take
from tests.support.processes import eventually

pytestmark = pytest.mark.browser
OBJECTS, BATCH = 5_000, 50
SOUNDING = "() => consoleParts.player.bursts.some((burst) => burst.priority === 1)"
TOP = "() => document.querySelector('.region-unanswered .row')?.classList.contains('p1')"


def registered(municipality: Any, count: int) -> list[Any]:
    """So many transmitters, each with its account; a third of them at homes."""
    source = Source.objects.filter(name="Provmottagaren").first()
    if source is None:
        source, _ = register_source(name="Provmottagaren", protocol="dc09")
    there = Transmitter.objects.filter(source=source).count()
    made = Transmitter.objects.bulk_create(
        Transmitter(
            source=source, municipality_id=municipality.pk, area=f"Område {nth % 40}",
            account_hash=account_hash(source.pk, str(there + nth)), site="" if nth % 3 == 0 else f"Pumpstation {nth}",
        )
        for nth in range(count)
    )  # fmt: skip
    for nth, one in enumerate(made):
        one.account = str(there + nth)
    return made


@pytest.fixture
def rules(region: World) -> Any:
    from alarms.workqueue.models import GatheringRule

    with gathered():
        yield
    GatheringRule.objects.all().delete()


def test_a_fire_in_the_middle_of_a_power_cut_is_at_the_top_and_sounds(
    world: World, rules: None, console_of: Callable[..., Page], olga: Any
) -> None:
    everyone = registered(world.storkoping, OBJECTS)
    page = console_of(olga)
    page.keyboard.press("Shift")
    page.wait_for_function("() => consoleParts.player.on && consoleParts.player.owner")
    begun = time.monotonic()
    for at in range(0, OBJECTS, BATCH):
        batch = [said(one) for one in everyone[at : at + BATCH]]
        if at == OBJECTS // 2:
            batch.append(said(everyone[0], kind="fire", priority=1))
        take(batch)
        if at == OBJECTS // 2:
            page.wait_for_function(TOP, timeout=2_000)
            page.wait_for_function(SOUNDING, timeout=4_500, polling=20)
    print(f"\n{OBJECTS} objekt på {time.monotonic() - begun:.1f} s")
    rows = page.locator(".region-unanswered .row")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("Brandlarm")
    expect(rows.last).to_contain_text("Driftlarm · Storköping · 5\u202f000 objekt")
    expect(page.locator("#strips")).to_contain_text("Samlat: Driftlarm · Storköping 5\u202f000 objekt")
    page.keyboard.press("t")
    page.wait_for_function("() => !consoleParts.player.bursts.some((burst) => burst.priority === 1)")
    assert eventually(lambda: WorkItem.objects.filter(kind="fire", state="held", claimed_by=olga).exists())


def standing(world: World, olga: Any, sven: Any) -> WorkItem:
    """One gathered case that Olga has and that has grown since; one that nobody has; an ordinary alarm."""
    everyone = registered(world.storkoping, 240)
    take([said(one) for one in everyone[:175]])
    item = WorkItem.objects.get(gathers__gt=0, state="unanswered")
    claim(item_id=item.pk, operator=olga, now=now())
    take([said(one) for one in everyone[175:212]])
    take([said(one, "restore") for one in everyone[:98]])
    fault = {"kind": "transmitter_fault", "priority": 3, "trouble": "mains"}
    take([said(one, "trouble", **fault) for one in everyone[:60]])
    other = WorkItem.objects.get(gathers__gt=0, state="unanswered")
    claim(item_id=other.pk, operator=sven, now=now())
    take([said(one, "trouble", **fault) for one in everyone[60:67]])
    take([said(one, kind="intrusion", priority=2) for one in everyone[215:217]])
    item.refresh_from_db()
    return item


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["1280", "1920"])
def test_the_case_tells_its_objects_and_what_grew(
    world: World,
    rules: None,
    console_of: Callable[..., Page],
    olga: Any,
    sven: Any,
    pictures: Path,
    scheme: Any,
    size: str,
) -> None:
    item = standing(world, olga, sven)
    page = console_of(olga, size=DESK if size == "1920" else LAPTOP, scheme=scheme, reduced_motion="reduce")
    mine, others = page.locator(f'.row[data-id="{item.pk}"]'), page.locator(".region-others .row")
    expect(mine).to_contain_text("212 objekt")
    expect(mine).to_contain_text("+37 OBJEKT")
    expect(mine).to_contain_text("98 av 212 återställda")
    expect(others).to_contain_text("67 objekt")
    expect(others).to_contain_text("+7 OBJEKT")
    mine.click()
    page.keyboard.press("Enter")
    part = page.locator('[data-part="objects"]')
    expect(part).to_contain_text("98 av 212 återställda, 114 kvar")
    part.locator("summary").click()
    expect(part.locator("tbody tr")).to_have_count(100)
    page.screenshot(path=pictures / f"gathered-{scheme}-{size}.png")
    assert Axe().run(page).violations_count == 0, Axe().run(page).generate_report()
    part.get_by_role("button", name="Nästa 100").click()
    expect(part).to_contain_text("101–200 av 212")
    expect(part.locator("tr.wrong")).to_have_count(14)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_rules_are_read_and_changed(
    world: World, rules: None, console_of: Callable[..., Page], sven: Any, pictures: Path, scheme: Any
) -> None:
    page = console_of(sven, scheme=scheme, size=LAPTOP)
    page.goto(page.url.replace("/console/", "/console/rules/").split("?")[0], wait_until="load")
    form = page.get_by_role("form", name="Driftlarm, alla kommuner")
    form.get_by_label("Antal objekt").fill("1")
    form.get_by_role("button", name="Spara").click()
    expect(page.get_by_role("alert")).to_contain_text("Antalet objekt är 2–1000. Inget är ändrat.")
    page.screenshot(path=pictures / f"rules-{scheme}.png", full_page=True)
    assert Axe().run(page).violations_count == 0, Axe().run(page).generate_report()
    form.get_by_label("Antal objekt").fill("8")
    form.get_by_role("button", name="Spara").click()
    expect(form.get_by_label("Antal objekt")).to_have_value("8")
    expect(page.get_by_text("fler än 10 nya larm per operatör")).to_be_visible()
