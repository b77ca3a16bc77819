"""``central source``: who may send, what is agreed with them, what stands where, and what is under service."""

from __future__ import annotations

import argparse
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError, transaction
from django.db.models import Count, Q
from django.utils import timezone

from alarms.intake import service_mode
from alarms.intake.management import given
from alarms.intake.models import Protocol, Source, Transmitter
from alarms.intake.registering import (
    OWN_SOURCE,
    account_hash,
    register_source,
    register_transmitter,
    transmitter_key,
)
from central.functions import NAMES
from central.municipalities.models import Municipality
from central.sealing import Unreadable

_REAL = Q(transmitters__active=True, transmitters__synthetic=False)


class Command(BaseCommand):
    help = "Registrerar källor (avsändare med nyckel, mottagare), deras sändare, och sätter sändare under service."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        register = verbs.add_parser("register", help="en ny källa; en HTTP-källas nyckel visas en gång")
        register.add_argument("name", help="källans namn: 'Brandlarmens mottagare'")
        register.add_argument(
            "--protocol", default="http", help="http, dc09, scaip eller webhook; annars http"
        )
        register.add_argument("--conventions", help='det som är avtalat, som JSON: {"codes": {…}}')
        register.add_argument("--exercise", action="store_true", help="allt härifrån är övning")
        register.add_argument(
            "--rate-per-minute", type=int, default=0, help="högst så många; 0 = ingen gräns"
        )
        agreed = verbs.add_parser("conventions", help="ändra det som är avtalat; gäller inom några sekunder")
        agreed.add_argument("name")
        agreed.add_argument("conventions", help='allt som ska gälla, som JSON: {"codes": {…}}; {} för inget')
        self._transmitter_arguments(verbs.add_parser("transmitter", help="säg vems ett konto är, och var"))
        service = verbs.add_parser("service", help="logga i stället för att larma, en tid")
        service.add_argument("source", help="källans namn")
        service.add_argument("account", help="kontot som sändaren uppger")
        service.add_argument("--minutes", help="hur länge, 1–1440; sedan larmar den igen av sig själv")
        service.add_argument("--reason", default="", help="varför; det står i granskningsloggen")
        service.add_argument("--end", action="store_true", help="avsluta nu")
        revoke = verbs.add_parser("revoke", help="dra in en källas nyckel; gäller inom fem sekunder")
        revoke.add_argument("name")
        verbs.add_parser("list", help="visa källorna")

    @staticmethod
    def _transmitter_arguments(parser: argparse.ArgumentParser) -> None:
        parser.add_argument("source", help="källans namn")
        parser.add_argument("account", help="kontot som sändaren uppger")
        parser.add_argument("--municipality", required=True, help="kommunens korta namn: ostra-goinge")
        parser.add_argument("--site", default="", help="platsens namn; utelämnas för ett hem")
        parser.add_argument("--area", default="", help="ort eller område")
        parser.add_argument("--function", default="", choices=["", *NAMES], help="annars sortens egen")
        parser.add_argument("--key-file", help="fil med sändarens AES-nyckel som hexadecimala siffror")
        parser.add_argument("--key", help="nyckeln själv; andra på servern kan se den: ta hellre --key-file")
        parser.add_argument("--no-key", action="store_true", help="ta bort nyckeln; annars är den kvar")
        parser.add_argument("--interval", help="hörs den inte på så länge är det ett fel: 90s, 5m, 24h")
        parser.add_argument("--no-interval", action="store_true", help="övervaka den inte längre")
        parser.add_argument(
            "--test-hours", help="provar den inte så ofta är det ett fel: hela timmar, 1–8784"
        )
        parser.add_argument("--no-test-hours", action="store_true", help="vänta inte på prov längre")

    def handle(self, *args: Any, **options: Any) -> None:
        getattr(self, f"_{options['verb']}")(options)

    def _register(self, options: dict[str, Any]) -> None:
        protocol = given.protocol(options["protocol"])
        agreed = given.conventions(options["conventions"], protocol) if options["conventions"] else {}
        try:
            with transaction.atomic():
                source, key = register_source(
                    name=options["name"],
                    protocol=protocol,
                    exercise=options["exercise"],
                    rate_per_minute=options["rate_per_minute"],
                )
                source.conventions = agreed
                source.save(update_fields=["conventions"])
        except IntegrityError:
            raise self._taken(options["name"], protocol) from None
        if protocol not in Protocol.called():
            self.stdout.write(f"{source.name} är registrerad. Nyckeln visas bara nu:\n{key}")
        else:
            self.stdout.write(f"{source.name} är registrerad. Den som ringer {protocol.label} hör nu dit.")

    @staticmethod
    def _taken(name: str, protocol: Protocol) -> CommandError:
        if Source.objects.filter(name=name).exists():
            return CommandError(f"Källan {name} finns redan. Välj ett annat namn.")
        other = Source.objects.filter(protocol=protocol, active=True).first()
        return CommandError(
            f"--protocol: {other or 'en annan källa'} tar redan emot {protocol.label}. Det kan bara en göra: "
            "lägg sändarna där, eller dra in den först."
        )

    def _conventions(self, options: dict[str, Any]) -> None:
        source = self._source(options["name"])
        source.conventions = given.conventions(options["conventions"], source.protocol)
        source.save(update_fields=["conventions"])
        self.stdout.write(f"Det som är avtalat med {source.name} gäller inom några sekunder.")

    def _transmitter(self, options: dict[str, Any]) -> None:
        municipality = Municipality.objects.filter(slug=options["municipality"]).first()
        if municipality is None:
            raise CommandError(f"--municipality: ingen kommun heter {options['municipality']}.")
        source, account = self._source(options["source"]), self._account(options)
        before = Transmitter.objects.filter(
            source=source, account_hash=account_hash(source.pk, account)
        ).first()
        register_transmitter(
            source=source,
            account=account,
            municipality=municipality,
            site=options["site"],
            area=options["area"],
            function=options["function"],
            aes_key=self._key(options, source, before),
            interval=self._interval(options, source, before),
            test_hours=self._test_hours(options, before),
        )
        self.stdout.write(f"Kontot hör nu till {municipality.name}.")

    @staticmethod
    def _key(options: dict[str, Any], source: Source, before: Transmitter | None) -> bytes | None:
        """The key said, or the one it has: saying where it stands must not make it talk in clear."""
        said = given.aes_key(options["key"], options["key_file"])
        if said is not None and options["no_key"]:
            raise CommandError("--no-key: du anger också en nyckel. Välj ett av dem.")
        if said is not None and source.protocol != Protocol.DC09:
            raise CommandError(f"--key: bara SIA DC-09 krypterar med nyckel; {source.name} gör det inte.")
        if said is not None or options["no_key"] or before is None:
            return said
        try:
            return transmitter_key(before)
        except Unreadable:
            raise CommandError(
                "--key-file: sändarens nyckel går inte längre att läsa. Ange den igen."
            ) from None

    @staticmethod
    def _interval(options: dict[str, Any], source: Source, before: Transmitter | None) -> timedelta | None:
        if options["interval"] is None:
            if options["no_interval"] or before is None or before.interval_seconds is None:
                return None
            return timedelta(seconds=before.interval_seconds)
        if options["no_interval"]:
            raise CommandError("--no-interval: du anger också --interval. Välj ett av dem.")
        if source.protocol == Protocol.HTTP:
            raise CommandError(
                f"--interval: {source.name} talar HTTP, där ingen hör av sig utan larm. Tystnad kan inte märkas."
            )
        return given.interval(options["interval"])

    @staticmethod
    def _test_hours(options: dict[str, Any], before: Transmitter | None) -> int | None:
        if options["test_hours"] is None:
            return None if options["no_test_hours"] or before is None else before.test_hours
        if options["no_test_hours"]:
            raise CommandError("--no-test-hours: du anger också --test-hours. Välj ett av dem.")
        return given.test_hours(options["test_hours"])

    def _service(self, options: dict[str, Any]) -> None:
        source, account = self._source(options["source"]), self._account(options)
        hashed = account_hash(source.pk, account)
        one = Transmitter.objects.filter(source=source, account_hash=hashed, active=True).first()
        if one is None:
            raise CommandError(f"account: {source.name} har ingen sändare med det kontot.")
        now = timezone.now()
        try:
            if options["end"]:
                if options["minutes"] is not None:
                    raise CommandError("--end: du anger också --minutes. Välj ett av dem.")
                service_mode.end(transmitter_id=one.pk, by=None, reason=options["reason"], now=now)
                self.stdout.write("Servicen är avslutad. Sändaren larmar igen.")
                return
            until = now + given.minutes(options["minutes"])
            service_mode.start(transmitter_id=one.pk, until=until, by=None, reason=options["reason"], now=now)
        except service_mode.ServiceRefused as error:
            raise CommandError(
                f"--{error.field}: {error.message}" if error.field else error.message
            ) from None
        self.stdout.write(
            f"Under service till {timezone.localtime(until):%H.%M}: det som kommer loggas och larmar inte."
        )

    def _revoke(self, options: dict[str, Any]) -> None:
        source = self._source(options["name"])
        source.active = False
        source.save(update_fields=["active"])
        self.stdout.write(f"Nyckeln för {source.name} är indragen.")

    def _list(self, options: dict[str, Any]) -> None:
        counted = Source.objects.annotate(count=Count("transmitters", filter=_REAL))
        for source in counted.exclude(OWN_SOURCE).order_by("name"):
            state = "aktiv" if source.active else "indragen"
            spoken = Protocol(source.protocol).label
            self.stdout.write(f"{source.name:40} {spoken:10} {state:9} {source.count} sändare")

    @staticmethod
    def _account(options: dict[str, Any]) -> str:
        account: str = options["account"].strip()  # as the door does with what a sender says
        if not 1 <= len(account) <= 64:
            raise CommandError("account: skriv det konto som sändaren uppger, 1–64 tecken.")
        return account

    @staticmethod
    def _source(name: str) -> Source:
        source = Source.objects.filter(name=name).first()
        if source is None:
            raise CommandError(f"Ingen källa heter {name}. Se: central source list")
        return source
