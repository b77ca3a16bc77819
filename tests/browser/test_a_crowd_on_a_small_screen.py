"""At 1280 a crowded board is still read: what, where and who, with nothing on top of anything else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.conftest import DESK, LAPTOP
from tests.browser.hands import press_until, take_next
from tests.browser.world import World

pytestmark = pytest.mark.browser

CUT = "(all) => all.filter((el) => el.offsetParent && el.scrollWidth > el.clientWidth + 1).map((el) => el.textContent)"
OVERLAP = """(row) => {
  const boxes = [...row.querySelectorAll('.kind, .place, .line2, .tail > *')].map((el) => el.getBoundingClientRect()).filter((box) => box.width);
  return boxes.some((a, n) => boxes.slice(n + 1).some((b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 4 && b.top < a.bottom - 4));
}"""  # noqa: E501


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_late_life_critical_alarms_are_read_in_full_and_reached_without_a_mouse(
    world: World, console_of: Callable[..., Page], olga: Any, scheme: str, pictures: Path
) -> None:
    from alarms.workqueue.models import WorkItem

    items = world.alarms(
        [{"kind": "safety_alarm", "area": "Fiskebäckskil", "site": "", "age": 900 - n} for n in range(14)]
    )
    WorkItem.objects.filter(pk__in=items).update(attention=["late"])
    page = console_of(olga, size=LAPTOP, scheme=scheme)
    expect(page.locator(".region-unanswered .row")).to_have_count(14)
    page.screenshot(path=pictures / f"crowd-{scheme}-1280.png")
    assert page.locator(".region-unanswered .kind, .region-unanswered .place").evaluate_all(CUT) == []
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("size", [LAPTOP, DESK], ids=["1280", "1920"])
def test_a_long_wait_has_room_beside_its_plate(
    world: World, console_of: Callable[..., Page], olga: Any, size: ViewportSize
) -> None:
    """Ten minutes, an hour and a day: the figures never stand on the shape that tells the priority."""
    for age in (700, 45_296, 86_395 + 36_000, 3_725, 59):
        world.alarm("fire", area="Broby", age=age)
    for age in (700, 45_296):
        world.alarm("technical", area="Broby", age=age)
    page = console_of(olga, size=size)
    clocks = page.locator(".region-unanswered .row .clock")
    expect(page.locator(".region-unanswered .row .clock.longest").first).to_be_visible()
    out = """(all) => all.filter((el) => el.offsetParent).map((el) => {
      const words = document.createRange(); words.selectNodeContents(el);
      const plate = el.closest('.row').querySelector('.plate').getBoundingClientRect();
      return [el.textContent, Math.round(words.getBoundingClientRect().left - plate.right)];
    }).filter(([, room]) => room < 0)"""
    assert clocks.evaluate_all(out) == []


def test_a_case_whose_owner_is_gone_says_what_where_and_whose(
    world: World, console_of: Callable[..., Page], olga: Any, sven: Any
) -> None:
    from alarms.escalation.rules import ABSENT_AFTER
    from alarms.workqueue import services, timing
    from alarms.workqueue.models import Presence

    now = datetime.now(UTC)
    item = world.alarm("technical", area="Landskrona", site="Simhallen Landskrona", age=300)
    services.claim(item_id=item, operator=sven, now=now - ABSENT_AFTER - timedelta(seconds=5))
    Presence.objects.filter(user=sven).delete()  # an earlier test's console may just have been closed
    timing.offer_of_absent(now, ABSENT_AFTER)
    page = console_of(olga, size=LAPTOP)
    row = page.locator(f'.region-others [data-id="{item}"]')
    for words in ("Driftlarm", "Landskrona", "SAKNAR KONTAKT", "SS"):
        expect(row).to_contain_text(words)
    assert row.evaluate(OVERLAP) is False
    assert row.locator(".kind, .place").evaluate_all(CUT) == []


def test_that_a_life_critical_case_cannot_rest_is_said_before_a_time_is_chosen(
    world: World, console_of: Callable[..., Page], olga: Any
) -> None:
    world.alarm("technical", area="Härslöv", priority=1)
    page = console_of(olga)
    take_next(page)
    press_until(page, "p", ".sheet")
    expect(page.locator(".sheet")).to_contain_text("Ett ärende med livsfara kan inte vila.")
    expect(page.locator(".sheet .choice")).to_have_count(0)


@pytest.mark.parametrize("area", ["Fiskebäckskil", "Norra Sankt Sigfridsområdet vid Lagaån"])
def test_a_long_name_in_the_head_gives_way_with_dots_and_nothing_else_is_cut(
    world: World, console_of: Callable[..., Page], olga: Any, area: str, pictures: Path
) -> None:
    world.alarms([{"kind": "safety_alarm", "area": area, "age": 900 - n} for n in range(14)])
    page = console_of(olga, size=LAPTOP)
    button = page.locator(".rail button")
    expect(button).to_have_attribute("title", area)
    page.screenshot(path=pictures / f"rail-{len(area)}-1280.png")
    assert page.locator(".region-unanswered .region-head, .rail, .rail button").evaluate_all(CUT) == []
    cut = button.locator(".where").evaluate_all(CUT)
    assert cut == ([] if area == "Fiskebäckskil" else [area])
    expect(button.locator(".where")).to_have_css("text-overflow", "ellipsis")


UNSAID = """(all) => all.filter((el) => {
  const style = getComputedStyle(el), line = el.parentElement.getBoundingClientRect();
  const cut = el.scrollWidth > el.clientWidth + 1;
  return el.getBoundingClientRect().right > line.right + 1 || (cut && (style.textOverflow !== 'ellipsis' || style.overflowX !== 'hidden'));
}).map((el) => el.textContent)"""  # noqa: E501


def test_a_place_longer_than_its_row_ends_in_dots_and_the_kind_keeps_a_beginning(
    world: World, console_of: Callable[..., Page], olga: Any, sven: Any, pictures: Path
) -> None:
    area = "Norra Sankt Sigfridsområdet vid Lagaån och Gamla Bruksvägen"
    for priority, kind in ((1, "safety_alarm"), (2, "intrusion")):
        world.alarm(kind, area=area, site="Äldreboendet Vallmogården", priority=priority, age=40)
    world.claim(olga, world.alarm("technical", area=area, age=30))
    world.claim(sven, world.alarm("technical", area=area, age=30))
    world.alarm("technical", area="Broby", age=20)
    page = console_of(olga, size=LAPTOP)
    expect(page.locator(".row")).to_have_count(5)
    page.screenshot(path=pictures / "long-place-1280.png")
    lines = page.locator(".row .kind, .row .place")
    assert lines.evaluate_all(UNSAID) == []
    assert len(page.locator(".row .place").evaluate_all(CUT)) >= 3, "the long ones are cut"
    assert "Broby" not in "".join(page.locator(".row .place").evaluate_all(CUT))
    assert min(page.locator(".row .kind").evaluate_all("(all) => all.map((el) => el.clientWidth)")) > 30
