"""The HTTP door that every sender uses: POST /api/signals."""

import json
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


def _json(raw: bytes) -> dict[str, Any]:
    try:
        found = json.loads(raw)
    except ValueError:
        return {"error": raw.decode(errors="replace")[:200]}
    return found if isinstance(found, dict) else {"answer": found}
