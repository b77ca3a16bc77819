"""The public page: for everybody, without cookies, and honest when the database is away."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from central.municipalities.context import in_municipality
from tenants.safepoints import queries, services, views
from tenants.safepoints.models import SafePoint, StaffContact
from tests.tenants.safepoints.conftest import HOST, NOW

pytestmark = pytest.mark.usefixtures("nothing_remembered")


@pytest.fixture
def open_point(storkoping: Any, olga: Any) -> SafePoint:
    with in_municipality(storkoping):
        point = SafePoint.objects.create(name="Norra skolan", address="Skolvägen 1", offers=["warmth"])
        StaffContact.objects.create(point=point, name="Nils Ek", phone="+46701740605")
        services.activate(point_id=point.pk, case_id=None, actor=olga, public_text="Välkommen in.", now=NOW)
        services.mark_open(point_id=point.pk, actor=olga, now=NOW)
    return point


def look(host: str = HOST, client: Client | None = None) -> Any:
    return (client or Client()).get("/", headers={"host": host})


def test_everybody_sees_what_is_open(open_point: Any) -> None:
    page = look().content.decode()
    for words in [
        "Norra skolan",
        "Skolvägen 1",
        "Öppen",
        "söndag 1 mars kl. 02.13",
        "Värme",
        "Välkommen in.",
    ]:
        assert words in page
    assert "Vi uppdaterar informationen löpande." in page
    assert "Vid akuta händelser – ring 112" in page


def test_112_is_text_and_never_a_link(open_point: Any) -> None:
    assert "tel:" not in look().content.decode()


def test_no_cookie_is_set_and_nothing_varies_by_one(open_point: Any) -> None:
    response = look()
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")
    assert response["Cache-Control"] == "public, max-age=1"


def test_no_session_is_read_even_when_one_is_sent(open_point: Any, maja: Any, client_of: Any) -> None:
    client = client_of(maja, HOST)
    response = look(client=client)
    assert not response.cookies
    assert "Maja" not in response.content.decode()


def test_no_name_of_staff_is_shown(open_point: Any) -> None:
    page = look().content.decode()
    assert "Nils" not in page
    assert "Olga" not in page


def test_nothing_open_is_said_plainly(storkoping: Any) -> None:
    assert "Inga trygghetspunkter är öppna just nu." in look().content.decode()


def test_the_neighbour_shows_none_of_it(open_point: Any, lillby: Any) -> None:
    assert "Norra skolan" not in look("lillby.localhost").content.decode()


def test_a_change_shows_within_a_second(open_point: Any, storkoping: Any, olga: Any) -> None:
    look()
    with in_municipality(storkoping):
        services.close_point(point_id=open_point.pk, actor=olga, now=NOW)
    views._known[storkoping.pk].tried -= views.FRESH_SECONDS
    assert "Norra skolan" not in look().content.decode()


def test_the_last_known_state_is_shown_when_the_database_is_away(
    open_point: Any, storkoping: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    look()

    def away() -> Any:
        raise OperationalError

    monkeypatch.setattr(queries, "public_page", away)
    views._known[storkoping.pk].tried -= views.FRESH_SECONDS
    page = look().content.decode()
    assert "Norra skolan" in page
    assert "Vi når inte våra uppgifter just nu. Det här gällde" in page
    monkeypatch.undo()
    assert "Vi når inte" in look().content.decode()  # nobody else waits for a database that is away
    views._known[storkoping.pk].tried -= views.AWAY_SECONDS
    assert "Vi når inte" not in look().content.decode()


def test_with_nothing_known_it_says_so(storkoping: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> Any:
        raise OperationalError

    monkeypatch.setattr(queries, "public_page", away)
    response = look()
    assert response.status_code == 503
    assert "Vi kan just nu inte visa" in response.content.decode()
    assert "ring 112" in response.content.decode()


def test_the_hotline_name_is_shown(storkoping: Any) -> None:
    from central.municipalities import directory

    type(storkoping).objects.filter(pk=storkoping.pk).update(hotline_name="Trygghetstelefonen")
    directory.forget()
    try:
        assert "Trygghetstelefonen" in look().content.decode()
    finally:
        directory.forget()


def test_two_questions_a_page_at_most(open_point: Any, django_assert_max_num_queries: Any) -> None:
    look()
    views.forget()
    with django_assert_max_num_queries(3):  # one more where the search path is set
        look()
