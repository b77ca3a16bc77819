"""Twilio's shapes: message resources, lists, errors, form bodies, webhook signatures."""

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

VERSION = "2010-04-01"
E164 = re.compile(r"\+[1-9][0-9]{6,14}")
LISTS = frozenset({"StatusCallbackEvent"})
DOCS = "https://www.twilio.com/docs/errors/"

ERRORS = {
    20001: (400, "Bad request"),
    20003: (401, "Authenticate"),
    20404: (404, "The requested resource was not found"),
    20429: (429, "Too Many Requests"),
    20500: (500, "An internal server error has occurred"),
    21201: (400, "No 'To' number is specified"),
    21205: (400, "Url is not a valid URL"),
    21211: (400, "The 'To' number is not a valid phone number."),
    21212: (400, "The 'From' number is not a valid phone number."),
    21214: (400, "'To' phone number cannot be reached"),
    21220: (400, "Unable to update record. Call is not in-progress. Cannot redirect."),
    21602: (400, "Message body is required."),
    21603: (400, "A 'From' phone number is required."),
    21604: (400, "A 'To' phone number is required."),
    21609: (400, "The 'StatusCallback' URL is not a valid URL."),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21611: (400, "This 'From' number has exceeded the maximum number of queued messages"),
    21612: (400, "The 'To' number cannot currently be reached via SMS"),
    21614: (400, "'To' number is not a valid mobile number"),
    21617: (400, "The concatenated message body exceeds the 1600 character limit."),
}


class Refused(Exception):
    """The request is answered with Twilio's error `code` and nothing happens."""

    def __init__(self, code: int, *, retry_after: int | None = None) -> None:
        self.code = code
        self.retry_after = retry_after
        super().__init__(code)

    @property
    def status(self) -> int:
        return ERRORS[self.code][0]

    def body(self) -> dict[str, Any]:
        status, message = ERRORS[self.code]
        return {"code": self.code, "message": message, "more_info": f"{DOCS}{self.code}", "status": status}


@dataclass(slots=True, kw_only=True)
class Message:
    """One SMS as Twilio keeps it; times are seconds since 1970."""

    sid: str
    account: str
    to: str
    sender: str
    body: str
    status: str
    direction: str
    created: float
    updated: float
    sent: float | None = None
    error_code: int | None = None
    status_callback: str = ""


def new_sid(prefix: str) -> str:
    return prefix + secrets.token_hex(16)


def rfc2822(seconds: float | None) -> str | None:
    return None if seconds is None else format_datetime(datetime.fromtimestamp(int(seconds), UTC))


def segments(body: str) -> int:
    """How many parts the text is billed as; close enough for a simulator: no extension table."""
    wide = any(ord(letter) > 0xFF for letter in body)
    single, joined = (70, 67) if wide else (160, 153)
    return 1 if len(body) <= single else -(-len(body) // joined)


def message_resource(message: Message) -> dict[str, Any]:
    uri = f"/{VERSION}/Accounts/{message.account}/Messages/{message.sid}"
    return {
        "account_sid": message.account,
        "api_version": VERSION,
        "body": message.body,
        "date_created": rfc2822(message.created),
        "date_sent": rfc2822(message.sent),
        "date_updated": rfc2822(message.updated),
        "direction": message.direction,
        "error_code": message.error_code,
        "error_message": None if message.error_code is None else f"Error {message.error_code}",
        "from": message.sender,
        "messaging_service_sid": None,
        "num_media": "0",
        "num_segments": str(segments(message.body)),
        "price": None,
        "price_unit": "SEK",
        "sid": message.sid,
        "status": message.status,
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": message.to,
        "uri": f"{uri}.json",
    }


def page_of(
    name: str, things: list[dict[str, Any]], *, path: str, page: int, size: int, query: dict[str, str]
) -> dict[str, Any]:
    """One page of a list; `things` is the whole list, newest first, told under `name`."""

    def uri(number: int) -> str:
        return f"{path}?{urlencode({**query, 'PageSize': str(size), 'Page': str(number)})}"

    part = things[page * size : (page + 1) * size]
    more = len(things) > (page + 1) * size
    return {
        "first_page_uri": uri(0),
        "next_page_uri": uri(page + 1) if more else None,
        "previous_page_uri": uri(page - 1) if page else None,
        "uri": uri(page),
        "page": page,
        "page_size": size,
        "start": page * size,
        "end": page * size + max(len(part) - 1, 0),
        name: part,
    }


def is_url(text: str) -> bool:
    parts = urlsplit(text)
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def form(body: bytes) -> dict[str, str]:
    """Each parameter of a form-urlencoded body: its last value, or its values joined where Twilio takes a list."""
    parsed = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
    return {name: " ".join(values) if name in LISTS else values[-1] for name, values in parsed.items()}


def signature(token: str, url: str, parameters: dict[str, str]) -> str:
    """X-Twilio-Signature: base64 of HMAC-SHA1 over the URL and each sorted name and value."""
    signed = url + "".join(name + parameters[name] for name in sorted(parameters))
    return base64.b64encode(hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()).decode()
