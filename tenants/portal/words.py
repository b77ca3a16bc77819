"""Swedish for what stands in a case, as its municipality reads it."""

from __future__ import annotations

from central import functions, kinds, priorities
from tenants.casefiles.models import CaseFile, State

STATES: dict[str, str] = {
    State.UNANSWERED: "Obesvarat",
    State.HELD: "Hanteras",
    State.PARKED: "Vilar",
    State.CLOSED: "Klart",
}

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
    "noted": "Noterade",
    "step_done": "Steg klart",
    "step_skipped": "Hoppade över steg",
    "undone": "Ångrade",
    "returned_untouched": "Ingen åtgärd, åter bland de obesvarade",
    "deadline_missed": "Svarstiden gick ut",
    "sms_queued": "Kallar ut",
    "sms_sent": "Sms skickat",
    "sms_delivered": "Sms framme",
    "sms_failed": "Sms ej levererat",
    "sms_uncertain": "Osäkert om sms:et gick",
    "sms_answered": "Svar på sms",
    "safepoint_activated": "Trygghetspunkt",
    "safepoint_opened": "Trygghetspunkt",
    "safepoint_closed": "Trygghetspunkt",
    "repeated": "Samma larm igen",
    "sms_received": "Sms kom in",
    "taken_over": "Tog över ärendet",
    "untouched": "Ingen åtgärd än, den som har ärendet är tillfrågad",
    "owner_absent": "Den som har ärendet saknar kontakt",
    "owner_back": "Den som har ärendet har kontakt igen",
}

OUTCOMES: dict[str, str] = {
    "false_alarm": "Falskt larm",
    "no_action": "Ingen åtgärd behövdes",
    "fixed_on_site": "Åtgärdat på plats",
    "handed_to_municipality": "Lämnat till kommunen",
    "handed_to_112": "Lämnat till 112 av inringaren eller personal",
    "duplicate": "Samma händelse som ett annat ärende",
    "test": "Prov",
}


def kind(code: str) -> str:
    """The kind's name; the code itself if it is new here."""
    return kinds.KINDS[code].name if code in kinds.KINDS else code


def function(code: str) -> str:
    """The function's name."""
    return functions.NAMES.get(code, code)


def priority(number: int) -> str:
    """The priority in words."""
    return priorities.NAMES.get(number, str(number))


def state(case: CaseFile) -> str:
    """The state in words, with who has it."""
    word = STATES.get(case.state, case.state)
    return f"{word} av {case.handler_name}" if case.state == State.HELD and case.handler_name else word
