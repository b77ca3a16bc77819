"""``central migrate``: the shared schema, the template and every municipality's, only those that lag behind."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.migrations.autodetector import MigrationAutodetector

from central.municipalities import migrating


class Command(BaseCommand):
    autodetector = MigrationAutodetector  # Django checks that makemigrations uses the same
    help = "Migrerar det gemensamma schemat, mallen och de kommunscheman som ligger efter."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--jobs", type=int, default=2, help="så många scheman samtidigt")
        parser.add_argument(
            "--check", action="store_true", help="bara se efter; felkod 1 om något ligger efter"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["check"]:
            if behind := migrating.lagging():
                raise CommandError(f"{len(behind)} scheman ligger efter: {', '.join(behind[:10])}")
            self.stdout.write("Alla scheman är aktuella.")
            return
        try:
            migrating.migrate(self.stdout.write, options["jobs"])
        except migrating.Failed as error:
            raise CommandError(str(error)) from None
