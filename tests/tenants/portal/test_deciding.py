"""The municipality's rules for decisions, and the morning's list with its receipts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from alarms.decisions import services
from alarms.workqueue import changes
from central.events.services import unit_of_work
from central.municipalities.context import in_municipality
from tenants.decided.models import Policy
from tests.tenants.portal.conftest import Things

RULE = {
    "duty": "property", "minutes": "15", "default_choice": "next_shift", "shift_days": ["workday"],
    "shift_starts": "06.30", "receipt_minutes": "60",
}  # fmt: skip


def test_a_rule_is_written_read_and_removed(here: Things, as_arvid: Any, storkoping: Any) -> None:
    assert "Ni har inte valt någon beslutsfunktion än" in as_arvid.get("/portal/deciding/").content.decode()
    assert as_arvid.post("/portal/deciding/all/", RULE).status_code == 302
    page = as_arvid.get("/portal/deciding/").content.decode()
    assert "Fastighetsjour beslutar inom 15 min." in page
    assert "Arbetspass börjar 06:30 (vardag). Kvittens inom 60 min." in page
    as_arvid.post("/portal/deciding/technical/", RULE | {"minutes": "5"})
    assert 'value="5"' in as_arvid.get("/portal/deciding/technical/").content.decode()
    as_arvid.post("/portal/deciding/technical/remove/")
    with in_municipality(storkoping):
        assert [one.function for one in Policy.objects.all()] == [""]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"minutes": "många"}, "från 1 till 240"),
        ({"duty": "finns-inte"}, "Välj en jour"),
        ({"shift_starts": "kvart i"}, "Skriv klockslaget som 07:00."),
        ({"shift_days": []}, "Välj minst en dag"),
        ({"receipt_minutes": "1"}, "från 5 till 1440"),
        ({"default_choice": ""}, "Välj vad som gäller"),
    ],
)
def test_what_is_wrong_is_told_by_its_field_and_nothing_is_lost(
    here: Things, as_arvid: Any, wrong: dict[str, Any], words: str
) -> None:
    response = as_arvid.post("/portal/deciding/all/", RULE | wrong)
    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    if "shift_starts" not in wrong:
        assert 'value="06.30"' in page


def test_an_unknown_function_has_no_rule(here: Things, as_arvid: Any) -> None:
    assert as_arvid.get("/portal/deciding/brandkar/").status_code == 404


@pytest.fixture
def put_off(storkoping: Any, olga: Any, now: datetime) -> Any:
    """A real case that the decision function has put off to the next shift."""
    from alarms.workqueue.services import create_by_hand

    item = create_by_hand(
        operator=olga, municipality_id=storkoping.pk, kind="technical", priority=2, place="Provgatan 7",
        text="Vatten i källaren", now=now,
    )  # fmt: skip
    with unit_of_work():
        asked = services.ask(item=changes.locked(item.pk), about=None, now=now)
    assert asked is not None
    return services.decide(
        decision_id=asked.pk, choice="next_shift", by_name="Eva Lans", way="sms", reason="Torrt nu", now=now
    )


@pytest.fixture
def now() -> datetime:
    from django.utils import timezone

    return timezone.now()


def test_the_team_receipts_for_what_was_put_off(put_off: Any, maja: Any, as_maja: Any) -> None:
    page = as_maja.get("/portal/deferred/").content.decode()
    assert put_off.work_item.reference in page
    assert "Torrt nu" in page
    as_maja.post(f"/portal/deferred/{put_off.pk}/receive/")
    page = as_maja.get("/portal/deferred/").content.decode()
    assert "Inget väntar på er." in page
    assert f"{maja.name} tog emot" in page
    put_off.work_item.refresh_from_db()
    assert put_off.work_item.state == "closed"


def test_what_came_back_says_so(put_off: Any, as_maja: Any) -> None:
    services.bring_back(put_off.receipt_due_at + timedelta(minutes=1))
    page = as_maja.get("/portal/deferred/").content.decode()
    assert "Åter hos centralen" in page
    told = as_maja.post(f"/portal/deferred/{put_off.pk}/receive/", follow=True).content.decode()
    assert "redan åter hos centralen" in told
