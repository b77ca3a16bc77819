"""What is shown only when somebody asks for it: codes, and who a protected person is. Asking stands in the journal.

Codes are shown to who asked, in that case, for ten minutes or until the case is closed; after that they are asked for
again. Call in the case's municipality.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from alarms.workqueue.changes import by
from alarms.workqueue.errors import Refused
from alarms.workqueue.models import State, WorkItem
from central.accounts.models import User
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
    """The register has no such thing for this person in this case."""

    code = "nothing"
    status = 404

    def __init__(self) -> None:
        super().__init__("Det finns inget sådant att visa i registret.")


def check_open(item: WorkItem) -> None:
    """Raises CaseClosed."""
    if item.state == State.CLOSED:
        raise CaseClosed


def disclose(
    *, item: WorkItem, user: User, verb: str, text: str, now: datetime, also: Callable[[], object]
) -> None:
    """Keep in the journal that this person was shown it, and tell who has the case open; one transaction with ``also``,
    the register's own act, which writes the audit.
    """
    with unit_of_work():
        also()
        journal(item.pk, verb=verb, now=now, text=text, by=by(user))
        about = {"id": str(item.pk), "part": "journal"}
        announce("case", about, municipality_id=item.municipality_id, function=item.function)


def codes_until(*, item: WorkItem, user: User, now: datetime) -> datetime | None:
    """Until when codes stand open to this person in this case; None when they do not. One question at most."""
    if item.state == State.CLOSED:
        return None
    asked = (
        JournalEntry.objects.filter(case_id=item.pk, by_id=user.pk, verb=CODES, at__gt=now - SHOWN_FOR)
        .order_by("-at")
        .values_list("at", flat=True)
        .first()
    )
    return asked + SHOWN_FOR if asked else None
