"""What an operator's hands do in many tests."""

from __future__ import annotations

from playwright.sync_api import Page, TimeoutError

from tests.conftest import PASSWORD

GUARD = 350  # ms after a change under the focus, when a key does nothing but blink


def take_next(page: Page) -> None:
    """T, until the case stands there with its step."""
    page.keyboard.press("t")
    page.wait_for_selector(".step.current")


def press_until(page: Page, key: str, effect: str) -> None:
    """Press, and press again when the pane moved under the hand."""
    for _ in range(5):
        page.wait_for_timeout(GUARD)
        page.keyboard.press(key)
        try:
            page.wait_for_selector(effect, timeout=4_000)
            return
        except TimeoutError:
            continue
    raise AssertionError(f"{key} never led to {effect}")


def sign_in(page: Page, base: str, username: str, password: str = PASSWORD) -> None:
    """By the login page."""
    page.goto(f"{base}/login/")
    page.fill("#id_username", username)
    page.fill("#id_password", password)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login/" not in url)


def begin_shift(page: Page, base: str) -> None:
    """The sound heard, the shift begun, and the console live."""
    page.goto(f"{base}/shift/")
    page.wait_for_selector("html[data-ready]")
    for _ in ("play", "heard", "begin"):
        page.keyboard.press("Enter")
        page.wait_for_timeout(GUARD)
    page.goto(f"{base}/console/")
    page.wait_for_selector(".link.live")
