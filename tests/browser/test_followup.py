"""Reports and figures in a real browser: nothing axe finds, nothing wider than the screen, and a comment by keyboard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, expect

from alarms.workqueue import services as queue
from alarms.workqueue.models import WorkItem
from central.municipalities.context import in_municipality
from tenants.casefiles.models import CaseFile
from tenants.followup.models import Improvement
from tests.browser.conftest import DESK, LAPTOP
from tests.browser.world import World
from tests.conftest import make_user
from tests.support.processes import Web
from tests.support.signing_in import session_cookie

pytestmark = pytest.mark.browser
HOST = "storkoping.localhost"
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def maja(world: World) -> Any:
    return make_user("maja", "Maja Handläggare", "MH", world.storkoping, "municipality_officer", ["property"])


@pytest.fixture
def arvid(world: World) -> Any:
    return make_user("arvid", "Arvid Administratör", "AA", world.storkoping, "municipality_admin", [])


@pytest.fixture
def base(server: Web) -> str:
    return server.base.replace("//127.0.0.1", "//localhost")


@pytest.fixture
def context_of(browser: Browser, base: str) -> Iterator[Callable[..., BrowserContext]]:
    """``context_of(user, host, …)`` → a browser where that person is signed in there."""
    opened: list[BrowserContext] = []

    def make(user: Any, host: str = HOST, **more: Any) -> BrowserContext:
        context = browser.new_context(**{"viewport": LAPTOP, "locale": "sv-SE"} | more)
        opened.append(context)
        url = base.replace("//localhost", f"//{host}")
        context.add_cookies([{"name": "sessionid", "value": session_cookie(user, host), "url": url}])
        return context

    yield make
    for context in opened:
        context.close()


@pytest.fixture
def closed(world: World, maja: Any) -> Any:
    """A case of an hour ago, closed after ten minutes, with an improvement; and the figures of a week."""
    began = datetime.now(UTC) - timedelta(hours=1)
    item = queue.create_by_hand(
        operator=world.olga, municipality_id=world.storkoping.pk, kind="technical", place="Skolvägen 1",
        text="Pannan är kall.", now=began,
    )  # fmt: skip
    queue.note(
        item_id=item.pk,
        operator=world.olga,
        text="Ventilen satt fast. Motionera den.",
        now=began + timedelta(minutes=4),
    )
    for position in (1, 2, 3):
        queue.skip_step(
            item_id=item.pk,
            operator=world.olga,
            position=position,
            reason="not_needed",
            now=began + timedelta(minutes=5),
        )
    queue.close(
        item_id=item.pk, operator=world.olga, outcome="fixed_on_site", now=began + timedelta(minutes=10)
    )
    with in_municipality(world.storkoping):
        Improvement.objects.create(
            title="Ventilen märks upp", done_when="Skylten sitter", function="property", case_id=item.pk,
            instruction_id=CaseFile.objects.get(pk=item.pk).instruction_id, owner_id=maja.pk, owner_name=maja.name,
            due_on=date(2026, 1, 1), created_at=began, created_by_name=maja.name, changed_at=began,
        )  # fmt: skip
    a_week(world, began)
    return item.pk


def a_week(world: World, now: datetime) -> None:
    """Cases of several functions and hours, most of them taken in time."""
    kinds = (("technical", "property"), ("fire", "rescue"), ("fault_report", "technical"))
    for number in range(90):
        kind, function = kinds[number % 3]
        owner = world.storkoping if number % 4 else world.lillby
        at = now - timedelta(hours=number * 1.7)
        item = WorkItem(
            reference=f"S{now:%f}{number}", municipality=owner, function=function, kind=kind, priority=2, headline="x",
            state="closed", received_at=at, due_at=at, touched_at=at, closed_at=at + timedelta(hours=1),
            claimed_at=at + timedelta(seconds=7 + number * number % 97), outcome="false_alarm" if number % 9 == 0 else "",
        )  # fmt: skip
        item.save(force_insert=True)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [LAPTOP, DESK, PHONE], ids=["1280", "1920", "390"])
def test_no_page_has_a_fault_that_axe_finds(
    context_of: Callable[..., BrowserContext], base: str, world: World, maja: Any, arvid: Any, closed: Any,
    pictures: Path, scheme: str, size: dict[str, int],
) -> None:  # fmt: skip
    officer = context_of(maja, color_scheme=scheme, viewport=size).new_page()
    admin = context_of(arvid, color_scheme=scheme, viewport=size).new_page()
    leader = context_of(world.sven, "localhost", color_scheme=scheme, viewport=size).new_page()
    with in_municipality(world.storkoping):
        improvement = Improvement.objects.latest("created_at").pk
    here = base.replace("//localhost", f"//{HOST}")
    for page, address, name in (
        (officer, f"{here}/portal/followup/", "list"),
        (officer, f"{here}/portal/followup/case/{closed}/", "report"),
        (officer, f"{here}/portal/improvements/", "improvements"),
        (officer, f"{here}/portal/improvements/{improvement}/", "improvement"),
        (officer, f"{here}/portal/statistics/", "statistics"),
        (admin, f"{here}/portal/statistics/goals/", "goals"),
        (leader, f"{base}/console/statistics/", "console-statistics"),
        (leader, f"{base}/console/case/{closed}/report/", "console-report"),
    ):
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        page.screenshot(path=pictures / f"followup-{name}-{scheme}-{size['width']}.png", full_page=True)
        found = Axe().run(page).response["violations"]
        assert not found, (name, [(one["id"], one["nodes"][0]["target"]) for one in found])
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), name


def test_a_comment_is_written_and_the_follow_up_ended_with_the_keyboard(
    context_of: Callable[..., BrowserContext], base: str, world: World, maja: Any, closed: Any
) -> None:
    page = context_of(maja).new_page()
    page.goto(f"{base.replace('//localhost', f'//{HOST}')}/portal/followup/case/{closed}/")
    page.get_by_label("Vad kom ni fram till?").focus()
    page.keyboard.type("Ventilen motioneras varje höst.")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Uppföljningen är klar.")).to_be_visible()
    with in_municipality(world.storkoping):
        assert CaseFile.objects.get(pk=closed).followup == "done"
