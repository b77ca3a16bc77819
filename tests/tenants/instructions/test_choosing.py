"""Which version a case is worked by: by site before kind, by time, and pinned when it is taken."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest

from central.calendar_days import WEEKDAYS
from central.municipalities.context import in_municipality
from tenants.casefiles.models import CaseFile
from tenants.instructions import pinning, queries
from tenants.instructions.models import ActionInstruction, Pin
from tenants.instructions.rules import Step
from tenants.instructions.services import publish
from tenants.oncall.schedule import Window
from tenants.sites.models import Site, SiteTransmitter

DAY, NIGHT = datetime(2026, 11, 23, 11, 0, tzinfo=UTC), datetime(2026, 11, 23, 23, 0, tzinfo=UTC)
BEFORE = datetime(2026, 1, 1, tzinfo=UTC)
NIGHTS = (Window(frozenset(WEEKDAYS), time(22), time(6)),)


@pytest.fixture
def here(storkoping: Any) -> Iterator[Any]:
    with in_municipality(storkoping):
        yield storkoping


def made(title: str, **more: Any) -> ActionInstruction:
    given: dict[str, Any] = {"kind": "technical", "now": BEFORE, **more}
    return publish(title=title, steps=[Step("check", title)], approved_by_name="Eva", **given)


def chosen(at: datetime, site_id: Any = None) -> str:
    row = queries.current("technical", at=at, site_id=site_id)
    return row.title if row else ""


def test_the_site_goes_before_the_kind_and_the_hours_before_always(here: Any) -> None:
    school, bath = uuid4(), uuid4()
    made("alltid")
    assert (chosen(DAY), chosen(NIGHT), chosen(DAY, school)) == ("alltid", "alltid", "alltid")
    made("natt", name="Natt", hours=NIGHTS)
    assert (chosen(DAY), chosen(NIGHT), chosen(NIGHT, school)) == ("alltid", "natt", "natt")
    made("skolan", site_id=school)
    assert (chosen(DAY, school), chosen(NIGHT, school)) == ("skolan", "skolan")
    made("skolan om natten", site_id=school, name="Natt", hours=NIGHTS)
    assert (chosen(DAY, school), chosen(NIGHT, school)) == ("skolan", "skolan om natten")
    assert (chosen(DAY, bath), chosen(NIGHT, bath)) == ("alltid", "natt")


def test_hours_that_overlap_are_found_before_they_count(here: Any) -> None:
    made("alltid")
    night = made("natt", name="Natt", hours=NIGHTS)
    weekend = made("helg", name="Helg", hours=(Window(frozenset({"sat", "sun"}), time(0), time(0)),))
    office = made("dag", name="Dag", hours=(Window(frozenset({"workday"}), time(8), time(16)),))
    assert queries.overlapping(night, DAY) == [weekend]
    assert queries.overlapping(office, DAY) == []
    assert chosen(datetime(2026, 11, 28, 23, 0, tzinfo=UTC)) == "helg", "the first by name"


def test_what_is_only_for_nights_leaves_the_day_without(here: Any) -> None:
    made("natt", name="Natt", hours=NIGHTS)
    assert (chosen(DAY), chosen(NIGHT)) == ("", "natt")


def test_versions_of_different_series_do_not_supersede_each_other(here: Any) -> None:
    general, night = made("alltid"), made("natt", name="Natt", hours=NIGHTS)
    again = made("alltid, ny", now=BEFORE + timedelta(days=1))
    assert (general.version, night.version, again.version) == (1, 1, 2)
    assert chosen(NIGHT) == "natt"
    assert chosen(DAY) == "alltid, ny"


def test_each_municipality_chooses_among_its_own(here: Any, lillby: Any) -> None:
    made("alltid")
    with in_municipality(lillby):
        assert chosen(DAY) == ""


def case_file(**more: Any) -> CaseFile:
    return CaseFile.objects.create(
        reference=f"26-{uuid4().int % 10**6:06d}", kind="technical", function="property", priority=2, received_at=DAY,
        **more,
    )  # fmt: skip


def test_the_version_is_pinned_with_its_site_and_time_and_once(here: Any) -> None:
    site = Site.objects.create(name="Norrskolan", created_at=DAY, changed_at=DAY)
    SiteTransmitter.objects.create(transmitter_id=77, site=site, linked_at=DAY)
    first, own = case_file(), made("skolan", site_id=site.pk)
    made("alltid")
    assert pinning.pin(case_id=first.pk, kind="technical", transmitter_id=77, now=NIGHT) == own
    pin = Pin.objects.get(pk=first.pk)
    assert (pin.instruction_id, pin.site_id, pin.at) == (own.pk, site.pk, NIGHT)
    made("skolan, ny", site_id=site.pk, now=NIGHT)
    assert pinning.pin(case_id=first.pk, kind="technical", transmitter_id=77, now=NIGHT) is None
    first.refresh_from_db()
    assert first.instruction_id == own.pk


def test_a_case_without_instruction_may_find_one_the_next_time(here: Any) -> None:
    case = case_file()
    assert pinning.pin(case_id=case.pk, kind="technical", transmitter_id=None, now=DAY) is None
    assert Pin.objects.count() == 0
    row = made("alltid")
    assert pinning.pin(case_id=case.pk, kind="technical", transmitter_id=None, now=DAY) == row
