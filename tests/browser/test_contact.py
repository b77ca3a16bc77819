"""What the operator is told and may do while contact is weak, lost and back."""

# ruff: noqa: E501 (scripts for the browser stand on one line)

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hands import take_next
from tests.browser.world import World
from tests.support.processes import Web

pytestmark = pytest.mark.browser
LATER = "(ms) => { const line = consoleParts.line; line.clock = () => performance.now() + ms; }"


def cut(page: Page) -> None:
    """No HTTP and no socket: as when the cable is pulled."""
    page.route("**/console/**", lambda route: route.abort())
    page.evaluate("consoleParts.line.connect = () => {}; consoleParts.line.socket.close()")


def test_lost_contact_is_said_in_words_stops_acting_and_keeps_what_is_typed(
    world: World, console_of: Callable[..., Page], olga: Any, server: Web
) -> None:
    world.alarm("technical", area="Härslöv", age=20)
    world.alarm("technical", area="Broby")
    page = console_of(olga)
    take_next(page)
    page.wait_for_timeout(350)
    cut(page)
    page.evaluate(LATER, 6_000)
    expect(page.locator("#strips")).to_contain_text("Ingen kontakt sedan")
    expect(page.locator(".row .clock").first).to_contain_text("minst")
    page.evaluate(LATER, 17_000)
    expect(page.locator("#strips")).to_contain_text("Ring reservnumret")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("t")
    expect(page.locator("#message")).to_contain_text("Ingen kontakt med centralen")
    expect(page.locator(".region-mine .row")).to_have_count(1)
    page.keyboard.press("n")
    page.keyboard.type("Ringde vaktmästaren")
    expect(page.locator("#draft-state")).to_have_text("Sparas när kontakten är tillbaka.")
    world.alarm("intrusion", area="Osby")
    page.unroute("**/console/**")
    page.evaluate(
        "delete consoleParts.line.connect; consoleParts.line.clock = () => performance.now(); consoleParts.line.connect()"
    )
    expect(page.locator("#strips")).to_contain_text("Kontakt igen")
    expect(page.locator("#strips")).to_contain_text("1 ny obesvarad")
    expect(page.locator("#draft-state")).to_have_text("Utkast sparat.")
    page.locator("#board").focus()
    page.keyboard.press("Enter")  # acknowledges what was missed, and takes nothing unseen
    expect(page.locator("#strips")).not_to_contain_text("Kontakt igen")
    expect(page.locator(".region-mine .row")).to_have_count(1)
    page.reload()
    page.wait_for_selector("html[data-ready]")
    expect(page.locator("#note")).to_have_value("Ringde vaktmästaren")


def test_without_a_socket_the_board_is_polled_and_says_so(
    world: World, console_of: Callable[..., Page], olga: Any
) -> None:
    page = console_of(olga)
    page.evaluate("consoleParts.line.connect = () => {}; consoleParts.line.socket.close()")
    page.evaluate("consoleParts.line.heardAt -= 20000")
    item = world.alarm("technical", area="Härslöv")
    expect(page.locator(f'.row[data-id="{item}"]')).to_be_visible(timeout=10_000)
    expect(page.locator("#strips")).to_contain_text("Reservläge")


def test_a_reload_brings_case_filter_and_draft_back(
    world: World, console_of: Callable[..., Page], olga: Any
) -> None:
    item = world.alarm("technical", area="Härslöv")
    page = console_of(olga)
    take_next(page)
    page.keyboard.press("n")
    page.keyboard.type("Halvfärdig mening")
    expect(page.locator("#draft-state")).to_have_text("Utkast sparat.")
    page.reload()
    page.wait_for_selector("html[data-ready]")
    expect(page.locator(".step.current")).to_be_visible()
    expect(page.locator("#note")).to_have_value("Halvfärdig mening")
    expect(page.locator(f'.row[data-id="{item}"].selected')).to_be_visible()


def test_revoking_the_sign_in_leaves_the_console_within_seconds(
    world: World, console_of: Callable[..., Page], olga: Any
) -> None:
    from datetime import UTC, datetime

    from central.accounts.models import SignIn

    page = console_of(olga)
    SignIn.objects.filter(user=olga, revoked_at=None).update(revoked_at=datetime.now(UTC))
    page.wait_for_url("**/login/**", timeout=10_000)


def test_board_plus_events_equals_a_fresh_board(
    world: World, console_of: Callable[..., Page], olga: Any, sven: Any
) -> None:
    from datetime import UTC, datetime, timedelta

    from alarms.workqueue import services

    page = console_of(olga)
    items = world.alarms([{"kind": "technical", "area": "Osby", "age": n} for n in range(8)])
    world.claim(sven, *items[:4])
    now = datetime.now(UTC)
    services.hand_over(item_id=items[1], operator=sven, to_id=olga.pk, reason="load", now=now)
    services.park(item_id=items[2], operator=sven, until=now + timedelta(minutes=30), now=now)
    services.release(item_id=items[3], operator=sven, now=now)
    page.wait_for_function(f"() => consoleParts.store.rows.get('{items[3]}')?.last.verb === 'released'")
    same = page.evaluate(
        """async () => {
          const fresh = await (await fetch('/console/board.json')).json();
          const mine = consoleParts.store.rows;
          const plain = (row) => JSON.stringify(Object.fromEntries(Object.entries(row).filter(([k]) => k !== 'readers').sort()));
          return fresh.rows.filter((row) => !mine.has(row.id) || plain(mine.get(row.id)) !== plain(row)).map((row) => row.id)
            .concat(fresh.rows.length === mine.size ? [] : ['size']);
        }"""
    )
    assert same == []
