"""The handover's page over HTTP: who may read, who may act, what is refused and what is kept."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from alarms.handover.models import Handover
from central.functions import NAMES
from tests.conftest import CENTRE_HOST, make_user
from tests.operator_console.conftest import Opened, act
from tests.support.signing_in import sign_in

BASE = "/console/handover/"


def browser(user: Any) -> Client:
    client = Client(HTTP_HOST=CENTRE_HOST)
    sign_in(client, user, CENTRE_HOST)
    return client


@pytest.fixture
def leaders(sven: Any, centre: Any) -> tuple[Client, Client]:
    """Who leaves and who comes."""
    stina = make_user("stina", "Stina Skiftledare", "ST", centre, "shift_leader", NAMES)
    return browser(sven), browser(stina)


def test_the_whole_way_over_http(leaders: tuple[Client, Client], olgas: Any, opened: Opened) -> None:
    item = opened(area="Härslöv")
    act(olgas, item, "claim")
    giver, taker = leaders
    address = giver.post(f"{BASE}begin/", follow=True).redirect_chain[-1][0]
    kept = giver.post(f"{address}notes/", {"notes": "Bron är avstängd."}, content_type="application/json")
    assert kept.json() == {"notes": "Bron är avstängd."}
    seen_by_olga = olgas.get(address).content.decode()
    assert "Härslöv" in seen_by_olga
    assert "Jag tar emot" not in seen_by_olga
    too_soon = taker.post(f"{address}sign/")
    assert (too_soon.status_code, "inte sedd" in too_soon.content.decode()) == (409, True)
    for line in Handover.objects.get().lines.all():
        told = taker.post(f"{address}seen/", {"position": line.position}, content_type="application/json")
    assert told.json()["left"] == 0
    assert taker.post(f"{address}sign/").status_code == 302
    done = giver.post(f"{address}sign/", follow=True).content.decode()
    assert "Undertecknad av båda" in done
    paper = olgas.get(f"{address}paper.pdf")
    words = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(paper.content)).pages)
    assert "Bron är avstängd." in words
    assert "Härslöv" in words
    assert "Stina Skiftledare" in words


def test_operators_read_and_do_not_act(leaders: tuple[Client, Client], olgas: Any) -> None:
    assert olgas.post(f"{BASE}begin/").status_code == 403
    address = leaders[0].post(f"{BASE}begin/", follow=True).redirect_chain[-1][0]
    for what in ("sign", "withdraw", "notes", "seen"):
        assert olgas.post(f"{address}{what}/", {}, content_type="application/json").status_code == 403


def test_what_is_wrong_is_named(leaders: tuple[Client, Client]) -> None:
    giver = leaders[0]
    address = giver.post(f"{BASE}begin/", follow=True).redirect_chain[-1][0]
    refused = giver.post(f"{address}notes/", {"notes": "rad\n" * 12}, content_type="application/json")
    assert (refused.status_code, refused.json()["field"]) == (422, "notes")
    assert "högst 10 rader" in refused.json()["message"]
    strange = giver.get(f"{BASE}00000000-0000-0000-0000-000000000000/")
    assert strange.status_code == 404
