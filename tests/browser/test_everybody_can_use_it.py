"""axe finds nothing, computed colours have contrast, and every state is told by shape and word without colour."""

# ruff: noqa: E501 (scripts for the browser stand on one line)

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, LAPTOP
from tests.browser.world import World

pytestmark = pytest.mark.browser
SIZES = {"1280": LAPTOP, "1920": DESK, "200 %": {"width": 960, "height": 540}}

CONTRAST = """() => {
  const channel = (v) => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgba = (css) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = css; canvas.fillRect(0, 0, 1, 1); return [...canvas.getImageData(0, 0, 1, 1).data]; };
  const ground = (el) => { for (; el; el = el.parentElement) { const c = rgba(getComputedStyle(el).backgroundColor); if (c[3] > 250) return c; } return [255, 255, 255, 255]; };
  const bad = [];
  for (const el of document.querySelectorAll('body *')) {
    const own = [...el.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!own || !el.offsetParent || el.closest('.sr') || el.closest('.plate')) continue;
    const a = light(rgba(getComputedStyle(el).color)), b = light(ground(el));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) bad.push(`${el.className} "${el.textContent.trim().slice(0, 20)}" ${ratio.toFixed(2)}`);
  }
  return bad;
}"""


def busy(world: World, olga: Any, sven: Any) -> dict[str, Any]:
    """A board with every state on it; returns the ids by state."""
    from alarms.workqueue import services

    now = datetime.now(UTC)
    earlier = now - timedelta(minutes=4)
    ids = {
        "first": world.alarm("safety_alarm", area="Hästveda", age=48),
        "late": world.alarm("intrusion", area="Broby", site="Brobyskolan", age=250),
        "calm": world.alarm("fault_report", area="Storgatan", age=400),
        "exercise": world.alarm("technical", area="Knislinge", age=3, exercise=True),
        "mine": world.alarm(
            "technical", area="Härslöv", site="Värmecentral Härslöv", age=31, place="Skolvägen 1, Härslöv",
            access="Nyckel B i skåpet vid porten", call_back="+46701740621",
            story="Framledning 31 grader, larmgräns 45.",
        ),
        "other": world.alarm("fire", area="Knislinge", age=120, municipality=world.lillby),
        "parked": world.alarm("technical", area="Hörby", age=1200),
        "offered": world.alarm("call", area="Hörby", age=1200),
        "closed": world.alarm("intrusion", area="Hörby", age=1200),
    }  # fmt: skip
    for state in ("other", "parked", "offered", "closed"):
        services.claim(item_id=ids[state], operator=sven, now=earlier)
    world.claim(olga, ids["mine"])
    services.park(item_id=ids["parked"], operator=sven, until=now + timedelta(minutes=20), now=now)
    services.hand_over(item_id=ids["offered"], operator=sven, to_id=olga.pk, reason="load", now=now)
    services.close(item_id=ids["closed"], operator=sven, outcome="false_alarm", now=now)
    services.set_word(item_id=ids["late"], attention_add=["late"], verb="deadline_missed", text="", now=now)
    services.set_word(
        item_id=ids["other"], word="Räddningstjänst: osäkert", attention_add=["uncertain"],
        verb="sms_uncertain", now=now,
    )  # fmt: skip
    return ids


def opened(page: Page, ids: dict[str, Any]) -> None:
    page.locator('[data-fold="parked"]').click()
    page.locator('[data-fold="closed"]').click()
    page.locator(f'.row[data-id="{ids["mine"]}"]').click()
    page.keyboard.press("Enter")
    page.wait_for_selector(".step.current", state="attached")
    page.wait_for_timeout(350)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing(
    world: World, console_of: Callable[..., Page], olga: Any, sven: Any, scheme: str, size: str
) -> None:
    ids = busy(world, olga, sven)
    page = console_of(olga, size=SIZES[size], scheme=scheme, reduced_motion="reduce")
    opened(page, ids)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    page.keyboard.press("u")
    page.wait_for_selector(".sheet .choice")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_computed_text_has_contrast_also_without_contact(
    world: World, console_of: Callable[..., Page], olga: Any, sven: Any, scheme: str
) -> None:
    ids = busy(world, olga, sven)
    page = console_of(olga, scheme=scheme, reduced_motion="reduce")
    opened(page, ids)
    assert page.evaluate(CONTRAST) == []
    page.evaluate("document.body.classList.add('no-contact', 'lost-contact')")
    assert page.evaluate(CONTRAST) == []


def test_each_state_has_its_own_word_and_each_priority_its_own_shape(
    world: World, console_of: Callable[..., Page], olga: Any, sven: Any
) -> None:
    ids = busy(world, olga, sven)
    page = console_of(olga)
    opened(page, ids)
    words = {
        "mine": "MITT", "other": "◐ SS", "offered": "TILL DIG FRÅN SS", "parked": "Vilar till",
        "closed": "Klart", "late": "SEN", "first": "obesvarat",
    }  # fmt: skip
    for state, word in words.items():
        expect(page.locator(f'.row[data-id="{ids[state]}"]')).to_contain_text(word)
    expect(page.locator(f'.row[data-id="{ids["other"]}"]')).to_contain_text("OSÄKERT")
    shapes = page.locator(".row .plate use").evaluate_all(
        "(all) => all.map((el) => el.getAttribute('href').split('#')[1])"
    )
    assert set(shapes) == {"p1", "p2", "p3", "p4"}
    content = page.locator(f'.row[data-id="{ids["exercise"]}"] .kind').evaluate(
        "(el) => getComputedStyle(el, '::before').content"
    )
    assert "ÖVNING" in content


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["1280", "1920"])
def test_pictures(
    world: World,
    console_of: Callable[..., Page],
    olga: Any,
    sven: Any,
    scheme: str,
    size: str,
    pictures: Path,
) -> None:
    """Real screenshots for the README, and in grey for eyes that do not tell the hues apart."""
    ids = busy(world, olga, sven)
    page = console_of(olga, size=SIZES[size], scheme=scheme)
    opened(page, ids)
    page.keyboard.press("Enter")
    page.wait_for_selector('.step.current[data-step="2"]')
    page.wait_for_timeout(400)
    page.keyboard.press("Enter")
    page.wait_for_selector(".callout .ladder")
    page.wait_for_timeout(400)
    page.screenshot(path=pictures / f"console-{scheme}-{size}.png")
    page.add_style_tag(content="html { filter: grayscale(1); }")
    page.screenshot(path=pictures / f"console-{scheme}-{size}-grey.png")
