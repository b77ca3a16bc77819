"""What nobody did in time reaches the shift leader, and an absent owner's case can be taken over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from alarms.escalation.rules import ABSENT_AFTER
from alarms.workqueue import notices, services, timing
from alarms.workqueue.models import Notice, Presence, WorkItem
from tests.browser.world import World

pytestmark = pytest.mark.browser


def test_a_notice_stays_until_the_leader_has_seen_it(
    world: World, console_of: Callable[..., Page], olga: Any, sven: Any
) -> None:
    Notice.objects.all().delete()
    item = WorkItem.objects.get(pk=world.alarm("technical", area="Härslöv"))
    leader, operator = console_of(sven), console_of(olga)
    notices.notify(Notice.Kind.DEADLINE, item=item, now=datetime.now(UTC))
    expect(leader.locator("#strips")).to_contain_text("Ingen har tagit ärendet i tid: Driftlarm · Härslöv")
    leader.reload()
    leader.wait_for_selector(".link.live")
    expect(leader.locator("#strips")).to_contain_text("Ingen har tagit ärendet i tid")
    expect(operator.locator("#strips")).not_to_contain_text("Ingen har tagit")
    leader.keyboard.press("Escape")  # any key: the strip about sound gives way
    leader.get_by_role("button", name="Sett").click()
    expect(leader.locator("#strips")).not_to_contain_text("Ingen har tagit")
    assert Notice.objects.get(item=item).seen_by_id == sven.pk


def test_enter_takes_over_the_case_of_somebody_without_contact(
    world: World, console_of: Callable[..., Page], olga: Any, sven: Any
) -> None:
    now = datetime.now(UTC)
    item = world.alarm("technical", area="Härslöv", age=120)
    services.claim(item_id=item, operator=olga, now=now - ABSENT_AFTER - timedelta(seconds=5))
    page = console_of(sven)
    row = page.locator(f'.region-others [data-id="{item}"]')
    expect(row).to_contain_text("OO")
    Presence.objects.filter(user=olga).delete()  # an earlier test's console may just have been closed
    timing.offer_of_absent(now, ABSENT_AFTER)
    expect(row).to_contain_text("SAKNAR KONTAKT")
    row.click()
    page.keyboard.press("Enter")
    expect(page.locator(f'.region-mine [data-id="{item}"].s-mine')).to_be_visible()
    assert WorkItem.objects.get(pk=item).claimed_by_id == sven.pk
