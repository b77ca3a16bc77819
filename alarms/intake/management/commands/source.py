"""``central source register | transmitter | revoke | list``: who may send, and what stands where."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError, transaction

from alarms.intake.models import Source, Transmitter
from alarms.intake.registering import register_source, register_transmitter
from central.functions import NAMES
from central.municipalities.models import Municipality


class Command(BaseCommand):
    help = "Registrerar källor (avsändare med nyckel) och deras sändare."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        register = verbs.add_parser("register", help="en ny källa; nyckeln visas en gång")
        register.add_argument("name", help="källans namn: 'Brandlarmens mottagare'")
        register.add_argument("--exercise", action="store_true", help="allt härifrån är övning")
        register.add_argument(
            "--rate-per-minute", type=int, default=0, help="högst så många; 0 = ingen gräns"
        )
        transmitter = verbs.add_parser("transmitter", help="säg vems ett konto är, och var det står")
        transmitter.add_argument("source", help="källans namn")
        transmitter.add_argument("account", help="kontot som sändaren uppger")
        transmitter.add_argument("--municipality", required=True, help="kommunens korta namn: ostra-goinge")
        transmitter.add_argument("--site", default="", help="platsens namn; utelämnas för ett hem")
        transmitter.add_argument("--area", default="", help="ort eller område")
        transmitter.add_argument("--function", default="", choices=["", *NAMES], help="annars sortens egen")
        revoke = verbs.add_parser("revoke", help="dra in en källas nyckel; gäller inom fem sekunder")
        revoke.add_argument("name")
        verbs.add_parser("list", help="visa källorna")

    def handle(self, *args: Any, **options: Any) -> None:
        getattr(self, f"_{options['verb']}")(options)

    def _register(self, options: dict[str, Any]) -> None:
        try:
            with transaction.atomic():
                source, key = register_source(
                    name=options["name"],
                    exercise=options["exercise"],
                    rate_per_minute=options["rate_per_minute"],
                )
        except IntegrityError:
            raise CommandError(f"Källan {options['name']} finns redan. Välj ett annat namn.") from None
        self.stdout.write(f"{source.name} är registrerad. Nyckeln visas bara nu:\n{key}")

    def _transmitter(self, options: dict[str, Any]) -> None:
        municipality = Municipality.objects.filter(slug=options["municipality"]).first()
        if municipality is None:
            raise CommandError(f"--municipality: ingen kommun heter {options['municipality']}.")
        account = options["account"].strip()  # as the door does with what a sender says
        if not 1 <= len(account) <= 64:
            raise CommandError("account: skriv det konto som sändaren uppger, 1–64 tecken.")
        register_transmitter(
            source=self._source(options["source"]),
            account=account,
            municipality=municipality,
            site=options["site"],
            area=options["area"],
            function=options["function"],
        )
        self.stdout.write(f"Kontot hör nu till {municipality.name}.")

    def _revoke(self, options: dict[str, Any]) -> None:
        source = self._source(options["name"])
        source.active = False
        source.save(update_fields=["active"])
        self.stdout.write(f"Nyckeln för {source.name} är indragen.")

    def _list(self, options: dict[str, Any]) -> None:
        for source in Source.objects.order_by("name"):
            count = Transmitter.objects.filter(source=source, active=True).count()
            state = "aktiv" if source.active else "indragen"
            self.stdout.write(f"{source.name:40} {state:9} {count} sändare")

    @staticmethod
    def _source(name: str) -> Source:
        source = Source.objects.filter(name=name).first()
        if source is None:
            raise CommandError(f"Ingen källa heter {name}. Se: central source list")
        return source
