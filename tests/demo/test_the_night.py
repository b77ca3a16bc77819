"""The demo's night, by hand in a browser: Hörby's contacts one after another, and Osby's decision to its receipt.

Everything is what ``make demo`` and ``make night`` start. Only minutes of waiting are made seconds, in the database.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from demo import people
from demo.environment import saved
from tests.browser.conftest import DESK, FLAGS, LAPTOP, PATIENCE, chromium
from tests.browser.hands import GUARD, begin_shift, press_until, sign_in
from tests.demo.running import Demo, running

pytestmark = pytest.mark.browser
SECONDS = 30_000
SOONER = (
    "UPDATE callouts_run SET due_at = clock_timestamp() WHERE state = 'running' AND duty = 'fastighetsjour'"
)


@pytest.fixture
def browser() -> Iterator[Browser]:
    path = chromium()
    if path is None:
        pytest.skip("NO CHROMIUM FOUND: the demo's night was not walked. Install chromium or set CHROMIUM.")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=FLAGS)
        expect.set_options(timeout=SECONDS)
        yield found
        expect.set_options(timeout=PATIENCE)
        found.close()


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    with running(tmp_path) as one:
        yield one


@pytest.fixture
def window(browser: Browser) -> Iterator[Callable[..., Page]]:
    contexts = []

    def make(size: ViewportSize = DESK, scheme: str = "dark") -> Page:
        contexts.append(browser.new_context(viewport=size, color_scheme=scheme, locale="sv-SE"))  # type: ignore[arg-type]
        page = contexts[-1].new_page()
        page.set_default_timeout(SECONDS)
        return page

    yield make
    for context in contexts:
        context.close()


def phone(phones: Page, number: str) -> str:
    """The selector of a telephone on the page; its card stands there once something has come."""
    selector = f'.phone[data-number="{number}"]'
    phones.wait_for_selector(selector)
    return selector


def test_the_night_is_walked(demo: Demo, window: Callable[..., Page], pictures: Path) -> None:
    night = subprocess.run(
        [sys.executable, "-m", "config.cli", "night"], capture_output=True, text=True, check=False,
        env=demo.environment | {"DJANGO_SETTINGS_MODULE": "config.settings"},
    )  # fmt: skip
    assert night.returncode == 0, night.stderr
    assert night.stdout.count("201") == 2

    sara, phones = window(), window(LAPTOP, "light")
    sign_in(sara, demo.base, "sara", people.PASSWORD)
    begin_shift(sara, demo.base)
    phones.goto(demo.phones)
    _horby(demo, sara, phones, pictures)
    _osby(demo, sara, phones)
    _morning(demo, window(LAPTOP, "light"), pictures)


def _numbers(slug: str) -> dict[str, str]:
    from demo.ground import PLACES

    place = next(one for one in PLACES if one.slug == slug)
    names = [name for duty in people.DUTIES for name in duty.names]
    numbers = people.numbers(place)
    return {name: numbers[names.index(name)] for name in names}


def _sooner(demo: Demo) -> None:
    address = saved(demo.folder)["DATABASE_URL"]
    with psycopg.connect(address, autocommit=True) as session:
        session.execute(SOONER)


def _take(sara: Page, code: str, name: str) -> None:
    sara.locator(f'.region-unanswered .row:has-text("{code}")').first.click()
    press_until(sara, "Enter", f'#case .sub:has-text("{name}")')
    sara.wait_for_selector(".step.current")


def _horby(demo: Demo, sara: Page, phones: Page, pictures: Path) -> None:
    """The first does not answer, the second can't come, the third takes it and arrives."""
    numbers = _numbers("horby")
    _take(sara, "HBY", "Hörby")
    expect(sara.locator("#case")).to_contain_text("02:13")
    press_until(sara, "1", "#step-1.done")
    press_until(sara, "Enter", ".callout .ladder")
    first = phone(phones, numbers["Anders Plåt"])
    expect(phones.locator(first)).to_contain_text("Svara 1 om du tar")
    _sooner(demo)
    expect(phones.locator(first)).to_contain_text("Det ringer")  # and nobody answers
    _sooner(demo)
    second = phone(phones, numbers["Birgitta Ram"])
    phones.locator(second).get_by_role("button", name="Svara 2").click()
    expect(sara.locator("#case")).to_contain_text("Kan inte")
    third = phone(phones, numbers[people.THIRD["horby"][1]])
    phones.locator(third).get_by_role("button", name="Svara 1").click()
    expect(sara.locator(".run")).to_contain_text("Taget")
    for said, shown in (("4 25", "På väg"), ("5", "På plats")):
        phones.locator(third).get_by_placeholder("Annat svar").fill(said)
        phones.locator(third).get_by_role("button", name="Skicka").click()
        expect(sara.locator(".callout .ladder li.reached").filter(has_text=shown)).to_be_visible()
    sara.screenshot(path=pictures / "night-horby-dark-1920.png")
    phones.screenshot(path=pictures / "night-phones-light-1280.png")


def _osby(demo: Demo, sara: Page, phones: Page) -> None:
    """Nobody is on duty; the decision maker chooses the next shift from the telephone."""
    _take(sara, "OSB", "Osby")
    press_until(sara, "1", "#step-1.done")
    expect(sara.locator(".step.current")).to_contain_text("Ingen i tjänst på VA-jour")
    sara.wait_for_timeout(GUARD)
    sara.get_by_role("button", name="Begär beslut").click()
    decides = phone(phones, _numbers("osby")["Gunnar Rond"])
    expect(phones.locator(decides)).to_contain_text("BESLUT")
    phones.locator(decides).get_by_placeholder("Annat svar").fill("2 källaren är redan tom")
    phones.locator(decides).get_by_role("button", name="Skicka").click()
    expect(sara.locator("#case")).to_contain_text("nästa arbetspass")


def _morning(demo: Demo, olle: Page, pictures: Path) -> None:
    """It stands in Osby's list, and is receipted for."""
    town = demo.town("osby")
    sign_in(olle, town, "olle", people.PASSWORD)
    olle.goto(f"{town}/portal/deferred/")
    row = olle.locator("#deferred-rows tr").filter(has_text="Felanmälan")
    expect(row).to_be_visible()
    olle.screenshot(path=pictures / "night-morning-list-light-1280.png")
    row.get_by_role("button", name="Ta emot").click()
    expect(olle.locator("body")).to_contain_text("Du har tagit emot")
