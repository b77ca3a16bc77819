"""Street addresses as people write them: the same building is found, the same street elsewhere is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.street import Street, parse, same_building, same_entrance


def street(written: str) -> Street:
    found = parse(written)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Storgatan 12", Street("storgatan", 12, 12)),
        ("  storgatan   12 a ", Street("storgatan", 12, 12, "a")),
        ("STORGATAN 12A, lgh 1101", Street("storgatan", 12, 12, "a")),
        ("Storg. 12 A", Street("storgatan", 12, 12, "a")),
        ("Parkv. 3", Street("parkvägen", 3, 3)),
        ("N. Storgatan 4", Street("norra storgatan", 4, 4)),
        ("S:t Olofs gata 7", Street("sankt olofs gata", 7, 7)),
        ("Storgatan 12–16", Street("storgatan", 12, 16)),
        ("Storgatan 12A-16B", Street("storgatan", 12, 16)),
        ("Storgatan 12 lgh 1101", Street("storgatan", 12, 12)),
        ("Storgatan 12 B, 3 tr, 242 31 Hörby", Street("storgatan", 12, 12, "b", "24231", "hörby")),
        ("Storgatan 12, 24231 HÖRBY", Street("storgatan", 12, 12, "", "24231", "hörby")),
        ("Storgatan 12, SE-242 31 Hörby", Street("storgatan", 12, 12, "", "24231", "hörby")),
        ("Storgatan 12, Hörby", Street("storgatan", 12, 12, "", "", "hörby")),
        ("c/o Ek, Storgatan 12, Hörby", Street("storgatan", 12, 12, "", "", "hörby")),
        ("Äsphult 2145", Street("äsphult", 2145, 2145)),
        ("Kyrkskolan, Skolvägen 2, Osby", Street("skolvägen", 2, 2, "", "", "osby")),
        ("17 maj-gatan 5", Street("17 maj-gatan", 5, 5)),
    ],
)
def test_what_is_written_is_understood(written: str, meant: Street) -> None:
    assert parse(written) == meant


@pytest.mark.parametrize(
    "written", ["", "Torget", "Box 12, 242 31 Hörby", "242 31 Hörby", "lgh 1101", "vid ån"]
)
def test_what_places_no_building_is_nothing(written: str) -> None:
    assert parse(written) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Storgatan 12", "storg. 12"),
        ("Storgatan 12 A", "Storgatan 12 B"),  # another entrance
        ("Storgatan 12–16", "Storgatan 14 C"),
        ("Storgatan 12, Hörby", "Storgatan 12"),
        ("Storgatan 12, 242 31 Hörby", "Storgatan 12, Hörby"),
        ("Storgatan 12, 242 31 Hörby", "Storgatan 12, 242 32 Hörby"),  # one of two told agrees
        ("Storgatan 12, 242 31 Hörby", "Storgatan 12, 242 31 Lyby"),
        ("A\u030asgatan 1", "Åsgatan 1"),  # typed on another keyboard
    ],
)
def test_the_same_building_is_found(one: str, other: str) -> None:
    a, b = street(one), street(other)
    assert same_building(a, b)
    assert same_building(b, a)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Storgatan 12", "Storgatan 2"),
        ("Storgatan 12", "Storgatan 121"),
        ("Storgatan 12–16", "Storgatan 13"),  # the other side of the street
        ("Storgatan 12", "Norra Storgatan 12"),
        ("Storgatan 12, Hörby", "Storgatan 12, Osby"),
        ("Storgatan 12, 242 31 Hörby", "Storgatan 12, 283 43 Osby"),
        ("Åsgatan 1", "Asgatan 1"),
        ("Ögatan 1", "Ogatan 1"),
    ],
)
def test_another_building_is_not(one: str, other: str) -> None:
    a, b = street(one), street(other)
    assert not same_building(a, b)
    assert not same_building(b, a)


def test_an_entrance_is_told_by_its_letter() -> None:
    a, b, whole = street("Storgatan 12 A"), street("Storgatan 12 B"), street("Storgatan 12")
    assert same_entrance(a, a)
    assert same_entrance(a, whole)
    assert not same_entrance(a, b)


@given(st.text(max_size=160))
def test_no_text_makes_it_stumble(written: str) -> None:
    found = parse(written)
    assert found is None or (found.name and found.first <= found.last and same_building(found, found))
