"""Schedules in few words, for worlds where somebody has to be on duty. Call in the municipality."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from typing import Any

from tenants.oncall.models import Contact, Duty, Layer, LayerMember

LONG_AGO = date(2020, 1, 6)  # a Monday


def always(duty: Duty, *people: Contact, rank: int = 1, **more: Any) -> Layer:
    """These people have it in turn, weekly; one alone has it round the clock for ever."""
    return layer(duty, people, rank=rank, **more)


def layer(duty: Duty, people: Sequence[Contact], **more: Any) -> Layer:
    """A layer as it stands in the database."""
    told: dict[str, Any] = {"first_day": LONG_AGO, "turns_at": time(0), **more}
    made = Layer.objects.create(duty=duty, **told)
    LayerMember.objects.bulk_create(
        LayerMember(layer=made, contact=one, position=position) for position, one in enumerate(people, 1)
    )
    return made


def in_order(duty: Duty, *people: Contact) -> None:
    """Round the clock, the first with rank 1, the next with 2 and so on."""
    for rank, one in enumerate(people, 1):
        always(duty, one, rank=rank)
