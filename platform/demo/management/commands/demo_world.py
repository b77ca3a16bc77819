"""central demo_world: migrate the database and lay out the demo region in it."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

from demo.world import NotADemo, lay_out


class Command(BaseCommand):
    help = "Migrerar databasen och lägger ut demoregionen (bara med DEMO=1)."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", stdout=self.stdout)
        self.stdout.write("Demoregionen …")
        try:
            lay_out(now=timezone.now(), say=self.stdout.write)
        except NotADemo as error:
            self.stderr.write(str(error))
            raise SystemExit(1) from error
