"""The centre prints every municipality's instructions; nobody else does it there."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

from pypdf import PdfReader

from tests.support.cases import instruction

PEOPLE = ["olga", "sven", "chef", "maja", "arvid", "lisa", "agda", "utan"]


def test_only_the_centres_staff_print(committed: None, cast: Any, client_of: Callable[..., Any]) -> None:
    for name in PEOPLE:
        client = client_of(getattr(cast, name))
        for url in ("/console/binder/", "/console/binder/storkoping.pdf"):
            status = client.get(url).status_code
            assert status == (200 if name in ("olga", "sven", "chef") else 403), (name, url, status)


def test_each_file_holds_one_municipalitys(committed: None, olgas: Any, storkoping: Any, lillby: Any) -> None:
    instruction(storkoping, "technical", [{"text": "Kontrollera larmpunkten"}])
    assert "/console/binder/lillby.pdf" in olgas.get("/console/binder/").content.decode()

    def read(slug: str) -> str:
        answer = olgas.get(f"/console/binder/{slug}.pdf")
        assert answer["Content-Type"] == "application/pdf"
        return "".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)

    assert "Kontrollera larmpunkten" in read("storkoping")
    assert "Ingen instruktion gäller just nu." in read("lillby")
    assert olgas.get("/console/binder/finns-inte.pdf").status_code == 404
