"""A file of transmitters: shown first, then written all or none, once."""

from __future__ import annotations

import io
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from openpyxl import Workbook

from alarms.intake.models import Source, Transmitter
from alarms.intake.registering import account_hash, register_transmitter, transmitter_key
from alarms.nameplates.services import accounts_of
from alarms.receivers.register import Register
from alarms.registry import importing
from alarms.registry.errors import Expired, RegisterChanged
from alarms.registry.exporting import export
from alarms.registry.models import Import
from central.audit.models import AuditEntry
from central.functions import OPEN
from central.municipalities.context import in_public
from central.tabular import BadTable
from tests.alarms.registry.conftest import FUNCTIONS, KEY, file
from tests.support.cases import now


def look(content: bytes, by: Any, **more: Any) -> importing.Looked:
    return importing.look(
        content=content, file_name="x.csv", functions=FUNCTIONS, by=by, **{"now": now(), **more}
    )


def waiting(content: bytes, by: Any) -> Import:
    found = look(content, by)
    assert found.checked.errors == []
    assert found.waiting is not None
    return found.waiting


def confirm(one: Import, by: Any, **more: Any) -> Import:
    return importing.confirm(import_id=one.pk, functions=FUNCTIONS, by=by, **{"now": now(), **more})


FILE = file(
    f"Panelerna;0012;Storköping;Fastighet;Norrskolan;Centrum;90 s;25 h;{KEY}",
    "panelerna;0013;LIL;;;Åsen;;;",
)


def test_nothing_is_written_before_it_is_confirmed(committed: None, panels: Source, chef: Any) -> None:
    one = waiting(FILE, chef)
    assert (one.added, one.changed, one.unchanged) == (2, 0, 0)
    assert not Transmitter.objects.exists()
    assert KEY not in one.rows_sealed
    done = confirm(one, chef)
    assert (done.state, done.rows_sealed, done.done) == ("done", "", 2)
    first, second = Transmitter.objects.order_by("pk")
    assert first.account_hash == account_hash(panels.pk, "0012")
    assert transmitter_key(first) == bytes.fromhex(KEY)
    assert (first.interval_seconds, first.test_hours, first.function) == (90, 25, "property")
    assert (second.site, second.area, second.interval_seconds, second.municipality.slug) == (
        "",
        "Åsen",
        None,
        "lillby",
    )
    assert accounts_of([first.pk, second.pk]) == {first.pk: "0012", second.pk: "0013"}
    assert AuditEntry.objects.filter(verb="transmitter.registered").count() == 2


def test_a_repeat_does_nothing_twice(committed: None, panels: Source, chef: Any) -> None:
    one = waiting(FILE, chef)
    confirm(one, chef)
    before = list(Transmitter.objects.order_by("pk").values())
    confirm(one, chef)
    again = waiting(FILE, chef)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 2)
    confirm(again, chef)
    assert list(Transmitter.objects.order_by("pk").values()) == before


def test_differences_are_told_and_only_they_are_written(
    committed: None, panels: Source, chef: Any, storkoping: Any
) -> None:
    confirm(waiting(FILE, chef), chef)
    gone = register_transmitter(source=panels, account="0099", municipality=storkoping, site="Kvar")
    old = Transmitter.objects.get(account_hash=account_hash(panels.pk, "0012"))
    other = KEY[::-1]
    one = waiting(
        file(
            f"Panelerna;0012;5 min;{other};Lillby",
            "Panelerna;0013;;;Lillby",
            "Panelerna;0014;;;Lillby",
            headings="Källa;Konto;Intervall;Nyckel;Kommun",
        ),
        chef,
    )
    _, shown = importing.shown(import_id=one.pk, functions=FUNCTIONS, by=chef, now=now())
    assert shown is not None
    assert (shown.added_count, shown.changed_count, shown.unchanged_count, shown.removed_count) == (
        1,
        1,
        1,
        1,
    )
    assert {(shift.heading, shift.before, shift.after) for shift in shown.changed[0].shifts} == {
        ("Intervall", "90 s", "5 min"),
        ("Nyckel", "", ""),
        ("Kommun", "Storköping", "Lillby"),
    }
    assert shown.removed == ("Panelerna · 0099",)
    assert other not in str(shown)
    confirm(one, chef)
    new = Transmitter.objects.get(pk=old.pk)
    assert (new.site, new.function, new.test_hours) == ("Norrskolan", "property", 25)  # not in the file
    assert (new.interval_seconds, new.municipality.slug) == (300, "lillby")
    assert transmitter_key(new) == bytes.fromhex(other)
    assert new.changed_at > old.changed_at
    assert Transmitter.objects.get(pk=gone.pk).changed_at == gone.changed_at


