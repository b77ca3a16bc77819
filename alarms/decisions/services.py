"""Asking for a decision when nobody takes a case, making it once, and following what was put off until it is received.

Locks are taken in one order everywhere: work item, run, call-out, decision.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from alarms.callouts.models import Run
from alarms.decisions import wording
from alarms.decisions.models import Decision, State
from alarms.workqueue import changes
from alarms.workqueue.claiming import to_queue
from alarms.workqueue.models import State as ItemState
from alarms.workqueue.models import WorkItem
from central.accounts.models import User
from central.events.services import unit_of_work
from central.municipalities import directory
from central.municipalities.context import MunicipalityRef, in_municipality
from central.priorities import DEADLINES, LIFE_CRITICAL
from tenants.casefiles import queries as casefiles
from tenants.decided.models import Choice, DecisionLetter, Deferred
from tenants.decided.models import Policy as KeptPolicy
from tenants.decided.rules import Policy, next_shift, policy_of

OUTCOME = "handed_to_municipality"
"""What a case is closed with when the receiving team has receipted for it."""
MOST = 200


class AlreadyDecided(Exception):
    """Somebody has decided, or the time to decide is out; `decision` is how it stands."""

    def __init__(self, decision: Decision) -> None:
        super().__init__(decision.state)
        self.decision = decision


def ask(*, item: WorkItem, about: Run | None, now: datetime) -> Decision | None:
    """Nobody takes the locked case: its municipality is to decide. None when that has been asked already.

    In the caller's unit of work. Who is asked, and how, is begun by the caller (alarms.decisions.asking).
    """
    if item.state == ItemState.CLOSED or Decision.objects.filter(work_item=item, state=State.ASKED).exists():
        return None
    owner = directory.by_id(item.municipality_id)
    policy = policy_for(owner, item)
    default = policy.default_choice
    if item.priority == LIFE_CRITICAL:
        default = Choice.SPECIAL  # danger to life is never put off by silence
    decision = Decision.objects.create(
        work_item=item,
        municipality_id=owner.id,
        function=item.function,
        about=about,
        default_choice=default,
        asked_at=now,
        due_at=now + timedelta(minutes=policy.minutes),
    )
    with in_municipality(owner):
        DecisionLetter.objects.create(
            id=decision.pk, case_id=item.pk, information=_information(item, about), asked_at=now
        )
    return decision


def decide(
    *,
    decision_id: UUID,
    choice: str,
    by_name: str,
    way: str,
    reason: str = "",
    with_what: str = "",
    actor: User | None = None,
    now: datetime,
) -> Decision:
    """Choose, once. The same choice again adds a reason that was missing. Raises AlreadyDecided for another."""
    with unit_of_work():
        item = changes.locked(Decision.objects.values_list("work_item_id", flat=True).get(pk=decision_id))
        decision = Decision.objects.select_for_update().get(pk=decision_id)
        if decision.state != State.ASKED:
            if decision.state == State.DECIDED and decision.choice == choice:
                _add_reason(item, decision, reason, now)
                return decision
            raise AlreadyDecided(decision)
        decision.state, decision.choice = State.DECIDED, Choice(choice)
        _make(item, decision, who=by_name, way=way, reason=reason, with_what=with_what, actor=actor, now=now)
    return decision


def default_due(now: datetime) -> int:
    """For the clock: nobody decided in time, so the municipality's rule counts; how many."""
    done = 0
    for pk, item_id in Decision.objects.filter(state=State.ASKED, due_at__lte=now).values_list(
        "pk", "work_item_id"
    )[:MOST]:
        with unit_of_work():
            item = changes.locked(item_id)
            decision = Decision.objects.select_for_update().get(pk=pk)
            if decision.state != State.ASKED:
                continue
            if item.state == ItemState.CLOSED:
                decision.state = State.WITHDRAWN
                decision.save(update_fields=["state"])
                continue
            decision.state, decision.choice = State.DEFAULTED, decision.default_choice
            _make(item, decision, who="", way="default", reason="", with_what="", actor=None, now=now)
            done += 1
    return done


