"""The call-outs' own cast: a held case, Nils and Sara on duty, and the real simulator as carrier."""

from tests.alarms.callouts.conftest import call_out, carrier, held, roster, simulator

__all__ = ["call_out", "carrier", "held", "roster", "simulator"]
