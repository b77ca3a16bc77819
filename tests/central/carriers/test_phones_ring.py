"""The page of phones when it rings: unmistakable, answered and keyed by keyboard, and nothing moves under a hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from playwright.sync_api import Page, expect, sync_playwright

from tests.browser.conftest import FLAGS, chromium
from tests.central.carriers.test_simulator import Receiver
from tests.support import simulated_carrier
from tests.support.simulated_carrier import ACCOUNT, NUMBER, TOKEN, Carrier

pytestmark = pytest.mark.browser
NILS, SARA = "+46701740621", "+46701740622"
ASKS = (
    '<Response><Gather numDigits="1" finishOnKey="" timeout="30" action="/key/">'
    "<Say>Tryck 1 om du kan komma.</Say></Gather></Response>"
)


@pytest.fixture(scope="module")
def says() -> Iterator[Receiver]:
    one = Receiver()
    one.twiml = {"/words/": ASKS, "/key/": "<Response><Say>Tack.</Say></Response>"}
    yield one
    one.server.shutdown()
    one.server.server_close()


@pytest.fixture(scope="module")
def phones() -> Iterator[Carrier]:
    with simulated_carrier.running() as carrier:
        carrier.reset()
        yield carrier


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    path = chromium()
    if path is None:
        pytest.skip("NO CHROMIUM FOUND: ringing phones were not tested. Install chromium or set CHROMIUM.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Any, phones: Carrier) -> Iterator[Page]:
    phones.reset()
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(phones.base)
    expect(page.locator("#line")).to_have_text("Direkt")
    yield page
    page.close()
    assert wrong == []


@pytest.fixture
def ring(phones: Carrier, says: Receiver) -> Callable[[str], str]:
    def make(to: str) -> str:
        url = f"{phones.base}/2010-04-01/Accounts/{ACCOUNT}/Calls.json"
        told = {"To": to, "From": NUMBER, "Url": f"{says.base}/words/"}
        answer = requests.post(url, data=told, auth=(ACCOUNT, TOKEN), timeout=5)
        answer.raise_for_status()
        return str(answer.json()["sid"])

    return make


def test_it_rings_is_answered_and_keyed_with_the_keyboard_alone(
    page: Page, ring: Callable[[str], str]
) -> None:
    ring(NILS)
    phone = page.locator(f"[data-number='{NILS}']")
    expect(page.locator("#ringing")).to_contain_text("Det ringer")
    expect(page).to_have_title("Det ringer (1) · Telefoner · simulerad operatör")
    expect(phone).to_have_class("phone rings")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Gå till 070-174 06 21")).to_be_focused()
    page.keyboard.press("Enter")
    expect(phone.get_by_role("button", name="Svara", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(phone.get_by_role("heading", name="Samtal pågår")).to_be_visible()
    expect(phone.get_by_text("Väntar på en knapp")).to_be_visible()
    expect(phone.locator(".heard").first).to_contain_text("Tryck 1 om du kan komma.")
    expect(page.locator("#ringing")).to_be_hidden()
    page.keyboard.press("1")
    ended = phone.locator(".ended")
    expect(ended).to_contain_text("Du tryckte 1")
    expect(ended).to_contain_text("Tack.")
    expect(phone.locator(".call")).to_have_count(0)
    expect(phone.locator(".thread")).to_be_focused()


def test_it_can_be_refused_and_left_ringing(page: Page, ring: Callable[[str], str], phones: Carrier) -> None:
    ring(NILS)
    phone = page.locator(f"[data-number='{NILS}']")
    phone.get_by_role("button", name="Avvisa").click()
    expect(phone.locator(".ended")).to_contain_text("Avvisat eller upptaget")
    phones.weather(patience=0.005)
    ring(NILS)
    expect(phone.locator(".ended").last).to_contain_text("Ingen svarade")


def test_a_number_is_told_how_to_behave(page: Page, ring: Callable[[str], str], phones: Carrier) -> None:
    page.get_by_text("Bestäm hur ett nummer svarar").click()
    form = page.locator("#habit")
    form.get_by_label("Telefon").fill(SARA)
    form.get_by_label("När det ringer").select_option(label="Svarar och trycker")
    form.get_by_label("Sekunder").fill("0")
    form.get_by_label("Knapp").select_option("2")
    form.get_by_role("button", name="Ställ in").click()
    expect(page.locator("#habits")).to_contain_text("070-174 06 22: svarar och trycker 2 efter 0 s")
    ring(SARA)
    phone = page.locator(f"[data-number='{SARA}']")
    expect(phone.locator(".ended")).to_contain_text("Du tryckte 2")

    phone.get_by_text("När det ringer: svarar och trycker 2").click()
    phone.get_by_label("När det ringer").select_option(label="Upptaget")
    phone.get_by_role("button", name="Ställ in").click()
    expect(phone.locator(".habit summary")).to_have_text("När det ringer: upptaget")
    ring(SARA)
    expect(phone.locator(".ended").last).to_contain_text("upptaget")


def test_what_rings_elsewhere_moves_nothing_under_a_hand(page: Page, ring: Callable[[str], str]) -> None:
    ring(NILS)
    nils = page.locator(f"[data-number='{NILS}']")
    nils.get_by_role("button", name="Svara", exact=True).click()
    expect(nils.get_by_text("Väntar på en knapp")).to_be_visible()
    nils.get_by_role("button", name="3", exact=True).focus()
    ring(SARA)
    expect(page.locator("#ringing")).to_contain_text("070-174 06 22")
    expect(nils.get_by_role("button", name="3", exact=True)).to_be_focused()
    expect(page.locator("#phones > *").first).to_have_attribute("data-number", NILS)


def test_a_reloaded_page_still_rings_and_remembers(
    page: Page, ring: Callable[[str], str], phones: Carrier
) -> None:
    over, rings = ring(NILS), ring(SARA)
    expect(page.locator("#ringing")).to_contain_text("Det ringer i 2 telefoner")
    phones.do(over, "reject")
    page.reload()
    expect(page.locator(f"[data-number='{NILS}'] .ended")).to_have_count(1)
    expect(page.locator("#ringing")).to_contain_text("070-174 06 22")
    phones.do(rings, "hangup")
    expect(page.locator("#ringing")).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everything_can_be_read_in_both_schemes(
    page: Page, ring: Callable[[str], str], phones: Carrier, scheme: Any
) -> None:
    """Text against its nearest filled ground at least 4.5:1 (WCAG 2.2, 1.4.3)."""
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    ring(SARA)
    expect(page.locator(".phone.rings")).to_have_count(1)
    assert page.evaluate(CONTRAST) == []


CONTRAST = """() => {
  const channel = (v) => { v /= 255; return v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; };
  const numbers = (css) => css.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => .2126 * channel(r) + .7152 * channel(g) + .0722 * channel(b);
  const ground = (e) => {
    for (; e; e = e.parentElement) {
      const c = numbers(getComputedStyle(e).backgroundColor);
      if (c.length < 4 || c[3] === 1) return c;
    }
    return [255, 255, 255];
  };
  const poor = [];
  for (const e of document.querySelectorAll("#ringing *, .phone *")) {
    if (!e.checkVisibility() || ![...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim())) continue;
    const [a, b] = [light(numbers(getComputedStyle(e).color)), light(ground(e))].sort((x, y) => y - x);
    if ((a + .05) / (b + .05) < 4.5) poor.push(`${e.tagName} ${e.textContent}`);
  }
  return poor;
}"""
