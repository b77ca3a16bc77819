"""Members are invited, given functions and ended by somebody else than themselves."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from central.accounts import members
from central.accounts.models import Membership, User

NOW = datetime(2030, 3, 1, tzinfo=UTC)


def invite(storkoping: Any, arvid: Any, **changed: Any) -> tuple[User, str]:
    form: dict[str, Any] = {
        "username": "ny.person",
        "name": "Ny Person",
        "initials": "np",
        "role": "municipality_officer",
        "function_codes": ["technical"],
    }
    return members.invite(municipality=storkoping, by=arvid, now=NOW, **(form | changed))


def test_an_invited_member_gets_a_one_time_password(storkoping: Any, arvid: Any) -> None:
    user, password = invite(storkoping, arvid)
    assert user.check_password(password)
    assert user.password_is_temporary
    assert user.initials == "NP"
    assert Membership.objects.get(user=user).functions == ["technical"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", "a b"),
        ("username", "arvid"),
        ("name", ""),
        ("initials", "12"),
        ("role", "operator"),
        ("function_codes", []),
        ("function_codes", ["allt"]),
    ],
)
def test_what_is_wrong_is_named_by_field(storkoping: Any, arvid: Any, field: str, value: Any) -> None:
    with pytest.raises(members.BadMember) as caught:
        invite(storkoping, arvid, **{field: value})
    assert list(caught.value.errors) == ["functions" if field == "function_codes" else field]


def test_nobody_changes_her_own_rights(arvid: Any) -> None:
    own = Membership.objects.get(user=arvid)
    with pytest.raises(members.NotYourself):
        members.set_functions(membership=own, function_codes=["property"], by=arvid, now=NOW)
    with pytest.raises(members.NotYourself):
        members.end_membership(membership=own, by=arvid, now=NOW)
    with pytest.raises(members.NotYourself):
        members.reset_sign_in(membership=own, by=arvid, now=NOW)


def test_ending_a_membership_ends_its_sign_ins(maja: Any, arvid: Any, client_of: Any) -> None:
    client = client_of(maja, "storkoping.localhost")
    members.end_membership(membership=Membership.objects.get(user=maja), by=arvid, now=NOW)
    assert client.get("/account/").status_code == 302


def test_an_account_that_works_elsewhere_cannot_be_taken_over(maja: Any, arvid: Any, lillby: Any) -> None:
    Membership.objects.create(user=maja, municipality=lillby, role="municipality_officer", functions=["it"])
    here = Membership.objects.get(user=maja, municipality__slug="storkoping")
    with pytest.raises(members.BelongsElsewhere):
        members.reset_sign_in(membership=here, by=arvid, now=NOW)


def test_a_reset_gives_a_new_password_and_no_second_factor(maja: Any, arvid: Any) -> None:
    password = members.reset_sign_in(membership=Membership.objects.get(user=maja), by=arvid, now=NOW)
    maja.refresh_from_db()
    assert maja.check_password(password)
    assert maja.password_is_temporary
    assert maja.totp_confirmed_at is None
