"""Deployment mistakes are named before the first request."""

from __future__ import annotations

from typing import Any

from central.accounts import checks


def ids(found: list[Any]) -> list[str]:
    return [one.id for one in found]


def test_the_settings_as_they_are_have_no_errors() -> None:
    for check in (
        checks.passwords_are_hashed_with_argon2, checks.sign_ins_are_checked, checks.no_other_door,
    ):  # fmt: skip
        assert check(None) == []


def test_each_mistake_is_named(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    assert ids(checks.passwords_are_hashed_with_argon2(None)) == ["accounts.E001"]
    settings.MIDDLEWARE = []
    assert ids(checks.sign_ins_are_checked(None)) == ["accounts.E002"]
    settings.AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
    assert ids(checks.no_other_door(None)) == ["accounts.E003"]
    settings.REQUIRE_TOTP = False
    assert ids(checks.second_factor_is_required(None)) == ["accounts.W001"]
    settings.SESSION_COOKIE_DOMAIN = ".example.se"
    settings.SESSION_COOKIE_SECURE = False
    assert ids(checks.cookies_stay_on_their_host(None)) == ["accounts.E004", "accounts.W002"]
