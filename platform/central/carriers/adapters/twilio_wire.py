"""HTTP for twilio's client: our base address, our time-outs, and an exact account of what failed."""

import logging
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit, urlunsplit

import requests
from twilio.http import HttpClient
from twilio.http.response import Response
from urllib3.exceptions import MaxRetryError, NameResolutionError, NewConnectionError

from central.carriers.port import CarrierError, UnknownOutcome

CONNECT_SECONDS = 3.05

RETRYABLE = frozenset({"20429", "14107", "30001"})
"""Refusals that pass by themselves. Everything else refused with 4xx stays refused."""

_silent = logging.getLogger("central.carriers.twilio.wire")
_silent.disabled = True  # twilio's client logs query strings, which hold numbers
logging.getLogger("urllib3.connectionpool").setLevel(logging.WARNING)  # its debug lines hold them too


class Wire(HttpClient):  # type: ignore[misc]  # twilio types it as Any
    """Each POST opens its own connection: on a kept-alive one a reset can mean "the server had just
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
