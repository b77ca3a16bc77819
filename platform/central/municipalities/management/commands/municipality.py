"""``central municipality found | list``: the municipalities a centre serves."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from central.municipalities import directory, services
from central.municipalities.models import Kind


class Command(BaseCommand):
    help = "Grundar och listar kommuner."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        found = verbs.add_parser("found", help="grunda en kommun, eller själva centralen med --centre")
        found.add_argument("slug", help="kort namn i adressen: ostra-goinge")
        found.add_argument("name", help="namnet som människor läser: 'Östra Göinge'")
        found.add_argument("--code", required=True, help="tre bokstäver på tavlan: ÖGO")
        found.add_argument("--municipality-code", default="", help="kommunkoden, fyra siffror: 1256")
        found.add_argument("--host", help="värdnamn; annars <slug>.localhost")
        found.add_argument("--hotline-name", default="", help="så svarar operatören")
        found.add_argument("--centre", action="store_true", help="det här är centralen")
        verbs.add_parser("list", help="visa alla")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["verb"] == "list":
            for ref in directory.everyone():
                self.stdout.write(f"{ref.short_code:6} {ref.slug:24} {ref.name}")
            return
        try:
            municipality = services.found(
                slug=options["slug"],
                name=options["name"],
                short_code=options["code"],
                municipality_code=options["municipality_code"],
                host=options["host"],
                hotline_name=options["hotline_name"],
                kind=Kind.CENTRE if options["centre"] else Kind.MUNICIPALITY,
            )
        except services.AlreadyFounded as error:
            raise CommandError(str(error)) from None
        except ValidationError as error:
            told = "; ".join(f"{field}: {' '.join(words)}" for field, words in error.message_dict.items())
            raise CommandError(told) from None
        host = municipality.domains.get(is_primary=True).domain
        self.stdout.write(f"{municipality.name} är grundad och nås på {host}.")
