"""central simulator: a carrier to practise on, with a page of phones."""

from argparse import Namespace
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from central.carriers.simulator import __main__ as simulator


class Command(BaseCommand):
    help = "Startar en simulerad operatör: Twilios API och en sida med telefoner."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        simulator.arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        simulator.run(Namespace(**options))
