"""A case's pictures: who may open them, with what reason, for how long, and what the journal says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from alarms.intake.storing import PictureIn
from alarms.receivers.webhook.pictures import still
from alarms.workqueue.models import WorkItem
from central.audit.models import AuditEntry
from central.municipalities.context import in_municipality
from tenants.casefiles.models import JournalEntry
from tenants.contents.models import Opening, Picture
from tenants.contents.services import erase_old_pictures
from tests.support.cases import now
from tests.support.hooks import picture
from tests.support.incoming import said, signal_of, take, transmitter

READERS = {"olga", "sven"}
PEOPLE = ["olga", "sven", "chef", "maja", "arvid", "lisa", "agda", "utan"]
USUAL = {"reason": "Larm i ärendet"}


@pytest.fixture
def item(committed: None, storkoping: Any) -> UUID:
    seen = still(picture("PNG"))
    one = PictureIn(seen.content, seen.content_type, seen.width, seen.height, seen.sha256)
    alarm = said(
        transmitter(storkoping), kind="intrusion", pictures=(one,), streams=("https://kamera.example/live",)
    )
    found = signal_of(take([alarm])[0]).item_id
    assert found is not None
    return UUID(str(found))


def part(client: Any, item: UUID) -> Any:
    return client.get(f"/console/case/{item}/parts/camera/")


def reveal(client: Any, item: UUID, **data: str) -> Any:
    return client.post(f"/console/case/{item}/parts/camera/open/", data or USUAL)


def address(item: UUID, storkoping: Any) -> str:
    with in_municipality(storkoping):
        return f"/console/case/{item}/pictures/{Picture.objects.get().pk}/"


def test_only_who_reads_the_case_may_open_its_pictures(
    cast: Any, client_of: Callable[..., Any], item: UUID, storkoping: Any
) -> None:
    url = address(item, storkoping)
    for name in PEOPLE:
        client = client_of(getattr(cast, name))
        assert part(client, item).status_code == (200 if name in READERS else 404), name
        assert client.get(url).status_code in ({404} if name in READERS else {404, 403}), name
        assert reveal(client, item).status_code == (200 if name in READERS else 404), name
        assert client.get(url).status_code == (200 if name in READERS else 404), name
        assert part(client, uuid4()).status_code == 404
    assert client_of(None).get(url).status_code in (302, 401, 403)


def test_a_picture_is_sent_so_that_it_can_do_nothing(
    client_of: Callable[..., Any], olga: Any, item: UUID, storkoping: Any
) -> None:
    client = client_of(olga)
    reveal(client, item)
    answer = client.get(address(item, storkoping))
    assert answer.content == picture("PNG")
    assert answer["Content-Type"] == "image/png"
    assert answer["Content-Disposition"] == 'inline; filename="bild-1.png"'
    assert "sandbox" in answer["Content-Security-Policy"]
    assert (answer["Cache-Control"], answer["X-Content-Type-Options"]) == ("no-store", "nosniff")


def test_opening_stands_in_the_journal_and_the_audit(
    client_of: Callable[..., Any], olga: Any, item: UUID, storkoping: Any
) -> None:
    html = part(client_of(olga), item).content.decode()
    assert "1 bild" in html and "1 direktbild" in html  # noqa: PT018
    assert "<img" not in html and "kamera.example" not in html  # noqa: PT018
    shown = reveal(client_of(olga), item).content.decode()
    assert "<img" in shown and "https://kamera.example/live" in shown  # noqa: PT018
    with in_municipality(storkoping):
        line = JournalEntry.objects.get(case_id=item, verb="camera_opened")
    assert (line.text, line.by_name) == ("Larm i ärendet", olga.name)
    assert AuditEntry.objects.filter(verb="camera.opened", subject=str(item), actor_id=olga.pk).count() == 1


def test_after_a_while_it_is_hidden_again_and_a_colleague_never_saw_it(
    client_of: Callable[..., Any], olga: Any, sven: Any, item: UUID, storkoping: Any
) -> None:
    client, url = client_of(olga), address(item, storkoping)
    assert "data-refetch-at" in reveal(client, item).content.decode()
    assert client_of(sven).get(url).status_code == 404
    with in_municipality(storkoping):
        Opening.objects.update(until=now() - timedelta(seconds=1))
    assert client.get(url).status_code == 404
    assert "<img" not in part(client, item).content.decode()


def test_a_closed_case_needs_a_reason_of_its_own(
    client_of: Callable[..., Any], olga: Any, item: UUID, storkoping: Any
) -> None:
    client, url = client_of(olga), address(item, storkoping)
    reveal(client, item)
    WorkItem.objects.filter(pk=item).update(state="closed", closed_at=now())
    assert client.get(url).status_code == 404
    assert reveal(client, item).status_code == 422
    assert reveal(client, item, reason="Polisen frågar efter tiden").status_code == 200
    assert client.get(url).status_code == 200


def test_without_a_reason_nothing_is_opened(client_of: Callable[..., Any], olga: Any, item: UUID) -> None:
    answer = reveal(client_of(olga), item, reason="  ")
    assert (answer.status_code, answer.json()["field"]) == (422, "reason")


def test_a_picture_of_another_case_is_not_reached_through_this_one(
    client_of: Callable[..., Any], olga: Any, item: UUID, storkoping: Any
) -> None:
    url = address(item, storkoping)
    (other,) = take([said(transmitter(storkoping), kind="fire")])
    another = signal_of(other).item_id
    client = client_of(olga)
    reveal(client, item)
    assert part(client, UUID(str(another))).status_code == 204
    assert client.get(url.replace(str(item), str(another))).status_code == 404


def test_old_pictures_are_erased_and_the_case_says_so(
    client_of: Callable[..., Any], olga: Any, item: UUID, storkoping: Any
) -> None:
    url = address(item, storkoping)
    assert erase_old_pictures(now()) == 0
    later = now() + timedelta(days=30, minutes=1)
    assert erase_old_pictures(later) == 1
    client = client_of(olga)
    assert "Gallrad" in reveal(client, item).content.decode()
    assert client.get(url).status_code == 404
