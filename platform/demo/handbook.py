"""The demo municipalities' action instructions: what the centre does when something of a kind happens."""

from datetime import time
from typing import Any

from tenants.oncall.schedule import Window

Steps = list[dict[str, Any]]


def check(text: str, *choices: str, required: bool = True) -> dict[str, Any]:
    return {"type": "check", "text": text, "choices": choices, "required": required}


def ask(text: str, *choices: str, required: bool = True) -> dict[str, Any]:
    return {"type": "ask", "text": text, "choices": choices, "required": required}


def call_out(text: str, duty: str, *, within: int = 300, required: bool = True) -> dict[str, Any]:
    return {"type": "call_out", "text": text, "duty": duty, "answer_within": within, "required": required}


def inform(text: str, *, required: bool = False) -> dict[str, Any]:
    return {"type": "inform", "text": text, "required": required}


def follow_up(text: str, *choices: str, required: bool = True) -> dict[str, Any]:
    return {"type": "follow_up", "text": text, "choices": choices, "required": required}


def safe_point(text: str) -> dict[str, Any]:
    return {"type": "safe_point", "text": text, "required": False}


def coded(code: str, step: dict[str, Any]) -> dict[str, Any]:
    """The step under a code that conditions name."""
    return {**step, "code": code}


def if_answered(code: str, *answers: str, step: dict[str, Any]) -> dict[str, Any]:
    """The step only where the question was answered with one of these."""
    return {**step, "condition": {"answers": {code: list(answers)}}}


def within(minutes: int, on_late: str, step: dict[str, Any], *, duty: str = "") -> dict[str, Any]:
    """The step in so many minutes; ``duty`` is called out where that is what follows."""
    return {**step, "minutes": minutes, "on_late": on_late, "late_duty": duty}


INSTRUCTIONS: dict[str, tuple[str, Steps]] = {
    "fire": (
        "Automatiskt brandlarm",
        [
            check(
                "Är SOS Alarm larmat? Anläggningen larmar själv; ring 112 om du är osäker.",
                "Ja",
                "Ringde 112",
            ),
            coded("rok", ask("Ring platsen: ser någon rök eller eld?", "Ja", "Nej", "Inget svar")),
            within(5, "leader", call_out("Kalla ut räddningstjänstens befäl.", "raddningsbefal", within=120)),
            inform("Meddela fastighetsjouren att byggnaden kan behöva stängas av."),
            if_answered(
                "rok",
                "Ja",
                "Inget svar",
                step=safe_point("Behöver någon lämna byggnaden: öppna närmaste trygghetspunkt."),
            ),
            follow_up("Vad var orsaken?", "Brand", "Matos", "Tekniskt fel", "Okänt"),
        ],
    ),
    "safety_alarm": (
        "Trygghetslarm från hemmet",
        [
            ask(
                "Tala med personen: vad har hänt?",
                "Har ramlat",
                "Mår dåligt",
                "Orolig",
                "Tryckte fel",
                "Inget svar",
            ),
            check("Livsfara: ring 112 och stanna kvar i samtalet.", "Ringde 112", "Behövs inte"),
            call_out("Skicka trygghetspatrullen.", "trygghetspatrull", within=180),
            follow_up("Är någon hos personen?", "Ja", "Nej, klart ändå"),
        ],
    ),
    "person_alarm": (
        "Personlarm",
        [
            ask("Lyssna och tala: är den som larmade i fara?", "Ja", "Nej", "Inget svar"),
            check("Hot eller våld: ring 112.", "Ringde 112", "Behövs inte"),
            call_out("Kalla ut ordningsvakt.", "vakt", within=120),
            follow_up("Är den som larmade i säkerhet?", "Ja"),
        ],
    ),
    "intrusion": (
        "Inbrottslarm",
        [
            check("Se om fler sektioner larmar.", "En sektion", "Flera"),
            call_out("Kalla ut ordningsvakt.", "vakt"),
            check("Bekräftat inbrott: ring polisen på 112.", "Ringde 112", "Behövs inte"),
            follow_up("Är byggnaden låst och larmad igen?", "Ja", "Nej, vakt kvar"),
        ],
    ),
    "camera": (
        "Kameralarm",
        [
            check("Vad är det som händer på platsen?", "Inget", "Människor på platsen", "Skadegörelse"),
            call_out("Kalla ut ordningsvakt.", "vakt", required=False),
            follow_up("Behöver något lagas?", "Ja", "Nej"),
        ],
    ),
    "technical": (
        "Driftlarm i fastighet",
        [
            check("Läs larmets text och se om det upprepas.", "Ett larm", "Upprepas"),
            call_out("Kalla ut fastighetsjouren.", "fastighetsjour"),
            ask("När är felet avhjälpt enligt jouren?", required=False),
            safe_point("Påverkas boende av kyla eller strömavbrott: öppna en trygghetspunkt."),
            follow_up("Är anläggningen i drift igen?", "Ja", "Tillfälligt", "Nej"),
        ],
    ),
    "fault_report": (
        "Felanmälan",
        [
            check("Är det farligt för någon just nu?", "Ja", "Nej"),
            call_out(
                "Kalla ut VA-jouren om det inte kan vänta till nästa arbetsdag.", "va-jour", required=False
            ),
            follow_up("Vem tar vid?", "Jouren", "Dagtid"),
        ],
    ),
    "social": (
        "Social jour",
        [
            ask("Gäller det ett barn?", "Ja", "Nej"),
            check("Fara för liv eller hälsa: ring 112.", "Ringde 112", "Behövs inte"),
            call_out("Kalla ut socialjouren.", "socialjour", within=300),
            follow_up("Har socialjouren tagit över?", "Ja"),
        ],
    ),
    "transmitter_fault": (
        "Fel på sändare",
        [
            coded(
                "svar", ask("Ring personen eller platsen och hör att allt är bra.", "Allt bra", "Inget svar")
            ),
            if_answered(
                "svar",
                "Inget svar",
                step=within(10, "raise", call_out("Skicka trygghetspatrullen.", "trygghetspatrull")),
            ),
            follow_up("Är sändaren bytt eller provad?", "Ja", "Bokad"),
        ],
    ),
    "call": (
        "Samtal till trygghetstelefonen",
        [
            ask("Vem ringer, varifrån och vad har hänt?"),
            check("Kan svaret ges direkt?", "Ja", "Nej, kopplas vidare"),
        ],
    ),
}

OFF_HOURS = "Kvällar, nätter och helger"
NIGHTS: dict[str, tuple[str, Steps]] = {
    "fault_report": (
        "Felanmälan utanför kontorstid",
        [
            coded("fara", ask("Är det farligt för någon, eller blir det värre till i morgon?", "Ja", "Nej")),
            if_answered(
                "fara",
                "Ja",
                step=within(30, "remind", call_out("Kalla ut VA-jouren.", "va-jour", required=False)),
            ),
            if_answered(
                "fara", "Nej", step=inform("Säg till den som ringde att det åtgärdas nästa arbetsdag.")
            ),
            follow_up("Vem tar vid?", "Jouren", "Dagtid"),
        ],
    ),
}
"""What goes before the general instruction outside office hours."""


def outside_office_hours() -> tuple[Window, ...]:
    """Working days from 16 to 07, and days off round the clock."""
    return Window(frozenset({"workday"}), time(16), time(7)), Window(frozenset({"dayoff"}), time(7), time(7))
