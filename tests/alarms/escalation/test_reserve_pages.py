"""The clock writes every municipality's page, whatever is wrong with one of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from alarms.escalation import reserve_pages
from central.municipalities import directory
from central.municipalities.models import Domain
from tenants.safepoints import reserve
from tests.support.cases import now


def test_one_page_that_fails_does_not_stand_in_the_way_of_the_others(
    storkoping: Any, lillby: Any, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PUBLIC_PAGES_DIR = str(tmp_path)
    really_write = reserve.write

    def write(folder: Path, municipality: Any, *rest: Any) -> None:
        if municipality.id == lillby.id:
            raise PermissionError
        really_write(folder, municipality, *rest)

    monkeypatch.setattr(reserve, "write", write)
    pages = reserve_pages.ReservePages()
    with pytest.raises(PermissionError):
        pages.work(now())
    pages.work(now())
    assert [file.name for file in tmp_path.iterdir()] == ["storkoping.localhost.html"]


def test_a_municipality_with_two_hosts_has_its_page_under_both(
    storkoping: Any, settings: Any, tmp_path: Path
) -> None:
    settings.PUBLIC_PAGES_DIR = str(tmp_path)
    Domain.objects.create(domain="trygghet.exempel.se", tenant=storkoping, is_primary=False)
    directory.forget()
    try:
        reserve_pages.ReservePages().work(now())
    finally:
        directory.forget()
    written = {file.name for file in tmp_path.iterdir()}
    assert {"storkoping.localhost.html", "trygghet.exempel.se.html"} <= written
