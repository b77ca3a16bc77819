"""Every verb writes envelope, letter, journal, audit and event, or nothing; board + events == fresh board."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from alarms.escalation import rules
from alarms.workqueue import services, timing
from alarms.workqueue.models import WorkItem
from alarms.workqueue.queries import audience, board
from central.audit.models import AuditEntry
from central.events.queries import last_id, since
from tests.support.cases import applied, case, fresh, instruction, journal, letter, now

type Act = Callable[[WorkItem, Any, Any], Any]


def held(item: WorkItem, olga: Any) -> WorkItem:
    return services.claim(item_id=item.pk, operator=olga, now=now())


def offered(item: WorkItem, olga: Any, sven: Any) -> WorkItem:
    held(item, olga)
    return services.hand_over(item_id=item.pk, operator=olga, to_id=sven.pk, reason="load", now=now())


def parked(item: WorkItem, olga: Any) -> None:
    held(item, olga)
    services.park(item_id=item.pk, operator=olga, until=now(60), now=now())


def closed(item: WorkItem, olga: Any) -> None:
    held(item, olga)
    services.close(item_id=item.pk, operator=olga, outcome="test", now=now())


def absent(item: WorkItem, olga: Any, sven: Any) -> None:
    held(item, olga)
    timing.offer_of_absent(now(600), rules.ABSENT_AFTER)


#: verb → (what comes first, the act itself)
ACTS: dict[str, tuple[Callable[[WorkItem, Any, Any], Any], Act]] = {
    "claimed": (
        lambda i, o, s: None,
        lambda i, o, s: services.claim(item_id=i.pk, operator=o, now=now()),
    ),
    "claimed (next)": (lambda i, o, s: None, lambda i, o, s: services.claim_next(operator=o, now=now())),
    "released": (
        lambda i, o, s: held(i, o),
        lambda i, o, s: services.release(item_id=i.pk, operator=o, now=now()),
    ),
    "handed_over": (lambda i, o, s: held(i, o), offered),
    "handed_over (leader)": (
        lambda i, o, s: held(i, o),
        lambda i, o, s: services.offer(item_id=i.pk, to_id=s.pk, leader=s, now=now()),
    ),
    "offer_accepted": (offered, lambda i, o, s: services.accept_offer(item_id=i.pk, operator=s, now=now())),
    "offer_declined": (offered, lambda i, o, s: services.decline_offer(item_id=i.pk, operator=s, now=now())),
    "noted": (
        lambda i, o, s: held(i, o),
        lambda i, o, s: services.note(item_id=i.pk, operator=s, text="Sett", now=now()),
    ),
    "leader_called": (
        lambda i, o, s: held(i, o),
        lambda i, o, s: services.call_leader(item_id=i.pk, operator=o, now=now()),
    ),
    "step_done": (
        lambda i, o, s: held(i, o),
        lambda i, o, s: services.tick_step(item_id=i.pk, operator=o, position=1, now=now()),
    ),
    "step_skipped": (
        lambda i, o, s: held(i, o),
        lambda i, o, s: services.skip_step(
            item_id=i.pk, operator=o, position=1, reason="not_needed", now=now()
        ),
    ),
    "parked": (
        lambda i, o, s: held(i, o),
        lambda i, o, s: services.park(item_id=i.pk, operator=o, until=now(60), now=now()),
    ),
    "woke": (lambda i, o, s: parked(i, o), lambda i, o, s: timing.wake(now(61))),
    "woke (by its owner)": (
        lambda i, o, s: parked(i, o),
        lambda i, o, s: services.claim(item_id=i.pk, operator=o, now=now()),
    ),
    "priority_changed": (
        lambda i, o, s: held(i, o),
        lambda i, o, s: services.change_priority(
            item_id=i.pk, operator=o, priority=1, reason="worse", now=now()
        ),
    ),
    "undone": (
        lambda i, o, s: held(i, o),
        lambda i, o, s: services.undo(item_id=i.pk, operator=o, now=now()),
    ),
    "closed": (lambda i, o, s: held(i, o), lambda i, o, s: closed(i, o)),
    "reopened": (
        lambda i, o, s: closed(i, o),
        lambda i, o, s: services.reopen(item_id=i.pk, operator=s, now=now()),
    ),
    "sms_sent": (
        lambda i, o, s: held(i, o),
        lambda i, o, s: services.set_word(
            item_id=i.pk, word="Sms skickat", attention_add=["uncertain"], verb="sms_sent", now=now()
        ),
    ),
    "deadline_missed": (
        lambda i, o, s: None,
        lambda i, o, s: timing.raise_overdue(now(600), rules.raised),
    ),
    "untouched": (
        lambda i, o, s: held(i, o),
        lambda i, o, s: timing.prompt_untouched(timing.held(2, now(1)), now(600)),
    ),
    "returned_untouched": (
        lambda i, o, s: held(i, o),
        lambda i, o, s: timing.return_untouched(timing.held(2, now(1)), now(600)),
    ),
    "taken_over": (
        absent,
        lambda i, o, s: services.claim(item_id=i.pk, operator=s, now=now(601)),
    ),
    "owner_absent": (
        lambda i, o, s: held(i, o),
        lambda i, o, s: timing.offer_of_absent(now(600), rules.ABSENT_AFTER),
    ),
}


@pytest.fixture
def item(storkoping: Any) -> WorkItem:
    instruction(storkoping, "technical", [{"text": "Ring platsen", "required": False}])
    return case(storkoping)


@pytest.mark.parametrize("act", ACTS)
def test_one_act_stands_everywhere_and_the_old_board_becomes_the_fresh_one(
    act: str, item: WorkItem, olga: Any, sven: Any
) -> None:
    before, do = ACTS[act]
    before(item, olga, sven)
    old = board(olga)
    lines, entries, number = len(journal(item)), AuditEntry.objects.count(), last_id()
    do(item, olga, sven)
    verb = act.partition(" (")[0]

    assert journal(item)[lines:][-1].verb == verb
    assert AuditEntry.objects.count() > entries
    assert AuditEntry.objects.filter(verb=f"case.{verb}", subject=str(item.pk)).exists()
    assert {event.type for event in since(number)} >= {"item", "case"}

    stored, kept = WorkItem.objects.get(pk=item.pk), letter(item)
    holder = stored.claimed_by.name if stored.claimed_by else ""
    assert (kept.state, kept.priority, kept.outcome, kept.closed_at, kept.handler_name) == (
        stored.state, stored.priority, stored.outcome, stored.closed_at, holder,
    )  # fmt: skip
    assert applied(old.rows, old.last_id, audience(olga)) == fresh(board(olga).rows)


def test_received_and_linked_obey_the_same_law(storkoping: Any, lillby: Any, olga: Any) -> None:
    old = board(olga)
    one, other = held(case(storkoping), olga), case(lillby)
    services.link(item_id=one.pk, operator=olga, lead_id=other.pk, now=now())
    services.create_by_hand(
        operator=olga,
        municipality_id=lillby.pk,
        kind="call",
        priority=3,
        place="Här",
        text="Ringde",
        now=now(),
    )
    assert applied(old.rows, old.last_id, audience(olga)) == fresh(board(olga).rows)


@pytest.mark.parametrize("act", ["claimed", "offer_accepted", "step_done", "closed", "returned_untouched"])
def test_a_fault_at_the_end_leaves_nothing_half_written(
    act: str, item: WorkItem, olga: Any, sven: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from alarms.workqueue import changes

    before, do = ACTS[act]
    before(item, olga, sven)

    def seen() -> Any:
        kept = letter(item)
        return (
            fresh(board(olga).rows), len(journal(item)), kept.state, kept.handler_name,
            AuditEntry.objects.count(), last_id(), kept.steps_count if hasattr(kept, "steps_count") else 0,
        )  # fmt: skip

    was = seen()

    def faulty(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(changes, "announce", faulty)
    with pytest.raises(ZeroDivisionError):
        do(item, olga, sven)
    monkeypatch.undo()
    assert seen() == was
