"""The shift leader's panel: groups by the board's own rule, both acts by keys alone, undo, and municipalities per seat."""

# ruff: noqa: E501 (scripts for the browser stand on one line)

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from alarms.workqueue.models import WorkItem
from central.accounts.models import Shift
from central.accounts.shifts import start_shift
from tests.browser.conftest import DESK, LAPTOP
from tests.browser.world import World

pytestmark = pytest.mark.browser


def flooded(world: World, count: int = 20) -> list[Any]:
    return world.alarms(
        [{"kind": "transmitter_fault", "area": "Osby", "age": 80 + count - n} for n in range(count)]
    )


def seated(world: World) -> None:
    now = datetime.now(UTC)
    start_shift(user=world.olga, seat="Plats 1", sound_ok=True, municipalities=[world.storkoping.pk], now=now)
    start_shift(user=world.sven, seat="Plats 2", sound_ok=True, now=now)


def panel(console_of: Callable[..., Page], user: Any, **more: Any) -> Page:
    return console_of(user, path="/console/flood/", **more)


def state(item: Any) -> str:
    return WorkItem.objects.get(pk=item).state


def test_parking_a_group_is_five_keys_and_takes_only_what_was_seen(
    world: World, console_of: Callable[..., Page], sven: Any, olga: Any
) -> None:
    items = flooded(world)
    world.claim(olga, items[3])
    page = panel(console_of, sven)
    row = page.locator("#groups .row")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("19 obesvarade · 1 hos kollegor")
    page.keyboard.press("p")
    fresh = world.alarm("transmitter_fault", area="Osby")
    expect(page.locator("#group")).to_contain_text("1 nytt har kommit sedan dess och är inte med.")
    expect(page.locator("#group")).to_contain_text("19 ärenden vilar utan ägare")
    for key in ("1", "2", "Enter"):
        page.wait_for_timeout(150)
        page.keyboard.press(key)
    expect(page.locator("#acts")).to_contain_text("19 ärenden vilar till")
    expect(row).to_contain_text("1 obesvarade · 1 hos kollegor · 19 vilar")
    assert state(items[0]) == "parked"
    assert (state(items[3]), state(fresh)) == ("held", "unanswered")
    page.keyboard.press("z")
    expect(page.locator("#acts")).to_contain_text("19 ärenden som före")
    assert state(items[0]) == "unanswered"


def test_a_wrong_number_is_said_and_what_was_typed_stays(
    world: World, console_of: Callable[..., Page], sven: Any
) -> None:
    items = flooded(world, 12)
    page = panel(console_of, sven)
    expect(page.locator("#groups .row")).to_have_count(1)
    page.keyboard.press("g")
    page.wait_for_timeout(350)
    page.keyboard.press("1")
    page.keyboard.type("12")
    page.keyboard.press("Enter")
    message = page.locator("#group .message")
    expect(message).to_have_text("Du skrev 12, men det är 11 ärenden. Inget är ändrat.")
    expect(page.locator('[name="count"]')).to_have_value("12")
    assert {state(item) for item in items} == {"unanswered"}
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    expect(page.locator('[name="count"]')).to_have_value("12")
    page.wait_for_timeout(350)
    page.locator('[name="count"]').fill("11")
    page.keyboard.press("Enter")
    expect(page.locator("#acts")).to_contain_text("11 ärenden stängda, hör ihop med")
    assert sorted(state(item) for item in items) == ["closed"] * 11 + ["unanswered"]
    world.claim(sven, items[0])
    page.keyboard.press("z")
    expect(page.locator("#acts")).to_contain_text("11 ärenden som före")


