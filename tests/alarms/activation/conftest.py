"""Two municipalities that may help each other, and a fire in one of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from alarms.activation import watching
from tests.conftest import make_user


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """What the process remembers of rules is this test's own."""
    watching.forget()
    yield
    watching.forget()


@pytest.fixture
def ludde(lillby: Any) -> Any:
    """Lillby's administrator."""
    return make_user("ludde", "Ludde Lillby", "LU", lillby, "municipality_admin", [])
