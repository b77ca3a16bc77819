"""Each worker also polls: what is due leaves within two seconds even when the broker is gone."""

from __future__ import annotations

from typing import Any

from central.polling import Poll


class Drain(Poll):
    """Messages that are due."""

    thread = "carriers-poll"

    def work(self, now: Any) -> object:
        from central.carriers import gateway

        return gateway.drain(now)
