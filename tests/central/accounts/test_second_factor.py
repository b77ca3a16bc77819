"""Codes: near in time, once only, and the secret never in the clear."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import pytest
from django.db import connection

from central.accounts import totp

NOW = datetime(2026, 3, 1, 2, 13, 40, tzinfo=UTC)
SECRET = pyotp.random_base32()


@pytest.mark.parametrize(
    ("drift", "accepted"), [(-60, False), (-30, True), (0, True), (30, True), (61, False)]
)
def test_a_code_is_good_for_one_step_either_way(drift: int, accepted: bool) -> None:
    code = pyotp.TOTP(SECRET).at(NOW + timedelta(seconds=drift))
    assert (totp.matching_step(SECRET, code, NOW) is not None) is accepted


@pytest.mark.parametrize("code", ["", "12", "abcdef", "１２３４５６", "0" * 400])
def test_nonsense_is_no_code(code: str) -> None:
    assert totp.matching_step(SECRET, code, NOW) is None


def test_a_code_may_be_typed_with_a_space() -> None:
    code = pyotp.TOTP(SECRET).at(NOW)
    assert totp.matching_step(SECRET, f"{code[:3]} {code[3:]}", NOW) is not None


def test_each_code_works_once(utan: Any) -> None:
    utan.totp_secret = totp.encrypt(SECRET)
    utan.save()
    code = totp.current_code(utan, NOW)
    totp.use_code(utan, code, NOW)
    with pytest.raises(totp.WrongCode):
        totp.use_code(utan, code, NOW)


def test_a_code_older_than_the_last_used_is_refused(utan: Any) -> None:
    utan.totp_secret = totp.encrypt(SECRET)
    utan.save()
    older = totp.current_code(utan, NOW - timedelta(seconds=30))
    totp.use_code(utan, totp.current_code(utan, NOW), NOW)
    with pytest.raises(totp.WrongCode):
        totp.use_code(utan, older, NOW)


def test_two_uses_at_once_let_one_in(committed: None, utan: Any) -> None:
    utan.totp_secret = totp.encrypt(SECRET)
    utan.save()
    code, outcome = totp.current_code(utan, NOW), []

    def use() -> None:
        try:
            totp.use_code(utan, code, NOW)
            outcome.append("in")
        except totp.WrongCode:
            outcome.append("out")
        finally:
            connection.close()

    threads = [threading.Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcome) == ["in"] + ["out"] * 7


def test_the_secret_is_stored_encrypted_and_survives_a_new_key(settings: Any) -> None:
    stored = totp.encrypt(SECRET)
    assert SECRET not in stored
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another-key"
    with pytest.raises(totp.UnreadableSecret):
        totp.decrypt(stored)
    settings.SECRET_KEY_FALLBACKS = [old]
    assert totp.decrypt(stored) == SECRET
