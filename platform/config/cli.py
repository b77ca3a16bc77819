"""The console script ``central``: every command of the platform, in place of manage.py."""

from __future__ import annotations

import logging
import os
import sys

OURS = (
    "migrate",
    "municipality",
    "account",
    "source",
    "audit",
    "web",
    "receivers",
    "clock",
    "auditor",
    "simulator",
    "demo",
    "inject",
    "probe",
    "night",
)
"""What `central help` shows, in this order."""
STAYING = {"receivers", "clock", "auditor", "simulator"}
CHECK = "Kontrollerar inställningarna; --deploy också det som en server behöver."
ALL = "--all"
NO_DATABASE = (
    "Databasen nås inte. Sätt DATABASE_URL, eller läs in demons miljö först: set -a; . .demo/env; set +a"
)


def main() -> None:
    """Run ``central <command>``; ``central help`` lists ours, ``central help --all`` Django's too."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if sys.argv[1:2] == ["web"]:  # it becomes the server, which sets Django up itself: once is enough
        from config.management.commands.web import Command

        Command().run_from_argv(sys.argv)
        return
    if sys.argv[1:] in ([], ["help"], ["--help"], ["-h"]):
        sys.stdout.write(listing() + "\n")
        return
    from django.core.management import execute_from_command_line  # settings must be named first
    from django.db import InterfaceError, OperationalError

    words = [word for word in sys.argv if word != ALL] if sys.argv[1:2] == ["help"] else sys.argv
    if sys.argv[1] not in STAYING:
        logging.getLogger("psycopg.pool").setLevel(logging.ERROR)  # one line is enough for a person
    try:
        execute_from_command_line(words)
    except (OperationalError, InterfaceError) as error:
        if getattr(error.__cause__, "sqlstate", None):  # the database itself answered: a lock, a full disk
            raise
        sys.exit(NO_DATABASE)


def listing() -> str:
    """Our commands, each with its one line."""
    import django
    from django.core.management import get_commands, load_command_class

    django.setup(set_prefix=False)
    apps = get_commands()
    lines = [f"  {name:14}{load_command_class(apps[name], name).help}" for name in OURS]
    return "\n".join(
        [
            "Plattformens kommandon:",
            *lines,
            f"  {'check':14}{CHECK}",
            "",
            "central help KOMMANDO visar hur ett används; central help --all visar även Djangos egna.",
        ]
    )


if __name__ == "__main__":
    main()
