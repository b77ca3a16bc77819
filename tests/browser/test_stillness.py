"""Nothing the eye or hand rests on moves by itself, and life-critical alarms never go out of sight."""

# ruff: noqa: E501 (scripts for the browser stand on one line)

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import LAPTOP
from tests.browser.world import World

pytestmark = pytest.mark.browser
INSERTS = 1_000
AREAS = ("Härslöv", "Broby", "Hästveda", "Osby")

FIRST_IN_SIGHT = """() => {
  const box = document.querySelector('[data-region="unanswered"]').getBoundingClientRect();
  const seen = (el) => { const r = el.getBoundingClientRect(); return r.height > 0 && r.top >= box.top - 1 && r.bottom <= box.bottom + 1 && r.right <= document.querySelector('#board').getBoundingClientRect().right + 1; };
  return [...document.querySelectorAll('.row.p1.s-unanswered, .rail button')].some(seen);
}"""


def y_of(page: Page, item: Any) -> float:
    return float(page.locator(f'.row[data-id="{item}"]').evaluate("(el) => el.getBoundingClientRect().top"))


def some(n: int, priority: int = 2, start: int = 0) -> list[dict[str, Any]]:
    return [
        {"kind": "technical", "area": AREAS[i % 4], "priority": priority, "age": 170 - (start + i) % 160}
        for i in range(n)
    ]


