"""What the row and the journal say of a case's call-outs, wherever they change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from alarms.callouts import rules
from alarms.callouts.models import Callout, Run, RunState, State
from alarms.workqueue import changes, notices
from alarms.workqueue.models import Notice, WorkItem
from central.accounts.models import User
from central.municipalities import directory
from central.municipalities.context import in_municipality
from tenants.casefiles import services as casefiles

CALLOUT = "callout"
MARKS = ("uncertain", "undelivered", "nobody", "unheard")


def mark(item: WorkItem) -> None:
    """Word and attention of an item that the caller saves."""
    apply(item, list(Callout.objects.filter(work_item=item)), list(Run.objects.filter(work_item=item)))


def apply(item: WorkItem, callouts: Sequence[Callout], runs: Sequence[Run]) -> None:
    """The same, of call-outs and escalations that are known."""
    quiet = {run.pk for run in runs if run.purpose != CALLOUT or run.settled_at is not None}
    otherwise = {run.pk for run in runs if run.purpose != CALLOUT}
    taken = [one for one in callouts if one.state == State.ACCEPTED and one.run_id not in otherwise]
    speaking = [one for one in callouts if one.run_id not in quiet or one in taken]
    going = [run for run in runs if run.pk not in quiet]
    shown = rules.summary(speaking, going)
    if speaking or going:
        item.word = shown.word[:80]
    kept = [one for one in item.attention if one not in MARKS]
    unheard = {"unheard"} if any(one.unheard_at is not None for one in callouts) else set()
    item.attention = kept + sorted(shown.attention | unheard)


def tell(item: WorkItem, lines: Sequence[tuple[str, str]], now: datetime) -> None:
    """Lines in the journal of a locked item whose row stays as it is."""
    for verb, text in lines:
        changes.save(item, verb=verb, now=now, actor=None, text=text, touched=False, part="callout")


def show(
    item: WorkItem,
    run: Run | None,
    lines: Sequence[tuple[str, str]],
    actor: User | None,
    now: datetime,
    *,
    touched: bool | None = None,
) -> None:
    """Save the locked item with its word and marks, and these lines (verb, text) in the journal, the last one last."""
    mark(item)
    owner = directory.by_id(item.municipality_id)
    with in_municipality(owner):
        for verb, text in lines[:-1]:
            casefiles.journal(item.pk, verb=verb, now=now, text=text, by=changes.by(actor))
    verb, text = lines[-1]
    changes.save(
        item,
        verb=verb,
        now=now,
        actor=actor,
        text=text,
        touched=actor is not None if touched is None else touched,
        part="callout",
    )
    if run is not None and run.state == RunState.EXHAUSTED:
        notices.notify(Notice.Kind.NOBODY, item=item, now=now)
