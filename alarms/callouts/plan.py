"""The plan of an escalation: pure, frozen when it begins, told as a row of asks with the time each is given.

Everybody is asked in the order of the schedule, by SMS and then by telephone where nobody has answered; the whole order
as many times as `rounds` says. At once: everybody with no time between, and then the time to answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, Self

type Way = Literal["sms", "voice"]

RING_AFTER = 60
"""Seconds from the SMS until the telephone rings; sooner where there is less time than three times that to answer."""
ANSWER_WITHIN = 180
"""Seconds from the first ask of somebody until the next is asked."""
ROUNDS = 2
"""How many times the whole order is gone through."""


@dataclass(frozen=True, slots=True)
class Person:
    """One of those to ask, as the schedule said when the plan was made. `number` is E.164."""

    contact_id: int
    name: str
    number: str
    rank: int
    sms: bool = True


@dataclass(frozen=True, slots=True)
class Ask:
    """`person` is an index; `wait` are the seconds until the next ask. `last` is this person's last of the round."""

    person: int
    way: Way
    wait: int
    last: bool = True


@dataclass(frozen=True, slots=True)
class Plan:
    """Whom to ask, and how. Seconds."""

    people: tuple[Person, ...]
    ring_after: int = RING_AFTER
    answer_within: int = ANSWER_WITHIN
    rounds: int = ROUNDS
    at_once: bool = False
    voice: bool = True

    def as_data(self) -> dict[str, Any]:
        """For the letter."""
        return asdict(self)

    @classmethod
    def of(cls, data: dict[str, Any]) -> Self:
        """From the letter."""
        return cls(**{**data, "people": tuple(Person(**one) for one in data["people"])})


def asks(plan: Plan) -> list[Ask]:
    """Everything the plan will do, in order. After the last ask's wait nobody is left."""
    found: list[Ask] = []
    for _ in range(plan.rounds):
        found += _at_once(plan) if plan.at_once else _in_order(plan)
    return found


def _ways(plan: Plan, person: Person) -> list[Way]:
    ways: list[Way] = ["sms"] if person.sms else []
    return [*ways, "voice"] if plan.voice or not ways else ways


def _rings_after(plan: Plan) -> int:
    return min(plan.ring_after, plan.answer_within // 3)


def _in_order(plan: Plan) -> list[Ask]:
    found = []
    for nth, person in enumerate(plan.people):
        ways = _ways(plan, person)
        rings = _rings_after(plan)
        waits = [rings, plan.answer_within - rings] if len(ways) == 2 else [plan.answer_within]
        for way, wait in zip(ways, waits, strict=True):
            found.append(Ask(nth, way, wait, way == ways[-1]))
    return found


def _at_once(plan: Plan) -> list[Ask]:
    texted = [nth for nth, one in enumerate(plan.people) if one.sms]
    rung = [nth for nth, one in enumerate(plan.people) if "voice" in _ways(plan, one)]
    rings = _rings_after(plan) if texted and rung else 0
    first = [Ask(nth, "sms", 0, nth not in rung) for nth in texted]
    then = [Ask(nth, "voice", 0) for nth in rung]
    if first and then:
        first[-1] = Ask(first[-1].person, "sms", rings, first[-1].last)
    whole = first + then
    if whole:
        whole[-1] = Ask(whole[-1].person, whole[-1].way, plan.answer_within - rings, whole[-1].last)
    return whole


def after(plan: Sequence[Ask], at: int, person: int) -> int:
    """The first ask from `at` on that is somebody else's: where to go on when this person has said no."""
    while at < len(plan) and plan[at].person == person:
        at += 1
    return at


def answer_due(plan: Sequence[Ask], at: int) -> int:
    """Seconds from ask `at` until the one asked should have answered: to the end of their asks in a row."""
    person, seconds = plan[at].person, 0
    for one in plan[at:]:
        if one.person != person and seconds:
            break
        seconds += one.wait
        if one.last and one.person == person and seconds:
            break
    return seconds
