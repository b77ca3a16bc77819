"""Rules and agreements for tests of linked cases."""

from __future__ import annotations

from datetime import date
from typing import Any

from alarms.activation import watching
from central.agreements import services as agreements
from central.agreements.models import Agreement
from central.municipalities.context import in_municipality
from tenants.crossing.models import Rule
from tenants.crossing.services import save_rule
from tests.support.cases import now

TEXT = "Åk dit och ta hand om de boende."


def rule(municipality: Any, actor: Any, **more: Any) -> Rule:
    """A fire where somebody with a safety alarm lives starts home care's visit; ``more`` changes it."""
    given = {
        "rule_id": None, "kinds": ["fire"], "looks": "residents", "site_kinds": [], "opens": "home_care_visit",
        "priority": 1, "text": TEXT, "abroad": False, **more,
    }  # fmt: skip
    with in_municipality(municipality.ref()):
        made = save_rule(**given, actor=actor, now=now())
    watching.forget()
    return made


def agreement(giver: Any, taker: Any, asks: Any, confirms: Any, **more: Any) -> Agreement:
    """The giver's fires may be told the taker's home care, confirmed by both; ``confirms`` None: not yet."""
    given = {
        "kinds": ["fire"], "functions": ["home_care"], "shares": [], "valid_from": date(2026, 1, 1),
        "valid_until": None, **more,
    }  # fmt: skip
    made = agreements.propose(
        mine=giver.ref(), other_id=taker.pk, we_tell=True, by=asks, now=now(), today=now().date(), **given
    )
    if confirms is not None:
        agreements.confirm(agreement_id=made.pk, mine=taker.ref(), by=confirms, now=now())
    watching.forget()
    return made
