"""The words of a call-out: the SMS itself, and its lines in the journal."""

from __future__ import annotations

from alarms.callouts.models import State
from alarms.workqueue.models import WorkItem
from central import kinds
from central.carriers.sms_text import plain

REASONS = {
    "21211": "numret är inget telefonnummer",
    "21610": "numret har avböjt sms",
    "21612": "numret kan inte nås med sms",
    "21614": "numret tar inte emot sms",
    "21635": "numret tar inte emot sms",
    "30001": "operatörens kö är full",
    "30003": "telefonen går inte att nå",
    "30004": "numret är spärrat",
    "30005": "numret finns inte",
    "30006": "numret tar inte emot sms",
    "30007": "operatören stoppade det",
    "30008": "okänt fel hos operatören",
    "20429": "operatören hann inte ta emot",
    "20003": "operatören godkände inte vår inloggning",
    "not_configured": "ingen operatör är inställd",
    "unreachable": "operatören gick inte att nå",
    "expired": "det hann inte skickas i tid",
    "emergency": "systemet skickar aldrig till nödnummer",
}


def sms(*, asks: str, item: WorkItem, municipality_name: str, link: str = "") -> str:
    """The text of a call-out in GSM letters: who asks, which case, what and roughly where. Nothing about residents.

    Everything in it stands on the shared board row already.
    """
    where = item.site or item.area or municipality_name
    place = where if where == municipality_name else f"{where}, {municipality_name}"
    exercise = "ÖVNING. " if item.exercise else ""
    return plain(
        f"{exercise}{asks}: {kinds.KINDS[item.kind].name}, {place}. Ärende {item.reference}. "
        f"Svara 1 om du tar ärendet, 2 om du inte kan.{f' Eller öppna {link}' if link else ''}"
    )


def spoken(*, asks: str, item: WorkItem, municipality_name: str) -> str:
    """What the telephone says, in short sentences that a synthetic voice reads well."""
    where = item.site or item.area or municipality_name
    place = where if where == municipality_name else f"{where} i {municipality_name}"
    exercise = "Det här är en övning. " if item.exercise else ""
    return (
        f"{exercise}Hej. Det här är {asks}. {kinds.KINDS[item.kind].name}, {place}. "
        "Tryck 1 om du tar ärendet. Tryck 2 om du inte kan. Tryck 3 för att höra igen."
    )


def yours_text(item: WorkItem, link: str) -> str:
    """To who has taken it: how to say how far they have come."""
    return plain(
        f"Tack, du har tagit ärende {item.reference}. Svara 4 + minuter när du åker, 5 på plats, 6 klar, "
        f"2 om du inte kan komma. Din sida: {link}"
    )


def taken_text(item: WorkItem) -> str:
    """To those who were asked and are no longer needed."""
    return plain(f"Ärende {item.reference} är redan taget. Du behövs inte. Tack.")


def called_off_text(item: WorkItem) -> str:
    """To those who were asked or were coming, when the call-out is called off."""
    return plain(f"Ärende {item.reference}: utlarmningen är avbruten. Du behövs inte. Tack.")


def called_off_line(duty_name: str, reason: str) -> str:
    return f"{duty_name}: utlarmningen avbröts. {reason}."


def are_you_safe(item: WorkItem, link: str) -> str:
    """To somebody alone who has not been heard for their time."""
    return plain(
        f"Ärende {item.reference}: är allt väl? Svara ok, eller 6 om du är klar. "
        f"Annars ringer vi om 2 minuter och larmar sedan centralen. Din sida: {link}"
    )


ARE_YOU_SAFE_SPOKEN = (
    "Hej. Det här är trygghetscentralen. Vi har inte hört av dig. Tryck 1 om allt är väl. "
    "Annars larmas centralens operatör."
)
SAFE_SPOKEN = "Tack. Vi frågar igen om en stund."


def safety_line(way: str, contact: str) -> str:
    """Who is asked whether all is well."""
    how = "Ringer och frågar" if way == "voice" else "Frågar med sms"
    return f"{contact} har inte hört av sig. {how} om allt är väl."


def unheard_line(contact: str, duty_name: str) -> str:
    """The alarm."""
    return (
        f"{contact} ({duty_name}) hör inte av sig, varken på sms eller telefon. Ring, och skicka någon dit."
    )


def heard_again_line(contact: str) -> str:
    return f"{contact} har hört av sig igen."


TAKEN_SPOKEN = "Ärendet är redan taget. Du behövs inte. Tack."
THANKS_SPOKEN = "Tack. Du har tagit ärendet. Du får ett sms."
CANNOT_SPOKEN = "Tack för beskedet. Nästa person frågas."


