"""Hears what becomes of the SMS to staff; registered with the carriers by the composition root."""

from __future__ import annotations

from datetime import datetime, timedelta

from central.carriers.listeners import Listener, Route
from central.carriers.models import Direction, Leg
from central.municipalities.context import in_municipality
from central.municipalities.directory import by_id
from tenants.safepoints import services

ANSWERS_COUNT_FOR = timedelta(hours=24)


class StaffAnswers(Listener):
    """Routes an answer to the last safe point this number was asked about."""

    def route(self, number_hash: str, now: datetime) -> Route | None:
        """The staff call this number may be answering; None when it hasn't been asked for a day."""
        leg = (
            Leg.objects.filter(
                number_hash=number_hash,
                purpose=services.PURPOSE,
                direction=Direction.OUT,
                created_at__gt=now - ANSWERS_COUNT_FOR,
                subject_id__isnull=False,
            )
            .order_by("-created_at")
            .first()
        )
        if leg is None or leg.subject_id is None:
            return None
        return Route(municipality_id=leg.municipality_id, subject_id=leg.subject_id)

    def inbound(self, leg: Leg, number: str, body: str, now: datetime) -> None:
        """Note the answer in the municipality that asked."""
        if leg.subject_id is None:
            return
        with in_municipality(by_id(leg.municipality_id)):
            services.staff_answered(call_id=leg.subject_id, body=body, now=now)
