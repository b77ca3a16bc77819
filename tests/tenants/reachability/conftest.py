"""The call-outs' simulator as carrier, and their roster: Nils and Sara on duty."""

from tests.alarms.callouts.conftest import carrier, roster, simulator

__all__ = ["carrier", "roster", "simulator"]
