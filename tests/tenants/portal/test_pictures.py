"""A case's pictures in the portal: opened by the municipality's officer with a reason, and written down."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from alarms.intake.storing import PictureIn
from alarms.receivers.webhook.pictures import still
from central.audit.models import AuditEntry
from central.municipalities.context import in_municipality
from tenants.casefiles.models import JournalEntry
from tenants.contents.models import Opening, Picture
from tests.support.cases import now
from tests.support.incoming import said, signal_of, take, transmitter
from tests.support.posted import picture
from tests.tenants.portal.conftest import HOST

REASON = {"reason": "Vakten frågar vem det var"}


@pytest.fixture
def case(committed: None, storkoping: Any) -> UUID:
    seen = still(picture("PNG"))
    one = PictureIn(seen.content, seen.content_type, seen.width, seen.height, seen.sha256)
    (receipt,) = take([said(transmitter(storkoping), kind="technical", pictures=(one,))])
    return UUID(str(signal_of(receipt).item_id))


@pytest.fixture
def officer(client_of: Callable[..., Any], maja: Any) -> Any:
    return client_of(maja, HOST)


def address(case: UUID, storkoping: Any) -> str:
    with in_municipality(storkoping):
        return f"/portal/cases/{case}/pictures/{Picture.objects.get().pk}/"


def test_an_officer_opens_them_with_a_reason_that_is_kept(case: UUID, officer: Any, storkoping: Any) -> None:
    url, part = address(case, storkoping), f"/portal/cases/{case}/pictures/"
    assert f'hx-get="{part}"' in officer.get(f"/portal/cases/{case}/").content.decode()
    shown = officer.get(part).content.decode()
    assert "1 bild från kameran" in shown
    assert "<img" not in shown
    assert officer.get(url).status_code == 404
    wrong = officer.post(part + "open/", {"reason": " "})
    assert wrong.status_code == 422
    assert "Skriv varför" in wrong.content.decode()
    assert officer.post(part + "open/", REASON).status_code == 302
    answer = officer.get(url)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    assert "no-store" in answer["Cache-Control"]
    assert "<img" in officer.get(part).content.decode()
    with in_municipality(storkoping):
        entry = JournalEntry.objects.get(case_id=case, verb="camera_opened")
    assert (entry.text, entry.by_name) == (REASON["reason"], "Maja Handläggare")
    assert AuditEntry.objects.filter(verb="camera.opened", subject=str(case)).count() == 1


def test_they_are_hidden_when_the_time_is_out(case: UUID, officer: Any, storkoping: Any) -> None:
    url, part = address(case, storkoping), f"/portal/cases/{case}/pictures/"
    officer.post(part + "open/", REASON)
    with in_municipality(storkoping):
        Opening.objects.update(until=now() - timedelta(seconds=1))
    assert officer.get(url).status_code == 404
    assert "<img" not in officer.get(part).content.decode()


def test_others_open_nothing(case: UUID, cast: Any, client_of: Callable[..., Any], storkoping: Any) -> None:
    url = address(case, storkoping)
    for who in ("arvid", "lisa", "agda", "olga", "utan"):
        client = client_of(getattr(cast, who), HOST)
        assert client.post(f"/portal/cases/{case}/pictures/open/", REASON).status_code in (403, 404), who
        assert client.get(url).status_code in (403, 404), who
    with in_municipality(storkoping):
        assert not Opening.objects.exists()


def test_a_picture_of_another_case_is_not_there(case: UUID, officer: Any, storkoping: Any) -> None:
    officer.post(f"/portal/cases/{case}/pictures/open/", REASON)
    assert officer.get(f"/portal/cases/{case}/pictures/{uuid4()}/").status_code == 404
