"""A page asked for while the database is away says so with 503, and a script is told in JSON."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client, override_settings

from central.municipalities import directory


class Away:
    """In place of the sign-in's reading: the database does not answer."""

    def __init__(self, get_response: Any) -> None:
        pass

    def __call__(self, request: Any) -> Any:
        raise OperationalError("connection refused: secret row text")


@pytest.mark.parametrize("host", ["localhost", "storkoping.localhost"])
@pytest.mark.parametrize(
    ("path", "kind"), [("/console/board.json", "application/json"), ("/login/", "text/html")]
)
def test_it_is_told(storkoping: Any, settings: Any, host: str, path: str, kind: str) -> None:
    assert directory.by_host(host) is not None
    place = settings.MIDDLEWARE.index("django.contrib.sessions.middleware.SessionMiddleware")
    with override_settings(
        MIDDLEWARE=[*settings.MIDDLEWARE[:place], f"{__name__}.Away", *settings.MIDDLEWARE[place + 1 :]]
    ):
        answer = Client(raise_request_exception=False).get(path, headers={"host": host})
    assert answer.status_code == 503
    assert answer["Retry-After"]
    assert answer["Content-Type"].startswith(kind)
    text = answer.content.decode()
    assert "Vi når inte databasen" in text or "Vi n\\u00e5r inte databasen" in text
    assert "secret row text" not in text
