"""Degrees and metres: known places come out where the map has them."""

from __future__ import annotations

import pytest

from central.geo import BadPosition, read_position, to_sweref, to_wgs84
from demo.ground import PLACES

POINTS = [point for place in PLACES for point in place.points]


@pytest.mark.parametrize("point", POINTS, ids=lambda one: one.name)
def test_a_place_is_where_the_map_has_it(point: object) -> None:
    lat, lon, x, y = (getattr(point, name) for name in ("lat", "lon", "x", "y"))
    east, north = to_sweref(lat, lon)
    assert abs(east - x) < 10
    assert abs(north - y) < 10
    assert to_wgs84(east, north) == pytest.approx((lat, lon), abs=1e-9)


@pytest.mark.parametrize(
    "text", ["55.8707, 12.8302", "55,8707 12,8302", "55.8707;12.8302", "55.8707,12.8302"]
)
def test_a_position_is_read_as_people_write_it(text: str) -> None:
    found = read_position(text)
    assert (found.lat, found.lon) == (55.8707, 12.8302)
    assert (round(found.x), round(found.y)) == (364235, 6193817)


def test_metres_are_north_first() -> None:
    assert round(read_position("6193817, 364235").lat, 4) == 55.8707


@pytest.mark.parametrize("text", ["", "hej", "12, 12", "364235, 6193817", "55.8", "nan, nan"])
def test_what_is_no_position_in_sweden_is_refused(text: str) -> None:
    with pytest.raises(BadPosition):
        read_position(text)
