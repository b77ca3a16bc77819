"""The page of phones in a real browser: a person reads, answers and breaks things, without reloading."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import Page, expect, sync_playwright

from tests.browser.conftest import FLAGS, chromium
from tests.support import simulated_carrier
from tests.support.simulated_carrier import ACCOUNT, NUMBER, TOKEN, Carrier

pytestmark = pytest.mark.browser
NILS = "+46701740621"


@pytest.fixture(scope="module")
def phones() -> Iterator[Carrier]:
    with simulated_carrier.running("--deliver-to", "http://127.0.0.1:9") as carrier:
        yield carrier


@pytest.fixture(scope="module")
def page(phones: Carrier) -> Iterator[Page]:
    path = chromium()
    if path is None:
        pytest.skip("NO CHROMIUM FOUND: the page of phones was not tested. Install chromium or set CHROMIUM.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser.new_page()
        browser.close()


def send(carrier: Carrier, to: str, body: str) -> None:
    url = f"{carrier.base}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    told = {"To": to, "From": NUMBER, "Body": body}
    requests.post(url, data=told, auth=(ACCOUNT, TOKEN), timeout=5).raise_for_status()


def test_a_person_reads_answers_and_breaks_things_live(page: Page, phones: Carrier) -> None:
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(phones.base)
    expect(page.get_by_text("Inga sms ännu")).to_be_visible()
    page.evaluate("window.neverReloaded = true")

    send(phones, NILS, "<b>Driftlarm</b>. Svara 1 om du tar ärendet.")
    phone = page.locator(f"[data-number='{NILS}']")
    expect(phone.locator("h2")).to_contain_text("070-174 06 21")
    expect(phone.locator(".bubble")).to_contain_text("<b>Driftlarm</b>")
    expect(phone.locator(".bubble small")).to_contain_text("framme")
    expect(phone).to_contain_text("Nytt")

    phone.get_by_role("button", name="Svara 1").click()
    expect(phone.locator(".bubble.mine")).to_contain_text("1")
    phone.get_by_label("Svar från 070-174 06 21").fill("Kommer om tio")
    phone.get_by_label("Svar från 070-174 06 21").press("Enter")
    expect(phone.locator(".bubble.mine").last).to_contain_text("Kommer om tio")

    page.get_by_text("Låt något gå fel").click()
    page.get_by_label("Nummer", exact=True).fill("+46701740622")
    page.get_by_role("button", name="Lägg till").click()
    expect(page.locator("#rules")).to_contain_text("070-174 06 22: Kommer aldrig fram (30003), 1 gång kvar")
    send(phones, "+46701740622", "Når inte fram")
    expect(page.locator("[data-number='+46701740622'] .bubble small")).to_contain_text("ej levererat (30003)")
    expect(page.locator("#phones > *").first).to_have_attribute("data-number", "+46701740622")
    assert page.evaluate("window.neverReloaded")
    assert wrong == []
