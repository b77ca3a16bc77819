"""What somebody who was asked says, by SMS, key press, link or through the operator; and what follows from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

from alarms.callouts import asking, links, purposes, rules, runs, safety, showing, wording
from alarms.callouts.models import OPEN, Callout, Run, RunState, State
from alarms.callouts.rules import Said
from alarms.workqueue import changes
from alarms.workqueue.models import State as ItemState
from alarms.workqueue.models import WorkItem
from alarms.workqueue.step_watch import steps_changed
from central.accounts.models import User
from central.carriers import services as carriers
from central.events.services import unit_of_work
from central.municipalities import directory
from central.municipalities.context import in_municipality
from tenants.casefiles import queries as casefile_queries
from tenants.casefiles import services as casefiles
from tenants.casefiles.models import StepState
from tenants.contents.models import CalloutLetter


@contextmanager
def locked(callout_id: UUID) -> Iterator[tuple[WorkItem, Run | None, Callout]]:
    """A unit of work with the case, the run and the call-out locked, in the order that everybody locks them."""
    with unit_of_work():
        item = changes.locked(Callout.objects.values_list("work_item_id", flat=True).get(pk=callout_id))
        run_id = Callout.objects.values_list("run_id", flat=True).get(pk=callout_id)
        run = Run.objects.select_for_update().get(pk=run_id) if run_id else None
        yield item, run, Callout.objects.select_for_update().get(pk=callout_id)


def hear(*, callout_id: UUID, body: str, now: datetime) -> State | None:
    """A contact's SMS about this call-out: 1 takes, 2 can not, 4–6 how far; anything else is only written down.

    The last 1 or 2 counts, so who took a case may still say that they can't. Returns what it meant.
    """
    with locked(callout_id) as (item, run, callout):
        others = Callout.objects.filter(number_hash=callout.number_hash, state__in=OPEN).exclude(
            pk=callout.pk
        )
        several = callout.state in OPEN and others.exists()
        closed = item.state == ItemState.CLOSED
        if run is not None and run.purpose != purposes.CALLOUT and not closed:
            return _heard_otherwise(item, run, callout, body, "sms", now)
        meant = Said() if closed else rules.said(body)
        return _answered(
            item, run, callout, meant, now,
            line=lambda state, progress: wording.answer_line(
                asking.name_of(callout), body, state, several=several, closed=closed, progress=progress
            ),
        )  # fmt: skip


def press(*, callout_id: UUID, digit: str, now: datetime) -> State | None:
    """A key pressed while our call was listened to. Returns what it meant; None for any other key or a closed case."""
    with locked(callout_id) as (item, run, callout):
        if digit not in ("1", "2") or item.state == ItemState.CLOSED:
            return None
        if run is not None and run.purpose != purposes.CALLOUT:
            return _heard_otherwise(item, run, callout, digit, "voice", now)
        return _answered(
            item, run, callout, rules.said(digit), now,
            line=lambda state, _progress: wording.pressed_line(asking.name_of(callout), digit, state),
        )  # fmt: skip


def say(
    *, callout_id: UUID, what: str, minutes: int | None = None, text: str = "", now: datetime
) -> State | None:
    """What was chosen on the one-time page: accepted, declined, on_way, on_site, done or ok, and a report.

    For a run with another purpose `what` is the digit of the answer and `text` its reason.
    """
    with locked(callout_id) as (item, run, callout):
        if item.state == ItemState.CLOSED:
            return None
        if run is not None and run.purpose != purposes.CALLOUT:
            return _heard_otherwise(item, run, callout, f"{what} {text}".strip(), "link", now)
        state = State(what) if what in ("accepted", "declined") else None
        progress = what if what in ("on_way", "on_site", "done") else ""
        if text:
            _keep_report(callout, text)
        return _answered(
            item, run, callout, Said(state, progress, minutes), now,
            line=lambda state, progress: wording.link_line(
                asking.name_of(callout), state, progress or ("ok" if what == "ok" else ""), text
            ),
        )  # fmt: skip


def safe(*, callout_id: UUID, now: datetime) -> None:
    """They pressed that all is well, in the call that asked."""
    with locked(callout_id) as (item, run, callout):
        _answered(
            item, run, callout, Said(), now,
            line=lambda *_: wording.pressed_line(asking.name_of(callout), "1", None) + wording.PROGRESS["ok"],
        )  # fmt: skip


def _keep_report(callout: Callout, text: str) -> None:
    with in_municipality(directory.by_id(callout.municipality_id)):
        CalloutLetter.objects.filter(pk=callout.pk).update(report=text)


def settled(
    item: WorkItem, callout: Callout, state: State, operator: User, text: str, now: datetime
) -> State | None:
    """What the operator heard by telephone instead. In the item's lock."""
    run = Run.objects.select_for_update().get(pk=callout.run_id) if callout.run_id else None
    if state == State.NO_ANSWER:
        callout.state, callout.missed_at = state, now
        callout.save(update_fields=["state", "missed_at"])
        showing.show(item, run, [("sms_answered", text)], operator, now)
        return state
    return _answered(item, run, callout, Said(state), now, line=lambda *_: text, operator=operator)


def reported(item: WorkItem, callout: Callout, said: Said, operator: User, text: str, now: datetime) -> None:
    """How far they are, as the operator heard it by telephone. In the locks."""
    run = Run.objects.get(pk=callout.run_id) if callout.run_id else None
    _answered(item, run, callout, said, now, line=lambda *_: text, operator=operator)


