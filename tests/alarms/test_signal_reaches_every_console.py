"""A signal that is answered 201 is stored with its case, and stands on every console."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

from asgiref.sync import sync_to_async

from tests.support.console_socket import HeadlessConsole
from tests.support.processes import web
from tests.support.sending import body, post, source_with
from tests.support.signing_in import session_cookie


async def test_a_signal_stands_on_every_console_and_in_its_municipality(
    committed: None, storkoping: Any, lillby: Any, olga: Any, sven: Any
) -> None:
    key, cookies = await sync_to_async(
        lambda: (
            source_with(("1001", storkoping, "Värmecentralen", "Norrmalm")),
            [session_cookie(user, "localhost") for user in (olga, sven)],
        )
    )()
    with web() as site:
        async with (
            HeadlessConsole(site.port, cookies[0]) as one,
            HeadlessConsole(site.port, cookies[1]) as two,
        ):
            await one.until(lambda c: c.of_type("hello"))
            await two.until(lambda c: c.of_type("hello"))
            status, answer, _ = await asyncio.to_thread(
                post, site.port, key, body(place="Exempelgatan 1", text="Fel på panna 2")
            )
            assert status == 201
            for console in (one, two):
                row = await console.until(lambda c: next(iter(c.rows.values()), None))
                assert row["headline"] == "Driftlarm · Norrmalm"
                assert row["state"] == "unanswered"
                assert row["municipality"] == "Storköping"
                assert "Exempelgatan" not in str(console.events)
                assert "panna" not in str(console.events)
        await sync_to_async(_letter_is_only_in)(storkoping, lillby, UUID(answer["id"]))


def _letter_is_only_in(storkoping: Any, lillby: Any, signal_id: UUID) -> None:
    from alarms.intake.models import Signal
    from central.municipalities.context import in_municipality
    from tenants.casefiles.models import CaseFile
    from tenants.contents.models import SignalContent

    signal = Signal.objects.get(pk=signal_id)
    with in_municipality(storkoping):
        assert CaseFile.objects.get(pk=signal.item_id).place == "Exempelgatan 1"
        assert SignalContent.objects.get(pk=signal_id).body["text"] == "Fel på panna 2"
    with in_municipality(lillby):
        assert not CaseFile.objects.exists()
        assert not SignalContent.objects.exists()
