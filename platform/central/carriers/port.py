"""What the platform asks of any carrier, and how a carrier may fail.

Three outcomes of a send or a call, never fewer: a Receipt (the carrier has it), a CarrierError (the
carrier surely has *not* got it) and UnknownOutcome (nobody knows). The last one is looked up
and never blindly repeated: a carrier's POST has no idempotency key.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

ACCEPTED = frozenset({"accepted", "scheduled", "queued", "sending", "sent"})
"""Carrier's words for "we have it and have not heard from the telephone"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One message or call as the carrier tells it: its id there, its status in the carrier's word."""

    sid: str
    status: str
    error_code: str = ""
    created_at: datetime | None = None


class CarrierError(Exception):
    """The carrier has surely not taken the message.

    permanent: repeating it cannot help. code: the carrier's own, or http_<status>, unreachable,
    emergency. retry_after: seconds the carrier asked us to wait, None when it did not say.
    """

    def __init__(self, code: str, *, permanent: bool, retry_after: float | None = None) -> None:
        self.code = code
        self.permanent = permanent
        self.retry_after = retry_after
        super().__init__(code)


class UnknownOutcome(Exception):
    """The request left us and no clear answer came: the message may or may not have been taken."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class Carrier(Protocol):
    """A carrier of SMS and calls. Every method may raise CarrierError.

    Only send_sms, place_call and end_call raise UnknownOutcome; of these only end_call may be repeated.
    """

    name: str

    def send_sms(self, *, to: str, body: str, status_callback: str, validity: timedelta) -> Receipt:
        """Hand one message over. `to` is E.164; after `validity` it is no longer worth delivering."""
        ...

    def find(self, *, to: str, body: str, since: datetime) -> list[Receipt]:
        """Messages we sent with exactly this recipient and text since then, oldest first."""
        ...

    def fetch(self, sid: str) -> Receipt:
        """The message's state now."""
        ...

    def place_call(self, *, to: str, url: str, status_callback: str, ring_seconds: int) -> Receipt:
        """Ring `to` (E.164); when it is picked up the carrier asks `url` what to say."""
        ...

    def find_calls(self, *, to: str, since: datetime) -> list[Receipt]:
        """Calls we placed to exactly this number since then, oldest first. Nothing tells what they were about."""
        ...

    def fetch_call(self, sid: str) -> Receipt:
        """The call's state now."""
        ...

    def end_call(self, sid: str, *, answered: bool) -> Receipt:
        """Hang up; with `answered` false only while it rings, and one picked up meanwhile goes on.

        Harmless to repeat. The receipt tells the state right after. Raises CarrierError (permanent) for an ended call.
        """
        ...

    def signed(self, *, url: str, form: dict[str, list[str]], signature: str, settings_header: str) -> bool:
        """True when the carrier itself signed this webhook for this public URL."""
        ...
