"""From key to paint with 300 alarms standing and 100 a second arriving: 95 of 100 within 100 ms.

On a machine that is busy with other things a frame without any press is slow too: it is measured in the same run, and
the bar then stands at three such frames.
"""

# ruff: noqa: E501 (scripts for the browser stand on one line)

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.world import World

pytestmark = pytest.mark.browser

# Each press: from the key's own time stamp to the frame after the selection has moved.
PRESSES = """async (count) => {
  const waits = [], frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  for (let n = 0; n < count; n += 1) {
    const start = performance.now();
    document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: n % 2 ? 'ArrowUp' : 'ArrowDown', bubbles: true, cancelable: true }));
    document.activeElement.dispatchEvent(new KeyboardEvent('keyup', { key: 'ArrowDown', bubbles: true }));
    await frame();
    waits.push(performance.now() - start);
    await new Promise((done) => setTimeout(done, 20));
  }
  return waits.sort((a, b) => a - b);
}"""

# The machine itself: frames where nothing happens.
FRAMES = """async (count) => {
  const waits = [];
  for (let n = 0; n < count; n += 1) {
    const start = performance.now();
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    waits.push(performance.now() - start);
    await new Promise((done) => setTimeout(done, 20));
  }
  return waits.sort((a, b) => a - b);
}"""

# Events as the hub sends them, 100 a second, straight into the store.
STREAM = """(seconds) => {
  const { store } = consoleParts, base = [...store.rows.values()][0];
  const end = performance.now() + seconds * 1000;
  window.streamed = 0;
  const timer = setInterval(() => {
    for (let n = 0; n < 5; n += 1) {
      const id = 'stream-' + window.streamed++;
      store.apply({ id: store.lastId + 1, type: 'item', item: { ...base, id, ref: '26-9' + window.streamed, version: 1, received: Date.now(), due: Date.now() + 180000, area: 'Område ' + window.streamed % 40 } });
    }
    if (performance.now() > end) clearInterval(timer);
  }, 50);
}"""


def test_key_to_paint_with_300_standing_and_100_a_second(
    world: World, console_of: Callable[..., Page], olga: Any, record_property: Callable[[str, object], None]
) -> None:
    world.alarms([{"kind": "technical", "area": f"Område {n % 40}", "age": n % 160} for n in range(300)])
    page = console_of(olga)
    page.keyboard.press("ArrowDown")
    floor = page.evaluate(FRAMES, 60)[57]
    page.evaluate(STREAM, 8)
    waits = page.evaluate(PRESSES, 100)
    p50, p95 = waits[len(waits) // 2], waits[int(len(waits) * 0.95)]
    assert page.evaluate("window.streamed") > 100
    record_property("key_to_paint_ms", {"p50": round(p50), "p95": round(p95)})
    print(
        f"\nkey → painted with 300 standing, 100/s arriving: p50 {p50:.0f} ms, p95 {p95:.0f} ms (bar 100 ms, "
        f"empty frame {floor:.0f} ms)"
    )
    assert p95 <= max(100, 3 * floor)
    assert page.locator(".row").count() <= 80
    assert page.evaluate("document.querySelectorAll('*').length") < 3000
