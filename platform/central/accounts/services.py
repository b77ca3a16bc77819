"""Signing in and out: every door to an account, with its throttle and its audit entries."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.http import HttpRequest

from central.accounts import passwords, sessions, throttling, totp
from central.accounts.leaving import StillHolding
from central.accounts.models import Membership, SignIn, User
from central.accounts.shifts import NotOnShift, SecondFactorMissing, end_shift, start_shift
from central.audit.services import record

__all__ = [
    "NotOnShift",
    "SecondFactorMissing",
    "StillHolding",
    "WrongSignIn",
    "begin",
    "check_name_and_password",
    "end",
    "end_shift",
    "revoke",
    "start_shift",
]


class WrongSignIn(Exception):
    """Name, password, host or account state: which of them is never told."""

    message = "Användarnamnet eller lösenordet stämmer inte."


class WeakPassword(Exception):
    """The new password isn't good enough; `message` says why."""

    def __init__(self, message: str) -> None:
        super().__init__("weak password")
        self.message = message


def check_name_and_password(
    *, username: str, password: str, municipality_id: int, now: datetime, device: str = ""
) -> User:
    """The account that these open on this municipality's (or the centre's) host.

    Raises TooSoon and WrongSignIn. An unknown name takes as long as a known one. `device` is the random
    mark of a browser where this account has signed in before, empty otherwise.
    """
    name = username.strip().lower()[:60]
    key = throttling.key_of("password", name, device)
    throttling.attempt(key, now)
    user = User.objects.filter(username=name).first()
    matches = check_password(password, user.password if user else _nobodys_password())
    if user is None or not matches or not user.is_active or not _belongs(user, municipality_id):
        if user is not None:
            record(
                "account.sign_in_failed",
                actor_id=None,
                actor_name="",
                municipality_id=municipality_id,
                subject=str(user.pk),
                at=now,
            )
        raise WrongSignIn
    throttling.succeeded(key)
    return user


_nobody: list[str] = []


def _nobodys_password() -> str:
    if not _nobody:
        _nobody.append(make_password(passwords.one_time()))
    return _nobody[0]


def _belongs(user: User, municipality_id: int) -> bool:
    return Membership.objects.current().filter(user=user, municipality_id=municipality_id).exists()


def needs_code(user: User) -> bool:
    """Whether the person's sign-in asks for a code from her app."""
    return user.totp_confirmed_at is not None


def needs_enrolment(user: User) -> bool:
    """Whether she must set up her second factor before she gets in."""
    return settings.REQUIRE_TOTP and user.totp_confirmed_at is None


def check_code(*, user: User, code: str, now: datetime) -> None:
    """Accept the second factor. Raises TooSoon and WrongCode."""
    key = throttling.key_of("code", user.username)
    throttling.attempt(key, now)
    totp.use_code(user, code, now)
    throttling.succeeded(key)


def enrol(*, user: User, secret: str, code: str, municipality_id: int, now: datetime) -> None:
    """Bind a new secret to the account once a code shows that the app has it. Raises TooSoon, WrongCode."""
    key = throttling.key_of("code", user.username)
    throttling.attempt(key, now)
    step = totp.matching_step(secret, code, now)
    if step is None:
        raise totp.WrongCode
    throttling.succeeded(key)
    with transaction.atomic():
        user.totp_secret = totp.encrypt(secret)
        user.totp_confirmed_at = now
        user.totp_last_step = step
        user.save(update_fields=["totp_secret", "totp_confirmed_at", "totp_last_step"])
        record(
            "account.second_factor_set",
            actor_id=user.pk,
            actor_name=user.name,
            municipality_id=municipality_id,
            subject=str(user.pk),
            at=now,
        )


def begin(
    request: HttpRequest,
    *,
    user: User,
    municipality_id: int,
    now: datetime,
    second_factor: bool = False,
    device: str = "",
) -> SignIn:
    """Sign the person in on this host: a fresh session, its row and an audit entry."""
    with transaction.atomic():
        sign_in = sessions.begin(
            request,
            user=user,
            municipality_id=municipality_id,
            now=now,
            second_factor=second_factor,
            device=device,
        )
        _note("account.signed_in", sign_in, now, by=user)
    return sign_in


def end(*, sign_in: SignIn, now: datetime) -> None:
    """The person signs out. Doing it twice changes nothing."""
    with transaction.atomic():
        if SignIn.objects.filter(pk=sign_in.pk, ended_at__isnull=True).update(ended_at=now):
            _note("account.signed_out", sign_in, now, by=sign_in.user)


def revoke(*, sign_in_id: UUID, by: User, now: datetime) -> bool:
    """Take the access back: pages at once, sockets at their next look (2 s). False when it was over already.

    The caller has checked that `by` may do this.
    """
    with transaction.atomic():
        row = SignIn.objects.select_related("user").get(pk=sign_in_id)
        open_rows = SignIn.objects.filter(pk=sign_in_id, revoked_at__isnull=True, ended_at__isnull=True)
        if not open_rows.update(revoked_at=now):
            return False
        _note("account.sign_in_revoked", row, now, by=by)
    return True


def revoke_all(
    *, user: User, by: User, now: datetime, municipality_id: int | None = None, keep: UUID | None = None
) -> int:
    """Revoke every open sign-in of an account (on one host, where named) but `keep`; return how many."""
    rows = SignIn.objects.filter(user=user, revoked_at__isnull=True, ended_at__isnull=True)
    if municipality_id is not None:
        rows = rows.filter(municipality_id=municipality_id)
    if keep is not None:
        rows = rows.exclude(pk=keep)
    return sum(revoke(sign_in_id=row_id, by=by, now=now) for row_id in rows.values_list("pk", flat=True))


def change_password(*, user: User, old: str, new: str, municipality_id: int, now: datetime) -> None:
    """Set a new password after checking the old one. Raises TooSoon, WrongSignIn, WeakPassword."""
    key = throttling.key_of("change", user.username)
    throttling.attempt(key, now)
    if not check_password(old, user.password):
        raise WrongSignIn
    throttling.succeeded(key)
    if weakness := passwords.weakness(new, user):
        raise WeakPassword(weakness)
    if check_password(new, user.password):
        raise WeakPassword("Det nya lösenordet är samma som det gamla. Välj ett annat.")
    with transaction.atomic():
        user.set_password(new)
        user.password_is_temporary = False
        user.save(update_fields=["password", "password_is_temporary"])
        record(
            "account.password_changed",
            actor_id=user.pk,
            actor_name=user.name,
            municipality_id=municipality_id,
            subject=str(user.pk),
            at=now,
        )


def _note(verb: str, sign_in: SignIn, now: datetime, *, by: User) -> None:
    record(
        verb,
        actor_id=by.pk,
        actor_name=by.name,
        municipality_id=sign_in.municipality_id,
        subject=str(sign_in.pk),
        at=now,
    )
