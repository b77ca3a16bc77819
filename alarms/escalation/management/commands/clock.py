"""``central clock``: due rows, deadlines, healing and sealing; one active, the others stand by."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from alarms.escalation.chores import CHORES
from alarms.escalation.loop import Timekeeper
from central.clock import follow

LOCK = 0x7472_7901


class Command(BaseCommand):
    help = "Startar klockan: väckningar, svarstider, läkning och försegling. En är aktiv, andra står i beredskap."

    def handle(self, *args: Any, **options: Any) -> None:
        follow()
        Timekeeper("clock", LOCK, CHORES).run()
