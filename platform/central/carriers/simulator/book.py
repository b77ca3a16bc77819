"""Everything that ever passed through: messages, calls, the oracle's counts and who is watching.

Written as one JSON line per change, so that the phones still show yesterday after a restart.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

from central.carriers.simulator import calls
from central.carriers.simulator.calls import Call
from central.carriers.simulator.wire import Message

KEPT = 5_000
"""Messages carried over a restart; older ones are forgotten when the log is compacted."""

WATCHER_BACKLOG = 1_000


class Book:
    """The simulator's memory. All use is from one event loop, so nothing here is locked."""

    def __init__(self, state: Path | None = None) -> None:
        self.messages: dict[str, Message] = {}
        self.by_number: dict[str, list[str]] = {}
        self.calls: dict[str, Call] = {}
        self.calls_of: dict[str, list[str]] = {}
        self.opted_out: set[str] = set()
        self.counts: Counter[str] = Counter()
        self.per_number: dict[str, Counter[str]] = {}
        self.webhooks: Counter[str] = Counter()
        self._watchers: set[asyncio.Queue[str]] = set()
        self._log: TextIO | None = self._open(state) if state else None

    # --- writing -------------------------------------------------------------------------------
    def add(self, message: Message) -> None:
        self.messages[message.sid] = message
        self.by_number.setdefault(phone_of(message), []).append(message.sid)
        self.count(phone_of(message), "received" if message.direction == "inbound" else "accepted")
        self.changed(message)

    def changed(self, message: Message) -> None:
        if self._log:
            self._log.write(json.dumps(asdict(message), ensure_ascii=False) + "\n")
            self._log.flush()
        self.tell({"message": shown(message)})

    def add_call(self, call: Call) -> None:
        self.calls[call.sid] = call
        self.calls_of.setdefault(call.to, []).append(call.sid)
        self.count(call.to, "calls")

    def count(self, number: str, what: str) -> None:
        self.counts[what] += 1
        self.per_number.setdefault(number, Counter())[what] += 1

    def reset(self) -> None:
        for held in (self.messages, self.by_number, self.calls, self.calls_of, self.counts, self.per_number):
            held.clear()
        self.webhooks.clear()
        self.opted_out.clear()
        if self._log:
            self._log.truncate(0)
        self.tell({"reset": True})

    # --- reading -------------------------------------------------------------------------------
    def phones(self, *, limit: int = 60, each: int = 40) -> list[dict[str, Any]]:
        """The phones with the newest traffic first, each with its last messages and calls in time order."""
        newest = sorted({*self.by_number, *self.calls_of}, key=lambda number: -self._last(number))
        return [
            {
                "number": number,
                "messages": [shown(self.messages[sid]) for sid in self.by_number.get(number, [])[-each:]],
                "calls": [calls.shown(self.calls[sid]) for sid in self.calls_of.get(number, [])[-each:]],
            }
            for number in newest[:limit]
        ]

    def _last(self, number: str) -> float:
        messages = (self.messages[sid].created for sid in self.by_number.get(number, [])[-1:])
        return max([*messages, *(self.calls[sid].created for sid in self.calls_of.get(number, [])[-1:])])

    def oracle(self) -> dict[str, Any]:
        """What really happened, counted here and by nobody else."""
        texts: dict[str, Counter[str]] = {}
        for message in self.messages.values():
            if message.direction != "inbound":
                texts.setdefault(message.to, Counter())[message.body] += 1
        return {
            "counts": dict(self.counts),
            "numbers": {number: dict(counts) for number, counts in self.per_number.items()},
            "texts": {number: dict(counts) for number, counts in texts.items()},
            "webhooks": dict(self.webhooks),
        }

    def outgoing(self, *, to: str | None) -> Iterable[Message]:
        """Messages newest first, only to this number when one is given."""
        sids = list(self.messages) if to is None else self.by_number.get(to, [])
        return (self.messages[sid] for sid in reversed(sids))

    # --- watching ------------------------------------------------------------------------------
    def watch(self) -> asyncio.Queue[str]:
        queue: asyncio.Queue[str] = asyncio.Queue(WATCHER_BACKLOG)
        self._watchers.add(queue)
        return queue

    def unwatch(self, queue: asyncio.Queue[str]) -> None:
        self._watchers.discard(queue)

    def tell(self, news: dict[str, Any]) -> None:
        if not self._watchers:
            return
        text = json.dumps(news, ensure_ascii=False)
        for queue in list(self._watchers):
            try:
                queue.put_nowait(text)
            except asyncio.QueueFull:  # a page that stopped reading: it reloads when it wakes
                self.unwatch(queue)

    # --- the log -------------------------------------------------------------------------------
    def _open(self, state: Path) -> TextIO:
        state.parent.mkdir(parents=True, exist_ok=True)
        for line in state.read_text("utf-8").splitlines() if state.exists() else ():
            try:
                message = Message(**json.loads(line))
            except (ValueError, TypeError):
                continue  # a line cut short by a kill
            if message.sid not in self.messages:
                self.by_number.setdefault(phone_of(message), []).append(message.sid)
            self.messages[message.sid] = message
        for sid in list(self.messages)[:-KEPT]:
            self.by_number[phone_of(self.messages[sid])].remove(sid)
            del self.messages[sid]
        self.by_number = {number: sids for number, sids in self.by_number.items() if sids}
        lines = (json.dumps(asdict(message), ensure_ascii=False) + "\n" for message in self.messages.values())
        fresh = state.with_suffix(".new")
        fresh.write_text("".join(lines), "utf-8")
        fresh.replace(state)
        return state.open("a", encoding="utf-8")


def phone_of(message: Message) -> str:
    """The number of the person's telephone, whichever end it is."""
    return message.sender if message.direction == "inbound" else message.to


def shown(message: Message) -> dict[str, Any]:
    """One bubble on the page of phones; `at` in epoch milliseconds."""
    return {
        "sid": message.sid,
        "number": phone_of(message),
        "mine": message.direction == "inbound",
        "body": message.body,
        "status": message.status,
        "error": message.error_code,
        "at": int(message.created * 1000),
    }
