"""Requests over real connections: a sender's, which it keeps, and a person's."""

from __future__ import annotations

import http.client
import json
from typing import Any
from uuid import uuid4

from tests.support import sending

TOKEN = "c" * 32


def signal(account: str = "1", **more: Any) -> bytes:
    """The body of one signal."""
    return json.dumps(sending.body(account=account, **more)).encode()


class Link:
    """One sender's connection, kept open; opened again when the other end has closed it."""

    path = "/api/signals"

    def __init__(self, port: int, patience: float = 30.0) -> None:
        self._port, self._patience = port, patience
        self._link: http.client.HTTPConnection | None = None

    def headers(self, key: str, idempotency_key: str) -> dict[str, str]:
        """Who sends, and which signal it is."""
        return {"Host": "localhost", "Authorization": f"Bearer {key}", "Idempotency-Key": idempotency_key}

    def once(self, key: str, raw: bytes, idempotency_key: str) -> tuple[int, dict[str, Any], str]:
        """Status, answer and Retry-After. Raises OSError, HTTPException or ValueError; the next try is on a fresh one."""
        self._link = self._link or http.client.HTTPConnection("127.0.0.1", self._port, timeout=self._patience)
        try:
            self._link.request("POST", self.path, raw, self.headers(key, idempotency_key))
            answer = self._link.getresponse()
            return answer.status, json.loads(answer.read()), answer.headers["retry-after"] or ""
        except BaseException:
            self.close()
            raise

    def post(self, key: str, raw: bytes, idempotency_key: str | None = None) -> tuple[int, dict[str, Any]]:
        """Status and answer. Raises OSError or HTTPException when a fresh connection breaks, too."""
        idempotency_key = idempotency_key or uuid4().hex
        try:
            return self.once(key, raw, idempotency_key)[:2]
        except (OSError, http.client.HTTPException):
            return self.once(key, raw, idempotency_key)[:2]

    def close(self) -> None:
        if self._link is not None:
            self._link.close()
        self._link = None


def post(port: int, key: str, raw: bytes, idempotency_key: str | None = None) -> tuple[int, dict[str, Any]]:
    """One signal on a connection of its own."""
    link = Link(port)
    try:
        return link.post(key, raw, idempotency_key)
    finally:
        link.close()


class Browser:
    """Requests as one person on one host; without a cookie, as nobody."""

    def __init__(self, port: int, host: str = "localhost", cookie: str = "") -> None:
        self.port, self.host, self.cookie = port, host, cookie

    def ask(self, method: str, path: str, said: dict[str, Any] | None = None) -> tuple[int, str]:
        """Status and text. Raises OSError or HTTPException."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {
            "Host": f"{self.host}:{self.port}", "Cookie": f"sessionid={self.cookie}; csrftoken={TOKEN}",
            "X-CSRFToken": TOKEN, "Content-Type": "application/json",
        }  # fmt: skip
        try:
            link.request(method, path, json.dumps(said) if said is not None else None, headers)
            answer = link.getresponse()
            return answer.status, answer.read().decode()
        finally:
            link.close()
