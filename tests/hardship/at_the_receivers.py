"""The receivers of a region with those who call them: panels and home phones, counted at both ends."""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

from tests.hardship.homephones import HomePhones
from tests.hardship.panels import Panels
from tests.hardship.region import Region
from tests.hardship.repeating import Repeating, Said
from tests.support.receivers import Receivers, receivers

PANELS, PHONES = 50, 20


@contextlib.contextmanager
def listening(region: Region, module: str = "config.cli") -> Iterator[Receivers]:
    """The receivers, with a hundred panels and seventy home phones registered."""
    region.python("tests.hardship.registering", str(region.places[0].id), "100", "70")
    with receivers(module, **region.environment) as process:
        yield process


def storing_child(pid: int) -> int:
    """The process in which these receivers store, once it is there."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            with contextlib.suppress(OSError):
                if b"config.storing" in Path(f"/proc/{child}/cmdline").read_bytes():
                    return int(child)
        time.sleep(0.05)
    raise AssertionError("no storing child")


class Callers:
    """``with Callers(process) as callers: …``: fifty panels and twenty phones until the block ends."""

    def __init__(self, process: Receivers) -> None:
        self.panels = Panels(process.dc09_port, count=PANELS)
        self.phones = HomePhones(process.scaip_port, count=PHONES)
        self._inside = contextlib.ExitStack()

    def __enter__(self) -> Self:
        self._inside.enter_context(self.panels)
        self._inside.enter_context(self.phones)
        return self

    def __exit__(self, *error: Any) -> None:
        self._inside.__exit__(*error)

    def until_more(self, count: int) -> None:
        """Wait until so many more frames are acknowledged, and the phones' share of so many MESSAGEs."""
        panels, phones = len(self.panels.acked) + count, len(self.phones.acked) + count * PHONES // PANELS
        self.panels.until_acked(panels)
        self.phones.until_acked(phones)

    def told(self, **more: Any) -> dict[str, Any]:
        return {
            **more,
            "frames": len(self.panels.acked), "frames' answers": dict(self.panels.answers),
            "messages": len(self.phones.acked), "messages' answers": dict(self.phones.answers),
            "slowest s": max(self.panels.slowest, self.phones.slowest),
        }  # fmt: skip


def stored(region: Region) -> Counter[Said]:
    """Every stored frame and MESSAGE, by the letter of its signal."""
    found: Counter[Said] = Counter()
    for place in region.places:
        found.update(
            region.sql(
                "SELECT account, coalesce(body->'data'->>'sequence', substring(body->>'raw' from '<ref>(.*?)</ref>')) "
                f'FROM "{place.schema}".contents_signalcontent'
            )
        )
    return found


def assert_once(region: Region, *callers: Repeating, others: int = 0) -> None:
    """Everything acknowledged is one stored signal with a case of its own, and all that is stored but ``others`` is."""
    wrong = [one for all_of in callers for one in all_of.wrong]
    assert wrong == [], wrong[:3]
    acked = {said for one in callers for said in one.acked}
    found = stored(region)
    assert acked <= set(found), f"{len(acked - set(found))} acknowledged without a row"
    assert set(found.values()) <= {1}, "something is stored twice"
    assert len(found) == len(acked) + others, f"{len(found)} stored, {len(acked)} acknowledged"
    assert region.one("SELECT count(*) FROM intake_signal") == len(found)
    assert region.one("SELECT count(*) FROM intake_signal WHERE item_id IS NULL") == 0
    cases = region.one("SELECT count(DISTINCT item_id) FROM intake_signal")
    assert cases == region.one("SELECT count(*) FROM workqueue_workitem") == len(found), f"{cases} cases"
