"""What is shown only when somebody asks for it: door codes, and what protects a person. Asking stands in the journal.

It is shown to who asked, in that case, for ten minutes or until the case is closed; after that it is asked for again.
Call in the case's municipality.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from alarms.workqueue.changes import by
from alarms.workqueue.errors import Refused
from alarms.workqueue.models import State, WorkItem
from central.accounts.models import User
from central.audit.services import record
from central.events.services import announce, unit_of_work
from tenants.casefiles.models import JournalEntry
from tenants.casefiles.services import journal

SHOWN_FOR = timedelta(minutes=10)
CODES, UNMASKED = "codes_shown", "unmasked"


class CaseClosed(Refused):
    """Nothing is disclosed for what is over."""

    code = "closed"
    status = 409

    def __init__(self) -> None:
        super().__init__("Ärendet är avslutat. Återöppna det om du behöver uppgifterna.")


class NothingToShow(Refused):
    """The register has no such thing for this case."""

    code = "nothing"
    status = 404

    def __init__(self) -> None:
        super().__init__("Det finns inget sådant att visa i registret.")


def check_open(item: WorkItem) -> None:
    """Raises CaseClosed."""
    if item.state == State.CLOSED:
        raise CaseClosed


def disclose(*, item: WorkItem, user: User, verb: str, text: str, now: datetime) -> None:
    """Keep that this person was shown it: in the journal, in the audit, and told to who has the case open.

    Raises CaseClosed.
    """
    check_open(item)
    with unit_of_work():
        journal(item.pk, verb=verb, now=now, text=text, by=by(user))
        record(
            f"case.{verb}", actor_id=user.pk, actor_name=user.name, municipality_id=item.municipality_id,
            subject=str(item.pk), at=now,
        )  # fmt: skip
        announce(
            "case", {"id": str(item.pk), "part": "journal"}, municipality_id=item.municipality_id,
            function=item.function,
        )  # fmt: skip


def disclosed(*, item: WorkItem, user: User, now: datetime) -> dict[str, datetime]:
    """What stands open to this person in this case, and when it is hidden again. One question; none for a closed case."""
    if item.state == State.CLOSED:
        return {}
    asked = JournalEntry.objects.filter(
        case_id=item.pk, by_id=user.pk, verb__in=[CODES, UNMASKED], at__gt=now - SHOWN_FOR
    ).order_by("at")
    return {verb: at + SHOWN_FOR for verb, at in asked.values_list("verb", "at")}
