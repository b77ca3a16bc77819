"""Service from the page: what is wrong names its field, what is done is seen on the row and opens no case."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from alarms.escalation import returning
from alarms.workqueue.models import WorkItem
from operator_console.transmitters import words
from tests.operator_console.conftest import post
from tests.operator_console.transmitters.conftest import Standing
from tests.support.incoming import said, take

PAGE = "/console/transmitters/"


def test_service_begins_and_ends_on_the_row(svens: Any, standing: Standing) -> None:
    one = standing["heard"]
    row = post(svens, f"{PAGE}{one.pk}/service/", minutes="30", reason="Byte").json()["row"]
    assert row["state"] == "service"
    assert "UNDER SERVICE till" in row["cells"]["state"]
    before = WorkItem.objects.count()
    take([said(one, account="1")])
    assert WorkItem.objects.count() == before, "it is logged"
    html = svens.get(f"{PAGE}{one.pk}/").content.decode()
    assert "satt av Sven Skiftledare" in html
    assert "bara loggat, under service" in html
    row = post(svens, f"{PAGE}{one.pk}/service/end/").json()["row"]
    assert row["state"] == "heard"
    take([said(one, account="1")])
    assert WorkItem.objects.count() == before + 1


def test_the_page_says_when_service_ended(svens: Any, standing: Standing) -> None:
    one = standing["heard"]
    assert "Senaste servicen" not in svens.get(f"{PAGE}{one.pk}/").content.decode()
    post(svens, f"{PAGE}{one.pk}/service/", minutes="30", reason="Byte")
    post(svens, f"{PAGE}{one.pk}/service/end/")
    at = timezone.now()
    returning.return_from_service(at)
    html = svens.get(f"{PAGE}{one.pk}/").content.decode()
    assert f"Senaste servicen tog slut <time>{words.clock(at)}</time>" in html
    post(svens, f"{PAGE}{one.pk}/service/", minutes="30", reason="Igen")
    assert "Senaste servicen" not in svens.get(f"{PAGE}{one.pk}/").content.decode()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"minutes": "", "reason": "x"}, "minutes"),
        ({"minutes": "en timme", "reason": "x"}, "minutes"),
        ({"minutes": "0", "reason": "x"}, "minutes"),
        ({"minutes": "1441", "reason": "x"}, "minutes"),
        ({"minutes": "999999", "reason": "x"}, "minutes"),
        ({"minutes": "²", "reason": "x"}, "minutes"),
        ({"minutes": 30, "reason": "x"}, "minutes"),
        ({"minutes": "30", "reason": " "}, "reason"),
        ({"minutes": "30", "reason": "x" * 201}, "reason"),
        ({"minutes": "30", "reason": "x" * 5000}, "reason"),
    ],
)
def test_what_is_wrong_names_its_field(
    svens: Any, standing: Standing, body: dict[str, Any], field: str
) -> None:
    one = standing["heard"]
    answer = post(svens, f"{PAGE}{one.pk}/service/", **body)
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    one.refresh_from_db()
    assert one.service_until is None


def test_ending_what_has_ended_and_what_is_not_there(svens: Any, standing: Standing) -> None:
    answer = post(svens, f"{PAGE}{standing['heard'].pk}/service/end/")
    assert (answer.status_code, answer.json()["message"]) == (409, "Sändaren är inte under service.")
    assert post(svens, f"{PAGE}999999/service/", minutes="5", reason="x").status_code == 404
    assert svens.get(f"{PAGE}999999/").status_code == 404
