"""The HTTP doors that stand open to the demo: POST /api/signals, and GET /metrics."""

import json
import os
import re
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass
from typing import Any

TIMEOUT_SECONDS = 10


class NotReceived(Exception):
    """Nothing was acknowledged; send it again with the same idempotency key."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The door's answer: 201 new, 200 a repeat, 4xx refused with `error`/`field` in the body."""

    status: int
    body: dict[str, Any]


def send(base_url: str, key: str, body: dict[str, Any], *, idempotency_key: str | None = None) -> Answer:
    """Post one signal. Raises NotReceived when the door is closed or answers 5xx."""
    request = urllib.request.Request(
        f"{base_url}/api/signals",
        data=json.dumps(body).encode(),
        headers={
            "Authorization": f"Bearer {key}",
            "Content-Type": "application/json",
            "Idempotency-Key": idempotency_key or str(uuid.uuid4()),
        },
        method="POST",
    )
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:
            return Answer(response.status, _json(response.read()))
    except urllib.error.HTTPError as refused:
        if refused.code >= 500 or refused.code == 429:
            raise NotReceived(f"{refused.code}") from refused
        return Answer(refused.code, _json(refused.read()))
    except (OSError, ValueError) as error:
        raise NotReceived(str(error)) from error


def unanswered(base_url: str) -> int | None:
    """How many cases nobody has taken, by the platform's own metrics; None when it can't be told."""
    token = os.environ.get("METRICS_TOKEN", "")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        request = urllib.request.Request(f"{base_url}/metrics", headers=headers)
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:
            found = re.search(rb"^tc_unanswered (\d+)", response.read(), re.MULTILINE)
    except (OSError, ValueError):
        return None
    return int(found[1]) if found else None


def _json(raw: bytes) -> dict[str, Any]:
    try:
        found = json.loads(raw)
    except ValueError:
        return {"error": raw.decode(errors="replace")[:200]}
    return found if isinstance(found, dict) else {"answer": found}
