"""The report and follow-up of a case, improvements, statistics and goals on the pages; none of the neighbour's."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from alarms.workqueue import services as queue
from alarms.workqueue.models import WorkItem
from central.audit.models import AuditEntry
from central.municipalities.context import in_municipality
from tenants.casefiles.models import CaseFile
from tenants.followup.models import Goal, Improvement
from tenants.followup.tables import HEADINGS
from tests.support.cases import instruction
from tests.tenants.portal.conftest import HOST, Things

NOW = datetime(2026, 3, 14, 2, 11, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


@pytest.fixture
def closed(storkoping: Any, olga: Any) -> WorkItem:
    """A case that followed version 1 of its instruction, noted and closed after ten minutes."""
    instruction(
        storkoping,
        "technical",
        [{"text": "Kontrollera larmpunkten", "required": False}],
        NOW - timedelta(days=1),
    )
    item = queue.create_by_hand(
        operator=olga,
        municipality_id=storkoping.pk,
        kind="technical",
        place="Provgatan 7",
        text="Vatten",
        now=NOW,
    )
    queue.note(item_id=item.pk, operator=olga, text="Ventilen satt fast", now=at(4))
    return queue.close(item_id=item.pk, operator=olga, outcome="fixed_on_site", now=at(10))


def url(item: Any, more: str = "") -> str:
    return f"/portal/followup/case/{item.pk}/{more}"


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_report_tells_what_happened_in_order(closed: WorkItem, as_maja: Any) -> None:
    page = text(as_maja.get(url(closed)))
    places = [page.index(one) for one in ("Larmet kom in", "Ventilen satt fast", "Avslutade")]
    assert places == sorted(places)
    assert "+4 min 00 s" in page
    assert "<dt>Från larm till avslut</dt><dd>10 min 00 s</dd>" in page
    assert AuditEntry.objects.filter(verb="case.read", subject=str(closed.pk)).count() == 1


def test_it_is_the_same_on_paper(closed: WorkItem, as_maja: Any) -> None:
    as_maja.post(url(closed, "comment/"), {"text": "Ventilen är bytt", "do": "comment"})
    answer = as_maja.get(url(closed, "paper/"))
    assert answer["Content-Type"] == "application/pdf"
    paper = "".join(one.extract_text() for one in PdfReader(io.BytesIO(answer.content)).pages)
    for told in (closed.reference, "Ventilen satt fast", "+4 min 00 s", "Ventilen är bytt", "10 min 00 s"):
        assert told in paper, told
    assert "läsning" in paper  # she has read it; who did stands in the audit log


def test_a_comment_moves_the_case_along_and_an_empty_one_keeps_the_page(
    closed: WorkItem, as_maja: Any
) -> None:
    assert closed.reference in text(as_maja.get("/portal/followup/"))
    refused = as_maja.post(url(closed, "comment/"), {"text": " ", "do": "done"})
    assert refused.status_code == 422
    assert 'aria-describedby="wrong_text"' in text(refused)
    as_maja.post(url(closed, "comment/"), {"text": "Ventilen är bytt", "do": "comment"})
    assert closed.reference not in text(as_maja.get("/portal/followup/"))
    assert closed.reference in text(as_maja.get("/portal/followup/?state=commented"))
    as_maja.post(url(closed, "comment/"), {"text": "Klart", "do": "done"})
    assert closed.reference in text(as_maja.get("/portal/followup/?state=done"))
    assert "Ventilen är bytt" in text(as_maja.get(f"/portal/cases/{closed.pk}/"))


def test_a_case_that_goes_on_keeps_what_was_typed(here: Things, as_maja: Any) -> None:
    refused = as_maja.post(
        f"/portal/followup/case/{here.case}/comment/", {"text": "Redan nu", "do": "comment"}
    )
    assert refused.status_code == 422
    assert "Redan nu" in text(refused)
    assert "Uppföljningen börjar när det är avslutat" in text(refused)


FORM = {
    "title": "Märk upp ventilen", "done_when": "Skylten sitter", "detail": "", "function": "property",
    "due_on": "2026-04-01", "state": "planned",
}  # fmt: skip


def write(client: Any, user: Any, **more: Any) -> Any:
    return client.post("/portal/improvements/new/", {**FORM, "owner": user.pk, **more})


def test_an_improvement_from_a_case_belongs_to_the_version_it_followed(
    closed: WorkItem, storkoping: Any, maja: Any, as_maja: Any
) -> None:
    assert "version 1" in text(as_maja.get(f"/portal/improvements/new/?case={closed.pk}"))
    assert write(as_maja, maja, case=closed.pk)["Location"] == url(closed)
    with in_municipality(storkoping):
        one = Improvement.objects.select_related("instruction").get()
        pinned = CaseFile.objects.get(pk=closed.pk).instruction_id
    assert (one.case_id, one.instruction_id, one.owner_id) == (closed.pk, pinned, maja.pk)
    assert "Märk upp ventilen" in text(as_maja.get(url(closed)))


def test_what_is_wrong_is_named_and_what_was_typed_is_kept(maja: Any, as_maja: Any) -> None:
    refused = write(as_maja, maja, due_on="snart", detail="Längst in i källaren")
    assert refused.status_code == 422
    assert "Skriv dagen som 2026-11-23." in text(refused)
    assert "Längst in i källaren" in text(refused)
    assert 'value="snart"' in text(refused)


def test_the_list_filters_and_goes_home_as_a_file(
    here: Things, maja: Any, as_maja: Any, storkoping: Any
) -> None:
    write(as_maja, maja, title="=1+1", state="done")
    assert "=1+1" not in text(as_maja.get("/portal/improvements/"))
    answer = as_maja.get("/portal/improvements/export/csv/?state=all")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert [row[0] for row in rows] == ["Vad", "Ventilen märks upp", "'=1+1"]
    assert rows[1][9:12] == [f"26-{storkoping.pk:06d}", "Driftlarm", "1"]
    book = load_workbook(io.BytesIO(as_maja.get("/portal/improvements/export/xlsx/?state=done").content))
    assert [[cell.value for cell in row][:3] for row in book.active.iter_rows(min_row=2)] == [
        ["=1+1", None, "Skylten sitter"]
    ]
    assert book.active["A2"].data_type == "s"
    assert AuditEntry.objects.filter(verb="improvements.exported", municipality_id=storkoping.pk).count() == 2


def test_who_lacks_the_function_meets_no_improvement_of_it(
    here: Things, storkoping: Any, as_maja: Any, as_arvid: Any
) -> None:
    with in_municipality(storkoping):
        Improvement.objects.filter(pk=here.improvement).update(function="social_jour")
    for client in (as_maja, as_arvid):
        assert "Ventilen märks upp" not in text(client.get("/portal/improvements/?state=all"))
        assert client.get(f"/portal/improvements/{here.improvement}/").status_code == 404


def test_somebody_elses_change_is_shown_and_not_overwritten(
    here: Things, maja: Any, as_maja: Any, as_arvid: Any
) -> None:
    page = f"/portal/improvements/{here.improvement}/"
    said = {**FORM, "owner": maja.pk, "version": "1"}
    assert as_arvid.post(page, {**said, "title": "Arvids ord"}).status_code == 302
    refused = as_maja.post(page, {**said, "title": "Majas ord"})
    assert refused.status_code == 422
    assert "Någon annan har ändrat" in text(refused)
    assert "Arvids ord" in text(refused)


def count(storkoping: Any, seconds: list[float], **more: Any) -> None:
    for number, one in enumerate(seconds):
        WorkItem.objects.create(
            reference=f"27-{storkoping.pk}-{number}", municipality=storkoping, received_at=NOW, due_at=NOW,
            touched_at=NOW,
            claimed_at=NOW + timedelta(seconds=one), state="closed", headline="x", priority=2,
            **{"function": "property", "kind": "technical", **more},
        )  # fmt: skip


PERIOD = "from=2026-03-14&to=2026-03-14"


def test_the_figures_are_drawn_with_their_numbers(storkoping: Any, lillby: Any, as_maja: Any) -> None:
    count(storkoping, [10, 20, 30, 40, 50, 60, 70, 80, 90, 100])
    count(lillby, [5_000])
    page = text(as_maja.get(f"/portal/statistics/?{PERIOD}&by=function"))
    assert '<td class="num">55 s</td>' in page
    assert "60 % (6 av 10)" in page
    assert "under målet, 90 % inom 1 min 00 s" in page
    assert 'width="60.0"' in page
    assert "1 tim" not in page


def test_a_period_that_cannot_be_is_said_and_kept(as_maja: Any) -> None:
    refused = as_maja.get("/portal/statistics/?from=2026-03-20&to=2026-03-14")
    assert refused.status_code == 422
    assert "Första dagen är efter den sista." in text(refused)
    assert 'value="2026-03-20"' in text(refused)
    assert as_maja.get("/portal/statistics/?from=x").status_code == 422
    assert as_maja.get("/portal/statistics/export/csv/?from=x").status_code == 302


def test_the_files_hold_what_was_counted(storkoping: Any, lillby: Any, as_maja: Any) -> None:
    count(storkoping, [10, 20, 30, 40, 50, 60, 70, 80, 90, 100])
    count(lillby, [5_000])
    answer = as_maja.get(f"/portal/statistics/export/csv/?{PERIOD}")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == HEADINGS
    whole = next(row for row in rows if row[3:5] == ["Svar", "Alla"])
    assert whole[5:] == ["Alla", "10", "55,0", "91,0", "95,5", "99,1", "10", "6", "60,0", "60", "90", ""]
    assert {row[5] for row in rows if row[4] == "Kommun"} == {"Storköping"}
    book = load_workbook(io.BytesIO(as_maja.get(f"/portal/statistics/export/xlsx/?{PERIOD}").content))
    sheet = [[cell.value for cell in row] for row in book["Statistik"].iter_rows()]
    assert next(row for row in sheet if row[3:5] == ["Svar", "Alla"])[6:11] == [10, 55, 91, 95.5, 99.1]
    assert len(sheet) == len(rows)
    assert AuditEntry.objects.filter(verb="statistics.exported").count() == 2


def test_a_closed_function_is_counted_only_for_who_reads_it(
    storkoping: Any, as_maja: Any, as_arvid: Any, client_of: Callable[..., Any]
) -> None:
    from tests.conftest import make_user

    count(storkoping, [10], function="social_jour", kind="social")
    social = make_user("sonja", "Sonja Social", "SO", storkoping, "municipality_officer", ["social_jour"])
    seen = [
        "Social jour" in text(one.get(f"/portal/statistics/?{PERIOD}"))
        for one in (as_maja, as_arvid, client_of(social, HOST))
    ]
    assert seen == [False, False, True]


def test_goals_are_set_by_administrators_and_judged_by_at_once(
    storkoping: Any, lillby: Any, as_maja: Any, as_arvid: Any
) -> None:
    count(storkoping, [10, 20, 30, 40])
    goal = {"measure": "answer", "function": "", "seconds": "20", "share": "50"}
    assert as_maja.post("/portal/statistics/goals/", goal).status_code == 403
    refused = as_arvid.post("/portal/statistics/goals/", {**goal, "seconds": "tio"})
    assert (refused.status_code, 'value="tio"' in text(refused)) == (422, True)
    assert as_arvid.post("/portal/statistics/goals/", goal).status_code == 302
    assert "når målet, 50 % inom 20 s" in text(as_arvid.get(f"/portal/statistics/?{PERIOD}"))
    with in_municipality(lillby):
        assert Goal.objects.count() == 0
    as_arvid.post("/portal/statistics/goals/remove/", {"measure": "answer", "function": ""})
    with in_municipality(storkoping):
        assert Goal.objects.count() == 0


def test_the_neighbours_case_has_no_report_here(there: Things, here: Things, as_maja: Any) -> None:
    for more in ("", "paper/"):
        assert as_maja.get(f"/portal/followup/case/{there.case}/{more}").status_code == 404
    for key in (there.case, here.social):
        assert as_maja.get(f"/portal/improvements/new/?case={key}").status_code == 404
        assert as_maja.post(f"/portal/followup/case/{key}/comment/", {"text": "x"}).status_code == 404


def test_late_is_told_by_the_day_in_stockholm(here: Things, storkoping: Any, as_maja: Any) -> None:
    with in_municipality(storkoping):
        Improvement.objects.filter(pk=here.improvement).update(due_on=date(2020, 1, 1))
    assert "2020-01-01 försenad" in text(as_maja.get("/portal/improvements/?state=late"))
    assert isinstance(here.improvement, UUID)
