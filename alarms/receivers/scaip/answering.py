"""The requests that come in: each answered once, whatever is repeated, and never more than a bounded many at once."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import structlog

from alarms.receivers.scaip import screening, sip
from alarms.receivers.scaip.flows import Connection
from alarms.receivers.scaip.sip import SipMessage
from alarms.receivers.scaip.transactions import Flow, Limits, Served, Serving

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Reply:
    """The final response to a request, and what is done after it, on the flow on which the request came last.

    ``after`` tells whether it was confirmed; until then a sender who repeats from elsewhere gets it there too.
    """

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    after: Callable[[Flow], Awaitable[bool]] | None = None


type OnRequest = Callable[[SipMessage, Flow], Awaitable[Reply]]


class Answering:
    """Requests and their tasks, for one endpoint and its event loop."""

    def __init__(self, *, on_request: OnRequest, limits: Limits, counts: Counter[str]) -> None:
        self._on_request, self._limits, self._counts = on_request, limits, counts
        self._loop = asyncio.get_running_loop()
        self._serving = Serving(limits, self._loop.time)
        self._tasks: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        """End what is under way."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def came(self, message: SipMessage, flow: Flow) -> None:
        """A request that can be answered: a new one, or one that was heard before."""
        if verdict := screening.fault(message):
            flow.send(sip.respond(message, verdict.status, headers=verdict.headers))
            return
        key = sip.transaction_key(message)
        if served := self._serving.known(key):
            self._counts["retransmissions"] += 1
            served.repeated(flow)
            if served.after is not None and flow not in served.under_way:  # it never came where it was said
                self._spawn(self._afterwards(served.after, served, flow))
        elif self._serving.waiting >= self._limits.handled_at_once:
            self._counts["busy"] += 1
            flow.send(sip.respond(message, 503, headers=(("Retry-After", "2"),)))
        else:
            served = self._serving.begin(key, flow)
            if isinstance(flow, Connection):
                flow.handling()
            self._spawn(self._serve(message, key, served, flow))

    async def _serve(self, message: SipMessage, key: tuple[object, ...], served: Served, flow: Flow) -> None:
        reply = Reply(503, (("Retry-After", "5"),))
        try:
            async with asyncio.timeout(self._limits.handle_seconds):
                reply = await self._on_request(message, flow)
        except TimeoutError:
            self._counts["late"] += 1
        except Exception as error:
            log.error("scaip_request_failed", error=type(error).__name__)  # its text may quote the alarm
            reply = Reply(500)
        finally:
            answer = sip.respond(message, reply.status, headers=reply.headers, body=reply.body)
            served.after = reply.after
            self._serving.answered(key, answer)
            if isinstance(flow, Connection):
                flow.handled()
        self._counts[f"answered_{reply.status}"] += 1
        if reply.after is not None:
            await self._afterwards(reply.after, served, served.newest)

    async def _afterwards(self, after: Callable[[Flow], Awaitable[bool]], served: Served, flow: Flow) -> None:
        served.under_way.append(flow)
        try:
            if await after(flow):
                served.after = None
        except Exception as error:
            log.error("scaip_afterwards_failed", error=type(error).__name__)
        finally:
            served.under_way.remove(flow)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
