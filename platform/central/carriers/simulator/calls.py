"""Calls as Twilio keeps them: the resource, its parameters in webhooks, and how the page shows them."""

import time
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any

from central.carriers.simulator.wire import VERSION, rfc2822

ENDED = ("completed", "busy", "failed", "no-answer", "canceled")
EVENT_OF = {"initiated": "initiated", "ringing": "ringing", "in-progress": "answered"}
EVENTS = frozenset({"initiated", "ringing", "answered", "completed"})
DEFAULT_TIMEOUT, LONGEST_TIMEOUT = 60, 600


@dataclass(slots=True, kw_only=True)
class Call:
    """One telephone call; times are seconds since 1970, `form` is how it was asked for, `heard` what was said."""

    sid: str
    account: str
    to: str
    sender: str
    created: float
    updated: float
    url: str
    status_callback: str = ""
    events: frozenset[str] = frozenset({"completed"})
    timeout: int = DEFAULT_TIMEOUT
    form: dict[str, str] = field(default_factory=dict)
    status: str = "queued"
    dialled: float | None = None
    answered: float | None = None
    ended: float | None = None
    sequence: int = 0
    listens: bool = False
    heard: list[dict[str, str]] = field(default_factory=list)

    @property
    def over(self) -> bool:
        return self.status in ENDED

    @property
    def duration(self) -> int:
        """Whole seconds talked, 0 when nobody picked up."""
        return 0 if self.answered is None else round((self.ended or time.time()) - self.answered)

    def hear(self, who: str, text: str) -> None:
        """`who`: centre (what we say), phone (a machine's greeting), key, carrier."""
        self.heard.append({"who": who, "text": text})


def resource(call: Call) -> dict[str, Any]:
    return {
        "account_sid": call.account,
        "annotation": None,
        "answered_by": None,
        "api_version": VERSION,
        "caller_name": "",
        "date_created": rfc2822(call.created),
        "date_updated": rfc2822(call.updated),
        "direction": "outbound-api",
        "duration": str(call.duration) if call.over else None,
        "end_time": rfc2822(call.ended),
        "forwarded_from": None,
        "from": call.sender,
        "parent_call_sid": None,
        "price": None,
        "price_unit": "SEK",
        "queue_time": "0",
        "sid": call.sid,
        "start_time": rfc2822(call.dialled),
        "status": call.status
        if call.status != "initiated"
        else "queued",  # "initiated" is told only in webhooks
        "to": call.to,
        "uri": f"/{VERSION}/Accounts/{call.account}/Calls/{call.sid}.json",
    }


def parameters(call: Call) -> dict[str, str]:
    """What every webhook about a call says of it."""
    return {
        "CallSid": call.sid,
        "AccountSid": call.account,
        "From": call.sender,
        "To": call.to,
        "Caller": call.sender,
        "Called": call.to,
        "CallStatus": call.status,
        "ApiVersion": VERSION,
        "Direction": "outbound-api",
    }


def progress(call: Call) -> dict[str, str]:
    """One status callback; numbered in the order in which things happened, however they arrive."""
    told = parameters(call) | {
        "CallbackSource": "call-progress-events",
        "SequenceNumber": str(call.sequence),
        "Timestamp": formatdate(call.updated, usegmt=True),
    }
    if call.over:
        told |= {"CallDuration": str(call.duration), "Duration": str(-(-call.duration // 60))}
    call.sequence += 1
    return told


def matches(call: Call, query: dict[str, str]) -> bool:
    """The list filters To, From, Status and StartTime (whole days); a call not dialled yet has no such time."""
    day = "" if call.dialled is None else time.strftime("%Y-%m-%d", time.gmtime(call.dialled))
    exact = {"To": call.to, "From": call.sender, "Status": resource(call)["status"]}
    if any(query[name] != value for name, value in exact.items() if query.get(name)):
        return False
    if query.get("StartTime") and day != query["StartTime"][:10]:
        return False
    if query.get("StartTime<") and not (day and day < query["StartTime<"][:10]):
        return False
    return not (query.get("StartTime>") and not (day and day >= query["StartTime>"][:10]))


def shown(call: Call) -> dict[str, Any]:
    """One call on the page of phones; times in epoch milliseconds."""
    return {
        "sid": call.sid,
        "number": call.to,
        "status": call.status,
        "ended": call.over,
        "answered": call.answered is not None,
        "seconds": call.duration,
        "heard": call.heard,
        "gather": call.listens,
        "at": int(call.created * 1000),
    }
