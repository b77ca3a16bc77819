"""Twilio's API of one account: who may ask, what goes wrong, messages; calls are handed on to their own module."""

import base64
import hmac
import re
import time
from typing import Any

from central.carriers.simulator import calls, calls_api, wire
from central.carriers.simulator.book import Book
from central.carriers.simulator.delivery import Delivery
from central.carriers.simulator.faults import REFUSALS, Faults
from central.carriers.simulator.telephony import Telephony
from central.carriers.simulator.wire import E164, Refused, is_url

RETRY_AFTER = 1
SLOW_SECONDS = 3.0
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
        self._calls = calls_api.CallsApi(account=account, book=book, faults=faults, telephony=telephony)

    async def handle(
        self, *, method: str, path: str, query: dict[str, str], body: bytes, authorization: str
    ) -> tuple[int, dict[str, Any]]:
        """One request below /2010-04-01/Accounts/."""
        account, _, resource = path.removeprefix(PREFIX).partition("/")
        if not hmac.compare_digest(authorization, self._basic) or account != self._account:
            raise Refused(20003)
        writing = method == "POST"
        kind, _, name = resource.partition("/")
        sid = name.removesuffix(".json")
        if kind == "Messages.json":
            return await self._create(wire.form(body)) if writing else (200, self._list(path, query))
        if kind == "Calls.json":
            return await self._call(wire.form(body)) if writing else (200, self._list_calls(path, query))
        if kind == "Calls":
            return 200, self._calls.end(sid, wire.form(body)) if writing else self._calls.fetch(sid)
        if kind == "Messages" and not writing and sid in self._book.messages:
            return 200, wire.message_resource(self._book.messages[sid])
        raise Refused(20404)

    async def _create(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        to = form.get("To", "")
        self._count(to, "posts")
        _check(form)
        fault = self._faults.take(to)
        if to in self._book.opted_out:
            raise Refused(21610)
        await self._before(fault, REFUSALS)
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
        await self._after(fault)
        return 201, answer

    async def _call(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        to = form.get("To", "")
        self._count(to, "call_posts")
        calls_api.check(form)
        fault = self._faults.take(to)
        await self._before(fault, calls_api.REFUSALS)
        call = self._calls.create(form, fault)
        answer = calls.resource(call)
        await self._after(fault)
        return 201, answer

    def _count(self, to: str, what: str) -> None:
        self._book.count(to, what)
        if EMERGENCY.fullmatch(re.sub(r"[ \-]", "", to)):
            self._book.count(to, "emergency")

    async def _before(self, fault: str, refusals: dict[str, int]) -> None:
        """What goes wrong before anything is taken."""
        if fault in refusals:
            raise Refused(refusals[fault])
        if fault == "busy":
            raise Refused(20429, retry_after=RETRY_AFTER)
        if fault == "error":
            raise Refused(20500)
        if fault == "slow":
            await self._delivery.pause(SLOW_SECONDS)
        if fault == "timeout":
            await self._faults.release.wait()
            raise Refused(20500)

    async def _after(self, fault: str) -> None:
        """What goes wrong though it was taken."""
        if fault == "timeout_after":
            await self._faults.release.wait()
        if fault in ("error_after", "timeout_after"):
            raise Refused(20500)

    def _list_calls(self, path: str, query: dict[str, str]) -> dict[str, Any]:
        return _page("calls", self._calls.listed(query), path, query)

    def _list(self, path: str, query: dict[str, str]) -> dict[str, Any]:
        found = [message for message in self._book.outgoing(to=query.get("To")) if _matches(message, query)]
        return _page("messages", [wire.message_resource(message) for message in found], path, query)


def _page(name: str, found: list[dict[str, Any]], path: str, query: dict[str, str]) -> dict[str, Any]:
    size = max(1, min(int(query.get("PageSize", "50") or 50), MAX_PAGE))
    page = max(0, int(query.get("Page", "0") or 0))
    kept = {name: value for name, value in query.items() if name not in ("Page", "PageSize", "PageToken")}
    return wire.page_of(name, found, path=path, page=page, size=size, query=kept)


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
    if form.get("StatusCallback") and not is_url(form["StatusCallback"]):
        raise Refused(21609)


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
