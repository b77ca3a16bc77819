"""Twilio through its own client. The only module that imports twilio.

Facts behind the classification (docs/api/errors): POST is not idempotent and a 5xx may still
have been carried out (20500); 429/20429 was refused before anything happened.
"""

import logging
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
from twilio.base.exceptions import TwilioException
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.request_validator import RequestValidator, get_signature_algorithm
from twilio.rest import Client
from urllib3.exceptions import MaxRetryError, NameResolutionError, NewConnectionError

from central import phone
from central.carriers.port import CarrierError, Receipt, UnknownOutcome

DEFAULT_BASE = "https://api.twilio.com"
CONNECT_SECONDS = 3.05
READ_SECONDS = 10.0
MAX_VALIDITY_SECONDS = 36_000  # 21611: Twilio's own queue holds no longer
LOOKED_THROUGH = 200

RETRYABLE = frozenset({"20429", "14107", "30001"})
"""Refusals that pass by themselves. Everything else refused with 4xx stays refused."""

_silent = logging.getLogger("central.carriers.twilio.wire")
_silent.disabled = True  # twilio's client logs query strings, which hold numbers
logging.getLogger("urllib3.connectionpool").setLevel(logging.WARNING)  # its debug lines hold them too


class Twilio:
    """The Carrier over Twilio's REST API; `api_base` may point at anything that speaks it."""

    name = "twilio"

    def __init__(
        self,
        *,
        account_sid: str,
        auth_token: str,
        sender: str,
        api_base: str = DEFAULT_BASE,
        read_seconds: float = READ_SECONDS,
    ) -> None:
        self._sender = sender
        self._validator = RequestValidator(auth_token)
        wire = _Wire(api_base=api_base, read_seconds=read_seconds)
        self._client = Client(account_sid, auth_token, http_client=wire, environment={})

    def send_sms(self, *, to: str, body: str, status_callback: str, validity: timedelta) -> Receipt:
        if phone.is_emergency(to):
            raise CarrierError("emergency", permanent=True)
        seconds = max(1, min(int(validity.total_seconds()), MAX_VALIDITY_SECONDS))
        try:
            message = self._client.messages.create(
                to=to,
                from_=self._sender,
                body=body,
                status_callback=status_callback,
                validity_period=seconds,
            )
            return _receipt(message)
        except (TwilioException, ValueError, KeyError, TypeError) as strange:
            # A success we cannot read is still a success at the other end.
            raise UnknownOutcome("unreadable_answer") from strange

    def find(self, *, to: str, body: str, since: datetime) -> list[Receipt]:
        # Not DateSent: it is empty until the message has left Twilio's queue. Their times have whole seconds.
        floor = since.replace(microsecond=0)
        listed = self._client.messages.list(to=to, limit=LOOKED_THROUGH)
        same = [
            _receipt(message)
            for message in listed
            if message.body == body and str(message.direction).startswith("outbound")
        ]
        oldest = datetime.min.replace(tzinfo=UTC)
        return sorted(
            (receipt for receipt in same if (receipt.created_at or oldest) >= floor),
            key=lambda receipt: receipt.created_at or oldest,
        )

    def fetch(self, sid: str) -> Receipt:
        return _receipt(self._client.messages(sid).fetch())

    def signed(self, *, url: str, form: dict[str, list[str]], signature: str, settings_header: str) -> bool:
        if not signature:
            return False
        algorithm = get_signature_algorithm(settings_header)
        return bool(self._validator.validate(url, _Form(form), signature, algorithm))


class _Form(dict[str, list[str]]):
    """The shape twilio's validator reads repeated parameters from."""

    def getlist(self, name: str) -> list[str]:
        return self[name]


class _Wire(HttpClient):  # type: ignore[misc]  # twilio types it as Any
    """HTTP for twilio's client: our base URL, our time-outs, and an exact account of what failed.

    Each POST opens its own connection: on a kept-alive one a reset can mean "the server had just
    hung up" as well as "it got it", and the first would turn an idle minute into an uncertain SMS.
    """

    def __init__(self, *, api_base: str, read_seconds: float) -> None:
        super().__init__(_silent, False, None)
        self._base = urlsplit(api_base.rstrip("/"))
        self._timeouts = (CONNECT_SECONDS, read_seconds)
        self._reading = requests.Session()

    def request(
        self,
        method: str,
        uri: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        writing = method.upper() != "GET"
        session = requests.Session() if writing else self._reading
        try:
            answer = session.request(
                method.upper(),
                self._rebased(uri),
                params=params,  # type: ignore[arg-type]  # twilio types it as Any
                data=data,
                headers=headers,
                auth=auth,
                timeout=self._timeouts,
                allow_redirects=False,
            )
        except requests.RequestException as failure:
            told = _network_failure(failure, writing=writing)
            raise told from None  # the failure's own text holds the address, and that the number
        finally:
            if writing:
                session.close()
        if answer.status_code >= 300:
            raise _refusal(answer, writing=writing)
        return Response(answer.status_code, answer.text, answer.headers)

    def _rebased(self, uri: str) -> str:
        asked = urlsplit(uri)
        return urlunsplit(
            (self._base.scheme, self._base.netloc, self._base.path + asked.path, asked.query, "")
        )


def _network_failure(failure: requests.RequestException, *, writing: bool) -> CarrierError | UnknownOutcome:
    """Not connected: surely not sent. Anything later, while writing: nobody knows."""
    if not writing or isinstance(failure, requests.ConnectTimeout) or _never_connected(failure):
        return CarrierError("unreachable", permanent=False)
    return UnknownOutcome("timeout" if isinstance(failure, requests.Timeout) else "connection_lost")


def _never_connected(failure: requests.RequestException) -> bool:
    cause = failure.args[0] if failure.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    return isinstance(reason, NewConnectionError | NameResolutionError)


def _refusal(answer: requests.Response, *, writing: bool) -> CarrierError | UnknownOutcome:
    status = answer.status_code
    code = _code(answer)
    if status >= 500:
        return UnknownOutcome(code) if writing else CarrierError(code, permanent=False)
    passing = status in (408, 425, 429) or code in RETRYABLE
    return CarrierError(
        code, permanent=not passing, retry_after=_retry_after(answer.headers.get("Retry-After"))
    )


def _code(answer: requests.Response) -> str:
    try:
        told = answer.json()
    except ValueError:
        told = None
    code = told.get("code") if isinstance(told, dict) else None
    return str(code) if code else f"http_{answer.status_code}"


def _retry_after(header: str | None) -> float | None:
    """Seconds of a Retry-After header, which holds a number or an HTTP date (RFC 9110 10.2.3)."""
    if not header:
        return None
    if header.strip().isdigit():
        return float(header)
    try:
        moment = parsedate_to_datetime(header)
    except ValueError:
        return None
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def _receipt(message: Any) -> Receipt:
    if not message.sid:
        raise ValueError("no sid in the carrier's answer")
    return Receipt(
        sid=message.sid,
        status=str(message.status),
        error_code="" if message.error_code is None else str(message.error_code),
        created_at=message.date_created,
    )
