"""The call-outs' carrier and roster, for cases that are walked to their end."""

from tests.alarms.callouts.conftest import call_out, carrier, held, roster, simulator

__all__ = ["call_out", "carrier", "held", "roster", "simulator"]
