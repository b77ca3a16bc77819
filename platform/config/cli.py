"""The console script ``central``: every command of the platform, in place of manage.py."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run ``central <command>``; ``central help`` lists them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line  # settings must be named first

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