def asked_line(duty_name: str, contact: str, number: str, way: str, changed: str) -> str:
    """Who is asked, how, and instead of whom the schedule said when it began."""
    how = "ringer" if way == "voice" else "sms till"
    instead = f" (i stället för {changed}, som inte längre är i tjänst)" if changed else ""
    return f"{duty_name}: {contact}, {how} {number}{instead}."


def nobody_came(duty_name: str, people: int) -> str:
    """Nobody was on duty, or everybody has been asked."""
    if people == 0:
        return f"{duty_name}: ingen i tjänst. Kalla ut en annan jour, eller ring beslutsfunktionen."
    many = "Personen" if people == 1 else f"Alla {people}"
    return f"{duty_name}: ingen tar ärendet. {many} i tjänst har frågats. Ring, eller kalla ut en annan jour."


def reason(code: str) -> str:
    """Why it failed, in words; the carrier's code when we have none."""
    return REASONS.get(code, f"fel {code}" if code else "okänt fel")


def state_line(state: str, contact: str, code: str) -> str:
    """The journal's line when a call-out has a new state."""
    match State(state):
        case State.QUEUED:
            return f"Sms till {contact} väntar: {reason(code)}. Det prövas igen."
        case State.SENT:
            return f"Sms till {contact} är skickat."
        case State.DELIVERED:
            return f"Sms till {contact} är framme."
        case State.UNDELIVERED:
            return f"Sms till {contact} kom inte fram: {reason(code)}."
        case State.UNCERTAIN:
            return f"Vi vet inte om sms:et till {contact} gick. Det kontrolleras hos operatören. Ring under tiden."
        case State.NO_ANSWER:
            return f"Sms till {contact} skickades inte: det behövs inte längre."
        case _:
            return ""


CALL_FAILED = {
    "busy": "det tutar upptaget",
    "no-answer": "ingen svarade",
    "canceled": "samtalet avbröts",
    "failed": "numret gick inte att nå",
}


def call_line(state: str, contact: str, code: str) -> str:
    """The journal's line when our call has a new state; empty where nothing needs to be said."""
    if state in ("undelivered", "failed"):
        return f"Samtalet till {contact}: {CALL_FAILED.get(code) or reason(code)}."
    if state == "delivered":
        return f"Någon lyfte luren hos {contact}. Ingen knapp är tryckt än."
    if state == "uncertain":
        return f"Vi vet inte om samtalet till {contact} kopplades. Det kontrolleras hos operatören."
    return ""


def not_found(contact: str) -> str:
    return f"Operatören hittar inte sms:et till {contact}. Det gick troligen aldrig. Ring i stället."


def no_answer(contact: str, minutes: int) -> str:
    return f"{contact} har inte svarat på {minutes} minuter."


MEANT = {
    State.ACCEPTED: " Tar ärendet.",
    State.DECLINED: " Kan inte.",
    State.NOT_NEEDED: " Ärendet var redan taget.",
}
PROGRESS = {"on_way": " På väg.", "on_site": " På plats.", "done": " Klar.", "ok": " Allt är väl."}


def answer_line(
    contact: str, body: str, state: str | None, *, several: bool, closed: bool, progress: str = ""
) -> str:
    """The contact's own words, and what they meant."""
    meant = MEANT.get(State(state), "") if state else PROGRESS.get(progress, "")
    if closed:
        meant = " Ärendet är redan avslutat, så svaret ändrar inget."
    more = " Flera frågor väntade på svar; det här gäller den senaste." if several else ""
    return f"{contact} svarade: ”{body.strip()}”.{meant}{more}"


def pressed_line(contact: str, digit: str, state: str | None) -> str:
    """What was pressed on the telephone."""
    return f"{contact} tryckte {digit} i telefonen.{MEANT.get(State(state), '') if state else ''}"


def link_line(contact: str, state: str | None, progress: str, report: str = "") -> str:
    """What was chosen on the one-time page, and the report."""
    meant = MEANT.get(State(state), "") if state else PROGRESS.get(progress, "")
    return f"{contact} svarade på sin sida.{meant}{f' Rapport: ”{report}”.' if report else ''}"


def reported_line(contact: str, what: str, minutes: int | None) -> str:
    """How far they are, as the operator heard by telephone."""
    until = f" Framme om {minutes} min." if minutes is not None and what == "on_way" else ""
    return f"Talade med {contact}.{PROGRESS[what]}{until}"


def settled_line(contact: str, state: str) -> str:
    """What the operator heard by telephone."""
    return {
        State.ACCEPTED: f"Talade med {contact}, som tar ärendet.",
        State.DECLINED: f"Talade med {contact}, som inte kan.",
        State.NO_ANSWER: f"Fick inte tag på {contact}.",
    }[State(state)]
