"""The words of a decision: the question by SMS and voice, and its lines in the journal."""

from __future__ import annotations

from datetime import datetime

from alarms.decisions.models import Decision, State
from alarms.workqueue.models import WorkItem
from central import kinds
from central.carriers.sms_text import plain
from tenants.decided.models import Choice
from tenants.oncall.schedule import STOCKHOLM

CHOSEN = {Choice.SPECIAL: "särskild ordning", Choice.NEXT_SHIFT: "nästa arbetspass"}


THANKS_SPOKEN = {
    Choice.SPECIAL: "Tack. Beslutet är särskild ordning. Centralen ringer dig om det behövs mer.",
    Choice.NEXT_SHIFT: "Tack. Beslutet är nästa arbetspass. Ärendet väntar till dess.",
}


def clock(at: datetime) -> str:
    """``tis 24 nov 07:00`` on the wall in Stockholm."""
    local = at.astimezone(STOCKHOLM)
    day = ("mån", "tis", "ons", "tors", "fre", "lör", "sön")[local.weekday()]
    month = ("jan", "feb", "mars", "april", "maj", "juni", "juli", "aug", "sep", "okt", "nov", "dec")[
        local.month - 1
    ]
    return f"{day} {local.day} {month} {local:%H:%M}"


def _where(item: WorkItem, municipality_name: str) -> str:
    where = item.site or item.area or municipality_name
    return where if where == municipality_name else f"{where}, {municipality_name}"


def sms(decision: Decision, *, asks: str, item: WorkItem, municipality_name: str, link: str = "") -> str:
    """The question in GSM letters: what, where, what the choices mean, and what happens without an answer."""
    exercise = "ÖVNING. " if item.exercise else ""
    default = CHOSEN[Choice(decision.default_choice)]
    page = f" Läs mer: {link}" if link else ""
    why = "Ingen i tjänst tar det. " if decision.about_id else ""
    return plain(
        f"{exercise}{asks}: BESLUT. {kinds.KINDS[item.kind].name}, {_where(item, municipality_name)}. "
        f"Ärende {item.reference}. {why}Svara 1 + skäl: särskild ordning nu. "
        f"2 + skäl: nästa arbetspass. Utan svar {decision.due_at.astimezone(STOCKHOLM):%H:%M}: {default}.{page}"
    )


def spoken(decision: Decision, *, asks: str, item: WorkItem, municipality_name: str) -> str:
    """The same for a synthetic voice."""
    why = "Ingen i tjänst tar ärendet. " if decision.about_id else ""
    exercise = "Det här är en övning. " if item.exercise else ""
    return (
        f"{exercise}Hej. Det här är {asks}. Ett beslut behövs. {kinds.KINDS[item.kind].name}, "
        f"{_where(item, municipality_name)}. {why}"
        "Tryck 1 för särskild ordning, nu. Tryck 2 för nästa arbetspass. Tryck 3 för att höra igen."
    )


def chosen(decision: Decision) -> str:
    """What was chosen, in words."""
    return CHOSEN[Choice(decision.choice)] if decision.choice else "tillbakadraget"


def asked_line(duty_name: str, due_at: datetime, default: str) -> str:
    """Who is asked to decide, by when."""
    who = f"{duty_name} får frågan" if duty_name else "Ingen beslutsfunktion är i tjänst"
    return f"Beslut: {who}. Senast {due_at.astimezone(STOCKHOLM):%H:%M}, annars {CHOSEN[Choice(default)]}."


def made_line(decision: Decision, *, who: str, reason: str, with_what: str) -> str:
    """What was chosen, by whom, why and with what."""
    chosen = CHOSEN[Choice(decision.choice)]
    if decision.state == State.DEFAULTED:
        head = f"Beslut enligt kommunens regel: {chosen}. Ingen svarade i tid."
    else:
        head = f"Beslut av {who}: {chosen}."
    parts = [
        head,
        f"Med: {with_what}." if with_what else "",
        f"Skäl: {reason}." if reason else "Skäl saknas.",
    ]
    if decision.choice == Choice.NEXT_SHIFT and decision.shift_at is not None:
        parts.append(f"Väntar till {clock(decision.shift_at)} och ska kvitteras.")
    return " ".join(part for part in parts if part)


def word(decision: Decision) -> str:
    """The row's word."""
    if decision.state == State.ASKED:
        return "Väntar på beslut"
    if decision.choice == Choice.NEXT_SHIFT and decision.shift_at is not None:
        return f"Nästa arbetspass {decision.shift_at.astimezone(STOCKHOLM):%H:%M}"
    return "Beslut: särskild ordning"


def received_line(name: str) -> str:
    return f"{name} har tagit emot ärendet för arbetspasset."


def came_back_line(due_at: datetime) -> str:
    return f"Ingen kvitterade ärendet senast {clock(due_at)}. Det är åter hos centralen."
