"""Where the parts are joined: ports get their implementations when Django starts."""

from __future__ import annotations

from django.apps import AppConfig


class ConfigApp(AppConfig):
    name = "config"

    def ready(self) -> None:
        from central.clock import follow_if_asked
        from config import checks, wiring  # noqa: F401  # models must be loaded first

        wiring.connect()
        follow_if_asked()
