"""The main job, end to end: two operators, the on-duty contact's phone, the municipality's people and the public page.

Everything is real: the signal comes through the intake's door, the SMS goes out through the production adapter to the
carrier's own wire protocol and is answered on the page of phones, and everybody signs in by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.conftest import DESK, LAPTOP, PATIENCE, Scheme
from tests.browser.hands import begin_shift, press_until, sign_in
from tests.browser.world import World
from tests.conftest import make_user
from tests.support import simulated_carrier
from tests.support.processes import Process, Web, command, free_port
from tests.support.sending import body, post, source_with
from tests.support.simulated_carrier import ACCOUNT, NUMBER, TOKEN, Carrier

pytestmark = pytest.mark.browser
SECONDS = 20_000


@dataclass(frozen=True)
class Region:
    """Every process of the platform, running."""

    web: Web
    carrier: Carrier
    key: str

    @property
    def municipality(self) -> str:
        return self.web.base.replace("//localhost", "//storkoping.localhost")


@pytest.fixture
def running(region: World, world: World) -> Iterator[Region]:
    port = free_port()
    base = f"http://localhost:{port}"
    with simulated_carrier.running(
        "--deliver-to", f"http://127.0.0.1:{port}", "--inbound-url", f"{base}/carrier/twilio/inbound/"
    ) as carrier:
        account = {
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_FROM": NUMBER,
            "TWILIO_API_BASE": carrier.base,
            "PUBLIC_BASE_URL": base,
        }
        key = source_with(("4711", world.storkoping, "Värmecentral Härslöv", "Härslöv"), name="Driftlarmen")
        web = Web(port=port, **account)
        worker = Process(
            ["celery", "-A", "config.celery", "worker", "--pool", "threads", "--concurrency", "2"], account
        )
        clock = command("clock", **account)
        try:
            yield Region(web, carrier, key)
        finally:
            for process in (clock, worker, web):
                process.stop()


@pytest.fixture
def window(browser: Browser) -> Iterator[Callable[..., Page]]:
    """``window(size)`` → a person's own browser."""
    contexts = []

    def make(size: ViewportSize = DESK, scheme: Scheme = "dark") -> Page:
        contexts.append(browser.new_context(viewport=size, color_scheme=scheme, locale="sv-SE"))
        page = contexts[-1].new_page()
        page.set_default_timeout(SECONDS)
        return page

    expect.set_options(timeout=SECONDS)
    yield make
    expect.set_options(timeout=PATIENCE)
    for context in contexts:
        context.close()


def test_an_alarm_is_carried_from_intake_to_close(
    running: Region, window: Callable[..., Page], world: World, pictures: Path
) -> None:
    storkoping = world.storkoping
    make_user("maja", "Maja Handläggare", "MH", storkoping, "municipality_officer", ["property"])
    make_user("arvid", "Arvid Administratör", "AA", storkoping, "municipality_admin", [])
    base, town = running.web.base, running.municipality

    olga, sven = window(), window()
    for page, name in ((olga, "olga"), (sven, "sven")):
        sign_in(page, base, name)
        begin_shift(page, base)
        expect(page.locator(".region-unanswered .row")).to_have_count(0)

    # 1. The alarm is answered 201 and stands on both consoles.
    status, _, _ = post(
        running.web.port, running.key,
        body("technical", "4711", place="Skolvägen 1, Härslöv", text="Fel på panna 2", data={"call_back": "0701740621"}),
    )  # fmt: skip
    assert status == 201
    for page in (olga, sven):
        expect(page.locator(".region-unanswered .row")).to_contain_text("Driftlarm · Härslöv")
        assert "Skolvägen" not in page.locator("#board").inner_text()

    # 2. Olga takes it; Sven sees by whom.
    olga.keyboard.press("t")
    expect(olga.locator("#case")).to_contain_text("Skolvägen 1, Härslöv")
    expect(sven.locator(".region-others .row")).to_contain_text("OO")
    expect(sven.locator(".region-unanswered .row")).to_have_count(0)

    # 3. The instruction's steps; the on-duty contact is asked by SMS and answers on his phone.
    press_until(olga, "Enter", "#step-1.done")
    expect(olga.locator("#step-1.done")).to_contain_text("OO")
    press_until(olga, "Enter", ".callout .ladder")
    expect(olga.locator("#case .ladder")).to_contain_text("Framme")
    phones = window(LAPTOP, "light")
    phones.goto(running.carrier.base)
    expect(phones.locator("#phones")).to_contain_text("Svara 1 om du tar")
    assert "Skolvägen" not in phones.locator("#phones").inner_text()
    phones.get_by_role("button", name="Svara 1").first.click()
    expect(olga.locator("#case")).to_contain_text("TAR")
    expect(sven.locator(".region-others .row")).to_contain_text("Fastighetsjour tar")

    # 4. Somebody lives there: a safe point opens, and the public page says so.
    expect(olga.locator("#step-2.done")).to_contain_text("Fastighetsjour tar")
    press_until(olga, "1", "#step-3.done")
    expect(olga.locator("#step-3.done")).to_contain_text("Ja")
    press_until(olga, "y", ".sheet")
    expect(olga.locator(".sheet")).to_contain_text("Härslövs skola")
    olga.keyboard.press("Control+Enter")
    expect(olga.locator("#case")).to_contain_text("Förbereds: Härslövs skola")
    public = window(LAPTOP, "light")
    public.goto(town)
    expect(public.locator("body")).to_contain_text("Härslövs skola")
    olga.screenshot(path=pictures / "console-case-dark-1920.png")
    olga.get_by_role("button", name="Punkten är öppen").click()
    expect(olga.locator("#case")).to_contain_text("Öppen: Härslövs skola")
    public.reload()
    expect(public.locator("body")).to_contain_text("Öppen")
    public.screenshot(path=pictures / "public-page-light-1280.png")

    # 5. The municipality's officer sees the case; its admin steers, and reads no letters.
    maja, arvid = window(LAPTOP, "light"), window(LAPTOP, "light")
    sign_in(maja, town, "maja")
    maja.goto(f"{town}/portal/cases/")
    maja.get_by_role("link", name="Driftlarm").first.click()
    expect(maja.locator("main")).to_contain_text("Skolvägen 1, Härslöv")
    expect(maja.locator("main")).to_contain_text("Olga Operatör")
    case_address = maja.url
    maja.screenshot(path=pictures / "portal-case-light-1280.png")
    sign_in(arvid, town, "arvid")
    answer = arvid.goto(case_address)
    assert answer is not None
    assert answer.status in (403, 404)
    assert "Skolvägen" not in arvid.content()
    arvid.goto(f"{town}/portal/instructions/")
    expect(arvid.locator("main")).to_contain_text("Driftlarm")

    # 6. It can't close while the point is open; then it closes with an outcome.
    olga.get_by_role("button", name="Stäng punkten").click()
    expect(olga.locator("#case")).not_to_contain_text("Öppen: Härslövs skola")
    olga.locator("#case").focus()
    press_until(olga, "u", ".sheet")
    olga.keyboard.press("3")
    olga.keyboard.press("Control+Enter")
    for page in (olga, sven):
        expect(page.locator('[data-count="closed"]')).to_have_text("1")
        expect(page.locator(".region-mine .row, .region-others .row")).to_have_count(0)
    maja.reload()
    expect(maja.locator("main")).to_contain_text("Åtgärdat på plats")
    public.reload()
    expect(public.locator("body")).not_to_contain_text("Öppen:")
