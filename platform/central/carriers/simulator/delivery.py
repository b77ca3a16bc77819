"""What happens after a message was taken: states move on and signed webhooks go out.

The weather is settable: `pace` stretches every delay of the carrier's own (0 = at once), `patience` those in which a
person may do something; `shuffle` and `repeat` are the shares of messages and calls whose callbacks come out of order
and more than once.
"""

import asyncio
import random
import time
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import aiohttp

from central.carriers.simulator import wire
from central.carriers.simulator.book import Book

SENT_SECONDS = (0.2, 0.7)
DELIVERED_SECONDS = (0.6, 2.2)
REPEAT_SECONDS = (0.1, 3.0)
WEBHOOK_SECONDS = 15.0  # Twilio's HTTP time-out, error 11205


@dataclass(slots=True, kw_only=True)
class Weather:
    pace: float = 1.0
    patience: float = 1.0
    shuffle: float = 0.0
    repeat: float = 0.0


class Delivery:
    """Runs each message's and call's later life as a task, posts webhooks, and stops cleanly."""

    def __init__(
        self, *, book: Book, token: str, inbound_url: str, deliver_to: str, weather: Weather
    ) -> None:
        self.book = book
        self.weather = weather
        self.inbound_url = inbound_url
        self._token = token
        self._via = urlsplit(deliver_to) if deliver_to else None
        self._tasks: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None

    def begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def forget(self) -> None:
        """Drop everything under way."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def stop(self) -> None:
        await self.forget()
        if self._session:
            await self._session.close()

    async def carry(self, message: wire.Message, fault: str) -> None:
        """queued → sent → delivered, or what the fault makes of it; then (or before) the callbacks."""
        steps: list[tuple[str, int | None, float]] = [("sent", None, random.uniform(*SENT_SECONDS))]
        last = random.uniform(*DELIVERED_SECONDS)
        if fault == "undelivered":
            steps.append(("undelivered", 30003, last))
        elif fault == "failed":
            steps = [("failed", 30008, last)]
        elif fault != "stuck":
            steps.append(("delivered", None, last))
        late: list[dict[str, str]] = []
        shuffled = random.random() < self.weather.shuffle
        for status, error, seconds in steps:
            await self.pause(seconds)
            self._move(message, status, error)
            told = self._told(message)
            if shuffled and status != steps[-1][0]:
                late.append(told)
            elif fault != "silent":
                await self.post(message.status_callback, told)
        for told in late if fault != "silent" else ():
            await self.post(message.status_callback, told)
        if fault != "silent" and random.random() < self.weather.repeat:
            await self.pause(random.uniform(*REPEAT_SECONDS))
            await self.post(message.status_callback, self._told(message))

    async def answer(self, message: wire.Message) -> None:
        """Hand a person's SMS to the platform, as Twilio does to the number's webhook."""
        await self.post(
            self.inbound_url,
            {
                "MessageSid": message.sid,
                "SmsSid": message.sid,
                "SmsMessageSid": message.sid,
                "SmsStatus": "received",
                "AccountSid": message.account,
                "From": message.sender,
                "To": message.to,
                "Body": message.body,
                "NumMedia": "0",
                "NumSegments": str(wire.segments(message.body)),
                "ApiVersion": wire.VERSION,
            },
        )

    async def post(self, url: str, parameters: dict[str, str]) -> None:
        """One signed webhook, of which nothing comes back."""
        if url:
            await self.ask(url, parameters)

    async def ask(self, url: str, parameters: dict[str, str]) -> str | None:
        """One signed webhook; the answer's text, None when there was none or it told of an error.

        The URL is signed as told, though it may be sent elsewhere.
        """
        url = urlunsplit(urlsplit(url)._replace(fragment=""))
        headers = {
            "X-Twilio-Signature": wire.signature(self._token, url, parameters),
            "User-Agent": "TwilioProxy/1.1",
            "Accept": "*/*",
        }
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=50), timeout=aiohttp.ClientTimeout(total=WEBHOOK_SECONDS)
            )
        target = url
        if self._via:
            target = urlunsplit(urlsplit(url)._replace(scheme=self._via.scheme, netloc=self._via.netloc))
            headers |= {"Host": urlsplit(url).netloc, "X-Forwarded-Proto": urlsplit(url).scheme}
        try:
            async with self._session.post(target, data=parameters, headers=headers) as answer:
                self.book.webhooks[str(answer.status)] += 1
                return await answer.text() if answer.ok else None
        except (aiohttp.ClientError, TimeoutError, OSError):
            self.book.webhooks["unreachable"] += 1
            return None

    async def pause(self, seconds: float) -> None:
        await asyncio.sleep(seconds * self.weather.pace)

    def _move(self, message: wire.Message, status: str, error: int | None) -> None:
        message.status, message.error_code, message.updated = status, error, time.time()
        if status in ("sent", "delivered") and message.sent is None:
            message.sent = message.updated
        self.book.count(message.to, status)
        self.book.changed(message)

    def _told(self, message: wire.Message) -> dict[str, str]:
        told = {
            "MessageSid": message.sid,
            "SmsSid": message.sid,
            "MessageStatus": message.status,
            "SmsStatus": message.status,
            "AccountSid": message.account,
            "From": message.sender,
            "To": message.to,
            "ApiVersion": wire.VERSION,
        }
        if message.error_code is not None:
            told["ErrorCode"] = str(message.error_code)
        return told
