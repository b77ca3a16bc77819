"""What is handed to the carrier: everything it needs, read outside of its call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from central.carriers import call_rules, current, letters, listeners, rules
from central.carriers.models import Channel, Leg
from central.carriers.port import Carrier, Receipt
from central.municipalities import directory


@dataclass(frozen=True, slots=True)
class Message:
    """One SMS."""

    to: str
    body: str
    status_callback: str
    validity: timedelta

    def hand_to(self, carrier: Carrier) -> Receipt:
        return carrier.send_sms(
            to=self.to, body=self.body, status_callback=self.status_callback, validity=self.validity
        )


@dataclass(frozen=True, slots=True)
class Call:
    """One call. The words are not here: they are asked for when somebody picks up."""

    to: str
    url: str
    status_callback: str
    ring_seconds: int

    def hand_to(self, carrier: Carrier) -> Receipt:
        return carrier.place_call(
            to=self.to, url=self.url, status_callback=self.status_callback, ring_seconds=self.ring_seconds
        )


type Parcel = Message | Call


def of(leg: Leg, now: datetime) -> Parcel:
    """The leg with its letter. No address that the carrier is given holds more than the leg's id."""
    letter = letters.keeper().read(leg.id, directory.by_id(leg.municipality_id))
    if leg.channel == Channel.VOICE:
        return Call(
            to=letter.number,
            url=current.voice_url(leg.id),
            status_callback=current.voice_url(leg.id, "status/"),
            ring_seconds=leg.ring_seconds or call_rules.SHORTEST_RING,
        )
    expires = leg.expires_at or now + rules.VALIDITY
    return Message(
        to=letter.number,
        body=listeners.of(leg).text(leg, letter.body),
        status_callback=current.public_url(f"{current.STATUS_PATH}{leg.id}/"),
        validity=max(expires - now, timedelta(seconds=1)),
    )
