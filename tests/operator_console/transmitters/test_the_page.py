"""Every transmitter by municipality, its state in words; what is wrong is found, and what is hidden is counted."""

from __future__ import annotations

import re
from typing import Any

import pytest

from alarms.intake.models import Source, Transmitter, TransmitterState
from alarms.workqueue.models import WorkItem
from operator_console.transmitters import words
from tests.operator_console.transmitters.conftest import Standing
from tests.support.cases import case, now

PAGE = "/console/transmitters/"


def told(client: Any, query: str = "") -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"{PAGE}now.json{query}").json()
    return found


def places(client: Any, query: str = "") -> list[str]:
    html = client.get(PAGE + query).content.decode()
    return re.findall(r'class="place">([^<]*)<', html)


def test_they_stand_by_municipality_area_and_place_in_swedish_order(olgas: Any, standing: Standing) -> None:
    html = olgas.get(PAGE).content.decode()
    assert re.findall(r'scope="rowgroup">([^<]*)<', html) == ["Lillby", "Storköping"]
    assert places(olgas) == ["Zinkhuset", "Ångcentralen", "Älvskolan", "Norrskolan", "Torget", "Bostad"]


def test_each_state_has_its_word(olgas: Any, standing: Standing) -> None:
    ids = ",".join(str(one.pk) for one in standing.values())
    rows = told(olgas, f"?ids={ids}")["rows"]
    said = {state: rows[str(one.pk)]["cells"]["state"] for state, one in standing.items()}
    for state, text in {
        "heard": "Hörs", "silent": "TYST sedan ", "fault": "FEL: batteri, nätström",
        "service": "UNDER SERVICE till ", "never": "Aldrig hörd", "unwatched": "Övervakas inte",
    }.items():  # fmt: skip
        assert f"<b>{text}" in said[state]
        assert f"#{state}" in said[state], "a shape of its own"
        assert rows[str(standing[state].pk)]["state"] == state
    assert re.search(r"<time>\d\d:\d\d:\d\d<", rows[str(standing["heard"].pk)]["cells"]["heard"])


def test_counts_and_choices_agree(olgas: Any, standing: Standing) -> None:
    counts = told(olgas)["counts"]
    assert counts == {
        "all": 6, "wrong": 2, "silent": 1, "fault": 1, "service": 1, "never": 1, "heard": 1, "unwatched": 1,
    }  # fmt: skip
    for show, count in counts.items():
        assert len(places(olgas, f"?show={show}")) == count, show


def test_a_silent_one_under_service_is_still_among_what_is_wrong(olgas: Any, standing: Standing) -> None:
    one = standing["silent"]
    one.service_until = now(3600)
    one.save()
    row = told(olgas, f"?ids={one.pk}&show=wrong")["rows"][str(one.pk)]
    assert (row["state"], row["shown"]) == ("service", True)
    assert "UNDER SERVICE till" in row["cells"]["state"]
    assert "TYST sedan" in row["cells"]["state"]


def test_what_a_choice_hides_is_counted(olgas: Any, standing: Standing, storkoping: Any) -> None:
    query = f"?m={storkoping.pk}"
    assert places(olgas, query) == ["Norrskolan", "Torget", "Bostad"]
    assert told(olgas, query)["hidden"] == "Urvalet döljer 3, varav 2 med fel"
    assert told(olgas)["hidden"] == ""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("norrsk", ["Norrskolan"]),
        ("ÄLV", ["Älvskolan"]),
        ("kamerorna", ["Torget"]),
        ("3", ["Älvskolan"]),
        ("finns inte", []),
        ("%", []),
        ("'; --", []),
    ],
)
def test_they_are_found_by_place_source_and_whole_account(
    olgas: Any, standing: Standing, text: str, found: list[str]
) -> None:
    assert places(olgas, f"?q={text}") == found


def test_a_home_is_not_named_and_accounts_are_nowhere(olgas: Any, standing: Standing) -> None:
    html = olgas.get(PAGE).content.decode()
    assert "Bostad" in html
    assert "kamera-1" not in html
    assert standing["never"].account_hash not in html


