"""Who is on duty now, as the console shows it. Call in the municipality."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from operator_console.times import coming
from tenants.oncall import queries as oncall


@dataclass(frozen=True, slots=True)
class OnDuty:
    """One person on duty, and until when (02:13 on the wall in Stockholm, with the day when it is not within 24 h)."""

    name: str
    number_end: str
    sms: bool
    until: str
    rank: int


@dataclass(frozen=True, slots=True)
class DutyLine:
    """One duty and who has it, by rank; nobody is an empty list."""

    code: str
    name: str
    function: str
    people: list[OnDuty]
    next_name: str = ""
    next_from: str = ""


def on_duty(now: datetime) -> list[DutyLine]:
    """Every duty of the municipality."""
    return [
        DutyLine(
            code=line.duty.code,
            name=line.duty.name,
            function=line.duty.function,
            people=[
                OnDuty(
                    name=one.contact.name,
                    number_end=one.contact.phone[-4:],
                    sms=one.contact.sms,
                    until=coming(one.until, now),
                    rank=one.rank,
                )
                for one in line.people
            ],
            next_name=line.next.contact.name if line.next else "",
            next_from=coming(line.next.starts, now) if line.next else "",
        )
        for line in oncall.on_duty_now(now)
    ]
