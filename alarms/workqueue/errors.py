"""What can be refused in the queue, each with the words the operator sees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


class Refused(Exception):
    """Base: ``code`` for the program, ``message`` for the person, ``status`` for HTTP."""

    code = "refused"
    status = 409

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class AlreadyClaimed(Refused):
    """Somebody else was first."""

    code = "already_claimed"

    def __init__(self, by_name: str, by_initials: str) -> None:
        super().__init__(f"{by_name} hann före. Tryck T för nästa.")
        self.by_name, self.by_initials = by_name, by_initials


class AlreadyClosed(Refused):
    """The case is closed."""

    code = "already_closed"

    def __init__(self, by_name: str, clock: str) -> None:
        super().__init__(f"{by_name or 'Någon'} avslutade ärendet {clock}. Återöppna?")


class NotYours(Refused):
    """Only who holds a case acts on it."""

    code = "not_yours"

    def __init__(self, holder_name: str = "") -> None:
        who = f"{holder_name} har ärendet." if holder_name else "Ingen har tagit ärendet än."
        super().__init__(f"{who} Ta det först, eller be om att få det överlämnat.")


class NothingWaiting(Refused):
    """No unanswered item that this operator may take."""

    code = "nothing_waiting"

    def __init__(self) -> None:
        super().__init__("Inga obesvarade larm.")


class NotOffered(Refused):
    """The case isn't offered to this person."""

    code = "not_offered"

    def __init__(self) -> None:
        super().__init__("Ärendet är inte längre erbjudet till dig.")


class NothingToUndo(Refused):
    """Undo reaches one's own last claim, park or step, for ten seconds."""

    code = "nothing_to_undo"

    def __init__(self) -> None:
        super().__init__("Inget att ångra: det gäller ditt senaste steg i tio sekunder.")


class TooLateToUndo(Refused):
    """A group act is undone within ten minutes."""

    code = "too_late"

    def __init__(self, clock: str) -> None:
        super().__init__(
            f"Tiden för att ångra gick ut {clock}. Återöppna eller ta de ärenden som behövs ett och ett."
        )


class NotNow(Refused):
    """The act does not fit the state of the case."""

    code = "not_now"


class KeyReused(Refused):
    """The same key came with another request; a program's mistake, not a person's."""

    code = "key_reused"

    def __init__(self) -> None:
        super().__init__("Det här gick inte att skicka. Ladda om sidan och försök igen.")


class BadInput(Refused):
    """A field is wrong; names it and says what to do."""

    code = "bad_input"
    status = 422

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class UnknownItem(Refused):
    """No such case for this person."""

    code = "unknown_item"
    status = 404

    def __init__(self) -> None:
        super().__init__("Ärendet finns inte, eller så har du inte behörighet till det.")


@dataclass(frozen=True, slots=True)
class Remaining:
    """One thing to settle before a case may close; ``anchor`` tells the screen where it stands."""

    code: str
    text: str
    anchor: str


class Unresolved(Refused):
    """The case can't close yet."""

    code = "unresolved"
    status = 422

    def __init__(self, remaining: list[Remaining]) -> None:
        super().__init__("Ärendet kan inte avslutas än: " + "; ".join(one.text for one in remaining) + ".")
        self.remaining = remaining

    def as_data(self) -> list[dict[str, Any]]:
        return [{"code": one.code, "text": one.text, "anchor": one.anchor} for one in self.remaining]
