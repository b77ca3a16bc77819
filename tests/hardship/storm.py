"""Senders that behave as alarm receivers should: the same signal with the same key until it is acknowledged."""

from __future__ import annotations

import http.client
import threading
import time
from collections import Counter
from types import TracebackType
from typing import Self
from uuid import uuid4

from tests.hardship.asking import Link, signal
from tests.hardship.region import Region
from tests.hardship.seeding import ACCOUNTS

PATIENCE = 20.0
"""Seconds a sender waits for an answer."""


class Storm:
    """``with Storm(region, port) as storm: …`` sends until the block ends, then finishes what is unacknowledged."""

    def __init__(
        self, region: Region, port: int, *, senders: int = 6, pause: float = 0.0, kind: str = "technical"
    ) -> None:
        self.region, self.port, self.pause, self.kind = region, port, pause, kind
        self.acked: dict[str, str] = {}
        self.answers: Counter[int | str] = Counter()
        self.retry_after: set[str] = set()
        self.slowest = 0.0
        self.wrong: list[str] = []
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._send, args=(n,), daemon=True) for n in range(senders)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(120)
        assert error is not None or not any(thread.is_alive() for thread in self._threads), (
            "a sender never finished"
        )

    def until_acked(self, count: int, seconds: float = 60) -> None:
        """Wait until so many are acknowledged."""
        end = time.monotonic() + seconds
        while len(self.acked) < count:
            assert time.monotonic() < end, f"only {len(self.acked)} of {count}; answers {dict(self.answers)}"
            time.sleep(0.02)

    def _send(self, sender: int) -> None:
        nth = 0
        link = Link(self.port, PATIENCE)
        while not self._stop.is_set():
            nth += 1
            place = self.region.places[(sender + nth) % len(self.region.places)]
            key = f"{sender}-{nth}-{uuid4().hex}"
            raw = signal(str((sender * 7 + nth) % ACCOUNTS), kind=self.kind, text=f"Prov {key}")
            self._until_acknowledged(link, place.key, key, raw)
            if self.pause:
                time.sleep(self.pause)
        link.close()

    def _until_acknowledged(self, link: Link, source_key: str, key: str, raw: bytes) -> None:
        end = time.monotonic() + 100
        while time.monotonic() < end:
            begun = time.monotonic()
            try:
                status, answer, after = link.once(source_key, raw, key)
            except (OSError, http.client.HTTPException, ValueError) as error:
                self.answers[type(error).__name__] += 1
                time.sleep(0.1)
                continue
            finally:
                self.slowest = max(self.slowest, time.monotonic() - begun)
            self.answers[status] += 1
            if status in (200, 201):
                first = self.acked.setdefault(key, answer["id"])
                if first != answer["id"]:
                    self.wrong.append(key)
                return
            if status not in (503, 429):
                self.wrong.append(f"{status} {answer}")
                time.sleep(0.2)
                return
            self.retry_after.add(after)
            time.sleep(0.2)
        self.wrong.append(f"never acknowledged: {key}")
