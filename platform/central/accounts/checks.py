"""Deployment mistakes that `central check --deploy` names."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

ARGON2 = "django.contrib.auth.hashers.Argon2PasswordHasher"


@register(Tags.security)
def passwords_are_hashed_with_argon2(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The first hasher is the one that new passwords get."""
    if settings.PASSWORD_HASHERS and settings.PASSWORD_HASHERS[0] == ARGON2:
        return []
    return [
        Error("New passwords aren't hashed with argon2.", hint=f"Put {ARGON2} first.", id="accounts.E001")
    ]


@register(Tags.security)
def sign_ins_are_checked(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Without the middleware a revoked sign-in would still give access."""
    wanted = "central.accounts.middleware.SignInMiddleware"
    order = list(settings.MIDDLEWARE)
    before = "django.contrib.auth.middleware.AuthenticationMiddleware"
    if wanted in order and before in order and order.index(before) < order.index(wanted):
        return []
    return [Error(f"{wanted} must come after {before} in MIDDLEWARE.", id="accounts.E002")]


@register(Tags.security)
def no_other_door(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Another backend would let people in without the throttle and the sign-in row."""
    if settings.AUTHENTICATION_BACKENDS == ["central.accounts.backend.AccountBackend"]:
        return []
    return [Error("AUTHENTICATION_BACKENDS must hold only AccountBackend.", id="accounts.E003")]


@register(Tags.security, deploy=True)
def second_factor_is_required(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A centre on the internet asks for codes."""
    if settings.REQUIRE_TOTP:
        return []
    return [Warning("REQUIRE_TOTP is off: a stolen password is enough to sign in.", id="accounts.W001")]


@register(Tags.security, deploy=True)
def cookies_stay_on_their_host(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A cookie domain would carry one municipality's session to another's host."""
    found: list[CheckMessage] = []
    if settings.SESSION_COOKIE_DOMAIN or settings.CSRF_COOKIE_DOMAIN:
        found.append(Error("Session and CSRF cookies must have no Domain.", id="accounts.E004"))
    if not settings.SESSION_COOKIE_SECURE:
        found.append(Warning("SESSION_COOKIE_SECURE is off.", id="accounts.W002"))
    return found
