"""The public page as a file: for the hour when nothing of ours answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from alarms.escalation.reserve_pages import ReservePages
from central.municipalities.context import in_municipality
from tenants.safepoints import queries, services
from tenants.safepoints.models import SafePoint
from tests.tenants.safepoints.conftest import HOST, NOW

pytestmark = pytest.mark.usefixtures("nothing_remembered")


@pytest.fixture
def point(storkoping: Any, lillby: Any, olga: Any) -> SafePoint:
    with in_municipality(storkoping):
        point = SafePoint.objects.create(name="Norra skolan", address="Skolvägen 1", offers=["warmth"])
        services.activate(point_id=point.pk, case_id=None, actor=olga, public_text="Välkommen in.", now=NOW)
    return point


def test_each_municipality_has_its_page_with_the_time_it_was_true(
    point: Any, settings: Any, tmp_path: Path
) -> None:
    settings.PUBLIC_PAGES_DIR = str(tmp_path)
    assert ReservePages().work(NOW) >= 2
    page = (tmp_path / f"{HOST}.html").read_text()
    for words in ["Norra skolan", "Välkommen in.", "Det här gällde söndag 1 mars kl. 02.13", "<style>"]:
        assert words in page
    for asked_for in ["<script", "/static/", "Set-Cookie"]:
        assert asked_for not in page
    assert len(page.encode()) < 14_000  # the first TCP window
    assert "Norra skolan" not in (tmp_path / "lillby.localhost.html").read_text()
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_a_change_is_written_at_once_and_nothing_else(
    point: Any, olga: Any, storkoping: Any, settings: Any, tmp_path: Path
) -> None:
    settings.PUBLIC_PAGES_DIR = str(tmp_path)
    pages = ReservePages()
    pages.work(NOW)
    assert pages.work(NOW) == 0
    with in_municipality(storkoping):
        services.change_public_text(point_id=point.pk, text="Ta med filt.", actor=olga, now=NOW)
    assert pages.work(NOW) == 1
    assert "Ta med filt." in (tmp_path / f"{HOST}.html").read_text()


def test_without_the_setting_nothing_is_written(point: Any) -> None:
    assert ReservePages().work(NOW) == 0


def test_a_fresh_process_without_its_database_shows_the_file(
    point: Any, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PUBLIC_PAGES_DIR = str(tmp_path)
    ReservePages().work(NOW)

    def away() -> None:
        raise OperationalError

    monkeypatch.setattr(queries, "public_page", away)
    answer = Client().get("/", headers={"host": HOST})
    assert (answer.status_code, "Norra skolan" in answer.content.decode()) == (200, True)
