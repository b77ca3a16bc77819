"""Each worker takes due escalations on, beside the clock: a thousand at once are too many for one process."""

from __future__ import annotations

from typing import Any

from central.polling import Poll


class Advance(Poll):
    """Escalations that are due."""

    thread = "callouts-poll"
    seconds = 0.5

    def work(self, now: Any) -> object:
        from alarms.callouts import runs

        return runs.advance(now)
