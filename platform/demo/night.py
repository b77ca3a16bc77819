"""The night that can be walked in the demo: an alarm at 02:13 in Hörby, and in Osby a leak with nobody on duty. Pure."""

import random
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from demo.ground import PLACES
from demo.scenarios import Sent, signal

AT = time(2, 13)
HERE = ZoneInfo("Europe/Stockholm")
STEPS = (
    "Hörby: första i fastighetsjouren svarar inte, andra trycker 2, tredje trycker 1 och sedan Framme.",
    "Osby: VA-jouren är obemannad. Beslutsfunktionen svarar 2 och ett skäl: nästa arbetspass.",
    "Kvittera i Osbys portal (olle) under Beslut.",
)
"""What to do, for the person who asked for the night."""


def signals(dice: random.Random, now: datetime) -> tuple[Sent, Sent]:
    """Both alarms, as their senders write them: Hörby's happened at the latest 02:13."""
    by_slug = {place.slug: place for place in PLACES}
    horby = signal(dice, "technical", by_slug["horby"], latest(now))
    osby = signal(dice, "fault_report", by_slug["osby"], now)
    horby.body["text"] = "Fas bortfallen, cirkulationspumpen står."
    osby.body["text"] = "Vattenläcka på gatan, det rinner mot en källare."
    return horby, osby


def latest(now: datetime) -> datetime:
    """When the wall clock last showed 02:13."""
    there = now.astimezone(HERE)
    day = there.date() if there.time() >= AT else there.date() - timedelta(days=1)
    return datetime.combine(day, AT, HERE)
