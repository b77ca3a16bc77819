from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.gathering import gathered


@pytest.fixture
def rules(data: None) -> Iterator[None]:
    """Five objects within ten minutes, for what is technical and what is wrong with a transmitter."""
    with gathered():
        yield
