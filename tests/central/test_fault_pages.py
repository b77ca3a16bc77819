"""The pages for what went wrong ask nothing of the request or the database: either may be what is broken."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string


@pytest.mark.parametrize(
    ("name", "words"), [("400", "begäran"), ("500", "fel hos oss"), ("503", "Vi når inte")]
)
def test_it_is_made_of_nothing(name: str, words: str) -> None:
    page = render_to_string(f"{name}.html", {"away": "Vi når inte databasen"})
    assert page.startswith("<!doctype html>")
    assert words in page
    assert page.count("<main") == page.count("<h1>") == 1