def _make(
    item: WorkItem,
    decision: Decision,
    *,
    who: str,
    way: str,
    reason: str,
    with_what: str,
    actor: User | None,
    now: datetime,
) -> None:
    owner = directory.by_id(decision.municipality_id)
    decision.decided_at = now
    if decision.choice == Choice.NEXT_SHIFT:
        policy = policy_for(owner, item)
        starts = next_shift(policy.shift_days, policy.shift_starts, now)
        decision.shift_at, decision.receipt_due_at = (
            starts,
            starts + timedelta(minutes=policy.receipt_minutes),
        )
    decision.save()
    if decision.about_id is not None:
        Run.objects.filter(pk=decision.about_id).update(settled_at=now)
    reason, with_what = reason.strip(), with_what.strip()
    with in_municipality(owner):
        DecisionLetter.objects.filter(pk=decision.pk).update(
            decided_by_name=who, way=way, reason=reason, with_what=with_what, decided_at=now
        )
        if decision.shift_at is not None and decision.receipt_due_at is not None:
            Deferred.objects.create(
                id=decision.pk,
                case_id=item.pk,
                reference=item.reference,
                function=item.function,
                headline=item.headline,
                reason=reason,
                starts_at=decision.shift_at,
                receipt_due_at=decision.receipt_due_at,
            )
    item.word = wording.word(decision)[:80]
    item.attention = [one for one in item.attention if one not in ("nobody", "late")]
    if decision.choice == Choice.NEXT_SHIFT:
        item.state, item.parked_until = ItemState.PARKED, decision.receipt_due_at
        item.claimed_by, item.claimed_at = (
            None,
            None,
        )  # nobody's until the team has it, or it comes back to all
    changes.save(
        item,
        verb="decided",
        now=now,
        actor=actor,
        text=wording.made_line(decision, who=who, reason=reason, with_what=with_what),
        data={"decision": str(decision.pk), "choice": decision.choice},
        touched=False,
    )


def _add_reason(item: WorkItem, decision: Decision, reason: str, now: datetime) -> None:
    if not (reason := reason.strip()):
        return
    with in_municipality(directory.by_id(decision.municipality_id)):
        if DecisionLetter.objects.filter(pk=decision.pk, reason="").update(reason=reason):
            Deferred.objects.filter(pk=decision.pk).update(reason=reason)
            changes.save(
                item,
                verb="decided",
                now=now,
                actor=None,
                text=f"Skäl till beslutet: {reason}.",
                touched=False,
            )


def receive(*, decision_id: UUID, person: User, now: datetime) -> Decision:
    """The team receipts for a case that was put off: it is theirs, and closed here. Twice is once.

    The caller has checked that the person may act for the case's function in its municipality.
    Raises AlreadyDecided when it has gone back to the centre.
    """
    with unit_of_work():
        item = changes.locked(Decision.objects.values_list("work_item_id", flat=True).get(pk=decision_id))
        decision = Decision.objects.select_for_update().get(pk=decision_id)
        owner = directory.by_id(decision.municipality_id)
        if decision.received_at is not None:
            return decision
        with in_municipality(owner):
            mine = Deferred.objects.filter(pk=decision.pk, received_at=None, came_back_at=None)
            if not mine.update(received_at=now, received_by_id=person.pk, received_by_name=person.name):
                raise AlreadyDecided(decision)
        decision.received_at = now
        decision.save(update_fields=["received_at"])
        if item.state == ItemState.PARKED and item.claimed_by_id is None:
            item.state, item.closed_at, item.outcome, item.parked_until = ItemState.CLOSED, now, OUTCOME, None
        changes.save(
            item,
            verb="received_by_team",
            now=now,
            actor=None,
            text=wording.received_line(person.name),
            touched=False,
        )
    return decision


def bring_back(now: datetime) -> int:
    """For the clock: nobody has receipted in time, and the case is the centre's again; how many."""
    done = 0
    lost = Decision.objects.filter(
        choice=Choice.NEXT_SHIFT, received_at=None, came_back_at=None, receipt_due_at__lte=now
    )
    for pk, item_id in lost.values_list("pk", "work_item_id")[:MOST]:
        with unit_of_work():
            item = changes.locked(item_id)
            decision = Decision.objects.select_for_update().get(pk=pk)
            if decision.received_at or decision.came_back_at or decision.receipt_due_at is None:
                continue
            decision.came_back_at = now
            decision.save(update_fields=["came_back_at"])
            with in_municipality(directory.by_id(decision.municipality_id)):
                Deferred.objects.filter(pk=pk).update(came_back_at=now)
            if item.state == ItemState.CLOSED:
                continue
            item.attention = [*(one for one in item.attention if one != "nobody"), "nobody"]
            item.word = "Ingen kvitterade"
            text = wording.came_back_line(decision.receipt_due_at)
            if item.state == ItemState.PARKED and item.claimed_by_id is None:
                item.due_at = now + DEADLINES[item.priority]
                to_queue(item, verb="came_back", now=now, actor=None, text=text)
            else:
                changes.save(item, verb="came_back", now=now, actor=None, text=text, touched=False)
            done += 1
    return done


def policy_for(owner: MunicipalityRef, item: WorkItem) -> Policy:
    """How the municipality decides about this case's function."""
    with in_municipality(owner):
        return policy_of(KeptPolicy.objects.all(), item.function)


def _information(item: WorkItem, about: Run | None) -> dict[str, Any]:
    """What was known when it was asked: kept, since a decision is judged by it."""
    with in_municipality(directory.by_id(item.municipality_id)):
        case = casefiles.case(item.pk)
        journal = [line.text for line in casefiles.journal(item.pk)[:20] if line.text]
    return {
        "kind": item.kind,
        "priority": item.priority,
        "headline": item.headline,
        "place": case.place,
        "story": case.story,
        "received_at": item.received_at.isoformat(),
        "duty": about.duty_name if about else "",
        "asked": about.people if about else 0,
        "journal": journal,
    }
