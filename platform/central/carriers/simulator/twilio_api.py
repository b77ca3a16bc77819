"""Twilio's own resources: create, list and fetch messages; create and fetch calls."""

import base64
import hmac
import re
import time
from typing import Any
from urllib.parse import urlsplit

from central.carriers.simulator import wire
from central.carriers.simulator.book import Book
from central.carriers.simulator.delivery import Delivery
from central.carriers.simulator.faults import REFUSALS, Faults
from central.carriers.simulator.telephony import Telephony
from central.carriers.simulator.wire import Refused

E164 = re.compile(r"\+[1-9][0-9]{6,14}")
RETRY_AFTER = 1
PREFIX = f"/{wire.VERSION}/Accounts/"
MAX_PAGE = 1_000
EMERGENCY = re.compile(r"(\+46|0046)?0*(112|90000|911|999)")


class TwilioApi:
    """Answers (status, body, headers) or raises Refused; never answers at all on some faults."""

    def __init__(
        self,
        *,
        account: str,
        token: str,
        book: Book,
        faults: Faults,
        delivery: Delivery,
        telephony: Telephony,
    ) -> None:
        self._account = account
        self._basic = "Basic " + base64.b64encode(f"{account}:{token}".encode()).decode()
        self._book = book
        self._faults = faults
        self._delivery = delivery
        self._telephony = telephony

    async def handle(
        self, *, method: str, path: str, query: dict[str, str], body: bytes, authorization: str
    ) -> tuple[int, dict[str, Any]]:
        """One request below /2010-04-01/Accounts/."""
        account, _, resource = path.removeprefix(PREFIX).partition("/")
        if not hmac.compare_digest(authorization, self._basic) or account != self._account:
            raise Refused(20003)
        if resource == "Messages.json":
            return await self._create(wire.form(body)) if method == "POST" else self._list(path, query)
        if resource == "Calls.json" and method == "POST":
            return self._call(wire.form(body))
        kind, _, name = resource.partition("/")
        sid = name.removesuffix(".json")
        if method == "GET" and kind == "Messages" and sid in self._book.messages:
            return 200, wire.message_resource(self._book.messages[sid])
        if method == "GET" and kind == "Calls" and sid in self._book.calls:
            return 200, wire.call_resource(self._book.calls[sid])
        raise Refused(20404)

    async def _create(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        to = form.get("To", "")
        self._book.count(to, "posts")
        if EMERGENCY.fullmatch(re.sub(r"[ \-]", "", to)):
            self._book.count(to, "emergency")
        _check(form)
        fault = self._faults.take(to)
        if to in self._book.opted_out:
            raise Refused(21610)
        if fault in REFUSALS:
            raise Refused(REFUSALS[fault])
        if fault == "busy":
            raise Refused(20429, retry_after=RETRY_AFTER)
        if fault == "error":
            raise Refused(20500)
        if fault == "timeout":
            await self._faults.release.wait()
            raise Refused(20500)
        now = time.time()
        message = wire.Message(
            sid=wire.new_sid("SM"),
            account=self._account,
            to=to,
            sender=form["From"],
            body=form["Body"],
            status="queued",
            direction="outbound-api",
            created=now,
            updated=now,
            status_callback=form.get("StatusCallback", ""),
        )
        self._book.add(message)
        answer = wire.message_resource(message)  # before anything moves: the first answer always says queued
        self._delivery.begin(self._delivery.carry(message, fault))
        if fault == "timeout_after":
            await self._faults.release.wait()
        if fault in ("error_after", "timeout_after"):
            raise Refused(20500)
        return 201, answer

    def _list(self, path: str, query: dict[str, str]) -> tuple[int, dict[str, Any]]:
        found = [message for message in self._book.outgoing(to=query.get("To")) if _matches(message, query)]
        size = max(1, min(int(query.get("PageSize", "50") or 50), MAX_PAGE))
        page = max(0, int(query.get("Page", "0") or 0))
        kept = {name: value for name, value in query.items() if name not in ("Page", "PageSize", "PageToken")}
        return 200, wire.message_list(found, path=path, page=page, size=size, query=kept)

    def _call(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        to = form.get("To", "")
        if EMERGENCY.fullmatch(re.sub(r"[ \-]", "", to)):
            self._book.count(to, "emergency")
        if not E164.fullmatch(to):
            raise Refused(21211)
        if not form.get("From"):
            raise Refused(21212)
        if not _is_url(form.get("Url", "")):
            raise Refused(21205)
        now = time.time()
        call = wire.Call(
            sid=wire.new_sid("CA"),
            account=self._account,
            to=to,
            sender=form["From"],
            status="queued",
            created=now,
            updated=now,
            url=form["Url"],
            status_callback=form.get("StatusCallback", ""),
            events=tuple(form.get("StatusCallbackEvent", "completed").split()),
            timeout=float(form.get("Timeout", "60")),
            heard=[],
        )
        self._book.calls[call.sid] = call
        self._book.count(to, "calls")
        self._delivery.begin(self._telephony.ring(call))
        return 201, wire.call_resource(call)


def _check(form: dict[str, str]) -> None:
    """Twilio's own refusals, in its order."""
    if not form.get("To"):
        raise Refused(21604)
    if not E164.fullmatch(form["To"]):
        raise Refused(21211)
    if not form.get("From"):
        raise Refused(21603)
    if not form.get("Body"):
        raise Refused(21602)
    if len(form["Body"]) > 1600:
        raise Refused(21617)
    if form.get("StatusCallback") and not _is_url(form["StatusCallback"]):
        raise Refused(21609)


def _is_url(text: str) -> bool:
    parts = urlsplit(text)
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def _matches(message: wire.Message, query: dict[str, str]) -> bool:
    """The list filters From, DateSent, DateSent< and DateSent>; a message not yet sent has no such date."""
    if "From" in query and message.sender != query["From"]:
        return False
    sent = "" if message.sent is None else time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(message.sent))
    if query.get("DateSent") and not sent.startswith(query["DateSent"][:10]):
        return False
    if query.get("DateSent<") and not (sent and sent <= query["DateSent<"]):
        return False
    return not (query.get("DateSent>") and not (sent and sent >= query["DateSent>"]))
