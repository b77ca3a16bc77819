"""The fault programs at their small size, on an installation of their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.hardship import programs
from tests.hardship.region import Region


@pytest.fixture(scope="module")
def region() -> Iterator[Region]:
    with Region(municipalities=3, operators=4) as laid_out:
        yield laid_out


@pytest.mark.parametrize("name", programs.ALL)
def test_the_promise_holds(name: str, region: Region) -> None:
    region.empty()
    programs.ALL[name].small(region)
