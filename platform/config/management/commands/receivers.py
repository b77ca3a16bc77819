"""``central receivers``: the ways in that alarm equipment speaks, each on its port."""

from __future__ import annotations

import argparse
import os
from typing import Any

import uvloop
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from central.clock import FOLLOWING, follow


class Command(BaseCommand):
    help = "Startar larmmottagarna: SIA DC-09 (DC09_PORT) och SCAIP (SCAIP_PORT)."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--host", default=settings.RECEIVERS_HOST)
        parser.add_argument("--dc09-port", type=int, default=settings.DC09_PORT, help="0: ingen mottagare")
        parser.add_argument("--scaip-port", type=int, default=settings.SCAIP_PORT, help="0: ingen mottagare")

    def handle(self, *args: Any, **options: Any) -> None:
        from alarms.receivers.process import serve
        from alarms.receivers.signals.schema import utc_now
        from alarms.receivers.storing import InProcess
        from config.receiving import receivers
        from config.serving import settle
        from config.storing import spawn

        ways = receivers(options["host"], dc09=options["dc09_port"], scaip=options["scaip_port"])
        if not ways:
            raise CommandError("Ingen mottagare har någon port. Sätt DC09_PORT eller SCAIP_PORT.")
        os.environ[FOLLOWING] = "1"  # the storing process follows with us
        follow()
        storing = InProcess(spawn)
        settle()
        try:
            uvloop.run(serve(ways, storing, utc_now, opened=self._say_open(ways)))
        except OSError as error:
            raise CommandError(f"Porten kan inte öppnas: {error.strerror}.") from error
        finally:
            storing.stop()

    def _say_open(self, ways: Any) -> Any:
        def say() -> None:
            self.stdout.write("Mottagarna lyssnar: " + ", ".join(way.name for way in ways))
            self.stdout.flush()

        return say
