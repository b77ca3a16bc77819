"""A shift begins with the municipalities that nobody else has ticked; they may be changed while it goes on."""

from __future__ import annotations

import json
import re
from typing import Any

from django.utils import timezone

from central.accounts.models import Shift
from central.accounts.shifts import start_shift


def ticked(page: str) -> list[int]:
    return [int(one) for one in re.findall(r'name="own" value="(\d+)" checked', page)]


def test_those_that_nobody_has_are_proposed(olgas: Any, sven: Any, storkoping: Any, lillby: Any) -> None:
    assert ticked(olgas.get("/shift/").content.decode()) == [], "nobody has chosen: all alike"
    start_shift(user=sven, seat="2", sound_ok=True, municipalities=[lillby.pk], now=timezone.now())
    assert ticked(olgas.get("/shift/").content.decode()) == [storkoping.pk]


def test_the_choice_is_kept_and_the_console_knows_it(olgas: Any, olga: Any, lillby: Any) -> None:
    answer = olgas.post(
        "/shift/start/", {"seat": "1", "sound_ok": "1", "own": [str(lillby.pk), "x", "9" * 30]}
    )
    assert answer["Location"] == "/console/"
    assert Shift.objects.get(user=olga).municipalities == [lillby.pk]
    page = olgas.get("/console/").content.decode()
    found = re.search(r'<script id="boot" type="application/json">(.*?)</script>', page)
    assert found
    assert json.loads(found[1])["user"]["own"] == [lillby.pk]


def test_a_refused_start_keeps_what_was_ticked(
    olgas: Any, olga: Any, lillby: Any, storkoping: Any, settings: Any
) -> None:
    settings.REQUIRE_TOTP = True
    answer = olgas.post("/shift/start/", {"seat": "1", "sound_ok": "1", "own": [str(storkoping.pk)]})
    assert answer.status_code == 409
    assert ticked(answer.content.decode()) == [storkoping.pk]


def test_ones_own_are_changed_during_the_shift_and_the_page_tells_who_has_the_rest(
    olgas: Any, olga: Any, sven: Any, storkoping: Any, lillby: Any
) -> None:
    start_shift(user=olga, seat="1", sound_ok=True, municipalities=[storkoping.pk], now=timezone.now())
    page = olgas.get("/shift/").content.decode()
    assert ticked(page) == [storkoping.pk]
    assert re.search(r"Ingen har</span> Lillby", page)
    start_shift(user=sven, seat="2", sound_ok=True, municipalities=[lillby.pk], now=timezone.now())
    assert "Sven Skiftledare: Lillby" in olgas.get("/shift/").content.decode()
    answer = olgas.post("/shift/municipalities/", {"own": [str(lillby.pk)]}, follow=True)
    assert Shift.objects.get(user=olga, ended_at=None).municipalities == [lillby.pk]
    assert "✓ Sparat" in answer.content.decode()
    assert ticked(answer.content.decode()) == [lillby.pk]


def test_without_a_shift_there_is_nothing_to_change(olgas: Any, olga: Any, storkoping: Any) -> None:
    answer = olgas.post("/shift/municipalities/", {"own": [str(storkoping.pk)]})
    assert answer.status_code == 409
    assert "Du har inget pågående pass." in answer.content.decode()
    assert Shift.objects.count() == 0


def test_leaving_that_is_refused_keeps_the_ticks(olgas: Any, olga: Any, storkoping: Any, sven: Any) -> None:
    start_shift(user=olga, seat="1", sound_ok=True, municipalities=[storkoping.pk], now=timezone.now())
    answer = olgas.post("/shift/end/")
    assert answer.status_code == 409, "nobody else has an ear"
    assert ticked(answer.content.decode()) == [storkoping.pk]
