"""The sign-in page: one door per host, one answer to every failure."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from central.accounts import throttling, totp
from central.accounts.models import SignIn, Throttle, User
from central.audit.models import AuditEntry
from tests.conftest import PASSWORD

CENTRE, STORKOPING, LILLBY = "localhost", "storkoping.localhost", "lillby.localhost"


def attempt(host: str, username: str, password: str = PASSWORD, **extra: Any) -> Any:
    return Client(HTTP_HOST=host).post("/login/", {"username": username, "password": password, **extra})


@pytest.mark.parametrize(
    ("who", "host", "gets_in"),
    [
        ("olga", CENTRE, True),
        ("olga", STORKOPING, False),
        ("maja", STORKOPING, True),
        ("maja", LILLBY, False),
        ("maja", CENTRE, False),
        ("agda", STORKOPING, True),
        ("utan", CENTRE, False),
        ("utan", STORKOPING, False),
    ],
)
def test_people_sign_in_only_where_they_belong(cast: Any, who: str, host: str, gets_in: bool) -> None:
    response = attempt(host, who)
    assert (response.status_code == 302) is gets_in
    assert SignIn.objects.filter(user=getattr(cast, who)).exists() is gets_in


def test_the_answer_never_tells_which_part_was_wrong(cast: Any) -> None:
    tries = [("maja", "fel"), ("finns-inte", PASSWORD), ("olga", PASSWORD), ("utan", PASSWORD)]
    pages = set()
    for username, password in tries:
        page = attempt(STORKOPING, username, password).content.decode()
        page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page)
        pages.add(page.replace(f'value="{username}"', ""))
    assert len(pages) == 1
    assert "Användarnamnet eller lösenordet stämmer inte." in pages.pop()


def test_the_user_name_is_taken_in_any_case_and_the_typed_one_is_kept(maja: Any) -> None:
    assert attempt(STORKOPING, " MAJA ").status_code == 302
    assert 'value="Maja X"' in attempt(STORKOPING, "Maja X").content.decode()


def test_an_inactive_account_does_not_get_in(maja: Any) -> None:
    User.objects.filter(pk=maja.pk).update(is_active=False)
    assert attempt(STORKOPING, "maja").status_code == 422


def test_signing_in_goes_to_the_work_of_the_host(olga: Any, maja: Any, chef: Any) -> None:
    assert attempt(CENTRE, "olga")["Location"] == "/console/"
    assert attempt(STORKOPING, "maja")["Location"] == "/portal/"


@pytest.mark.parametrize("target", ["https://example.org/", "//example.org/", "javascript:alert(1)"])
def test_no_address_leads_out_of_the_host(maja: Any, target: str) -> None:
    assert attempt(STORKOPING, "maja", next=target)["Location"] == "/portal/"


def test_signing_in_is_audited_without_names_in_public(maja: Any, storkoping: Any) -> None:
    attempt(STORKOPING, "maja")
    entry = AuditEntry.objects.get(verb="account.signed_in")
    assert (entry.actor_id, entry.municipality_id) == (maja.pk, storkoping.pk)


def test_no_personal_data_stands_in_any_address(maja: Any) -> None:
    response = attempt(STORKOPING, "maja")
    assert "maja" not in response["Location"]


@pytest.fixture
def maja_with_code(maja: Any) -> Any:
    maja.totp_secret = totp.encrypt(totp.new_secret())
    maja.totp_confirmed_at = timezone.now()
    maja.save()
    return maja


def test_the_second_factor_is_asked_for(maja_with_code: Any) -> None:
    client = Client(HTTP_HOST=STORKOPING)
    response = client.post("/login/", {"username": "maja", "password": PASSWORD})
    assert response["Location"] == "/login/code/"
    assert not SignIn.objects.exists()
    assert client.get("/account/")["Location"].startswith("/login/")
    code = totp.current_code(maja_with_code, timezone.now())
    assert client.post("/login/code/", {"code": code})["Location"] == "/portal/"
    assert SignIn.objects.get().second_factor


def test_a_wrong_code_does_not_get_in(maja_with_code: Any) -> None:
    client = Client(HTTP_HOST=STORKOPING)
    client.post("/login/", {"username": "maja", "password": PASSWORD})
    response = client.post("/login/code/", {"code": "000000"})
    assert response.status_code == 422
    assert "Koden stämmer inte" in response.content.decode()


def test_a_half_finished_sign_in_is_worth_nothing_on_another_host(maja_with_code: Any, lillby: Any) -> None:
    client = Client(HTTP_HOST=STORKOPING)
    client.post("/login/", {"username": "maja", "password": PASSWORD})
    code = totp.current_code(maja_with_code, timezone.now())
    response = client.post("/login/code/", {"code": code}, headers={"host": LILLBY})
    assert response["Location"] == "/login/"


def test_enrolment_is_demanded_where_the_setting_says_so(maja: Any, settings: Any) -> None:
    settings.REQUIRE_TOTP = True
    client = Client(HTTP_HOST=STORKOPING)
    response = client.post("/login/", {"username": "maja", "password": PASSWORD})
    assert response["Location"] == "/login/enrol/"
    page = client.get("/login/enrol/").content.decode()
    assert "<svg" in page
    assert "viewBox" in page  # else the browser cuts the code instead of scaling it
    secret = totp.decrypt(client.session["totp_secret"])
    assert not SignIn.objects.exists()
    import pyotp

    code = pyotp.TOTP(secret).at(timezone.now())
    assert client.post("/login/enrol/", {"code": code})["Location"] == "/portal/"
    maja.refresh_from_db()
    assert maja.totp_confirmed_at is not None
    assert secret not in maja.totp_secret
    assert totp.decrypt(maja.totp_secret) == secret


def test_a_temporary_password_must_be_changed_first(maja: Any, client_of: Callable[..., Any]) -> None:
    User.objects.filter(pk=maja.pk).update(password_is_temporary=True)
    client = client_of(maja, STORKOPING)
    assert client.get("/account/")["Location"].startswith("/account/password/")
    new = "tre-gröna-hattar-i-rad"
    answer = client.post("/account/password/", {"old": PASSWORD, "new": new, "again": new})
    assert answer["Location"] == "/portal/"
    assert client.get("/account/").status_code == 200
    assert attempt(STORKOPING, "maja", new).status_code == 302


@pytest.mark.parametrize(
    ("form", "words"),
    [
        (
            {"old": "fel", "new": "tre-gröna-hattar", "again": "tre-gröna-hattar"},
            "nuvarande lösenordet stämmer",
        ),
        ({"old": PASSWORD, "new": "kort", "again": "kort"}, "för kort"),
        ({"old": PASSWORD, "new": "maja-heter-jag-idag", "again": "maja-heter-jag-idag"}, "användarnamn"),
        ({"old": PASSWORD, "new": "tre-gröna-hattar", "again": "tre-gröna-mössor"}, "olika"),
        ({"old": PASSWORD, "new": PASSWORD, "again": PASSWORD}, "samma som det gamla"),
    ],
)
def test_a_bad_new_password_is_explained(
    maja: Any, client_of: Callable[..., Any], form: dict[str, str], words: str
) -> None:
    response = client_of(maja, STORKOPING).post("/account/password/", form)
    assert response.status_code == 422
    assert words in response.content.decode()


@pytest.fixture
def long_delays(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second is no delay on a busy machine."""
    grown = throttling.delay
    monkeypatch.setattr(throttling, "delay", lambda failures: 60 * grown(failures))