def _heard_otherwise(
    item: WorkItem, run: Run, callout: Callout, body: str, way: str, now: datetime
) -> State | None:
    """An answer to another question than whether they take the case."""
    name = asking.name_of(callout)
    line = purposes.of(run).heard(item, run, callout, name=name, body=body, way=way, now=now)
    item = changes.locked(item.pk)  # as the answer left it
    if line is None:
        text = wording.answer_line(name, body, None, several=False, closed=False)
        showing.tell(item, [(rules.VERBS[State.ACCEPTED], text)], now)
        return None
    callout.state, callout.answered_at = State.ACCEPTED, now
    callout.save()
    showing.tell(item, [(rules.VERBS[State.ACCEPTED], line)], now)
    if run.state == RunState.RUNNING:
        runs.end(run, RunState.TAKEN, now)
        run.save()
    call_off_others(item, run, now)
    return State.ACCEPTED


type Line = Callable[[State | None, str], str]


def _answered(
    item: WorkItem,
    run: Run | None,
    callout: Callout,
    meant: Said,
    now: datetime,
    *,
    line: Line,
    operator: User | None = None,
) -> State | None:
    state, progress = meant.state, ""
    if state == State.ACCEPTED and _is_taken(run, callout):
        state = State.NOT_NEEDED
    if state is not None:
        callout.state, callout.answered_at = state, now
    elif meant.progress and callout.state == State.ACCEPTED:
        progress = meant.progress
        setattr(callout, f"{progress}_at", getattr(callout, f"{progress}_at") or now)
    if meant.minutes is not None and callout.state == State.ACCEPTED:
        callout.arrives_at = now + timedelta(minutes=meant.minutes)
    heard_again = safety.restart(callout, run, now)
    callout.save()
    lines = [(rules.VERBS[State.ACCEPTED], line(state, progress))]
    if heard_again:
        lines.append(("back_in_touch", wording.heard_again_line(asking.name_of(callout))))
    if state in (State.ACCEPTED, State.DECLINED):
        settle_step(item, run, callout, now)
    showing.show(item, run, lines, operator, now)
    if run is not None and state is not None:
        _follow(item, run, callout, state, now)
    return state


def _is_taken(run: Run | None, callout: Callout) -> bool:
    """As many as are needed have taken it already, and this one is not among them; or it has been called off."""
    if run is None or callout.state == State.ACCEPTED:
        return False
    return run.state == RunState.CALLED_OFF or (run.state == RunState.TAKEN and _takers(run) >= run.wanted)


def _takers(run: Run) -> int:
    return Callout.objects.filter(run=run, state=State.ACCEPTED).count()


def _follow(item: WorkItem, run: Run, callout: Callout, state: State, now: datetime) -> None:
    """Enough have taken it: the others are told. Somebody can't (any more): the next is asked at once."""
    enough = _takers(run) >= run.wanted
    if state == State.ACCEPTED:
        owner = directory.by_id(item.municipality_id)
        asking.inform(callout, owner, wording.yours_text(item, links.starred(owner)), now)
    if state == State.ACCEPTED and enough and run.state != RunState.TAKEN:
        runs.end(run, RunState.TAKEN, now)
        run.save()
        call_off_others(item, run, now)
    elif state == State.NOT_NEEDED:
        tell_not_needed([callout], item, run, now)
    elif state == State.DECLINED and not enough:
        came_back = run.state == RunState.TAKEN
        if came_back or runs.is_being_asked(run, callout):
            runs.resume(run, item, now)


def call_off_others(item: WorkItem, run: Run, now: datetime) -> None:
    """Those who are still asked need not answer: what is queued is not sent, what rings stops, who was texted is told."""
    others = list(Callout.objects.select_for_update().filter(run=run, state__in=OPEN))
    told = [one for one in others if one.state in (State.SENT, State.DELIVERED)]
    for one in others:
        one.state, one.answered_at = State.NOT_NEEDED, now
        one.save(update_fields=["state", "answered_at"])
        for leg in asking.legs_of(one):
            if leg.channel == "voice":
                carriers.hang_up(leg_id=leg.pk, now=now, answered_too=False)
    tell_not_needed(told, item, run, now)
    if others:
        showing.mark(item)
        item.save(update_fields=["word", "attention"])


def tell_not_needed(some: list[Callout], item: WorkItem, run: Run, now: datetime) -> None:
    """By SMS, those who were asked and whom the case does not need (any more)."""
    owner = directory.by_id(item.municipality_id)
    text = wording.called_off_text(item) if run.state == RunState.CALLED_OFF else wording.taken_text(item)
    for one in some:
        asking.inform(one, owner, text, now)


def settle_step(item: WorkItem, run: Run | None, callout: Callout, now: datetime) -> None:
    """Enough have taken it: the step that called out is done. Changed their mind: it stands open again."""
    if callout.step_position is None:
        return
    enough = callout.state == State.ACCEPTED if run is None else _takers(run) >= run.wanted
    outcome = f"{callout.duty_name} tar"
    with in_municipality(directory.by_id(callout.municipality_id)):
        done = casefile_queries.step_records(callout.work_item_id).get(callout.step_position)
        if callout.state == State.ACCEPTED and enough:
            casefiles.record_step(
                callout.work_item_id,
                position=callout.step_position,
                state=StepState.DONE,
                outcome=outcome,
                by=casefiles.NOBODY,
                now=now,
            )
        elif not enough and done is not None and done.by_id is None and done.outcome == outcome:
            casefiles.forget_step(callout.work_item_id, position=callout.step_position)
        steps_changed(item, now)
