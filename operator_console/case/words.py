"""Swedish for what stands in a journal and on a case's header."""

from __future__ import annotations

JOURNAL: dict[str, str] = {
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
    "noted": "",
    "step_done": "Klart",
    "step_skipped": "Hoppade över",
    "undone": "Ångrade",
    "returned_untouched": "Ingen åtgärd: åter bland de obesvarade",
    "deadline_missed": "Svarstiden gick ut",
    "sms_queued": "Kallar ut",
    "sms_sent": "Sms skickat",
    "sms_delivered": "Sms framme",
    "sms_failed": "Sms ej levererat",
    "sms_uncertain": "Sms osäkert",
    "sms_answered": "Svar",
    "safepoint_activated": "",
    "safepoint_opened": "",
    "safepoint_closed": "",
    "repeated": "Samma larm igen",
    "sms_received": "Sms kom in",
    "taken_over": "Tog över ärendet",
    "untouched": "Ingen åtgärd än: den som har ärendet är tillfrågad",
    "owner_absent": "Den som har ärendet saknar kontakt",
    "owner_back": "Den som har ärendet har kontakt igen",
}


TELL_THEMSELVES = frozenset({"sms_sent", "sms_delivered", "sms_failed", "sms_uncertain"})
"""Verbs whose text is a whole sentence of its own."""


def line(verb: str, text: str) -> str:
    """One journal line: what was done, then the words."""
    said = JOURNAL.get(verb, verb)
    if not said or (text and verb in TELL_THEMSELVES):
        return text
    return f"{said}: {text}" if text else said
