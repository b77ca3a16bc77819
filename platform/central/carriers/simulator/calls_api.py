"""Twilio's Calls resource: create, list, fetch and end."""

import time
from collections.abc import Mapping
from typing import Any

from central.carriers.simulator import calls, wire
from central.carriers.simulator.book import Book
from central.carriers.simulator.calls import Call
from central.carriers.simulator.faults import Faults
from central.carriers.simulator.telephony import Telephony
from central.carriers.simulator.wire import E164, Refused, is_url

REFUSALS = {"invalid": 21211, "unreachable": 21214, "rejected": 21214}
"""The faults that a call is refused by; the others that are about SMS alone do not touch it."""

KNOWN = frozenset(
    {"To", "From", "Url", "Method", "FallbackUrl", "FallbackMethod", "StatusCallback", "StatusCallbackMethod"}
    | {"StatusCallbackEvent", "Timeout", "TimeLimit", "SendDigits", "CallReason", "CallerId", "Trim"}
)
METHODS = ("Method", "StatusCallbackMethod", "FallbackMethod")


class CallsApi:
    """What is below /Calls of the account."""

    def __init__(self, *, account: str, book: Book, faults: Faults, telephony: Telephony) -> None:
        self._account = account
        self._book = book
        self._faults = faults
        self._telephony = telephony

    def create(self, form: dict[str, str], fault: str) -> Call:
        """A call that was taken; it is dialled at once."""
        now = time.time()
        call = Call(
            sid=wire.new_sid("CA"),
            account=self._account,
            to=form["To"],
            sender=form["From"],
            created=now,
            updated=now,
            url=form["Url"],
            status_callback=form.get("StatusCallback", ""),
            events=frozenset(form.get("StatusCallbackEvent", "completed").split()),
            timeout=int(form.get("Timeout") or calls.DEFAULT_TIMEOUT),
            form=form,
        )
        self._book.add_call(call)
        self._telephony.dial(call, fault)
        return call

    def end(self, sid: str, form: Mapping[str, str]) -> dict[str, Any]:
        """Status=canceled or completed; nothing else is built."""
        call = self._book.calls.get(sid)
        if call is None:
            raise Refused(20404)
        self._book.count(call.to, "call_updates")
        if self._faults.take_ending(call.to):
            raise Refused(20500)
        if form.get("Status") not in ("canceled", "completed"):
            raise Refused(20001)
        if call.over:
            raise Refused(21220)
        self._telephony.end(call, form["Status"])
        return calls.resource(call)

    def fetch(self, sid: str) -> dict[str, Any]:
        if sid not in self._book.calls:
            raise Refused(20404)
        return calls.resource(self._book.calls[sid])

    def listed(self, query: dict[str, str]) -> list[dict[str, Any]]:
        """The whole list, newest first."""
        newest = reversed(list(self._book.calls.values()))
        return [calls.resource(call) for call in newest if calls.matches(call, query)]


def check(form: dict[str, str]) -> None:
    """Twilio's own refusals of a call, in its order."""
    if not form.get("To"):
        raise Refused(21201)
    if not E164.fullmatch(form["To"]):
        raise Refused(21211)
    if not E164.fullmatch(form.get("From", "")):
        raise Refused(21212)
    if not is_url(form.get("Url", "")):
        raise Refused(21205)
    if form.get("StatusCallback") and not is_url(form["StatusCallback"]):
        raise Refused(21609)
    timeout, limit = form.get("Timeout", "60"), form.get("TimeLimit", "600")
    if not (timeout.isdigit() and 0 < int(timeout) <= calls.LONGEST_TIMEOUT and limit.isdigit()):
        raise Refused(20001)
    if not set(form.get("StatusCallbackEvent", "").split()) <= calls.EVENTS:
        raise Refused(20001)
    if not set(form) <= KNOWN or any(form.get(name, "POST") not in ("GET", "POST") for name in METHODS):
        raise Refused(20001)
