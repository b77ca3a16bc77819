"""Whom a decision is asked of, and how their answer is read: the decision function's question, registered by config."""

from __future__ import annotations

import re
from datetime import datetime

from alarms.callouts.beginning import begin
from alarms.callouts.models import Callout, Run
from alarms.decisions import services, wording
from alarms.decisions.models import Decision, State
from alarms.workqueue import changes
from alarms.workqueue.models import WorkItem
from central.municipalities import directory
from central.municipalities.context import in_municipality
from tenants.decided.models import Choice
from tenants.oncall import queries as oncall

PURPOSE = "decision"
SHORTEST = 60
"""Seconds that each of those who may decide has, at least."""
_SAID = re.compile(r"([12])(?:[\s,.:;–-]+(.*))?", re.ASCII | re.DOTALL)
_MEANT = {"1": Choice.SPECIAL, "2": Choice.NEXT_SHIFT}


def read(body: str) -> tuple[Choice, str] | None:
    """The choice and the reason of ``2 källaren är torr``; None for anything else. "2 min bort" is a reason too."""
    found = _SAID.fullmatch(body.strip())
    return None if found is None else (_MEANT[found[1]], (found[2] or "").strip())


def when_nobody(item: WorkItem, run: Run | None, now: datetime) -> None:
    """Nobody takes the case: its decision function is asked, in the transaction in which that became true.

    Without a run it is asked because the instruction says so.

    With nobody there either, the municipality's rule counts at once.
    """
    decision = services.ask(item=item, about=run, now=now)
    if decision is None:
        return
    owner = directory.by_id(item.municipality_id)
    policy = services.policy_for(owner, item)
    with in_municipality(owner):
        try:
            duty = oncall.on_duty(policy.duty, now) if policy.duty else None
        except oncall.UnknownDuty:
            duty = None
    asked = duty is not None and bool(duty.people)
    if not asked:
        decision.due_at = now
        decision.save(update_fields=["due_at"])
    name = duty.duty.name if duty is not None and asked else ""
    text = wording.asked_line(name, decision.due_at, decision.default_choice)
    changes.save(item, verb="decision_asked", now=now, actor=None, text=text, touched=False)
    if duty is not None and asked:
        seconds = max(SHORTEST, policy.minutes * 60 // len(duty.people))
        decision.asking = begin(
            item=item,
            duty=duty,
            people=duty.people,
            purpose=PURPOSE,
            answer_within=seconds,
            rounds=1,
            now=now,
        )
        decision.save(update_fields=["asking"])


class ToDecide:
    """The question and its answers: 1 särskild ordning, 2 nästa arbetspass, and the reason after it."""

    def sms(self, run: Run, *, asks: str, item: WorkItem, municipality_name: str, link: str) -> str:
        return wording.sms(_open(item), asks=asks, item=item, municipality_name=municipality_name, link=link)

    def spoken(self, run: Run, *, asks: str, item: WorkItem, municipality_name: str) -> str:
        return wording.spoken(_open(item), asks=asks, item=item, municipality_name=municipality_name)

    def thanks(self, digit: str, state: str | None) -> str:
        return wording.THANKS_SPOKEN[_MEANT[digit]]

    def heard(
        self, item: WorkItem, run: Run, callout: Callout, *, name: str, body: str, way: str, now: datetime
    ) -> str | None:
        said = read(body)
        decision = Decision.objects.filter(asking=run).first()
        if said is None or decision is None:
            return None
        choice, reason = said
        try:
            services.decide(
                decision_id=decision.pk, choice=choice, by_name=name, way=way, reason=reason, now=now
            )
        except services.AlreadyDecided as late:
            return (
                f"{name} svarade: ”{body.strip()}”, men beslutet var redan {wording.chosen(late.decision)}."
            )
        return f"{name} svarade: ”{body.strip()}”."

    def nobody_came(self, item: WorkItem, run: Run, now: datetime) -> None:
        """The time to decide goes on: then the municipality's rule counts."""


def _open(item: WorkItem) -> Decision:
    return Decision.objects.get(work_item=item, state=State.ASKED)
