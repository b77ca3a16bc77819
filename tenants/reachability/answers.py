"""Hears what becomes of the tests; registered with the carriers by the composition root."""

from __future__ import annotations

from datetime import datetime, timedelta

from central.carriers.listeners import Listener, Route, Spoken
from central.carriers.models import Direction, Leg, State
from central.municipalities.context import in_municipality
from central.municipalities.directory import by_id
from tenants.reachability import services, wording

COUNTS_FOR = timedelta(hours=24)


class NumberTests(Listener):
    """An SMS that says PROV is ours, whatever else the number is asked about."""

    def claims(self, body: str) -> bool:
        return wording.is_answer(body)

    def route(self, number_hash: str, now: datetime) -> Route | None:
        """The newest test of this number, for a day."""
        legs = Leg.objects.filter(
            number_hash=number_hash,
            purpose=services.PURPOSE,
            direction=Direction.OUT,
            created_at__gt=now - COUNTS_FOR,
            subject_id__isnull=False,
        )
        leg = legs.order_by("-created_at").first()
        if leg is None or leg.subject_id is None:
            return None
        return Route(municipality_id=leg.municipality_id, subject_id=leg.subject_id)

    def inbound(self, leg: Leg, number: str, body: str, now: datetime) -> None:
        """Any answer shows that the number is reached and read."""
        self._answered(leg, "sms", now)

    def key(self, leg: Leg, digit: str, now: datetime) -> Spoken:
        """A person pressed; any key but 1 says it again."""
        if digit != "1":
            return self.words(leg, now)
        self._answered(leg, "voice", now)
        return Spoken(wording.THANKS, listen=False)

    def leg_changed(self, leg: Leg, now: datetime) -> None:
        """Why it did not arrive is kept."""
        if leg.state in (State.UNDELIVERED, State.FAILED) and leg.subject_id is not None:
            with in_municipality(by_id(leg.municipality_id)):
                services.trouble(test_id=leg.subject_id, code=leg.error_code)

    def _answered(self, leg: Leg, way: str, now: datetime) -> None:
        if leg.subject_id is not None:
            with in_municipality(by_id(leg.municipality_id)):
                services.answered(test_id=leg.subject_id, way=way, now=now)
