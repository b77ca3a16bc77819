"""What lies in the binder: one version, and all that count now."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pypdf import PdfReader

from central.municipalities.context import in_municipality
from tenants.instructions import printing, reviewing
from tenants.instructions.models import ActionInstruction
from tenants.instructions.rules import Step
from tenants.instructions.services import publish
from tenants.oncall.models import Duty
from tenants.sites.models import Site

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
STEPS = [
    Step("ask", "Bor någon i huset?", choices=("Ja", "Nej", "Vet inte"), code="a"),
    Step("call_out", "Kalla ut jouren", duty="fast", minutes=10, on_late="leader"),
    Step("safe_point", "Öppna trygghetspunkt", condition={"answers": {"a": ["Ja"]}}, required=False),
]


@pytest.fixture
def here(storkoping: Any) -> Iterator[Any]:
    with in_municipality(storkoping):
        Duty.objects.create(code="fast", name="Fastighetsjour", function="property")
        yield storkoping


def made(title: str = "Värmelarm på Åsen", **more: Any) -> ActionInstruction:
    given: dict[str, Any] = {"kind": "technical", "steps": STEPS, "now": NOW - timedelta(days=1), **more}
    return publish(title=title, approved_by_name="Eva Lans", **given)


def pages(content: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


def test_a_version_can_be_followed_with_a_pen(here: Any) -> None:
    (page,) = pages(printing.one(made(), municipality="Storköping", now=NOW))
    for words in (
        "Storköping: Värmelarm på Åsen, version 1", "Driftlarm · hela kommunen · dygnet runt", "godkänd av Eva Lans",
        "Fråga: Bor någon i huset?", "Vet inte", "Jour: Fastighetsjour.",
        "Inom 10 minuter, annars får skiftledaren veta.", "Bara om svaret på steg 1 är Ja.", "Frivilligt.", "Sign.",
        "utskriven 2026-11-23 13:00", "Sida 1 av 1",
    ):  # fmt: skip
        assert words in page, words
    assert "gäller inte" not in page
    assert "Kalla ut: Kalla ut" not in page


def test_an_old_version_says_first_that_it_does_not_count(here: Any) -> None:
    old = made()
    made("Nytt", now=NOW - timedelta(hours=1))
    old.refresh_from_db()
    (page,) = pages(printing.one(old, municipality="Storköping", now=NOW))
    assert "Ersatt, gäller inte längre" in page


def test_everything_that_counts_is_in_one_file_a_page_each(here: Any) -> None:
    site = Site.objects.create(name="Norrskolan", created_at=NOW, changed_at=NOW)
    made(kind="fire", title="Brand")
    made()
    made("I Norrskolan", site_id=site.pk)
    ended = made("Samtal", kind="call")
    made("I morgon", kind="social", now=NOW + timedelta(days=1))

    class Eva:
        pk, name = 1, "Eva"

    reviewing.end(instruction_id=ended.pk, comment="Behövs inte", actor=Eva(), now=NOW - timedelta(hours=1))
    first, *rest = pages(printing.everything(municipality="Storköping", now=NOW))
    assert [page.split("\n")[0] for page in rest] == ["Brand", "I Norrskolan", "Värmelarm på Åsen"]
    assert "Norrskolan" in first
    assert "112" in first
    assert "Samtal" not in first
    assert "I morgon" not in first


def test_a_municipality_without_instructions_gets_a_paper_that_says_so(here: Any, lillby: Any) -> None:
    made()
    with in_municipality(lillby):
        (page,) = pages(printing.everything(municipality="Lillby", now=NOW))
    assert "Ingen instruktion gäller just nu." in page
