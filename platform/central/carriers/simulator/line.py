"""One call's life: it rings (or behaves by itself), follows TwiML and takes key presses."""

import asyncio
import random
import time
from typing import Any

from central.carriers.simulator import calls, twiml
from central.carriers.simulator.book import Book
from central.carriers.simulator.calls import Call
from central.carriers.simulator.delivery import Delivery
from central.carriers.simulator.habits import GREETING, KEYS, Habit

DIAL_SECONDS = 0.5
LETTERS_PER_SECOND = 15
MOST_DOCUMENTS = 100
SORRY = "We are sorry, an application error has occurred. Goodbye."


class Over(Exception):
    """The call ended while something waited for the person; `status` is how."""

    def __init__(self, status: str) -> None:
        self.status = status
        super().__init__(status)


class Line:
    """One call as one task. What the person does comes through a queue."""

    def __init__(self, book: Book, delivery: Delivery, call: Call, habit: Habit, fault: str) -> None:
        self.call = call
        self._book, self._delivery = book, delivery
        self._habit, self._fault = habit, fault
        self._acts: asyncio.Queue[str] = asyncio.Queue()
        self._late: list[dict[str, str]] = []
        self._shuffled = random.random() < self._delivery.weather.shuffle
        self._telling: asyncio.Task[Any] | None = None
        self._pressed = False

    # --- from outside --------------------------------------------------------------------------
    def act(self, what: str) -> bool:
        ringing, talking = self.call.status == "ringing", self.call.status == "in-progress"
        if what == "answer" and ringing:
            self._acts.put_nowait(what)
        elif what in ("hangup", "reject") and (ringing or talking):
            self.end("busy" if ringing else "completed")
        elif what.startswith("digit:") and talking and what.removeprefix("digit:") in KEYS:
            self._acts.put_nowait(what)
        else:
            return False
        return True

    def end(self, status: str) -> None:
        """Over, whatever the line was doing."""
        if not self.call.over:
            self.call.ended = time.time()
            self.call.listens = False
            self._move(status)
            self._acts.put_nowait(f"over:{status}")

    # --- the life ------------------------------------------------------------------------------
    async def live(self) -> None:
        try:
            await self._dial()
            await self._talk()
            self.end("completed")
        except Over as over:
            self.end(over.status)

    async def _dial(self) -> None:
        self._move("initiated")
        await self._wait(DIAL_SECONDS * self._delivery.weather.pace, until="never")
        if self._habit.kind in ("dead", "busy"):
            raise Over("failed" if self._habit.kind == "dead" else "busy")
        self.call.dialled = time.time()
        self._move("ringing")
        if self._habit.kind in ("voicemail", "key"):
            self._later("answer")
        if not await self._wait(self.call.timeout * self._delivery.weather.patience, until="answer"):
            raise Over("no-answer")
        self.call.answered = time.time()
        self._move("in-progress")
        if self._habit.kind == "voicemail":
            self.call.hear("phone", GREETING)

    async def _talk(self) -> None:
        """Fetch TwiML and do what it says, until it says no more."""
        url, more = self.call.url, dict[str, str]()
        for _ in range(MOST_DOCUMENTS):
            asked = await self._delivery.ask(url, calls.parameters(self.call) | more)
            if asked is None:
                self._book.count(self.call.to, "no_twiml")
                self.call.hear("carrier", SORRY)
                return
            try:
                verbs = twiml.read(asked, url)
            except twiml.BadTwiml as bad:
                self._book.count(self.call.to, "bad_twiml")
                self.call.hear("carrier", f"{SORRY} (TwiML: {bad})")
                return
            onward = await self._perform(verbs)
            if onward is None:
                return
            url, more = onward

    async def _perform(self, verbs: list[twiml.Verb]) -> tuple[str, dict[str, str]] | None:
        """One document; where to go on, None when the call is over."""
        for verb in verbs:
            match verb:
                case twiml.Say() | twiml.Pause():
                    await self._speak(verb, until="never")
                case twiml.Gather():
                    if digits := await self._gather(verb):
                        return verb.action, {"Digits": digits}
                case twiml.Redirect():
                    return verb.url, {}
                case twiml.Hangup():
                    return None
        return None

    async def _gather(self, gather: twiml.Gather) -> str:
        """The keys that were pressed, "" for none in time. A key interrupts what is being said."""
        self.call.listens = True
        if self._habit.kind == "key" and not self._pressed:
            self._pressed = True
            self._later(f"digit:{self._habit.key}")
        digits = act = ""
        for verb in gather.inside:
            act = await self._speak(verb, until="digit:")
            if act:
                break
        while act or (act := await self._wait(gather.seconds * self._delivery.weather.patience, "digit:")):
            key, act = act.removeprefix("digit:"), ""
            self.call.hear("key", key)
            self._show()
            if key == gather.finish_on:
                break
            digits += key
            if len(digits) == gather.digits:
                break
        self.call.listens = False
        self._show()
        return digits

    async def _speak(self, verb: twiml.Say | twiml.Pause, until: str) -> str:
        if isinstance(verb, twiml.Pause):
            return await self._wait(verb.seconds * self._delivery.weather.pace, until)
        if self.call.over:
            raise Over(self.call.status)
        self.call.hear("centre", verb.text)
        self._show()
        return await self._wait(len(verb.text) / LETTERS_PER_SECOND * self._delivery.weather.pace, until)

    async def _wait(self, seconds: float, until: str) -> str:
        """The person's next act that begins with `until`, "" when the time ran out first. Raises Over."""
        end = time.monotonic() + seconds
        while True:
            try:
                act = await asyncio.wait_for(self._acts.get(), max(0.0, end - time.monotonic()))
            except TimeoutError:
                return ""
            if act.startswith("over:"):
                raise Over(act.removeprefix("over:"))
            if act.startswith(until):
                return act

    def _later(self, act: str) -> None:
        seconds = self._habit.seconds * self._delivery.weather.pace
        asyncio.get_running_loop().call_later(seconds, self._acts.put_nowait, act)

    # --- telling -------------------------------------------------------------------------------
    def _move(self, status: str) -> None:
        self.call.status, self.call.updated = status, time.time()
        self._book.count(self.call.to, f"call_{status}")
        self._show()
        event = "completed" if self.call.over else calls.EVENT_OF[status]
        stuck = self._fault == "stuck" and status not in ("initiated", "ringing")
        if event not in self.call.events or self._fault == "silent" or stuck:
            return
        told = calls.progress(self.call)
        if self._shuffled and not self.call.over:
            self._late.append(told)
            return
        self._tell([told, *reversed(self._late)])
        if random.random() < self._delivery.weather.repeat:
            self._tell([told])

    def _tell(self, several: list[dict[str, str]]) -> None:
        """Post callbacks one after the other, beside the call: a slow receiver delays no call."""
        before = self._telling

        async def post() -> None:
            if before is not None:
                await asyncio.wait({before})
            for told in several:
                await self._delivery.post(self.call.status_callback, told)

        self._telling = self._delivery.begin(post())

    def _show(self) -> None:
        self._book.tell({"call": calls.shown(self.call)})
