"""What a batch of escalations of one municipality reads, once, and writes, together.

A thousand may fall due in the same second: each by itself would be fifteen statements. Call in the municipality, inside
the locks of its items and runs, in a unit of work.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from alarms.callouts import purposes, showing
from alarms.callouts.models import OPEN, Callout, Run
from alarms.callouts.plan import Person
from alarms.workqueue import changes, notices
from alarms.workqueue.models import Notice, WorkItem
from central.accounts.models import User
from central.bulk import update_rows
from central.carriers.posting import Message, post
from central.municipalities.context import MunicipalityRef
from tenants.contents.models import CalloutLetter
from tenants.oncall import queries as oncall
from tenants.oncall.models import Contact

RUN = {"id": "uuid", "at": "smallint", "state": "text", "due_at": "timestamptz", "ended_at": "timestamptz"}
CALLOUT = {
    "id": "uuid", "state": "text", "asked_at": "timestamptz", "rung_at": "timestamptz",
    "answer_due_at": "timestamptz", "missed_at": "timestamptz", "error_code": "text",
}  # fmt: skip


@dataclass(slots=True)
class Book:
    """Read by :meth:`of`, filled by whoever asks, written by :meth:`write`."""

    owner: MunicipalityRef
    now: datetime
    operator: User | None
    callouts: dict[UUID, list[Callout]]
    """By case."""
    runs: dict[UUID, list[Run]]
    """By case, those of the batch as the batch has them."""
    contacts: dict[int, Contact]
    """Those that are not removed, of the batch's plans."""
    _on_duty: dict[str, oncall.DutyNow | None] = field(default_factory=dict)
    _items: dict[UUID, WorkItem] = field(default_factory=dict)
    _lines: dict[UUID, list[tuple[str, str]]] = field(default_factory=dict)
    _fresh: dict[UUID, Callout] = field(default_factory=dict)
    _changed: dict[UUID, Callout] = field(default_factory=dict)
    _letters: list[CalloutLetter] = field(default_factory=list)
    _messages: list[Message] = field(default_factory=list)
    _nobody: list[tuple[WorkItem, Run]] = field(default_factory=list)

    @classmethod
    def of(
        cls,
        owner: MunicipalityRef,
        runs: Sequence[Run],
        people: Iterable[Person],
        now: datetime,
        operator: User | None = None,
    ) -> Book:
        """Everything these runs need."""
        items = {run.work_item_id for run in runs}
        callouts: dict[UUID, list[Callout]] = {one: [] for one in items}
        for callout in Callout.objects.filter(work_item_id__in=items):
            callouts[callout.work_item_id].append(callout)
        held: dict[UUID, list[Run]] = {one: [] for one in items}
        mine = {run.pk: run for run in runs}
        stored = [mine.get(run.pk, run) for run in Run.objects.filter(work_item_id__in=items)]
        for run in {run.pk: run for run in [*stored, *runs]}.values():
            held[run.work_item_id].append(run)
        ids = {one.contact_id for one in people}
        contacts = {one.pk: one for one in Contact.objects.filter(pk__in=ids, removed_at=None)}
        return cls(owner, now, operator, callouts, held, contacts)

    def on_duty(self, code: str) -> oncall.DutyNow | None:
        """Who has the duty now; None when it is no more."""
        if code not in self._on_duty:
            try:
                self._on_duty[code] = oncall.on_duty(code, self.now)
            except oncall.UnknownDuty:
                self._on_duty[code] = None
        return self._on_duty[code]

    def asked(self, run: Run, contact_id: int) -> Callout | None:
        """This run's question to this person."""
        own = (one for one in self.callouts[run.work_item_id] if one.run_id == run.pk)
        return next((one for one in own if one.contact_id == contact_id), None)

    def asked_elsewhere(self, run: Run, contact_id: int) -> bool:
        """Whether the person is being asked about the same case for another duty."""
        return any(
            one.contact_id == contact_id and one.run_id != run.pk and one.state in OPEN
            for one in self.callouts[run.work_item_id]
        )

    def keep(self, callout: Callout, person: Person | None = None) -> None:
        """Write it with the rest; `person` for a new one, whose letter it makes."""
        if person is None:
            if callout.pk not in self._fresh:
                self._changed[callout.pk] = callout
            return
        self._fresh[callout.pk] = callout
        self.callouts[callout.work_item_id].append(callout)
        self._letters.append(
            CalloutLetter(id=callout.pk, contact_name=person.name, number=person.number, made_at=self.now)
        )

    def send(self, message: Message) -> None:
        """Queue it with the rest."""
        self._messages.append(message)

    def say(self, item: WorkItem, verb: str, text: str) -> None:
        """A line in the journal; the row shows what the call-outs are then."""
        self._items[item.pk] = item
        self._lines.setdefault(item.pk, []).append((verb, text))

    def nobody(self, item: WorkItem, run: Run) -> None:
        """The shift leader is told that nobody takes it, and what follows from that begins."""
        self._nobody.append((item, run))

    def write(self, runs: Sequence[Run]) -> None:
        """Everything that was filled in, and these runs (they exist)."""
        _update(RUN, runs)
        Callout.objects.bulk_create(self._fresh.values())
        _update(CALLOUT, list(self._changed.values()))
        CalloutLetter.objects.bulk_create(self._letters)
        post(self._messages, municipality=self.owner, now=self.now)
        for item in self._items.values():
            showing.apply(item, self.callouts[item.pk], self.runs[item.pk])
        changes.save_many(
            [(item, self._lines[item.pk]) for item in self._items.values()],
            actor=self.operator,
            now=self.now,
            touched=self.operator is not None,
            part="callout",
        )
        for item, run in self._nobody:
            notices.notify(Notice.Kind.NOBODY, item=item, now=self.now)
            purposes.of(run).nobody_came(item, run, self.now)


def _update(columns: dict[str, str], rows: Sequence[Run] | Sequence[Callout]) -> None:
    if rows:
        told = [[getattr(one, name) for name in columns] for one in rows]
        update_rows(rows[0]._meta.db_table, columns, told)
