"""Officers read their cases; every reading leaves a trace, and pages keep themselves true."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache

from central.audit.models import AuditEntry
from central.municipalities.context import in_municipality
from tenants.casefiles.models import CaseFile, JournalEntry
from tests.tenants.portal.conftest import NOW, SECRET_STORY, Things


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    cache.clear()


def readings() -> int:
    return AuditEntry.objects.filter(verb="case.read").count()


def test_a_case_is_read_with_journal_and_steps(here: Things, as_maja: Any) -> None:
    page = as_maja.get(f"/portal/cases/{here.case}/").content.decode()
    for words in [SECRET_STORY, "Hanteras av Olga Operatör", "Brådskande", "1 mars 2026 02:13:20"]:
        assert words in page
    for words in ["070-174 06 21", "Tog ärendet", "Kontrollera larmpunkten", "version 1"]:
        assert words in page


def test_the_journal_begins_with_the_alarm_itself(here: Things, as_maja: Any) -> None:
    journal = as_maja.get(f"/portal/cases/{here.case}/").content.decode().split('<ol class="journal">')[1]
    assert journal.index("Tog ärendet") < journal.index("Larmet kom in") < journal.index(SECRET_STORY)


def test_opening_a_case_is_audited_every_time(here: Things, maja: Any, as_maja: Any) -> None:
    for _ in range(2):
        as_maja.get(f"/portal/cases/{here.case}/")
    assert readings() == 2
    entry = AuditEntry.objects.filter(verb="case.read").first()
    assert entry is not None
    assert (entry.actor_id, entry.subject) == (maja.pk, str(here.case))


def test_refreshing_an_open_page_is_one_reading(here: Things, as_maja: Any) -> None:
    as_maja.get(f"/portal/cases/{here.case}/")
    for _ in range(3):
        as_maja.get(f"/portal/cases/{here.case}/body/")
    assert readings() == 1


def test_the_fragment_alone_is_audited_too(here: Things, as_maja: Any) -> None:
    as_maja.get(f"/portal/cases/{here.case}/body/")
    assert readings() == 1


def test_the_list_is_not_sent_again_until_something_changes(
    here: Things, as_maja: Any, storkoping: Any
) -> None:
    page = as_maja.get("/portal/cases/").content.decode()
    found = re.search(r'hx-get="([^"]+)"', page)
    assert found
    refresh = found.group(1).replace("&amp;", "&")
    assert as_maja.get(refresh).status_code == 204
    with in_municipality(storkoping):
        CaseFile.objects.filter(pk=here.case).update(state="parked", changed_at=NOW + timedelta(hours=1))
    answer = as_maja.get(refresh)
    assert answer.status_code == 200
    assert "Vilar" in answer.content.decode()


def test_the_case_is_sent_again_when_its_journal_grows(here: Things, as_maja: Any, storkoping: Any) -> None:
    page = as_maja.get(f"/portal/cases/{here.case}/").content.decode()
    found = re.search(r'hx-get="([^"]+)"', page)
    assert found
    assert as_maja.get(found.group(1)).status_code == 204
    with in_municipality(storkoping):
        JournalEntry.objects.create(case_id=here.case, at=NOW, verb="noted", text="Pannan är igång.")
    assert "Pannan är igång." in as_maja.get(found.group(1)).content.decode()


def test_closed_cases_are_found_by_filter_and_number(here: Things, as_maja: Any, storkoping: Any) -> None:
    with in_municipality(storkoping):
        CaseFile.objects.filter(pk=here.case).update(
            state="closed", closed_at=NOW + timedelta(hours=1), outcome="fixed_on_site"
        )
        reference = CaseFile.objects.get(pk=here.case).reference
    assert "Inga pågående ärenden" in as_maja.get("/portal/cases/").content.decode()
    assert "Driftlarm · Norrby" in as_maja.get("/portal/cases/?state=closed").content.decode()
    assert "Driftlarm · Norrby" in as_maja.get(f"/portal/cases/?ref={reference}").content.decode()
    assert "Åtgärdat på plats" in as_maja.get(f"/portal/cases/{here.case}/").content.decode()


@pytest.mark.parametrize(
    "query", ["page=999", "page=x", "state=%00", "function=%27", "ref=%3Cscript%3E", "v=1"]
)
def test_nonsense_in_the_address_does_no_harm(here: Things, as_maja: Any, query: str) -> None:
    assert as_maja.get(f"/portal/cases/?{query}").status_code == 200
    assert as_maja.get(f"/portal/cases/rows/?{query}").status_code == 200


def test_the_list_costs_few_questions(
    here: Things, as_maja: Any, storkoping: Any, django_assert_max_num_queries: Any
) -> None:
    with in_municipality(storkoping):
        CaseFile.objects.bulk_create(
            CaseFile(
                reference=f"26-1{number:05d}",
                kind="technical",
                function="property",
                priority=3,
                received_at=NOW,
            )
            for number in range(120)
        )
    with django_assert_max_num_queries(8):
        assert "Sida 1 av 3" in as_maja.get("/portal/cases/").content.decode()


def test_an_officer_starts_at_her_cases_and_an_administrator_at_the_overview(
    here: Things, as_maja: Any, as_arvid: Any
) -> None:
    assert as_maja.get("/portal/")["Location"] == "/portal/cases/"
    assert as_arvid.get("/portal/")["Location"] == "/portal/overview/"
