"""The console script ``central``: every command of the platform, in place of manage.py."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run ``central <command>``; ``central help`` lists them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if sys.argv[1:2] == ["web"]:  # it becomes the server, which sets Django up itself: once is enough
        from config.management.commands.web import Command

        Command().run_from_argv(sys.argv)
        return
    from django.core.management import execute_from_command_line  # settings must be named first

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
