"""A case's report for who may read it, and everybody's figures for those who lead, and for nobody else."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

from openpyxl import load_workbook
from pypdf import PdfReader

from central.audit.models import AuditEntry
from tests.operator_console.conftest import Claimed, act
from tests.support.cases import case

PEOPLE = ["olga", "sven", "chef", "maja", "arvid", "lisa", "agda", "utan"]


def test_only_who_leads_sees_the_figures(committed: None, cast: Any, client_of: Callable[..., Any]) -> None:
    for name in PEOPLE:
        client = client_of(getattr(cast, name))
        for url in ("/console/statistics/", "/console/statistics/csv/", "/console/statistics/xlsx/"):
            status = client.get(url).status_code
            assert status == (200 if name in ("sven", "chef") else 403), (name, url, status)


def test_only_who_may_read_the_case_reads_its_report(
    committed: None, cast: Any, olgas: Any, claimed: Claimed, client_of: Callable[..., Any]
) -> None:
    item = claimed(olgas)
    for name in PEOPLE:
        client = client_of(getattr(cast, name))
        for url in (f"/console/case/{item}/report/", f"/console/case/{item}/report.pdf"):
            status = client.get(url).status_code
            assert status == (200 if name in ("olga", "sven") else 404), (name, url, status)
    assert AuditEntry.objects.filter(verb="case.read", subject=str(item)).count() >= 1


def test_the_report_says_what_was_done(olgas: Any, claimed: Claimed) -> None:
    item = claimed(olgas, place="Provgatan 7")
    assert act(olgas, item, "note", text="Pumpen går").status_code == 200
    page = olgas.get(f"/console/case/{item}/report/").content.decode()
    assert page.index("Larmet kom in") < page.index("Tog ärendet") < page.index("Pumpen går")
    assert "pågår: rapporten är inte färdig" in page
    pdf = PdfReader(io.BytesIO(olgas.get(f"/console/case/{item}/report.pdf").content))
    assert "Pumpen går" in "".join(one.extract_text() for one in pdf.pages)
    assert f"/console/case/{item}/report/" in olgas.get(f"/console/case/{item}/").content.decode()


def test_every_municipality_is_in_the_figures_and_one_can_be_chosen(
    committed: None, svens: Any, storkoping: Any, lillby: Any
) -> None:
    case(storkoping)
    case(storkoping)
    case(lillby)

    def counted(query: str) -> dict[str, str]:
        content = svens.get(f"/console/statistics/csv/{query}").content.decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(content), delimiter=";"))
        return {row[5]: row[6] for row in rows if row[3:5] == ["Svar", "Kommun"]}

    assert counted("") == {"Lillby": "0", "Storköping": "0"}  # nobody has taken them yet
    assert counted(f"?m={lillby.pk}") == {"Lillby": "0"}
    assert "3 ärenden väntar" in svens.get("/console/statistics/").content.decode()
    assert "1 ärende väntar" in svens.get(f"/console/statistics/?m={lillby.pk}").content.decode()
    book = load_workbook(io.BytesIO(svens.get("/console/statistics/xlsx/").content))
    assert book.sheetnames == ["Statistik", "Så räknas det"]
    assert AuditEntry.objects.filter(verb="statistics.exported").count() == 3


def test_a_period_that_cannot_be_is_said_and_kept(svens: Any) -> None:
    refused = svens.get("/console/statistics/?from=2026-03-20&to=2026-03-14")
    assert refused.status_code == 422
    assert "Första dagen är efter den sista." in refused.content.decode()
    assert 'value="2026-03-20"' in refused.content.decode()
