"""`central help` shows our commands, all of them, and none of those that could do harm."""

from django.core.management import get_commands

from config import cli

LAYERS = {"central", "config", "demo", "tenants", "alarms", "operator_console"}
OF_MAKE = {"demo_codes", "demo_world"}
"""What only `make` and the demo itself run."""


def test_help_lists_our_own_commands_only() -> None:
    ours = {name for name, app in get_commands().items() if str(app).split(".")[0] in LAYERS}
    shown = [line.split()[0] for line in cli.listing().splitlines() if line.startswith("  ")]
    assert sorted(shown) == sorted(ours - OF_MAKE | {"check"})
