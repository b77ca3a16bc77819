"""The centre's figures: for shift leaders, all municipalities by name, and as a file."""

from __future__ import annotations

from typing import Any

from django.test import Client

from tests.conftest import CENTRE_HOST
from tests.support.cases import case
from tests.support.signing_in import sign_in


def test_leaders_see_all_municipalities_and_operators_do_not(
    olgas: Any, sven: Any, storkoping: Any, lillby: Any
) -> None:
    case(storkoping, "technical")
    case(lillby, "technical")
    assert olgas.get("/console/statistics/").status_code == 403
    leader = Client(HTTP_HOST=CENTRE_HOST)
    sign_in(leader, sven, CENTRE_HOST)
    shown = leader.get("/console/statistics/").content.decode()
    assert "Storköping" in shown
    assert "Lillby" in shown
    assert "2" in shown
    text = leader.get("/console/statistics/statistik.csv").content.decode("utf-8-sig")
    assert [line.split(";")[0].strip('"') for line in text.splitlines()[1:]] == [
        "Alla",
        "Lillby",
        "Storköping",
    ]
    wrong = leader.get("/console/statistics/?from=igår")
    assert (wrong.status_code, "Skriv dagen som" in wrong.content.decode()) == (422, True)
