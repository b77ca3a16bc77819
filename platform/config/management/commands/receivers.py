"""``central receivers``: the ways in that alarm equipment speaks, each on its port."""

from __future__ import annotations

import argparse
import os
from typing import Any

import uvloop
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from central.clock import FOLLOWING, follow

MISCONFIGURED = os.EX_CONFIG
"""Told to systemd: starting again would not help."""


async def _serve(host: str, metrics_port: int, ways: Any, storing: Any, clock: Any, opened: Any) -> None:
    from alarms.receivers.process import serve
    from config.receivers_ops import answering

    async with answering(host, metrics_port):
        await serve(ways, storing, clock, opened=opened)


class Command(BaseCommand):
    help = "Startar larmmottagarna: SIA DC-09 (DC09_PORT) och SCAIP (SCAIP_PORT)."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--host", default=settings.RECEIVERS_HOST)
        parser.add_argument("--dc09-port", type=int, default=settings.DC09_PORT, help="0: ingen mottagare")
        parser.add_argument("--scaip-port", type=int, default=settings.SCAIP_PORT, help="0: ingen mottagare")
        parser.add_argument(
            "--metrics-port",
            type=int,
            default=settings.RECEIVERS_METRICS_PORT,
            help="/healthz, /readyz och /metrics; 0: inga",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        from alarms.receivers.signals.schema import utc_now
        from alarms.receivers.storing import InProcess
        from config.receiving import BadCertificate, certificate, receivers
        from config.serving import settle
        from config.storing import spawn

        try:
            tls = certificate(settings.SCAIP_TLS_CERTIFICATE, settings.SCAIP_TLS_KEY)
        except BadCertificate as error:
            raise CommandError(str(error), returncode=MISCONFIGURED) from error
        ways = receivers(
            options["host"],
            dc09=options["dc09_port"],
            scaip=options["scaip_port"],
            tls=tls,
            scaip_tls=settings.SCAIP_TLS_PORT,
        )
        if not ways:
            raise CommandError(
                "Ingen mottagare har någon port. Sätt DC09_PORT eller SCAIP_PORT.", returncode=MISCONFIGURED
            )
        os.environ[FOLLOWING] = "1"  # the storing process follows with us
        follow()
        storing = InProcess(spawn)
        settle()
        try:
            uvloop.run(
                _serve(options["host"], options["metrics_port"], ways, storing, utc_now, self._say_open(ways))
            )
        except OSError as error:
            raise CommandError(f"Porten kan inte öppnas: {error.strerror}.") from error
        finally:
            storing.stop()

    def _say_open(self, ways: Any) -> Any:
        def say() -> None:
            self.stdout.write("Mottagarna lyssnar: " + ", ".join(way.name for way in ways))
            self.stdout.flush()

        return say
