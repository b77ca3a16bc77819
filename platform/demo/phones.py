"""A home phone of the demo: calls when it has something to say, and now and then to show that it is alive."""

import asyncio
import random
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from alarms.receivers.scaip.client import ScaipClient, SipRefused, Told
from alarms.receivers.scaip.response import NotAResponse
from alarms.receivers.scaip.transactions import NoAnswer
from demo import incidents
from demo.installations import HEARTBEAT_SECONDS, Phone
from demo.panels import Address
from demo.patience import pauses

ANSWER_SECONDS = 20.0


class KeptPhone:
    """One phone. ``tell`` what it shall send; ``run`` until cancelled. ``say`` hears of what is worth a line."""

    def __init__(
        self, phone: Phone, at: Address, *, say: Callable[[str], None] = lambda _line: None,
        heartbeat: float = HEARTBEAT_SECONDS, patience: float = ANSWER_SECONDS,
    ) -> None:  # fmt: skip
        self.phone, self._at, self._say = phone, at, say
        self._heartbeat, self._patience = heartbeat, patience
        self._queue: deque[tuple[str, str]] = deque()
        self._news = asyncio.Event()

    def tell(self, dty: str, stc: str) -> None:
        """Send it as soon as what came before is answered."""
        self._queue.append((dty, stc))
        self._news.set()

    async def run(self) -> None:
        """Heartbeats and messages, one at a time, for ever."""
        while True:
            if self._queue:
                dty, stc = self._queue.popleft()
                await self._deliver(*incidents.phone_message(self.phone, dty=dty, stc=stc), f"{dty}/{stc}")
            else:
                alive = incidents.phone_message(
                    self.phone, dty=incidents.PHONE, stc=incidents.NORMAL, mty=incidents.ALIVE
                )
                await self._deliver(*alive)
            if not self._queue:
                self._news.clear()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._news.wait(), self._heartbeat * random.uniform(0.8, 1.0))

    async def _deliver(self, ref: str, body: bytes, name: str = "") -> None:
        """The same message with the same reference until it is answered."""
        for wait in pauses():
            try:
                told = await self._call(ref, body)
            except (OSError, SipRefused, NoAnswer, NotAResponse) as error:
                self._say(f"{self.phone.cid} fick inget svar ({type(error).__name__}), om {wait:.0f} s igen")
                await asyncio.sleep(wait)
                continue
            status = told.response.answer.snu
            if name or status:
                self._say(f"{self.phone.cid} {name or 'livstecken'} -> {status}")
            return

    async def _call(self, ref: str, body: bytes) -> Told:
        client = await ScaipClient.open(
            host=self._at.host, port=self._at.port, transport=self.phone.transport, user=self.phone.cid
        )
        try:
            return await client.send(body, ref=ref, seconds=self._patience)
        finally:
            await client.close()
