"""What is one of many that another case gathers: it waits with that case, and is nobody's to answer besides.

It follows only while its leading case is open and gathers. Taken out of it, or when that is closed, it stands on its own
again, with its own deadline. What is about lives never follows: it is never hidden by what was gathered.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from alarms.workqueue.models import State, WorkItem
from central.priorities import LIFE_CRITICAL


def follows() -> Q:
    """The unanswered cases that an open, gathering case speaks for."""
    leads = WorkItem.objects.filter(pk=OuterRef("lead_id"), gathers__gt=0).exclude(state=State.CLOSED)
    return Q(state=State.UNANSWERED, priority__gt=LIFE_CRITICAL, lead__isnull=False) & Q(Exists(leads))
