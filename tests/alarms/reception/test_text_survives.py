"""Whatever a sender writes is kept letter by letter, and nothing of it is ever read as anything but text."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import msgspec

from alarms import reception
from alarms.intake.models import Signal
from alarms.intake.registering import register_source, register_transmitter
from alarms.intake.storing import Incoming
from central.municipalities.context import in_municipality
from tenants.casefiles.models import CaseFile
from tenants.contents.models import SignalContent

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
NASTY = [
    "'; DROP TABLE public.intake_signal; --", "\\'; DROP TABLE public.intake_signal; --", "\\\\'; SELECT 1; --",
    "'' '''", "\\", "\\'", "\"\\\"'", "%s %(x)s %%", "{} {0} ${x}", "$$ $x$ body $x$", "E'\\x27' U&'\\0027'",
    "/* */ -- ;",
    "rad\nrad\r\n\ttabb", "\u2028\u2029", "å ä ö Å Ä Ö é ü ß", "\U0001f525\U0001f9d1\u200d\U0001f692", "\u202e\u0301",
    "null",
    '{"a": "b"}', "[]", "\x7f\x80\x9f", "\ufeff\ufffe\uffff", " " * 50, "</script><script>alert(1)</script>",
]  # fmt: skip


def anything(chance: random.Random) -> str:
    alphabet = "'\"\\;-%$(){}E \n" + "".join(
        chr(chance.choice([*range(1, 0x250), *range(0x2000, 0x2070)])) for _ in range(40)
    )
    return "".join(chance.choices(alphabet, k=chance.randrange(1, 60)))


def test_every_text_comes_back_as_it_was_sent(storkoping: Any) -> None:
    chance = random.Random(7)
    texts = NASTY + [anything(chance) for _ in range(300)]
    source, _ = register_source(name="Prov 'sändare' \\")
    register_transmitter(source=source, account="1'\\", municipality=storkoping, area='O\'Norrmalm \\ "x"')
    for start in range(0, len(texts), 100):
        batch = [
            Incoming(
                source_id=source.pk, source_name=source.name, exercise=False, key_digest=uuid4().bytes * 2,
                body_digest=bytes(32), body=msgspec.json.encode({"text": text}).decode(), kind="technical",
                account="1'\\", occurred_at=NOW, priority=2, text=text, place=text[:100], person=text[:100],
            )
            for text in texts[start : start + 100]
        ]  # fmt: skip
        receipts = reception.receive(batch, NOW)
        assert {receipt.result for receipt in receipts} == {"stored"}
        items = dict(Signal.objects.values_list("pk", "item_id"))
        with in_municipality(storkoping):
            for receipt, one in zip(receipts, batch, strict=True):
                case = CaseFile.objects.get(pk=items[receipt.id])
                assert (case.story, case.place, case.person, case.account) == (
                    one.text,
                    one.place,
                    one.person,
                    "1'\\",
                )
                assert SignalContent.objects.get(pk=receipt.id).body == {"text": one.text}
    assert Signal.objects.count() == len(texts)
