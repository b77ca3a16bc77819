"""Each hears what is theirs; who falls behind is cut alone; colleagues see who is connected."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from tests.operator_console.live.conftest import frames, heard, tell
from tests.support.cases import case, now
from tests.support.door import in_thread

type Consoles = Callable[..., Any]
TOO_SLOW = 4002


async def test_olga_never_receives_a_social_jour_row(
    console_of: Consoles, olga: Any, sven: Any, storkoping: Any
) -> None:
    from alarms.workqueue import services

    hers, his = await in_thread(console_of, olga), await in_thread(console_of, sven)
    async with hers, his:
        await hers.until(lambda c: c.of_type("hello"))
        await his.until(lambda c: c.of_type("hello"))

        def work() -> tuple[str, str]:
            social, ordinary = case(storkoping, "social"), case(storkoping)
            services.claim(item_id=social.pk, operator=sven, now=now())
            services.note(item_id=social.pk, operator=sven, text="Kanariefågel", now=now())
            services.close(item_id=social.pk, operator=sven, outcome="test", now=now())
            return str(social.pk), str(ordinary.pk)

        social, ordinary = await in_thread(work)
        await his.until(lambda c: c.rows.get(social, {}).get("state") == "closed")
        await in_thread(tell, "sist")
        await hers.until(lambda c: "sist" in heard(c))
        assert ordinary in heard(hers)
        assert social not in frames(hers)
        assert "Kanariefågel" not in frames(hers) + frames(his)
    later = await in_thread(lambda: console_of(olga, after=1))
    async with later:
        await later.until(lambda c: c.of_type("hello"))
        await in_thread(tell, "igen")
        await later.until(lambda c: "igen" in heard(c))
        assert social not in frames(later)


async def test_a_hidden_event_last_in_a_frame_cuts_nobody(console_of: Consoles, olga: Any) -> None:
    """Olga acknowledges the last she was sent; what she may not see must not count against her."""
    console = await in_thread(console_of, olga)

    def both() -> None:
        from central.events.services import announce, unit_of_work

        with unit_of_work():
            announce("item", {"id": "öppen"}, municipality_id=None, function="property")
            announce("item", {"id": "dold"}, municipality_id=None, function="social_jour")

    async with console:
        await console.until(lambda c: c.of_type("hello"))
        await in_thread(both)
        await console.until(lambda c: "öppen" in heard(c))
        beats = len(console.of_type("beat"))
        await console.until(lambda c: len(c.of_type("beat")) >= beats + 5 or c.close_code, 40)
        assert console.close_code is None


async def test_who_does_not_acknowledge_is_cut_and_the_others_go_on(
    console_of: Consoles, olga: Any, sven: Any
) -> None:
    good = await in_thread(console_of, olga)
    bad = await in_thread(lambda: console_of(sven, acknowledge=False))
    async with good, bad:
        await good.until(lambda c: c.of_type("hello"))
        await bad.until(lambda c: c.of_type("hello"))
        sent = 0
        while bad.close_code is None:
            await in_thread(tell, f"n{sent}")
            sent += 1
            await asyncio.sleep(0.1)
            assert sent < 400
        assert bad.close_code == TOO_SLOW
        await in_thread(tell, "sist")
        await good.until(lambda c: "sist" in heard(c))
        assert heard(good) == [f"n{n}" for n in range(sent)] + ["sist"]
    again = await in_thread(lambda: console_of(sven, after=bad.last_id))
    async with again:
        await again.until(lambda c: "sist" in heard(c))
        assert heard(bad) + heard(again) == heard(good)


async def test_colleagues_see_who_is_connected_with_sound_and_which_case(
    console_of: Consoles, olga: Any, sven: Any
) -> None:
    item = "0" * 8 + "-0000-4000-8000-" + "0" * 12

    def sees(user: Any, **state: Any) -> Callable[[Any], bool]:
        def check(console: Any) -> bool:
            told = console.of_type("presence")
            people = {one["id"]: one for one in told[-1]["item"]["operators"]} if told else {}
            return user.pk in people and all(people[user.pk][key] == value for key, value in state.items())

        return check

    hers, his = await in_thread(console_of, olga), await in_thread(console_of, sven)
    async with his:
        async with hers:
            await his.until(sees(olga, sound=False, open=None), 20)
            assert hers.socket is not None
            await hers.socket.send(json.dumps({"state": {"sound": True, "open": item}}))
            await his.until(sees(olga, sound=True, open=item), 20)
        await his.until(lambda c: not sees(olga)(c), 20)


async def test_one_person_with_two_consoles_is_one_colleague(console_of: Consoles, olga: Any) -> None:
    one, two = await in_thread(console_of, olga), await in_thread(console_of, olga)
    async with one, two:
        await two.until(lambda c: c.of_type("presence"), 20)
        assert [person["id"] for person in two.of_type("presence")[-1]["item"]["operators"]] == [olga.pk]
