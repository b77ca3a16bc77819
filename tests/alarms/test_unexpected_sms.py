"""An SMS nobody waits for is read by a person."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from alarms.workqueue.models import WorkItem
from central.carriers.callbacks import inbound
from central.municipalities.context import in_municipality
from tenants.casefiles.models import CaseFile, JournalEntry

NUMBER = "+46701740666"


def test_it_becomes_a_case_of_the_centres_own_and_the_next_joins_it(committed: None, centre: Any) -> None:
    now = timezone.now()
    inbound(sid="SM1", number=NUMBER, body="Vem ringde?", now=now)
    inbound(sid="SM1", number=NUMBER, body="Vem ringde?", now=now)
    inbound(sid="SM2", number=NUMBER, body="Hallå", now=now)
    item = WorkItem.objects.get()
    assert (item.municipality_id, item.priority) == (centre.pk, 3)
    assert NUMBER not in item.headline
    with in_municipality(centre):
        case = CaseFile.objects.get(pk=item.pk)
        assert (case.story, case.call_back) == ("Vem ringde?", NUMBER)
        assert JournalEntry.objects.get(case=case, verb="sms_received").text == "Hallå"
