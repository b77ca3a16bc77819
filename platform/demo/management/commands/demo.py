"""central demo: the same as `make demo`. It becomes `python -m demo`, which sets the environment first."""

import os
import sys
from typing import Any

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Startar hela plattformen med levande trafik; Ctrl-C stoppar allt."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        os.execv(sys.executable, [sys.executable, "-m", "demo"])
