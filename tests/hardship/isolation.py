"""Fault 17: many municipalities at once through signals, sockets, pages and the clock; not one canary crosses over."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.hardship.asking import Browser, post, signal
from tests.hardship.consoles import Room
from tests.hardship.region import Place, Region
from tests.support.canaries import places_of

ANY = "KANARIE[0-9]+X"


def canary(place: Place) -> str:
    return f"KANARIE{place.id}X"


def isolation(region: Region, *, rounds: int) -> dict[str, Any]:
    """Everything interleaved for every municipality; then every byte sent and every row stored is searched."""
    asked = 0
    with region.web() as web, Room(web.port, region.cookies) as room, region.process("clock"):
        for console in room.consoles:
            console.frames = []
        with ThreadPoolExecutor(6) as threads:
            for _ in range(rounds):
                cases = list(threads.map(lambda place: _work(region, web.port, place), region.places))
                told = [
                    threads.submit(_read, web.port, place, cases[(n + 1) % len(cases)], cases[n])
                    for n, place in enumerate(region.places)
                ]
                asked += sum(one.result() for one in told)
        frames = "".join(text for console in room.consoles for text in console.frames or [])
        assert not re.search(ANY, frames), "a canary flew over the socket"
        assert frames
    assert places_of(region.sql, "public", ANY) == {}, "a canary in the shared schema"
    for place in region.places:
        others = f"KANARIE(?!{place.id}X)[0-9]+X"
        own = places_of(region.sql, place.schema, canary(place))
        assert {"casefiles_casefile", "casefiles_journalentry", "contents_signalcontent"} <= set(own)
        assert places_of(region.sql, place.schema, others) == {}, place.slug
    assert not re.search(ANY, web.output()), "a canary in the log"
    return {"municipalities": len(region.places), "rounds": rounds, "pages read": asked, "canaries across": 0}


def _work(region: Region, port: int, place: Place) -> str:
    """Signal → taken → noted → closed, by an operator; the case's id. Every answer has only its own canary."""
    word = canary(place)
    raw = signal(
        "1", text=f"{word} text", place=f"{word} plats", data={"person": f"{word} person", "access": word}
    )
    status, answer = post(port, place.key, raw)
    assert status == 201, answer
    [(item,)] = region.sql("SELECT item_id::text FROM intake_signal WHERE id = %s", answer["id"])
    operator = Browser(port, cookie=region.cookies[place.id % len(region.cookies)])
    for action, said in (
        ("claim", {}),
        ("note", {"text": f"{word} anteckning"}),
        ("close", {"outcome": "test"}),
    ):
        status, text = operator.ask("POST", f"/console/items/{item}/{action}/", said)
        assert status == 200, f"{action}: {status} {text[:200]}"
        assert set(re.findall(ANY, text)) <= {word}
    status, text = operator.ask("GET", f"/console/case/{item}/?read=1")
    assert set(re.findall(ANY, text)) <= {word}
    status, text = operator.ask("GET", "/console/board.json")
    assert not re.search(ANY, text)
    return str(item)


def _read(port: int, place: Place, foreign: str, own: str) -> int:
    """The municipality's own people read their pages, and try the neighbour's case."""
    officer = Browser(port, f"{place.slug}.localhost", place.cookie)
    pages = ["/portal/cases/?show=all", f"/portal/cases/{own}/", f"/portal/cases/{own}/body/", "/portal/roster/",
             "/portal/members/", "/portal/overview/", "/"]  # fmt: skip
    for path in pages:
        status, text = officer.ask("GET", path)
        assert status in (200, 302), f"{path}: {status}"
        assert set(re.findall(ANY, text)) <= {canary(place)}, path
    status, text = officer.ask("GET", f"/portal/cases/{own}/")
    assert canary(place) in text
    for path in (f"/portal/cases/{foreign}/", f"/portal/cases/{foreign}/body/"):
        status, text = officer.ask("GET", path)
        assert status == 404, f"{path}: {status}"
        assert not re.search(ANY, text)
    for path in ("/console/board.json", f"/console/case/{own}/", f"/console/items/{own}/claim/"):
        status, text = officer.ask("GET", path)
        assert status in (403, 404, 405), f"{path}: {status}"
    return len(pages) + 6
