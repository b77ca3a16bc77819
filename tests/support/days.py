"""The day it is where the duties are: asked anew each time, for a run of the tests may pass midnight."""

from __future__ import annotations

from datetime import date, datetime, time

from tenants.oncall.schedule import STOCKHOLM


def today() -> date:
    return datetime.now(STOCKHOLM).date()


def furthest_hour() -> time:
    """The full hour furthest from now: what changes then changes neither while a test runs nor just before."""
    return time((datetime.now(STOCKHOLM).hour + 12) % 24)