@pytest.mark.parametrize("section", ["unanswered", "mine"])
def test_the_selected_row_stays_where_it_is_through_inserts(
    world: World, console_of: Callable[..., Page], olga: Any, section: str
) -> None:
    item = world.alarm("technical", area="Härslöv")
    world.alarms(some(3))
    page = console_of(olga)
    if section == "mine":
        page.locator(f'.row[data-id="{item}"]').click()
        page.keyboard.press("Enter")
        page.wait_for_selector(".step.current")
        page.keyboard.press("ArrowLeft")
    else:
        page.locator(f'.row[data-id="{item}"]').click()
    page.mouse.move(1800, 900)
    page.wait_for_timeout(400)
    before = y_of(page, item)
    for batch in range(20):
        world.alarms(some(INSERTS // 20, start=batch * 7))
        page.wait_for_timeout(60)
        assert abs(y_of(page, item) - before) < 1
    page.wait_for_function(f"() => consoleParts.store.rows.size >= {INSERTS + 4}")
    page.wait_for_timeout(400)
    assert abs(y_of(page, item) - before) < 1
    assert page.locator(".row").count() <= 80


def test_the_order_stands_while_a_hand_is_in_the_list_and_the_new_are_counted(
    world: World, console_of: Callable[..., Page], olga: Any
) -> None:
    world.alarms(some(4, priority=3))
    page = console_of(olga)
    rows = page.locator(".region-unanswered .row")
    before = [rows.nth(n).get_attribute("data-id") for n in range(4)]
    box = rows.nth(2).bounding_box()
    assert box
    page.mouse.move(box["x"] + 100, box["y"] + 20)
    page.mouse.move(box["x"] + 110, box["y"] + 20)
    world.alarm("technical", area="Broby", priority=2)
    expect(page.locator(".above")).to_have_text("▴ 1 ny ovanför")
    assert [rows.nth(n).get_attribute("data-id") for n in range(4)] == before
    page.mouse.move(1700, 900)
    expect(page.locator(".above")).to_be_hidden()
    expect(rows).to_have_count(5)


def test_at_most_four_paints_a_second_however_many_alarms(
    world: World, console_of: Callable[..., Page], olga: Any
) -> None:
    page = console_of(olga)
    start = page.evaluate("[consoleParts.board.paints, performance.now()]")
    for batch in range(8):
        world.alarms(some(10, start=batch))
        page.wait_for_timeout(100)
    paints, at = page.evaluate("[consoleParts.board.paints, performance.now()]")
    assert paints - start[0] <= 4 * (at - start[1]) / 1000 + 2


@pytest.mark.parametrize("size", [LAPTOP, {"width": 1920, "height": 1080}])
def test_a_life_critical_alarm_is_in_sight_through_every_filter_and_below_any_fold(
    world: World, console_of: Callable[..., Page], olga: Any, lillby: Any, size: dict[str, int]
) -> None:
    world.alarms([{"kind": "technical", "area": f"Område {n}", "age": 60} for n in range(30)])
    page = console_of(olga, size=size)
    page.keyboard.press("f")
    page.locator('[data-filter="kinds"][value="intrusion"]').check()
    page.locator(".sheet [type=submit]").click()
    expect(page.locator(".hidden-by-filter")).to_contain_text("Filtret döljer 30, varav 0 ⬣1")
    expect(page.locator(".hidden-by-filter")).to_be_in_viewport(ratio=1)
    assert page.locator(".board-filter").evaluate("(el) => el.scrollWidth <= el.clientWidth + 1"), (
        "read in full"
    )
    world.alarm("safety_alarm", area="Hästveda", municipality=lillby)
    page.wait_for_function(FIRST_IN_SIGHT)
    page.keyboard.press("f")
    page.locator('[data-filter="kinds"][value="intrusion"]').uncheck()
    page.locator(".sheet [type=submit]").click()
    page.wait_for_function(FIRST_IN_SIGHT)
    last = page.locator(".region-unanswered .row").last
    last.click()  # far down: the ⬣1 is scrolled out of the list and stands in its head
    page.locator(".region-unanswered .scroller").evaluate("(el) => { el.scrollTop = el.scrollHeight; }")
    page.wait_for_function(FIRST_IN_SIGHT)
    expect(page.locator(".rail button").first).to_contain_text("Hästveda")


def test_no_single_choice_of_the_filter_hides_a_life_critical_alarm_whoever_has_it(
    world: World, console_of: Callable[..., Page], olga: Any, sven: Any, lillby: Any
) -> None:

    waiting = world.alarm("safety_alarm", area="Hästveda", municipality=lillby)
    taken = world.alarm("fire", area="Broby")
    world.alarm("technical", area="Osby")
    world.claim(sven, taken)
    page = console_of(olga)
    page.keyboard.press("f")
    boxes = page.locator("[data-filter]").evaluate_all(
        "(all) => all.map((el) => [el.dataset.filter, el.value])"
    )
    page.keyboard.press("Escape")
    assert len(boxes) > 10
    for name, value in boxes:
        page.keyboard.press("f")
        for box in page.locator("[data-filter]:checked").all():
            box.uncheck()
        page.locator(f'[data-filter="{name}"][value="{value}"]').check()
        page.locator(".sheet [type=submit]").click()
        expect(page.locator(f'.region-unanswered .row[data-id="{waiting}"]')).to_be_visible()
        expect(page.locator(f'.region-others .row[data-id="{taken}"]')).to_be_visible()
    expect(page.locator(".hidden-by-filter")).to_have_text("Filtret döljer 1, varav 0 ⬣1")
    expect(page.locator('[data-head="unanswered"]')).to_contain_text("Obesvarade 2")  # the hidden too


def test_of_many_life_critical_alarms_eight_are_in_sight_and_the_rest_is_compact(
    world: World, console_of: Callable[..., Page], olga: Any
) -> None:
    world.alarms([{"kind": "safety_alarm", "area": AREAS[n % 4], "age": 40 - n} for n in range(12)])
    page = console_of(olga)
    expect(page.locator(".region-unanswered .row")).to_have_count(12)
    full = page.locator(".region-unanswered .row:not(.compact)").count()
    assert 5 <= full <= 8, "as many at full height as leave eight in sight"
    expect(page.locator(".region-unanswered .row").nth(7)).to_be_in_viewport(ratio=1)
    expect(page.locator(".region-unanswered .below")).to_contain_text("av dem ⬣1")


def test_a_flood_groups_what_is_alike_and_never_life_critical_alarms(
    world: World, console_of: Callable[..., Page], olga: Any
) -> None:
    page = console_of(olga)
    world.alarms([{"kind": "transmitter_fault", "area": "Osby", "age": 60 - n} for n in range(20)])
    world.alarms([{"kind": "safety_alarm", "area": "Osby", "age": 10 - n} for n in range(3)])
    expect(page.locator("#strips")).to_contain_text("LARMTOPP 23 på")
    group = page.locator(".row.group")
    expect(group).to_have_count(1)
    expect(group).to_contain_text("20 larm")
    expect(page.locator(".row.p1.s-unanswered")).to_have_count(3)
    group.click()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".region-unanswered .row.p3")).to_have_count(20)


def test_nothing_runs_out_of_the_board_on_a_small_screen_in_a_flood(
    world: World, console_of: Callable[..., Page], olga: Any
) -> None:
    page = console_of(olga, size=LAPTOP)
    world.alarms([{"kind": "safety_alarm", "area": "Östra Ljungby station", "age": 20 - n} for n in range(9)])
    world.alarms([{"kind": "intrusion", "area": f"Område {n}", "age": 20} for n in range(40)])
    page.wait_for_function("() => consoleParts.store.rows.size >= 49")
    page.locator(".region-unanswered .scroller").evaluate("(el) => { el.scrollTop = el.scrollHeight; }")
    page.wait_for_selector(".rail button")
    wide = page.evaluate(
        """() => { const edge = document.querySelector('#board').getBoundingClientRect().right + 1;
          return [...document.querySelectorAll('#board *:not(.edge)')].filter((el) => el.offsetParent && el.getBoundingClientRect().right > edge).map((el) => el.className); }"""
    )
    assert wide == []
