"""One alarm from intake to close through real processes: nothing stands next door, nobody is named in the open."""

from __future__ import annotations

import asyncio
import re
from typing import Any

from tests.hardship.asking import Browser
from tests.journeys.conftest import CONTACT, Ready
from tests.support.canaries import filled, places_of, through_django
from tests.support.console_socket import HeadlessConsole
from tests.support.door import in_thread
from tests.support.processes import eventually
from tests.support.sending import body, post
from tests.support.signing_in import session_cookie

#: Every personal thing below has one of these in it.
PERSONAL = r"[Kk]anari|7017406(33|34|35)|70-?174 ?06 ?(33|34|35)"


async def test_an_alarm_is_carried_to_its_close_and_only_storkoping_knows_whose_it_was(
    ready: Ready, cast: Any
) -> None:
    cookies = await in_thread(
        lambda: (
            [session_cookie(user, "localhost") for user in (cast.olga, cast.sven)]
            + [
                session_cookie(cast.maja, "storkoping.localhost"),
                session_cookie(cast.lisa, "lillby.localhost"),
            ]
        )
    )
    olga = Browser(ready.web.port, "localhost", cookies[0])
    maja = Browser(ready.web.port, "storkoping.localhost", cookies[2])
    lisa = Browser(ready.web.port, "lillby.localhost", cookies[3])
    async with HeadlessConsole(ready.web.port, cookies[1]) as console:
        await console.until(lambda c: c.of_type("hello"))
        item = await asyncio.to_thread(_carry, ready, olga)
        await console.until(lambda c: c.rows.get(item, {}).get("state") == "closed", 20)
        frames = str(console.events)

    own, theirs = await asyncio.to_thread(
        lambda: (maja.ask("GET", f"/portal/cases/{item}/"), lisa.ask("GET", f"/portal/cases/{item}/"))
    )
    assert own[0] == 200
    assert "Kanariegatan 17" in own[1]
    assert theirs[0] == 404
    assert not re.search(PERSONAL, theirs[1])

    assert not re.search(PERSONAL, frames)
    assert await in_thread(filled, through_django, ready.lillby.schema_name) == set()
    stands = await in_thread(filled, through_django, ready.storkoping.schema_name)
    assert {"casefiles_casefile", "casefiles_journalentry", "casefiles_steprecord", "contents_signalcontent",
            "contents_messagecontent", "safepoints_activation"} <= stands  # fmt: skip
    assert await in_thread(places_of, through_django, "public", PERSONAL) == {}
    assert not re.search(PERSONAL, ready.web.output())
    _, metrics = await asyncio.to_thread(Browser(ready.web.port).ask, "GET", "/metrics")
    assert not re.search(PERSONAL, metrics)


def _carry(ready: Ready, olga: Browser) -> str:
    """Intake → claim → step → SMS and its answer → safe point → note → close; the case's id."""
    from central.carriers import gateway
    from tests.support.cases import now

    signal = body(
        place="Kanariegatan 17", text="Vatten hos Kanarina",
        data={"person": "Kanarina Fågel", "access": "kanarienyckel 4711", "call_back": "070-174 06 35"},
    )  # fmt: skip
    status, answer, _ = post(ready.web.port, ready.key, signal)
    assert status == 201
    [(item,)] = through_django("SELECT item_id::text FROM intake_signal WHERE id = %s", answer["id"])

    def act(action: str, **said: Any) -> str:
        status, text = olga.ask("POST", f"/console/items/{item}/{action}/", said)
        assert status == 200, f"{action}: {status} {text[:300]}"
        return text

    assert "Kanariegatan 17" in act("claim")
    act("step", position=1)
    status, text = olga.ask("POST", f"/console/items/{item}/close/", {"outcome": "fixed_on_site"})
    assert (status, "unresolved" in text) == (422, True)
    act("call-out", duty="fastighetsjour", position=2)
    gateway.drain(now())
    state = "SELECT state FROM public.callouts_callout"
    eventually(lambda: through_django(state) == [("delivered",)])
    ready.carrier.answer(CONTACT, "Kommer, hälsningar Kanarina")
    ready.carrier.answer(CONTACT, "1")
    eventually(lambda: through_django(state) == [("accepted",)])
    act("step", position=2)
    act("safe-point", point=ready.point, public_text="")
    gateway.drain(now())
    act("point-open", point=ready.point)
    act("point-close", point=ready.point)
    act("note", text="Kanarina är trygg")
    act("close", outcome="fixed_on_site")
    return str(item)


async def test_nothing_personal_leaks_through_what_goes_wrong(ready: Ready, cast: Any) -> None:
    cookie = await in_thread(lambda: session_cookie(cast.olga, "localhost"))
    port = ready.web.port

    def wrong() -> list[str]:
        olga, stranger = Browser(port, "localhost", cookie), Browser(port, "storkoping.localhost", "kanarie")
        told = [
            str(post(port, "kanarienyckel", body())),
            str(post(port, ready.key, b'{"kind":"Kanarina"')),
            str(post(port, ready.key, body(account="kanariekonto", text="Kanarina ringde"))),
            str(post(port, ready.key, body(data={"call_back": "070-174 06 35", "x": "kanarie"}), "")),
        ]
        asked = [
            olga.ask("POST", "/console/new/", {"municipality": ready.storkoping.pk, "kind": "call", "priority": 3,
                     "place": "Kanariegatan 17", "text": "Kanarina\x00ringde", "call_back": "070-174 06 35"}),
            olga.ask("POST", "/console/new/", {"municipality": ready.storkoping.pk, "kind": "call", "priority": 3,
                     "place": "Kanarie\ud800", "text": "x", "call_back": ""}),
            olga.ask("POST", "/console/new/", {"municipality": 10**30, "kind": "call", "priority": 3, "text": "kanarie"}),
            olga.ask("GET", "/kanariesida/?namn=Kanarina"),
            stranger.ask("GET", "/portal/cases/?q=Kanarina"),
            stranger.ask("POST", "/login/", {"username": "kanarina", "password": "kanarie"}),
            stranger.ask("GET", "/kanariesida/"),
        ]  # fmt: skip
        assert max(status for status, _ in asked) < 500, [(status, text[:200]) for status, text in asked]
        olga.ask("GET", "/console/search.json?q=Kanariegatan+17")
        return told + [text for status, text in asked if status >= 400]

    told = await asyncio.to_thread(wrong)
    assert not re.search(r"[Kk]anarina", " ".join(told))
    assert not re.search(PERSONAL, ready.web.output())
    assert await in_thread(places_of, through_django, "public", PERSONAL) == {}
