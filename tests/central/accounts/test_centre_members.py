"""The centre's manager keeps the centre's accounts; the command line makes the first one."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from central.accounts.capabilities import CASE_CLAIM, can
from central.accounts.models import Membership, User

PAGE = "/account/members/"


def test_the_manager_invites_an_operator(chef: Any, client_of: Callable[..., Any], storkoping: Any) -> None:
    client = client_of(chef)
    form = {"username": "ny.op", "name": "Ny Operatör", "initials": "NO", "role": "operator"}
    page = client.post(f"{PAGE}invite/", form).content.decode()
    password = page.split('class="once mono">')[1].split("<")[0]
    user = User.objects.get(username="ny.op")
    assert user.check_password(password)
    assert can(user, CASE_CLAIM, storkoping)
    assert "alla utan sekretess" in client.get(PAGE).content.decode()


@pytest.mark.parametrize("who", ["olga", "sven", "utan"])
def test_nobody_else_at_the_centre_gets_in(cast: Any, client_of: Callable[..., Any], who: str) -> None:
    client = client_of(getattr(cast, who))
    assert client.get(PAGE).status_code == 403
    for act in ("invite/", "1/functions/", "1/end/", "1/reset/"):
        assert client.post(PAGE + act).status_code == 403


def test_a_municipalitys_member_does_not_exist_here(chef: Any, maja: Any, client_of: Any) -> None:
    key = Membership.objects.get(user=maja).pk
    for act in ("functions", "end", "reset"):
        assert client_of(chef).post(f"{PAGE}{key}/{act}/").status_code == 404


def test_the_pages_do_not_exist_on_a_municipalitys_host(arvid: Any, client_of: Any) -> None:
    assert client_of(arvid, "storkoping.localhost").get(PAGE).status_code == 404


def test_the_manager_gives_social_jour_and_ends_an_operator(chef: Any, olga: Any, client_of: Any) -> None:
    client, console = client_of(chef), client_of(olga)
    key = Membership.objects.get(user=olga).pk
    client.post(f"{PAGE}{key}/functions/", {"functions": ["social_jour"]})
    assert Membership.objects.get(pk=key).functions == ["social_jour"]
    client.post(f"{PAGE}{key}/end/")
    assert console.get("/account/").status_code == 302


def test_the_command_makes_the_first_account(centre: Any) -> None:
    out = io.StringIO()
    call_command(
        "account", "invite", "karin", name="Karin Chef", initials="KC", role="centre_manager", at="centralen",
        stdout=out,
    )  # fmt: skip
    password = out.getvalue().split(": ")[1].strip()
    assert User.objects.get(username="karin").check_password(password)
    with pytest.raises(CommandError, match="upptaget"):
        call_command(
            "account", "invite", "karin", name="Karin", initials="K", role="operator", at="centralen"
        )
    with pytest.raises(CommandError, match="Ingen kommun"):
        call_command("account", "invite", "x.y", name="Xy", initials="X", role="operator", at="ingenstans")


def test_the_command_resets_a_sign_in(maja: Any, client_of: Any) -> None:
    client = client_of(maja, "storkoping.localhost")
    out = io.StringIO()
    call_command("account", "reset", "maja", stdout=out)
    maja.refresh_from_db()
    assert maja.check_password(out.getvalue().split(": ")[1].strip())
    assert client.get("/account/").status_code == 302
    with pytest.raises(CommandError):
        call_command("account", "reset", "finns-inte")
