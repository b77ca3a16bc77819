"""SIP transactions (RFC 3261 17): a request is treated once however often it comes, and asked until it is answered."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Protocol

from alarms.receivers.scaip.sip import SipMessage


@dataclass(frozen=True, slots=True)
class Limits:
    """What an endpoint bears. Seconds and bytes."""

    message_bytes: int = 64 * 1024
    connections: int = 10_000
    per_address: int = 1000  # of them from one address; many controllers may stand behind one translator
    idle_seconds: float = 900.0  # a connection on which nothing comes, not even a keep-alive
    first_seconds: float = 30.0  # a new connection on which no whole message comes
    message_seconds: float = 10.0  # a message that has begun
    handle_seconds: float = 15.0  # then 503
    handled_at_once: int = 2000  # then 503
    per_connection: int = 100  # handled at once of one connection; then it isn't read
    unread_bytes: int = 1024 * 1024  # answers that the other end doesn't read; then it is cut
    keep_seconds: float = 32.0  # timer J: how long an answer is remembered for retransmissions
    kept: int = 20_000
    t1: float = 0.5
    t2: float = 4.0
    answer_seconds: float = 20.0  # SCAIP's patience with a MESSAGE of its own


class Flow(Protocol):
    """Where a message came from and its answer goes: a UDP peer or a connection."""

    @property
    def peer(self) -> tuple[str, int]: ...
    @property
    def local(self) -> tuple[str, int]: ...
    @property
    def transport_name(self) -> str: ...  # UDP, TCP, TLS
    @property
    def closed(self) -> bool: ...
    def send(self, data: bytes) -> None: ...


class NoAnswer(Exception):
    """The other end didn't answer in time, or is gone."""


class Served:
    """A request that came: its answer once there is one, and whom to tell.

    ``after`` is what is still to be done when it is answered, until it has been confirmed; ``under_way`` on which flows.
    """

    __slots__ = ("after", "answer", "expires", "flows", "under_way")

    def __init__(self, flow: Flow) -> None:
        self.flows: list[Flow] = [flow]
        self.answer: bytes | None = None
        self.expires = 0.0
        self.after: Callable[[Flow], Awaitable[bool]] | None = None
        self.under_way: list[Flow] = []

    def repeated(self, flow: Flow) -> None:
        """It came again: the first's answer is said again, or will be, and to the newest connection too."""
        if self.answer is not None:
            flow.send(self.answer)
        if flow in self.flows:
            self.flows.remove(flow)
        self.flows = [*self.flows, flow][-4:]

    @property
    def newest(self) -> Flow:
        """The flow on which it came last."""
        return self.flows[-1]


class Serving:
    """The requests of the last half minute."""

    def __init__(self, limits: Limits, now: Callable[[], float]) -> None:
        self._limits, self._now = limits, now
        self._waiting: dict[Hashable, Served] = {}
        self._answered: OrderedDict[Hashable, Served] = OrderedDict()

    @property
    def waiting(self) -> int:
        """How many are being handled."""
        return len(self._waiting)

    def known(self, key: Hashable) -> Served | None:
        """The one that this repeats, None when it is new."""
        self._forget()
        return self._waiting.get(key) or self._answered.get(key)

    def begin(self, key: Hashable, flow: Flow) -> Served:
        """A new one."""
        served = self._waiting[key] = Served(flow)
        return served

    def answered(self, key: Hashable, answer: bytes) -> None:
        """Say it to all who asked, and remember it."""
        served = self._waiting.pop(key)
        served.answer = answer
        served.expires = self._now() + self._limits.keep_seconds
        self._answered[key] = served
        for flow in served.flows:
            flow.send(answer)
        self._forget()

    def _forget(self) -> None:
        now = self._now()
        while self._answered:
            oldest = next(iter(self._answered.values()))
            if oldest.expires > now and len(self._answered) <= self._limits.kept:
                return
            self._answered.popitem(last=False)


class Asking:
    """The requests that we have sent, by branch and method."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._open: dict[tuple[str, str], asyncio.Future[SipMessage]] = {}
        self._provisional: set[tuple[str, str]] = set()

    def came(self, response: SipMessage) -> None:
        """A response; one to nothing we asked is passed over."""
        via, cseq = response.via, response.cseq
        if via is None or cseq is None:
            return
        key = (via.branch, cseq[1])
        waiting = self._open.get(key)
        if waiting is None or waiting.done():
            return
        if response.status < 200:
            self._provisional.add(key)
        else:
            waiting.set_result(response)

    async def ask(self, flow: Flow, data: bytes, *, branch: str, method: str, seconds: float) -> SipMessage:
        """The final response. On UDP repeated by timer E. Raises NoAnswer."""
        key = (branch, method)
        future: asyncio.Future[SipMessage] = asyncio.get_running_loop().create_future()
        self._open[key] = future
        try:
            async with asyncio.timeout(seconds):
                wait = self._limits.t1
                flow.send(data)
                while True:
                    done, _ = await asyncio.wait({future}, timeout=wait)
                    if done:
                        return future.result()
                    if flow.closed:
                        raise NoAnswer("connection closed")
                    if (
                        flow.transport_name == "UDP"
                    ):  # a connection repeats nothing: we only look whether it stands
                        flow.send(data)
                        wait = self._limits.t2 if key in self._provisional else min(2 * wait, self._limits.t2)
        except TimeoutError:
            raise NoAnswer("no answer in time") from None
        finally:
            future.cancel()
            self._open.pop(key, None)
            self._provisional.discard(key)
