"""Sources, transmitters and signals for tests, through the same door as everybody's."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4


def source_with(*accounts: tuple[str, Any, str, str], name: str = "Provsändare") -> str:
    """A source with transmitters (account, municipality, site, area); returns its key."""
    from alarms.intake.registering import register_source, register_transmitter

    source, key = register_source(name=name)
    for account, municipality, site, area in accounts:
        register_transmitter(source=source, account=account, municipality=municipality, site=site, area=area)
    return key


def body(kind: str = "technical", account: str = "1001", **more: Any) -> dict[str, Any]:
    return {"kind": kind, "account": account, "occurred_at": datetime.now(UTC).isoformat(), **more}


def post(
    port: int, key: str, content: Any, idempotency_key: str | None = None, host: str = "localhost"
) -> tuple[int, dict[str, Any], dict[str, str]]:
    """One POST /api/signals; status, answer and headers."""
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/signals",
        data=raw,
        method="POST",
        headers={
            "Host": f"{host}:{port}",
            "Content-Type": "application/json",
            "Authorization": f"Bearer {key}",
            "Idempotency-Key": idempotency_key if idempotency_key is not None else uuid4().hex,
        },
    )
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, json.load(answer), dict(answer.headers)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error), dict(error.headers)
