"""``central auditor``: looks for what should have happened and did not; its own process, apart from the clock."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from alarms.escalation.auditing import CHECKS
from alarms.escalation.loop import Timekeeper
from alarms.owncheck.rounds import knocking
from central.clock import follow

LOCK = 0x7472_7902


class Command(BaseCommand):
    help = "Startar granskaren: letar efter det som borde ha hänt och inte har hänt, och säger till skiftledaren."

    def handle(self, *args: Any, **options: Any) -> None:
        follow()
        auditor = Timekeeper("auditor", LOCK, CHECKS)
        with knocking(timezone.now, lambda: auditor.active):
            auditor.run()