def test_an_ended_one_in_the_file_is_taken_into_use_again(committed: None, panels: Source, chef: Any) -> None:
    confirm(waiting(FILE, chef), chef)
    Transmitter.objects.update(active=False)
    one = waiting(FILE, chef)
    assert (one.added, one.changed) == (0, 2)
    confirm(one, chef)
    assert Transmitter.objects.filter(active=True).count() == 2
    assert transmitter_key(Transmitter.objects.order_by("pk")[0]) == bytes.fromhex(KEY)


def test_a_file_with_mistakes_is_not_kept(
    committed: None, panels: Source, cameras: Source, chef: Any
) -> None:
    found = look(
        file(
            "Panelerna;12 13;Storköping;;;;;;",
            "Kamerorna;k1;Storköping;;;;5 min;;" + KEY,
            "Panelerna;7;Nystad;Kök;;;;0;kort",
            "Panelerna;8;Lillby;;;;;;",
            "Panelerna;8;Lillby;Social jour;;;;;",
            "Panelerna;9;Lillby;;;;;;",
            "Panelerna;9;Lillby;;;;;;",
            "Okänd;9;Lillby;;;;;;",
        ),
        chef,
    )
    assert found.waiting is None
    assert [(one.row, one.column) for one in found.checked.errors] == [
        (4, "Kommun"), (4, "Verksamhet"), (4, "Prov"), (4, "Nyckel"), (6, "Verksamhet"), (9, "Källa"),
        (8, "Konto"), (2, "Konto"), (3, "Nyckel"), (3, "Intervall"),
    ]  # fmt: skip
    assert KEY not in str(found.checked.errors)
    assert not Import.objects.exists()


def test_what_was_not_seen_is_not_done(committed: None, panels: Source, chef: Any, storkoping: Any) -> None:
    one = waiting(FILE, chef)
    register_transmitter(source=panels, account="0012", municipality=storkoping, site="Annat")
    with pytest.raises(RegisterChanged):
        confirm(one, chef)
    assert Transmitter.objects.count() == 1
    importing.shown(import_id=one.pk, functions=FUNCTIONS, by=chef, now=now())  # looked at again
    confirm(one, chef)
    assert Transmitter.objects.count() == 2


