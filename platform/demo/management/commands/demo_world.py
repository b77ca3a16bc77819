"""central demo_world: migrate the database and lay out the demo region in it."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

from central.municipalities.template import ensure_template
from demo.world import NotADemo, lay_out


class Command(BaseCommand):
    help = "Migrerar databasen och lägger ut demoregionen (bara med DEMO=1)."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write("Tabeller …")
        call_command("migrate_schemas", shared=True, interactive=False, verbosity=0)
        ensure_template()
        call_command("migrate_schemas", tenant=True, interactive=False, verbosity=0)
        self.stdout.write("Demoregionen …")
        try:
            lay_out(now=timezone.now(), say=self.stdout.write)
        except NotADemo as error:
            self.stderr.write(str(error))
            raise SystemExit(1) from error
