"""Reading and setting goals. Call in the municipality."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from central.accounts.models import User
from central.audit.services import record
from central.municipalities.context import current
from tenants.goals.models import Goal, Measure
from tenants.oncall.services import BadEntry


@dataclass(frozen=True, slots=True)
class Wanted:
    """``share`` percent within ``seconds``."""

    seconds: int
    share: int


STANDARD = {
    Measure.ANSWER: Wanted(60, 90),
    Measure.ACCEPT: Wanted(300, 90),
    Measure.ARRIVE: Wanted(2_700, 80),
}
"""The centre's, until a municipality has its own."""
LONGEST = 24 * 3_600


def goals() -> dict[Measure, Wanted]:
    """One for each measure."""
    own = {Measure(one.measure): Wanted(one.seconds, one.share) for one in Goal.objects.all()}
    return {**STANDARD, **own}


def set_goal(*, measure: str, minutes: str, share: str, actor: User, now: datetime) -> None:
    """Raises BadEntry that names the field."""
    if measure not in Measure.values:
        raise BadEntry("measure", "Välj ett av måtten.")
    try:
        seconds = round(float(minutes.replace(",", ".")) * 60)
    except ValueError:
        raise BadEntry(f"{measure}_minutes", "Skriv minuter som 5 eller 1,5.") from None
    if not 1 <= seconds <= LONGEST:
        raise BadEntry(f"{measure}_minutes", "Skriv mer än noll minuter och högst ett dygn.")
    if not (share.isascii() and share.isdigit() and 1 <= int(share) <= 100):
        raise BadEntry(f"{measure}_share", "Skriv ett helt antal procent, 1–100.")
    with transaction.atomic():
        defaults = {"seconds": seconds, "share": int(share)}
        Goal.objects.update_or_create(measure=measure, defaults=defaults)
        record(
            "goals.changed", actor_id=actor.pk, actor_name=actor.name, municipality_id=current().id, subject=measure,
            details={"seconds": str(seconds), "share": share}, at=now,
        )  # fmt: skip