def test_the_open_case_is_a_link_for_those_who_may_open_it(
    olgas: Any, cast: Any, client_of: Any, standing: Standing
) -> None:
    item = WorkItem.objects.get()
    link = f'href="/console/?arende={item.pk}"'
    assert link in olgas.get(PAGE).content.decode()
    manager = client_of(cast.chef).get(PAGE).content.decode()
    assert link not in manager
    assert item.reference in manager
    WorkItem.objects.update(state="closed", closed_at=now())
    assert item.reference not in olgas.get(PAGE).content.decode()


def test_an_http_senders_last_alarm_is_when_it_was_heard(olgas: Any, standing: Standing) -> None:
    one = standing["unwatched"]
    item = case(one.municipality, "camera", transmitter_id=one.pk)
    cells = told(olgas, f"?ids={one.pk}")["rows"][str(one.pk)]["cells"]
    assert words.moment(item.received_at, now()) in cells["heard"]
    assert item.reference in cells["case"]


def test_a_closed_functions_transmitter_is_shown_to_those_who_have_it_listed(
    olgas: Any, svens: Any, standing: Standing
) -> None:
    one = standing["heard"]
    one.function = "social_jour"
    one.save()
    assert "Norrskolan" not in places(olgas)
    assert olgas.get(f"{PAGE}{one.pk}/").status_code == 404
    assert told(olgas, f"?ids={one.pk}")["rows"] == {}
    assert "Norrskolan" in places(svens)


def test_a_revoked_source_and_an_unused_transmitter_are_gone(olgas: Any, standing: Standing) -> None:
    Source.objects.filter(name="Kamerorna").update(active=False)
    one = standing["heard"]
    one.active = False
    one.save()
    assert told(olgas)["counts"]["all"] == 4


def test_nonsense_in_the_address_is_no_fault(olgas: Any, standing: Standing) -> None:
    for query in ("?show=x&m=y&from=z", "?m=99999999999999", "?from=-1", "?q=%00", "?q=" + "x" * 500, "?m=²"):
        assert olgas.get(PAGE + query).status_code == 200, query
        assert olgas.get(f"{PAGE}now.json{query}").status_code == 200, query
    assert told(olgas, "?ids=1,x,,99999999999999999999,²")["rows"].keys() <= {"1"}


def test_ten_thousand_cost_no_more_questions_than_ten(
    olgas: Any, standing: Standing, lillby: Any, django_assert_max_num_queries: Any
) -> None:
    source = Source.objects.get(name="Provmottagaren")
    Transmitter.objects.bulk_create(
        Transmitter(
            source=source,
            municipality=lillby,
            account_hash=f"{n:064}",
            site=f"Hus {n:05}",
            area="Bredden",
            interval_seconds=90,
        )
        for n in range(10_000)
    )
    TransmitterState.objects.bulk_create(
        TransmitterState(transmitter=one, heard_at=now())
        for one in Transmitter.objects.filter(site__startswith="Hus")
    )
    with django_assert_max_num_queries(14):
        html = olgas.get(PAGE).content.decode()
    assert html.count("<tr data-id") == 100
    assert "1–100 av 10006" in html
    with django_assert_max_num_queries(12):
        ids = ",".join(re.findall(r'data-id="(\d+)"', html))
        assert len(told(olgas, f"?ids={ids}")["rows"]) == 100
    assert "10001–10006 av 10006" in olgas.get(f"{PAGE}?from=10000").content.decode()


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (None, "–"),
        (85, "85 s"),
        (60, "1 min"),
        (300, "5 min"),
        (3600, "1 h"),
        (86_400, "24 h"),
        (604_800, "7 d"),
    ],
)
def test_an_interval_is_said_as_people_do(seconds: int | None, told: str) -> None:
    assert words.interval(seconds) == told


def test_another_day_is_told_with_its_date(storkoping: Any) -> None:
    at = now(-36 * 3600)
    assert re.fullmatch(r"\d+ \w+ \d\d:\d\d:\d\d", words.moment(at, now()))
