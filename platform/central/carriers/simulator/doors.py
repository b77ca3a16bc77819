"""Our own doors, beside Twilio's: what the page of phones and the tests see and do."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

from central.carriers.simulator import calls, faults, habits, wire
from central.carriers.simulator.book import Book
from central.carriers.simulator.delivery import Delivery
from central.carriers.simulator.habits import Habit
from central.carriers.simulator.telephony import Telephony

type Answer = tuple[int, dict[str, Any]]

STOP_WORDS = {"stop", "stopp", "avsluta"}
START_WORDS = {"start", "unstop"}


class Doors:
    """Each takes and gives JSON."""

    def __init__(
        self,
        *,
        account: str,
        number: str,
        book: Book,
        faults: faults.Faults,
        delivery: Delivery,
        telephony: Telephony,
    ) -> None:
        self.account = account
        self.number = number
        self.book = book
        self.faults = faults
        self.delivery = delivery
        self.telephony = telephony
        self._routes: dict[tuple[str, str], Callable[[dict[str, Any]], Awaitable[Answer]]] = {
            ("GET", "/healthz"): self._health,
            ("GET", "/phones.json"): self._phones,
            ("GET", "/calls.json"): self._calls,
            ("GET", "/oracle.json"): self._oracle,
            ("GET", "/faults.json"): self._faults_now,
            ("POST", "/faults"): self._fault,
            ("POST", "/weather"): self._weather,
            ("POST", "/habit"): self._habit,
            ("POST", "/answer"): self._answer,
            ("POST", "/call"): self._call,
            ("POST", "/reset"): self._reset,
        }

    async def handle(self, method: str, path: str, body: bytes) -> Answer:
        handler = self._routes.get((method, path))
        if handler is None:
            return 404, {"error": "not_found"}
        try:
            told = json.loads(body) if body else {}
            return await handler(told)
        except (ValueError, KeyError, TypeError, AttributeError) as wrong:
            return 400, {"error": "malformed", "message": str(wrong)}

    async def _health(self, _: dict[str, Any]) -> Answer:
        return 200, {"ok": True}

    async def _phones(self, _: dict[str, Any]) -> Answer:
        return 200, {
            "own": self.number,
            "phones": self.book.phones(),
            "faults": self.faults.listed(),
            "kinds": faults.KINDS,
            "magic": faults.MAGIC,
            "habits": self.telephony.habits.listed(),
            "habit_kinds": habits.KINDS,
        }

    async def _calls(self, _: dict[str, Any]) -> Answer:
        """Every call with what it was asked for by, in the order they came."""
        return 200, {
            "calls": [calls.shown(call) | {"form": call.form} for call in self.book.calls.values()],
        }

    async def _oracle(self, _: dict[str, Any]) -> Answer:
        return 200, self.book.oracle()

    async def _faults_now(self, _: dict[str, Any]) -> Answer:
        return 200, {"rules": self.faults.listed(), "kinds": faults.KINDS, "magic": faults.MAGIC}

    async def _fault(self, told: dict[str, Any]) -> Answer:
        """{"to": E.164 or "*", "kind": one of KINDS, "times": number or null}; kind "" clears all."""
        if not told.get("kind"):
            self.faults.clear()
        else:
            times = told.get("times")
            self.faults.add(
                to=told.get("to") or faults.ANY,
                kind=told["kind"],
                times=None if times is None else int(times),
            )
        self.book.tell({"faults": self.faults.listed()})
        return 200, {"rules": self.faults.listed()}

    async def _weather(self, told: dict[str, Any]) -> Answer:
        for name in ("pace", "patience", "shuffle", "repeat"):
            if name in told:
                setattr(self.delivery.weather, name, float(told[name]))
        return 200, {"ok": True}

    async def _habit(self, told: dict[str, Any]) -> Answer:
        """{"number": E.164, "kind": one of KINDS, "seconds": until it is picked up and pressed, "key": which}."""
        habit = Habit(told["kind"], float(told.get("seconds") or 0), str(told.get("key") or "1"))
        self.telephony.habits.set(told["number"], habit)
        self.book.tell({"habits": self.telephony.habits.listed()})
        return 200, {"habits": self.telephony.habits.listed()}

    async def _answer(self, told: dict[str, Any]) -> Answer:
        """{"number": E.164, "body": text}: a person sends an SMS from this phone to the centre."""
        now = time.time()
        message = wire.Message(
            sid=wire.new_sid("SM"),
            account=self.account,
            to=self.number,
            sender=told["number"],
            body=str(told["body"])[:1600],
            status="received",
            direction="inbound",
            created=now,
            updated=now,
        )
        word = message.body.strip().casefold()
        if word in STOP_WORDS:
            self.book.opted_out.add(message.sender)
        elif word in START_WORDS:
            self.book.opted_out.discard(message.sender)
        self.book.add(message)
        self.delivery.begin(self.delivery.answer(message))
        return 201, {"sid": message.sid}

    async def _call(self, told: dict[str, Any]) -> Answer:
        """{"sid": call, "do": "answer" | "reject" | "hangup" | "digit:1"}."""
        if not self.telephony.act(told["sid"], told["do"]):
            return 404, {"error": "not_found"}
        return 200, {"ok": True}

    async def _reset(self, _: dict[str, Any]) -> Answer:
        """Forget everything, also what is under way; requests held by a fault are let go."""
        self.faults.release.set()
        self.faults.release = asyncio.Event()
        self.faults.clear()
        self.telephony.habits.clear()
        await self.delivery.forget()
        self.book.reset()
        return 200, {"ok": True}
