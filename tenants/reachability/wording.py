"""The words of a test of numbers: plainly a test, and answered by a word that answers nothing else."""

from __future__ import annotations

from central.calendar_days import NAMES, WEEKDAYS
from central.carriers.sms_text import plain
from tenants.reachability.models import NumberTest, Plan

WORD = "prov"


def sms(municipality: str) -> str:
    """To everybody who takes SMS."""
    return plain(
        f"PROV från trygghetscentralen för {municipality}: inget har hänt. "
        "Vi provar att ditt journummer går fram. Svara PROV."
    )


def spoken(municipality: str) -> str:
    """To who has not answered."""
    return (
        f"Hej. Det här är ett prov från trygghetscentralen för {municipality}. Inget har hänt. "
        "Vi provar att ditt journummer går fram. Tryck 1, så är provet klart."
    )


THANKS = "Tack. Provet är klart."


def is_answer(body: str) -> bool:
    """``PROV``, however it is written."""
    return body.strip().strip(".!\"'").strip().casefold() == WORD


def planned(plan: Plan | None) -> str:
    """``måndagar 10:00``; ``aldrig``."""
    if plan is None or plan.weekday is None:
        return "aldrig"
    return f"{NAMES[WEEKDAYS[plan.weekday]]}ar {plan.at:%H:%M}"


TROUBLE = {
    "busy": "upptaget",
    "no-answer": "ingen svarade i telefonen",
    "failed": "numret gick inte att nå",
    "bad_number": "numret går inte att ringa",
    "30003": "telefonen går inte att nå",
    "30005": "numret finns inte",
    "30006": "numret tar inte emot sms",
    "21610": "numret har avböjt sms",
    "21614": "numret tar inte emot sms",
}


def why(test: NumberTest) -> str:
    """What the carrier said, in words; "" when it said nothing."""
    return TROUBLE.get(test.trouble, f"fel {test.trouble}" if test.trouble else "")