def test_the_urgent_are_shown_and_never_acted_on_as_a_group(
    world: World, console_of: Callable[..., Page], sven: Any
) -> None:
    world.alarms([{"kind": "intrusion", "area": "Broby", "age": 30 - n} for n in range(4)])
    world.alarms([{"kind": "safety_alarm", "area": "Hästveda", "age": 40 - n} for n in range(3)])
    page = panel(console_of, sven)
    expect(page.locator("#groups .row")).to_have_count(1)
    expect(page.locator('[data-head="p1"]')).to_contain_text("3 · äldst 0:4")
    page.keyboard.press("p")
    expect(page.locator("#message")).to_have_text("2 Brådskande tas en och en.")
    expect(page.locator("#group form")).to_have_count(0)
    world.alarm("fire", area="Knislinge", age=1)
    expect(page.locator('[data-head="p1"]')).to_contain_text("4 · äldst")
    expect(page.locator("#live-now")).to_contain_text("Livsfara: Brandlarm, Knislinge.")


def test_the_panel_and_the_board_have_one_rule(
    world: World, console_of: Callable[..., Page], sven: Any
) -> None:
    flooded(world)
    world.alarms([{"kind": "transmitter_fault", "area": "Osby", "age": 1200 - n} for n in range(4)])
    world.alarms([{"kind": "technical", "area": "Hörby", "age": 30 - n} for n in range(2)])
    world.alarms([{"kind": "call", "area": "Hörby", "age": 30 - n} for n in range(5)], world.lillby)
    page = console_of(sven)
    page.wait_for_selector(".row.group")
    board = page.locator(".region-unanswered .row.group .place").all_inner_texts()
    found = page.evaluate(
        "async () => { const m = await import('/static/console/standing.js'); return m.standing(consoleParts.store.rows.values()).map((one) => [one.row.area, one.counts.unanswered]); }"
    )
    assert sorted(f" · {area} · {count} larm" for area, count in found) == sorted(board)
    assert sorted(count for _, count in found) == [4, 5, 20]


def test_a_moved_municipality_reaches_its_operator_at_once(
    world: World, console_of: Callable[..., Page], sven: Any, olga: Any
) -> None:
    seated(world)
    world.alarm("technical", area="Hörby", municipality=world.lillby, age=5)
    operator = console_of(olga, path="/console/?kommun=mina")
    operator.wait_for_selector(".link.live")
    expect(operator.locator("#filter-text")).to_have_text("Mina kommuner (1)")
    expect(operator.locator(".region-unanswered .row")).to_have_count(0)
    page = panel(console_of, sven)
    expect(page.locator(".covering")).to_contain_text("Ingen har: Lillby.")
    expect(page.locator("tr", has_text="Lillby")).to_contain_text("INGEN")
    page.keyboard.press("m")
    page.keyboard.press("1")
    expect(page.locator(".covering")).to_contain_text("Alla kommuner har någon.")
    expect(operator.locator("#message")).to_contain_text(
        "Sven Skiftledare ändrade dina kommuner: Lillby, Storköping."
    )
    expect(operator.locator("#filter-text")).to_have_text("Mina kommuner (2)")
    expect(operator.locator(".region-unanswered .row")).to_have_count(1)
    page.keyboard.press("1")
    expect(operator.locator("#filter-text")).to_have_text("Mina kommuner (1)")
    expect(page.locator(".covering")).to_contain_text("Ingen har: Lillby.")
    page.keyboard.press("d")
    expect(page.locator(".covering")).to_contain_text("Alla kommuner har någon.")
    assert set(Shift.objects.get(user=sven, ended_at=None).municipalities) == {world.lillby.pk}


def test_the_panel_is_a_key_and_a_name_away_for_the_leader_alone(
    world: World, console_of: Callable[..., Page], sven: Any, olga: Any
) -> None:
    page, operator = console_of(sven), console_of(olga)
    with page.context.expect_page() as opened:
        page.keyboard.press("Shift+L")
    expect(opened.value.locator("h1")).to_have_text("Larmtopp, skiftledarens panel")
    page.bring_to_front()
    page.keyboard.press("Control+k")
    page.keyboard.type("larmtopp")
    expect(page.locator("#palette-list")).to_contain_text("Larmtopp: leda arbetet")
    operator.keyboard.press("Control+k")
    operator.keyboard.type("larmtopp")
    expect(operator.locator("#palette-list")).not_to_contain_text("leda arbetet")


