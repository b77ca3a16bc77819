"""Fault 20: operators who press at the same moment, in real threads with real commits."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from tests.support.at_once import at_once


def two_at_once(municipality: Any, operators: list[Any], *, rounds: int) -> dict[str, int]:
    """Every operator claims the same case at once, ``rounds`` times; what each was told is counted."""
    from alarms.workqueue.errors import AlreadyClaimed
    from alarms.workqueue.models import WorkItem
    from alarms.workqueue.services import claim
    from tests.support.cases import case

    told: Counter[str] = Counter()

    def press(asked: tuple[UUID, Any]) -> str:
        item_id, operator = asked
        try:
            claim(item_id=item_id, operator=operator, now=datetime.now(UTC))
        except AlreadyClaimed as refused:
            return refused.by_name
        return "won"

    for _ in range(rounds):
        item = case(municipality)
        answers = at_once(press, [(item.pk, one) for one in operators])
        winner = WorkItem.objects.select_related("claimed_by").get(pk=item.pk).claimed_by
        assert winner is not None
        for answer in answers:
            name = "told by the winner's name" if answer == winner.name else answer
            told[name if name in ("won", "told by the winner's name") else "other"] += 1
    return {
        "rounds": rounds,
        "won": told["won"],
        "told by the winner's name": told["told by the winner's name"] // (len(operators) - 1),
        "other": told["other"],
    }


def next_for_everybody(municipality: Any, operators: list[Any], *, cases: int) -> list[UUID]:
    """All press "next" until nothing waits; the cases in the order they were given."""
    from alarms.workqueue.errors import NothingWaiting
    from alarms.workqueue.models import State, WorkItem
    from alarms.workqueue.services import claim_next
    from tests.support.cases import case

    for _ in range(cases):
        case(municipality)
    taken: list[UUID] = []

    def press_on(operator: Any) -> None:
        while True:
            try:
                taken.append(claim_next(operator=operator, now=datetime.now(UTC)).pk)
            except NothingWaiting:
                if not WorkItem.objects.filter(state=State.UNANSWERED).exists():
                    return

    at_once(press_on, operators)
    return taken


def crosswise_links(municipality: Any, operators: list[Any], *, rounds: int) -> dict[str, int]:
    """Each holds a case and links it to the other's, at the same moment; one link stands, the other is refused."""
    from alarms.workqueue.errors import BadInput, NotNow
    from alarms.workqueue.services import claim, link
    from tests.support.cases import case

    told: Counter[str] = Counter()

    def press(asked: tuple[UUID, UUID, Any]) -> str:
        mine, theirs, operator = asked
        try:
            link(item_id=mine, operator=operator, lead_id=theirs, now=datetime.now(UTC))
        except (NotNow, BadInput):
            return "refused"
        return "linked"

    for _ in range(rounds):
        one, two = (
            claim(item_id=case(municipality).pk, operator=operator, now=datetime.now(UTC)).pk
            for operator in operators
        )
        told.update(at_once(press, [(one, two, operators[0]), (two, one, operators[1])]))
    return dict(told)


def main(rounds: int) -> None:
    """In a region's environment: its operators race; prints what they were told as JSON."""
    import json

    import django

    django.setup(set_prefix=False)
    from central.accounts.models import User
    from central.municipalities.models import Municipality

    municipality = Municipality.objects.exclude(kind="centre")[0]
    operators = list(User.objects.filter(username__startswith="op")[:2])
    told = two_at_once(municipality, operators, rounds=rounds)
    assert (told["won"], told["told by the winner's name"]) == (rounds, rounds), told
    print(json.dumps(told))


if __name__ == "__main__":
    import sys

    main(int(sys.argv[1]))
