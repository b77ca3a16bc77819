"""Senders that behave as alarm receivers should: the same signal with the same key until it is acknowledged."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections import Counter
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

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
        link: http.client.HTTPConnection | None = None
        while not self._stop.is_set():
            nth += 1
            place = self.region.places[(sender + nth) % len(self.region.places)]
            key = f"{sender}-{nth}-{uuid4().hex}"
            body = {
                "kind": self.kind, "account": str((sender * 7 + nth) % ACCOUNTS),
                "occurred_at": datetime.now(UTC).isoformat(), "text": f"Prov {key}",
            }  # fmt: skip
            link = self._until_acknowledged(link, place.key, key, json.dumps(body).encode())
            if self.pause:
                time.sleep(self.pause)

    def _until_acknowledged(
        self, link: http.client.HTTPConnection | None, source_key: str, key: str, raw: bytes
    ) -> http.client.HTTPConnection | None:
        end = time.monotonic() + 100
        while time.monotonic() < end:
            link = link or http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
            begun = time.monotonic()
            try:
                status, answer, after = self._post(link, source_key, key, raw)
            except (OSError, http.client.HTTPException, ValueError) as error:
                link.close()
                link = None
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
                return link
            if status not in (503, 429):
                self.wrong.append(f"{status} {answer}")
                time.sleep(0.2)
                return link
            self.retry_after.add(after or "")
            time.sleep(0.2)
        self.wrong.append(f"never acknowledged: {key}")
        return link

    def _post(
        self, link: http.client.HTTPConnection, source_key: str, key: str, raw: bytes
    ) -> tuple[int, dict[str, Any], str | None]:
        link.request(
            "POST",
            "/api/signals",
            raw,
            {"Host": "localhost", "Authorization": f"Bearer {source_key}", "Idempotency-Key": key},
        )
        answer = link.getresponse()
        told = json.loads(answer.read())
        return answer.status, told, answer.headers["retry-after"]
