"""Swedish for what stands in a case, as its municipality reads it."""

from __future__ import annotations

from central import functions, kinds, priorities
from tenants.casefiles import words
from tenants.casefiles.models import CaseFile, State

VERBS: dict[str, str] = {
    **words.VERBS,
    "noted": "Noterade",
    "step_done": "Steg klart",
    "step_skipped": "Hoppade över steg",
    "returned_untouched": "Ingen åtgärd, åter bland de obesvarade",
    "sms_uncertain": "Osäkert om sms:et gick",
    "sms_answered": "Svar på sms",
    "safepoint_activated": "Trygghetspunkt",
    "safepoint_opened": "Trygghetspunkt",
    "safepoint_closed": "Trygghetspunkt",
    "untouched": "Ingen åtgärd än, den som har ärendet är tillfrågad",
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
    word = case.get_state_display()
    return f"{word} av {case.handler_name}" if case.state == State.HELD and case.handler_name else word
