"""Twilio through its own client. Only this module and its wire import twilio.

Facts behind the classification (docs/api/errors): POST is not idempotent and a 5xx may still
have been carried out (20500); 429/20429 was refused before anything happened.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from twilio.base.exceptions import TwilioException
from twilio.request_validator import RequestValidator, get_signature_algorithm
from twilio.rest import Client

from central import phone
from central.carriers.adapters.twilio_wire import Wire
from central.carriers.port import CarrierError, Receipt, UnknownOutcome

DEFAULT_BASE = "https://api.twilio.com"
READ_SECONDS = 10.0
MAX_VALIDITY_SECONDS = 36_000  # 21611: Twilio's own queue holds no longer
LOOKED_THROUGH = 200

CALL_EVENTS = ["initiated", "ringing", "answered", "completed"]
LONGEST_RING_SECONDS = 600
LONGEST_CALL_SECONDS = 600
"""Whatever goes wrong with the words, no call of ours stands open longer."""


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
        wire = Wire(api_base=api_base, read_seconds=read_seconds)
        self._client = Client(account_sid, auth_token, http_client=wire, environment={})

    def send_sms(self, *, to: str, body: str, status_callback: str, validity: timedelta) -> Receipt:
        if phone.is_emergency(to):
            raise CarrierError("emergency", permanent=True)
        seconds = max(1, min(int(validity.total_seconds()), MAX_VALIDITY_SECONDS))
        return _posted(
            lambda: self._client.messages.create(
                to=to,
                from_=self._sender,
                body=body,
                status_callback=status_callback,
                validity_period=seconds,
            )
        )

    def find(self, *, to: str, body: str, since: datetime) -> list[Receipt]:
        # Not DateSent: it is empty until the message has left Twilio's queue. Their times have whole seconds.
        floor = since.replace(microsecond=0)
        listed = self._client.messages.list(to=to, limit=LOOKED_THROUGH)
        same = [
            _receipt(message)
            for message in listed
            if message.body == body and str(message.direction).startswith("outbound")
        ]
        return _since(floor, same)

    def fetch(self, sid: str) -> Receipt:
        return _receipt(self._client.messages(sid).fetch())

    def place_call(self, *, to: str, url: str, status_callback: str, ring_seconds: int) -> Receipt:
        # No MachineDetection: only a pressed key is an answer, so nothing is gained by guessing who picked up.
        if phone.is_emergency(to):
            raise CarrierError("emergency", permanent=True)
        return _posted(
            lambda: self._client.calls.create(
                to=to,
                from_=self._sender,
                url=url,
                method="POST",
                status_callback=status_callback,
                status_callback_method="POST",
                status_callback_event=CALL_EVENTS,
                timeout=max(1, min(ring_seconds, LONGEST_RING_SECONDS)),
                time_limit=LONGEST_CALL_SECONDS,
            )
        )

    def find_calls(self, *, to: str, since: datetime) -> list[Receipt]:
        # StartTime is empty until the call is dialled, so what still stands in Twilio's queue is asked for by itself.
        # The filter has whole days, their times whole seconds.
        floor = since.replace(microsecond=0)
        day = floor.astimezone(UTC).strftime("%Y-%m-%d")
        calls = self._client.calls
        listed = [
            *calls.list(to=to, status="queued", limit=LOOKED_THROUGH),
            *calls.list(to=to, start_time_after=day, limit=LOOKED_THROUGH),
        ]
        ours = {call.sid: _receipt(call) for call in listed if str(call.direction) == "outbound-api"}
        return _since(floor, ours.values())

    def fetch_call(self, sid: str) -> Receipt:
        return _receipt(self._client.calls(sid).fetch())

    def end_call(self, sid: str, *, answered: bool) -> Receipt:
        # "canceled" ends a call that is queued or rings and leaves one in progress alone; "completed" ends that too.
        return _posted(lambda: self._client.calls(sid).update(status="completed" if answered else "canceled"))

    def signed(self, *, url: str, form: dict[str, list[str]], signature: str, settings_header: str) -> bool:
        if not signature:
            return False
        algorithm = get_signature_algorithm(settings_header)
        return bool(self._validator.validate(url, _Form(form), signature, algorithm))


class _Form(dict[str, list[str]]):
    """The shape twilio's validator reads repeated parameters from."""

    def getlist(self, name: str) -> list[str]:
        return self[name]


def _posted(post: Callable[[], Any]) -> Receipt:
    """The answer to a POST. A success we cannot read is still a success at the other end."""
    try:
        return _receipt(post())
    except (TwilioException, ValueError, KeyError, TypeError) as strange:
        raise UnknownOutcome("unreadable_answer") from strange


def _receipt(told: Any) -> Receipt:
    """A message's or a call's resource. Only messages have an error code."""
    if not told.sid:
        raise ValueError("no sid in the carrier's answer")
    error = getattr(told, "error_code", None)
    return Receipt(
        sid=told.sid,
        status=str(told.status),
        error_code="" if error is None else str(error),
        created_at=told.date_created,
    )


def _since(floor: datetime, receipts: Iterable[Receipt]) -> list[Receipt]:
    oldest = datetime.min.replace(tzinfo=UTC)
    recent = [one for one in receipts if (one.created_at or oldest) >= floor]
    return sorted(recent, key=lambda one: one.created_at or oldest)
