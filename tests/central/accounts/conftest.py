"""The second factor is asked for only in the tests that say so."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture(autouse=True)
def codes_not_required(settings: Any) -> None:
    settings.REQUIRE_TOTP = False
