"""Two municipalities that may help each other."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import make_user


@pytest.fixture
def ludde(lillby: Any) -> Any:
    """Lillby's administrator."""
    return make_user("ludde", "Ludde Lillby", "LU", lillby, "municipality_admin", [])