@pytest.mark.usefixtures("long_delays")
def test_growing_delay_holds_the_account_not_the_address(cast: Any) -> None:
    for _ in range(4):
        assert attempt(CENTRE, "olga", "fel").status_code == 422
    held = attempt(CENTRE, "olga")
    assert held.status_code == 429
    assert int(held["Retry-After"]) >= 1
    assert attempt(CENTRE, "sven").status_code == 302


@pytest.mark.usefixtures("long_delays")
def test_an_unknown_name_is_slowed_down_the_same_way(centre: Any) -> None:
    answers = [attempt(CENTRE, "finns-inte", "fel").status_code for _ in range(5)]
    assert answers == [422, 422, 422, 422, 429]


def test_a_known_browser_gets_in_while_a_stranger_fails(olga: Any) -> None:
    home = Client(HTTP_HOST=CENTRE)
    assert home.post("/login/", {"username": "olga", "password": PASSWORD}).status_code == 302
    home.post("/logout/")
    for _ in range(5):
        attempt(CENTRE, "olga", "fel")
    assert attempt(CENTRE, "olga").status_code == 429
    assert home.post("/login/", {"username": "olga", "password": PASSWORD}).status_code == 302


def test_the_throttle_stores_no_names(centre: Any) -> None:
    attempt(CENTRE, "olga", "fel")
    assert re.fullmatch(r"[0-9a-f]{64}", Throttle.objects.get().key)
    assert throttling.forget_old(timezone.now()) == 0
