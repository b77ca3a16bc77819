"""What the tests of the public page share."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tenants.safepoints import views

NOW = datetime(2026, 3, 1, 1, 13, tzinfo=UTC)
HOST = "storkoping.localhost"


@pytest.fixture
def nothing_remembered() -> Iterator[None]:
    """A process that has not looked at any municipality's points yet."""
    views.forget()
    yield
    views.forget()
