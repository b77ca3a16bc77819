"""``central web``: the web process (daphne; ``--server uvicorn`` is the documented alternative)."""

from __future__ import annotations

import argparse
import os
from typing import Any

from django.core.management.base import BaseCommand

from central.clock import FOLLOWING


class Command(BaseCommand):
    requires_system_checks = ()
    help = "Startar webbprocessen: konsol, portaler, intag och webbsockar."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
        parser.add_argument("--server", choices=["daphne", "uvicorn"], default="daphne")

    def handle(self, *args: Any, **options: Any) -> None:
        """Replace this process by the server, so signals reach it and nothing stands between."""
        import sys

        host, port = options["host"], str(options["port"])
        arguments = ["config.serving", options["server"], host, port]
        self.stdout.write(f"Webben svarar på http://{host}:{port}/ ({options['server']})")
        self.stdout.flush()
        os.environ[FOLLOWING] = "1"  # the storing process follows with it
        os.execv(sys.executable, [sys.executable, "-m", *arguments])  # noqa: S606  # our own words
