"""What an operator's hands do in many tests."""

from __future__ import annotations

from playwright.sync_api import Page, TimeoutError

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
