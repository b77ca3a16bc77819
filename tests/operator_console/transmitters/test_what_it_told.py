"""An unfolded row: its last ten tests, and what came lately by kind, meaning and time; never what it said."""

from __future__ import annotations

import re
from typing import Any

from django.db import connection

from operator_console.transmitters import told
from tests.operator_console.transmitters.conftest import Standing
from tests.support.cases import now
from tests.support.incoming import said, take

PAGE = "/console/transmitters/"


def test_tests_are_listed_ten_at_most_and_open_nothing(olgas: Any, standing: Standing) -> None:
    one = standing["heard"]
    for n in range(12):
        take([said(one, "test", account="1")], now(-1000 + n))
    assert told.tests(one.pk) == sorted(told.tests(one.pk), reverse=True)
    html = olgas.get(f"{PAGE}{one.pk}/").content.decode()
    listed = re.search(r'<ol class="tests">(.*?)</ol>', html, re.S)
    assert listed
    assert listed[1].count("<li>") == 10
    other = olgas.get(f"{PAGE}{standing['silent'].pk}/").content.decode()
    assert "Inget prov har tagits emot." in other


def test_what_came_lately_is_told_without_its_content(olgas: Any, standing: Standing) -> None:
    one = standing["heard"]
    secret = {"text": "Hemlig text", "place": "Hemliga gatan 7", "person": "Persona", "body": '{"a": "Rått"}'}
    take([said(one, account="1", kind="intrusion", **secret)], now(-30))
    take([said(one, "trouble", account="1", kind="transmitter_fault", trouble="battery", **secret)], now(-20))
    take([said(one, "restore", account="1", kind="transmitter_fault", trouble="battery", **secret)], now(-10))
    rows = told.lately(one.pk, frozenset({"security", "technical"}))
    assert [(row.kind, row.meaning) for row in rows] == [
        ("Sändarfel", "Återställt"),
        ("Sändarfel", "Fel på sändaren"),
        ("Inbrottslarm", "Larm"),
    ]
    assert all(row.reference for row in rows)
    html = olgas.get(f"{PAGE}{one.pk}/").content.decode()
    assert "Inbrottslarm" in html
    assert not [text for text in (*secret.values(), "Rått") if text in html]


def test_a_closed_functions_signals_are_not_told_to_others(standing: Standing) -> None:
    one = standing["heard"]
    take([said(one, account="1", kind="social"), said(one, account="1", kind="technical")])
    assert [row.kind for row in told.lately(one.pk, frozenset({"property"}))] == ["Driftlarm"]
    assert told.lately(one.pk, frozenset({"property"}), function="social_jour") == []
    assert len(told.lately(one.pk, frozenset({"property", "social_jour"}))) == 2


def test_what_was_told_is_found_by_its_index(standing: Standing) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT * FROM intake_signal WHERE (logged OR NOT meaning = 'alarm') "
            "AND transmitter_id = 7 ORDER BY received_at DESC LIMIT 20"
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
        cursor.execute("RESET enable_seqscan")
    assert "signal_told" in plan