def test_all_or_nothing(committed: None, panels: Source, chef: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    one = waiting(file(*[f"Panelerna;{n:04d};Lillby;;;;;;" for n in range(1_200)]), chef)
    real = importing.remember
    calls: list[int] = []

    def fails(accounts: Any) -> None:
        calls.append(len(accounts))
        if len(calls) == 4:
            raise RuntimeError("disk")
        real(accounts)

    monkeypatch.setattr(importing, "remember", fails)
    with pytest.raises(RuntimeError):
        confirm(one, chef)
    assert len(calls) == 4
    assert not Transmitter.objects.exists()
    assert Import.objects.get().state == "previewed"
    monkeypatch.setattr(importing, "remember", real)
    assert confirm(one, chef).done == 1_200


def test_a_file_is_kept_an_hour_at_most_and_only_for_who_sent_it(
    committed: None, panels: Source, chef: Any, sven: Any
) -> None:
    one = waiting(FILE, chef)
    with pytest.raises(Expired):
        confirm(one, sven)
    with pytest.raises(Expired):
        confirm(one, chef, now=now() + timedelta(minutes=61))
    assert importing.forget_old(now() + timedelta(minutes=59)) == 0
    assert importing.forget_old(now() + timedelta(minutes=61)) == 1
    with pytest.raises(Expired):
        confirm(one, chef)
    other = waiting(FILE, chef)
    importing.throw_away(import_id=other.pk, by=chef)
    assert not Import.objects.exists()


def test_a_hidden_transmitter_is_not_changed_by_a_file(
    committed: None, panels: Source, chef: Any, storkoping: Any
) -> None:
    register_transmitter(source=panels, account="0012", municipality=storkoping, function="social_jour")
    found = look(FILE, chef)
    assert [(one.row, one.column) for one in found.checked.errors] == [(2, "Konto")]


def test_what_is_exported_is_what_would_change_nothing(committed: None, panels: Source, chef: Any) -> None:
    confirm(waiting(FILE, chef), chef)
    for form in ("csv", "xlsx"):
        content = export(form, functions=OPEN)
        assert KEY.encode() not in content
        found = importing.look(content=content, file_name=f"x.{form}", functions=OPEN, by=chef, now=now())
        assert found.checked.errors == []
        assert found.waiting is not None
        assert (found.waiting.added, found.waiting.changed, found.waiting.unchanged) == (0, 0, 2)


def test_two_who_confirm_at_once_write_it_once(committed: None, panels: Source, chef: Any) -> None:
    one = waiting(file(*[f"Panelerna;{n:04d};Lillby;;;;;;" for n in range(600)]), chef)

    def confirmed(_: int) -> int:
        with in_public():
            try:
                return confirm(one, chef).added
            finally:
                connection.close()

    with ThreadPoolExecutor(2) as both:
        assert list(both.map(confirmed, range(2))) == [600, 600]
    assert Transmitter.objects.count() == 600
    assert AuditEntry.objects.filter(verb="transmitter.registered").count() == 600


def test_the_receivers_know_them_at_their_next_look(
    committed: None, panels: Source, chef: Any, storkoping: Any
) -> None:
    register_transmitter(source=panels, account="0013", municipality=storkoping)
    receivers = Register()
    receivers.read()
    line = receivers.line("dc09")
    assert line is not None
    assert receivers.peer(line, "0012") is None
    Transmitter.objects.update(changed_at=now(-3600))
    confirm(
        waiting(
            FILE.replace(b"0013;LIL", b"0013;STO").replace(b"sen;;;", b"sen;5 min;;" + KEY.encode()), chef
        ),
        chef,
    )
    receivers.read()
    first, second = receivers.peer(line, "0012"), receivers.peer(line, "0013")
    assert first is not None
    assert second is not None
    assert first.key == second.key == bytes.fromhex(KEY)
    assert second.supervised


def test_an_account_that_excel_made_a_number_is_not_guessed(
    committed: None, panels: Source, chef: Any
) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for line in (["Källa", "Konto", "Kommun"], ["Panelerna", "0012", "Lillby"], ["Panelerna", 13, "Lillby"]):
        sheet.append(line)
    out = io.BytesIO()
    book.save(out)
    found = look(out.getvalue(), chef)
    assert [(one.row, one.column, one.value) for one in found.checked.errors] == [(3, "Konto", "13")]
    assert "Inledande nollor" in found.checked.errors[0].message


def test_no_file_at_all(committed: None, panels: Source, chef: Any) -> None:
    with pytest.raises(BadTable):
        look(b"", chef)


def test_ten_thousand_take_seconds_and_tell_how_far_they_have_come(
    committed: None, panels: Source, chef: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[int] = []
    from alarms.registry.progress import Progress

    real = Progress._write

    def write(self: Progress, done: int) -> None:
        real(self, done)
        told.append(Import.objects.get().done)

    monkeypatch.setattr(Progress, "_write", write)
    content = file(*[f"Panelerna;{n:06d};Lillby;;Hus {n};Åsen;90 s;25 h;{KEY}" for n in range(10_000)])
    begun = time.monotonic()
    one = waiting(content, chef)
    looked = time.monotonic() - begun
    begun = time.monotonic()
    confirm(one, chef)
    written = time.monotonic() - begun
    assert Transmitter.objects.count() == 10_000
    assert told == sorted(told)
    assert any(0 < done < 10_000 for done in told)
    changed = waiting(content.replace(b"90 s", b"95 s"), chef)
    begun = time.monotonic()
    confirm(changed, chef)
    rewritten = time.monotonic() - begun
    print(
        f"10 000 rows: looked at in {looked:.1f} s, written in {written:.1f} s, changed in {rewritten:.1f} s"
    )
    assert max(looked, written, rewritten) < 30
