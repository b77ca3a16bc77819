"""`central help` shows our commands, all of them, and none of those that could do harm."""

from config import cli


def test_help_lists_our_own_commands_only() -> None:
    shown = cli.listing()
    for name in cli.OURS:
        assert f"\n  {name} " in shown
    assert "delete_tenant" not in shown
    assert "flush" not in shown