def test_what_nobody_has_is_dealt_to_the_seats_with_least(
    world: World, console_of: Callable[..., Page], sven: Any
) -> None:
    page = panel(console_of, sven)
    dealt = page.evaluate(
        """async () => { const m = await import('/static/console/standing.js');
          const seats = [{ id: 7, own: [1] }, { id: 8, own: [] }];
          return m.dealtOut([1, 2, 3, 4], seats, new Map([[1, 5], [2, 9], [3, 1]])); }"""
    )
    assert dealt == [{"user": 7, "add": [3, 4]}, {"user": 8, "add": [2]}]


def test_a_resting_case_of_nobodys_is_taken_with_enter(
    world: World, console_of: Callable[..., Page], sven: Any, olga: Any
) -> None:
    from datetime import timedelta

    from alarms.workqueue import services

    items = flooded(world, 3)
    now = datetime.now(UTC)
    services.park_group(item_ids=items, leader=sven, until=now + timedelta(hours=1), reason="known", now=now)
    page = console_of(olga)
    expect(page.locator("#events")).to_contain_text("SS parkerade 3 ärenden (STO Sändarfel)")
    page.locator('[data-fold="parked"]').click()
    row = page.locator(f'[data-section="parked"] [data-id="{items[0]}"]')
    expect(row).to_contain_text("Vilar till")
    row.click()
    expect(page.locator("#case")).to_contain_text(
        "med sin grupp. Då kommer det tillbaka bland de obesvarade."
    )
    page.keyboard.press("Enter")
    expect(page.locator(f'.region-mine [data-id="{items[0]}"].s-mine')).to_be_visible()


def test_the_shift_page_changes_ones_own_and_the_open_console_follows(
    world: World, console_of: Callable[..., Page], olga: Any
) -> None:
    seated(world)
    flooded(world, 50)
    console, page = console_of(olga), console_of(olga, path="/shift/")
    expect(page.locator(".now")).to_contain_text("Obesvarade50")
    page.get_by_label("Lillby").check()
    page.get_by_role("button", name="Spara mina kommuner").click()
    expect(page.locator("#kommuner")).to_contain_text("✓ Sparat")
    expect(console.locator("#message")).to_contain_text("Dina kommuner: Lillby, Storköping.")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, LAPTOP], ids=["1920", "1280"])
def test_pictures_and_axe(
    world: World,
    console_of: Callable[..., Page],
    sven: Any,
    olga: Any,
    size: Any,
    scheme: str,
    pictures: Path,
) -> None:
    from alarms.workqueue import services

    seated(world)
    first = world.alarms([{"kind": "fault_report", "area": "Hörby", "age": 300 - n} for n in range(9)])
    services.park_group(
        item_ids=first[:7], leader=sven, until=datetime.fromtimestamp(datetime.now(UTC).timestamp() + 3600, UTC),
        reason="known", now=datetime.now(UTC),
    )  # fmt: skip
    items = flooded(world, 60)
    world.claim(olga, *items[:3])
    world.alarms([{"kind": "safety_alarm", "area": f"Område {n}", "age": 20 - n} for n in range(3)])
    world.alarms([{"kind": "intrusion", "area": "Broby", "age": 30 - n} for n in range(4)], world.lillby)
    page = panel(console_of, sven, size=size, scheme=scheme, reduced_motion="reduce")
    expect(page.locator("#groups .row")).to_have_count(3)
    page.keyboard.press("ArrowDown")
    page.wait_for_timeout(300)
    page.screenshot(path=pictures / f"flood-panel-{scheme}-{size['width']}.png")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    for act in ("p", "g"):
        page.keyboard.press(act)
        page.wait_for_timeout(350)
        page.keyboard.press("1")
        page.screenshot(path=pictures / f"flood-panel-{act}-{scheme}-{size['width']}.png")
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        page.keyboard.press("Escape")
