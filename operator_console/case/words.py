"""Swedish for what stands in a journal and on a case's header."""

from __future__ import annotations

from tenants.casefiles import words

JOURNAL: dict[str, str] = {
    **words.VERBS,
    "noted": "",
    "step_done": "Klart",
    "step_skipped": "Hoppade över",
    "returned_untouched": "Ingen åtgärd: åter bland de obesvarade",
    "sms_uncertain": "Sms osäkert",
    "sms_answered": "Svar",
    "safepoint_activated": "",
    "safepoint_opened": "",
    "safepoint_closed": "",
    "untouched": "Ingen åtgärd än: den som har ärendet är tillfrågad",
}


TELL_THEMSELVES = frozenset(
    {
        "sms_sent", "sms_delivered", "sms_failed", "sms_uncertain", "call_answered", "call_failed", "called_off",
        "nobody_came", "decision_asked", "decided", "received_by_team", "came_back",
    }
)  # fmt: skip
"""Verbs whose text is a whole sentence of its own."""


def line(verb: str, text: str) -> str:
    """One journal line: what was done, then the words."""
    said = JOURNAL.get(verb, verb)
    if not said or (text and verb in TELL_THEMSELVES):
        return text
    return f"{said}: {text}" if text else said
