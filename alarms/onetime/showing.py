"""What somebody who is asked sees: the least that is needed to answer, and the address once they have taken it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings

from alarms.callouts import services
from alarms.callouts.models import Callout, State
from alarms.callouts.purposes import CALLOUT
from alarms.decisions.models import Decision
from alarms.decisions.models import State as DecisionState
from alarms.decisions.wording import CHOSEN, clock
from central import kinds, phone
from central.municipalities.context import MunicipalityRef
from tenants.casefiles import queries as casefiles
from tenants.decided.models import Choice
from tenants.oncall.schedule import STOCKHOLM

MINUTES = (5, 10, 15, 20, 30, 45, 60, 90)
"""How far away somebody may say that they are."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One of på väg, på plats, klar, and when it was told (02:41), "" when it was not."""

    what: str
    word: str
    at: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Of the case, what stands on the shared board row, and how to reach the centre."""

    headline: str
    where: str
    reference: str
    duty: str
    asked_at: str
    centre: str


@dataclass(frozen=True, slots=True)
class Shown:
    """``state``: asked | mine | over (somebody else has it, or nobody is needed) | decide | decided."""

    state: str
    case: Facts
    place: str = ""
    stages: list[Stage] = field(default_factory=list)
    next: str = ""
    arrives_at: str = ""
    safe_until: str = ""
    unheard: bool = False
    coming: int = 0
    wanted: int = 1
    report: str = ""
    choices: list[tuple[str, str]] = field(default_factory=list)
    due: str = ""
    default: str = ""
    decided: str = ""


def shown(callout: Callout, owner: MunicipalityRef) -> Shown:
    """Call in the municipality."""
    item, run = callout.work_item, callout.run
    facts = Facts(
        headline=kinds.KINDS[item.kind].name,
        where=item.site or item.area or owner.name,
        reference=item.reference,
        duty=callout.duty_name,
        asked_at=_minute(callout.asked_at),
        centre=phone.display(settings.TWILIO_FROM) if settings.TWILIO_FROM else "",
    )
    if run is not None and run.purpose != CALLOUT:
        return _decision(callout, facts)
    if callout.state == State.ACCEPTED:
        return _mine(callout, facts)
    state = "asked" if services.may_take(callout.pk) else "over"
    return Shown(state, facts, wanted=run.wanted if run else 1)


def _mine(callout: Callout, facts: Facts) -> Shown:
    run = callout.run
    stages = [
        Stage(what, word, _minute(getattr(callout, f"{what}_at")))
        for what, word in (("on_way", "På väg"), ("on_site", "På plats"), ("done", "Klar"))
    ]
    reached = [nth for nth, one in enumerate(stages) if one.at]
    after = stages[reached[-1] + 1 :] if reached else stages
    coming = Callout.objects.filter(run=run, state=State.ACCEPTED).count() if run else 1
    return Shown(
        "mine",
        facts,
        place=casefiles.case(callout.work_item_id).place,
        stages=stages,
        next=after[0].what if after else "",
        arrives_at=_minute(callout.arrives_at) if not callout.on_site_at else "",
        safe_until=_minute(callout.safe_until),
        unheard=callout.unheard_at is not None or callout.safety_asked_at is not None,
        coming=coming,
        wanted=run.wanted if run else 1,
    )


def _decision(callout: Callout, facts: Facts) -> Shown:
    decision = Decision.objects.filter(asking=callout.run).first()
    if decision is None or decision.state != DecisionState.ASKED:
        word = (
            CHOSEN[Choice(decision.choice)]
            if decision is not None and decision.choice
            else "inget beslut behövs"
        )
        at = clock(decision.decided_at) if decision is not None and decision.decided_at else ""
        return Shown("decided", facts, decided=word, due=at)
    case = casefiles.case(callout.work_item_id)
    return Shown(
        "decide",
        facts,
        place=case.place,
        report=case.story,
        choices=[("1", "Särskild ordning, nu"), ("2", "Nästa arbetspass")],
        due=clock(decision.due_at),
        default=CHOSEN[Choice(decision.default_choice)],
    )


def _minute(at: datetime | None) -> str:
    return "" if at is None else f"{at.astimezone(STOCKHOLM):%H:%M}"
