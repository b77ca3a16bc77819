"""The demo that runs beside this terminal, as commands reach it."""

import os
from pathlib import Path

from django.conf import settings

from demo.environment import saved


def is_there() -> bool:
    """Whether this is a demo's terminal, or one has run in its folder."""
    return os.environ.get("DEMO") == "1" or bool(_saved())


def setting(name: str) -> str:
    """From the environment, else from the demo that runs beside this terminal, else the platform's own."""
    if name in os.environ or f"{name}_FILE" in os.environ:
        return str(getattr(settings, name))
    return _saved().get(name) or str(getattr(settings, name))


def _saved() -> dict[str, str]:
    return saved(Path(os.environ.get("DEMO_DIR") or ".demo"))
