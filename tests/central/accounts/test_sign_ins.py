"""A sign-in is bound to its host, seen at most once a minute, and ends at once when revoked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as live
from django.test import Client
from django.utils import timezone

from central.accounts import queries, services
from central.accounts.models import SignIn, User
from central.accounts.shifts import start_shift
from tests.conftest import PASSWORD

STORKOPING, LILLBY, CENTRE = "storkoping.localhost", "lillby.localhost", "localhost"


@pytest.fixture
def client(maja: Any, client_of: Callable[..., Any]) -> Any:
    return client_of(maja, STORKOPING)


def test_a_revoked_sign_in_is_out_at_the_next_request(client: Any, maja: Any) -> None:
    assert client.get("/account/").status_code == 200
    row = SignIn.objects.get()
    assert services.revoke(sign_in_id=row.pk, by=maja, now=timezone.now())
    assert client.get("/account/").status_code == 302
    assert queries.closed_among([row.pk]) == {row.pk}
    assert not services.revoke(sign_in_id=row.pk, by=maja, now=timezone.now())


def test_a_session_works_on_no_other_host(client: Any, lillby: Any, centre: Any) -> None:
    for host in (LILLBY, CENTRE):
        other = Client(HTTP_HOST=host)
        other.cookies[live.SESSION_COOKIE_NAME] = client.cookies[live.SESSION_COOKIE_NAME].value
        assert other.get("/account/").status_code == 302


def test_signing_out_ends_the_row(client: Any) -> None:
    assert client.post("/logout/").status_code == 302
    assert SignIn.objects.get().ended_at is not None
    assert client.get("/account/").status_code == 302


def test_nobody_on_shift_signs_out(olga: Any, client_of: Callable[..., Any]) -> None:
    client = client_of(olga, CENTRE)
    start_shift(user=olga, seat="1", sound_ok=True, now=timezone.now())
    response = client.post("/logout/")
    assert response.status_code == 409
    assert "Avsluta passet först" in response.content.decode()
    assert client.get("/account/").status_code == 200


def test_an_inactive_account_is_out_at_once(client: Any, maja: Any) -> None:
    User.objects.filter(pk=maja.pk).update(is_active=False)
    assert client.get("/account/").status_code == 302


def test_a_changed_password_ends_the_other_sign_ins(client: Any, maja: Any, client_of: Any) -> None:
    other = client_of(maja, STORKOPING)
    new = "tre-gröna-hattar-i-rad"
    client.post("/account/password/", {"old": PASSWORD, "new": new, "again": new})
    assert client.get("/account/").status_code == 200
    assert other.get("/account/").status_code == 302
    assert SignIn.objects.filter(revoked_at__isnull=False).count() == 1


def test_an_old_sign_in_is_worth_nothing(client: Any) -> None:
    SignIn.objects.update(created_at=timezone.now() - timedelta(seconds=live.SESSION_COOKIE_AGE + 1))
    assert client.get("/account/").status_code == 302


def test_seen_is_written_at_most_once_a_minute(client: Any) -> None:
    first = SignIn.objects.get().seen_at
    client.get("/account/")
    assert SignIn.objects.get().seen_at == first
    SignIn.objects.update(seen_at=timezone.now() - timedelta(seconds=61))
    client.get("/account/")
    assert timezone.now() - SignIn.objects.get().seen_at < timedelta(seconds=30)


def test_one_may_end_ones_own_sign_ins_only(client: Any, maja: Any, arvid: Any, client_of: Any) -> None:
    other, stranger = client_of(maja, STORKOPING), client_of(arvid, STORKOPING)
    mine = SignIn.objects.filter(user=maja).latest("created_at")
    theirs = SignIn.objects.get(user=arvid)
    assert client.post(f"/account/sign-ins/{theirs.pk}/revoke/").status_code == 404
    assert stranger.get("/account/").status_code == 200
    assert client.post(f"/account/sign-ins/{mine.pk}/revoke/").status_code == 302
    assert other.get("/account/").status_code == 302


def test_a_page_for_the_signed_in_costs_three_questions(
    client: Any, django_assert_max_num_queries: Any
) -> None:
    client.get("/account/")
    with django_assert_max_num_queries(5):  # session, sign-in, roles, own sign-ins, rights
        client.get("/account/")


def test_a_forged_sign_in_id_gives_nothing(client: Any, maja: Any, arvid: Any, client_of: Any) -> None:
    client_of(arvid, STORKOPING)
    session = client.session
    session["sign_in"] = str(SignIn.objects.get(user=arvid).pk)
    session.save()
    assert client.get("/account/").status_code == 302
