"""Asking one person by one message: the call-out, its letter and the message, for a book that writes them."""

from __future__ import annotations

from datetime import datetime, timedelta

from alarms.callouts import links, purposes
from alarms.callouts.book import Book
from alarms.callouts.models import Callout, Run, State
from alarms.callouts.plan import Person, Way
from alarms.workqueue.models import WorkItem
from central import phone
from central.carriers import services as carriers
from central.carriers.models import Leg
from central.carriers.posting import Message
from central.municipalities import directory
from central.municipalities.context import MunicipalityRef, in_municipality
from tenants.contents.models import CalloutLetter

PURPOSE = "callout"
INFO = "callout_info"
"""What is only told: no answer to it is waited for."""


def ask(book: Book, item: WorkItem, run: Run, person: Person, way: Way, answer_due: timedelta) -> Callout:
    """Ask this person (again). Raises central.phone.BadNumber for a number that we never ring or text."""
    now, number = book.now, phone.normalise(person.number)
    callout = book.asked(run, person.contact_id)
    if callout is None:
        callout = Callout(
            work_item=item,
            municipality_id=book.owner.id,
            duty=run.duty,
            duty_name=run.duty_name,
            contact_id=person.contact_id,
            number_hash=phone.keyed_hash(number),
            run=run,
            rank=person.rank,
            step_position=run.step_position,
            asked_by=book.operator,
            created_at=now,
            asked_at=now,
            answer_due_at=now + answer_due,
        )
        callout.link_digest = links.digest(links.secret_of(callout.pk))
        book.keep(callout, person)
    else:
        if callout.state in (State.NO_ANSWER, State.UNDELIVERED, State.NOT_NEEDED):
            callout.state, callout.missed_at, callout.error_code = State.QUEUED, None, ""
            callout.answer_due_at = now + answer_due
        callout.asked_at = now
        book.keep(callout)
    if way == "voice":
        callout.rung_at = now
    book.send(_message(callout, run, item, book.owner, person, way))
    return callout


def _message(
    callout: Callout, run: Run, item: WorkItem, owner: MunicipalityRef, person: Person, way: Way
) -> Message:
    purpose, asks = purposes.of(run), owner.hotline_name or directory.centre().name
    if way == "voice":
        body = purpose.spoken(run, asks=asks, item=item, municipality_name=owner.name)
    else:
        body = purpose.sms(run, asks=asks, item=item, municipality_name=owner.name, link=links.starred(owner))
    return Message(callout.pk, PURPOSE, person.number, body, person.name, way)


def inform(callout: Callout, owner: MunicipalityRef, text: str, now: datetime) -> None:
    """An SMS that wants no answer, to somebody who was asked by SMS."""
    with in_municipality(owner):
        letter = CalloutLetter.objects.get(pk=callout.pk)
    carriers.send(
        municipality=owner,
        subject_id=callout.pk,
        purpose=INFO,
        to=letter.number,
        body=text,
        contact_name=letter.contact_name,
        now=now,
    )


def letter_of(callout: Callout) -> CalloutLetter:
    """Name and number, from the municipality's schema."""
    with in_municipality(directory.by_id(callout.municipality_id)):
        return CalloutLetter.objects.get(pk=callout.pk)


def name_of(callout: Callout) -> str:
    """The contact's name from the letter; only for the journal, which stands with the municipality."""
    return letter_of(callout).contact_name


def legs_of(callout: Callout) -> list[Leg]:
    """Its messages, oldest first."""
    legs = Leg.objects.filter(subject_id=callout.pk, purpose=PURPOSE, direction="out")
    return list(legs.order_by("created_at", "pk"))
