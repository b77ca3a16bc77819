"""What is said alike by everybody who tells of a case: the centre's console and the municipality's portal.

Where the two speak differently, to an operator at work or to an officer who reads afterwards, each has its own words.
"""

from __future__ import annotations

from central.kinds import KINDS
from tenants.casefiles.models import CaseFile

BY_HAND = "Inlagt för hand"
"""What stands as the source of a case that somebody wrote in."""

VERBS: dict[str, str] = {
    "received": "Larmet kom in",
    "claimed": "Tog ärendet",
    "claimed_next": "Tog ärendet",
    "released": "Släppte ärendet",
    "handed_over": "Lämnar över",
    "offer_accepted": "Tog emot ärendet",
    "offer_declined": "Tackade nej till överlämning",
    "parked": "Parkerade",
    "woke": "Ärendet vaknade",
    "priority_changed": "Ändrade prioritet",
    "linked": "Hör ihop",
    "closed": "Avslutade",
    "reopened": "Återöppnade",
    "leader_called": "Kallade skiftledaren",
    "undone": "Ångrade",
    "deadline_missed": "Svarstiden gick ut",
    "sms_queued": "Kallar ut",
    "call_queued": "Ringer",
    "call_answered": "Samtal",
    "call_failed": "Samtal",
    "called_off": "Avbröt utlarmning",
    "nobody_came": "Ingen kommer",
    "safety_asked": "Frågar",
    "unheard": "Hör inte av sig",
    "back_in_touch": "Har hört av sig",
    "decision_asked": "Beslut efterfrågas",
    "decided": "Beslut",
    "received_by_team": "Kvitterat",
    "came_back": "Tillbaka utan kvittens",
    "sms_sent": "Sms skickat",
    "sms_delivered": "Sms framme",
    "sms_failed": "Sms ej levererat",
    "repeated": "Samma larm igen",
    "trouble_began": "Nytt fel på sändaren",
    "reported": "Sändaren meddelar",
    "restored": "Återställt",
    "heard_again": "Sändaren hörs igen",
    "gathered": "Fler objekt",
    "objects_back": "Objekt återställda",
    "sms_received": "Sms kom in",
    "taken_over": "Tog över ärendet",
    "owner_absent": "Den som har ärendet saknar kontakt",
    "owner_back": "Den som har ärendet har kontakt igen",
    "codes_shown": "Visade nycklar och koder",
    "unmasked": "Visade skyddade uppgifter",
    "camera_opened": "Öppnade kameran",
    "step_late": "Inte i tid",
    "step_sent": "Skickade sms",
    "followup_commented": "Kommunen kommenterar",
    "followup_done": "Uppföljt av kommunen",
}
"""A journal entry's verb, in words."""

OUTCOMES: dict[str, str] = {
    "false_alarm": "Falskt larm",
    "no_action": "Ingen åtgärd behövdes",
    "fixed_on_site": "Åtgärdat på plats",
    "handed_to_municipality": "Lämnat till kommunen",
    "handed_to_112": "Lämnat till 112 av inringaren eller personal",
    "duplicate": "Samma händelse som ett annat ärende",
    "test": "Prov",
}
"""How a case ended."""


def reception(case: CaseFile, repeats: int = 1) -> str:
    """How it began, the journal's first line: what kind, from whom, in the source's own words.

    ``repeats`` is which alarm in order it was from the same transmitter within ten minutes.
    """
    kind = KINDS[case.kind].name if case.kind in KINDS else case.kind
    came = ""
    if case.source_name == BY_HAND:
        came = ", inlagt för hand"
    elif case.source_name:
        came = f" från {case.source_name}"
    told = f"”{case.story}”" if case.story else "inga ord med larmet"
    again = f" · larm nummer {repeats} från samma sändare på tio minuter" if repeats > 1 else ""
    return f"{kind}{came}: {told}{again}"
