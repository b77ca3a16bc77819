"""`central audit verify`: check the chain. Exit code 0 when intact, 1 with the first broken entry."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from central.audit import services
from central.audit.verification import STEP


class Command(BaseCommand):
    """Check the audit log."""

    help = "Kontrollerar granskningsloggens kedja (central audit verify)."

    def add_arguments(self, parser: CommandParser) -> None:
        """One word: what to do."""
        parser.add_argument("what", choices=["verify"])

    def handle(self, *args: Any, **options: Any) -> None:
        """Walk the chain, show progress, and exit with 1 where it is broken."""
        report = services.verify(self._progress)
        if report.intact:
            self.stdout.write(
                f"Kedjan är hel: {report.sealed} förseglade poster, {report.unsealed} väntar på försegling."
            )
            return
        entry = f", post {report.entry_id}" if report.entry_id else ""
        self.stderr.write(f"Kedjan är bruten vid nummer {report.broken_at}{entry}: {WORDS[report.problem]}.")
        sys.exit(1)

    def _progress(self, done: int, total: int) -> None:
        if total > STEP:
            self.stdout.write(f"  {done} av {total} poster kontrollerade")


WORDS = {
    "removed": "en eller flera poster före den här är borttagna",
    "out of the chain": "posten hör inte till kedjan",
    "changed": "posten har ändrats efter förseglingen",
    "removed at the end": "de sista posterna är borttagna",
    "inserted at the end": "poster har lagts till utan att förseglas",
    "the head is missing": "kedjans slutmärke är borttaget",
    "the head is not signed by this installation": "kedjans slutmärke är signerat av någon annan",
}
"""What `Report.problem` means."""
