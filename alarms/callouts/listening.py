"""The carriers' listener for call-outs; registered by the composition root."""

from __future__ import annotations

from datetime import datetime

from alarms.callouts import answering, links, queries, services, wording
from central.carriers.listeners import Listener, Route, Spoken
from central.carriers.models import Leg


class CalloutNews(Listener):
    """What is only told to those who were asked."""

    def text(self, leg: Leg, body: str) -> str:
        """With the address of their page."""
        return links.filled(body, leg.subject_id) if leg.subject_id else body


class Safety(Listener):
    """The call that asks somebody alone whether all is well: 1 is yes, and a voicemail is no answer."""

    def key(self, leg: Leg, digit: str, now: datetime) -> Spoken:
        """Any other key says it again."""
        if digit != "1" or leg.subject_id is None:
            return self.words(leg, now)
        answering.safe(callout_id=leg.subject_id, now=now)
        return Spoken(wording.SAFE_SPOKEN, listen=False)


class Callouts(CalloutNews):
    """Hears what becomes of our SMS, and the answers to them."""

    def leg_changed(self, leg: Leg, now: datetime) -> None:
        services.leg_changed(leg, now)

    def still_wanted(self, leg: Leg, now: datetime) -> bool:
        return services.still_wanted(leg)

    def words(self, leg: Leg, now: datetime) -> Spoken:
        """The question, or that nobody is needed any more."""
        if leg.subject_id is None or not services.may_take(leg.subject_id):
            return Spoken(wording.TAKEN_SPOKEN, listen=False)
        return super().words(leg, now)

    def key(self, leg: Leg, digit: str, now: datetime) -> Spoken:
        """1 and 2 are answers; 3 says it again, as any other key."""
        if digit not in ("1", "2") or leg.subject_id is None:
            return self.words(leg, now)
        return Spoken(services.pressed(leg.subject_id, digit, now), listen=False)

    def route(self, number_hash: str, now: datetime) -> Route | None:
        callout = queries.answering(number_hash, now)
        return None if callout is None else Route(callout.municipality_id, callout.pk)

    def inbound(self, leg: Leg, number: str, body: str, now: datetime) -> None:
        if leg.subject_id is not None:
            services.hear(callout_id=leg.subject_id, body=body, now=now)
