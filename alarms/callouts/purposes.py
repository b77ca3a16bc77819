"""What may be asked of people on duty: to take a case, or what else an app above registers. Each has words of its own.

Registered by the composition root: this app knows only the call-out.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from alarms.callouts import wording
from alarms.callouts.models import Callout, Run, State
from alarms.workqueue.models import WorkItem

CALLOUT = "callout"


class Purpose(Protocol):
    """The words of a question, and what an answer does."""

    def sms(self, run: Run, *, asks: str, item: WorkItem, municipality_name: str, link: str) -> str: ...

    def spoken(self, run: Run, *, asks: str, item: WorkItem, municipality_name: str) -> str: ...

    def thanks(self, digit: str, state: str | None) -> str:
        """What is said to who pressed 1 or 2, by what it came to."""
        ...

    def heard(
        self, item: WorkItem, run: Run, callout: Callout, *, name: str, body: str, way: str, now: datetime
    ) -> str | None:
        """The answer is acted on inside the locks, and told in one journal line; None where it meant nothing."""
        ...

    def nobody_came(self, item: WorkItem, run: Run, now: datetime) -> None:
        """Everybody was asked, or nobody was there; inside the locks."""
        ...


class TakeIt:
    """The call-out itself: its answers are alarms.callouts.answering's."""

    def sms(self, run: Run, *, asks: str, item: WorkItem, municipality_name: str, link: str) -> str:
        return wording.sms(asks=asks, item=item, municipality_name=municipality_name, link=link)

    def spoken(self, run: Run, *, asks: str, item: WorkItem, municipality_name: str) -> str:
        return wording.spoken(asks=asks, item=item, municipality_name=municipality_name)

    def thanks(self, digit: str, state: str | None) -> str:
        if state == State.NOT_NEEDED:
            return wording.TAKEN_SPOKEN
        return wording.THANKS_SPOKEN if digit == "1" else wording.CANNOT_SPOKEN

    def heard(
        self, item: WorkItem, run: Run, callout: Callout, *, name: str, body: str, way: str, now: datetime
    ) -> str | None:
        return None

    def nobody_came(self, item: WorkItem, run: Run, now: datetime) -> None:
        if _when_nobody is not None:
            _when_nobody(item, run, now)


class WhenNobody(Protocol):
    def __call__(self, item: WorkItem, run: Run, now: datetime) -> None: ...


_purposes: dict[str, Purpose] = {CALLOUT: TakeIt()}
_when_nobody: WhenNobody | None = None


def register(name: str, purpose: Purpose) -> None:
    """Runs of this purpose are asked and answered so."""
    _purposes[name] = purpose


def register_when_nobody(work: WhenNobody) -> None:
    """What follows when nobody takes a case."""
    global _when_nobody
    _when_nobody = work


def of(run: Run) -> Purpose:
    return _purposes[run.purpose]
