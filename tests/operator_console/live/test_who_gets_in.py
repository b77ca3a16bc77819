"""The socket opens for the centre's signed-in staff on the centre's own page, and closes when that ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from tests.operator_console.live.conftest import heard, tell
from tests.support.console_socket import HeadlessConsole
from tests.support.door import in_thread
from tests.support.processes import Web
from tests.support.signing_in import session_cookie

type Consoles = Callable[..., Any]
OUT = 4001
NOISE = [
    "", "{", "[]", "7", '{"ack":"x"}', '{"ack":true}', '{"state":7}', '{"state":{"open":{}}}',
    '{"state":{"sound":"ja","open":"inte ett id"}}', "x" * 5_000, '{"a":' * 150 + "1" + "}" * 150,
]  # fmt: skip


async def closed_with(console: HeadlessConsole) -> int:
    async with console:
        code: int = await console.until(lambda c: c.close_code, 20)
    assert console.events == []
    return code


async def test_without_a_cookie_it_closes_with_4001(committed: None, centre: Any, site: Web) -> None:
    assert await closed_with(HeadlessConsole(site.port, "")) == OUT
    assert await closed_with(HeadlessConsole(site.port, "hittepå")) == OUT


@pytest.mark.parametrize("name", ["maja", "arvid", "lisa", "agda", "utan"])
async def test_nobody_but_the_centres_staff_gets_in(console_of: Consoles, cast: Any, name: str) -> None:
    assert await closed_with(await in_thread(console_of, getattr(cast, name))) == OUT


async def test_a_session_of_another_host_opens_nothing(
    committed: None, olga: Any, storkoping: Any, site: Web
) -> None:
    cookie = await in_thread(session_cookie, olga, "storkoping.localhost")
    assert await closed_with(HeadlessConsole(site.port, cookie)) == OUT


async def test_another_sites_page_is_refused_before_the_handshake(console_of: Consoles, olga: Any) -> None:
    console = await in_thread(lambda: console_of(olga, Origin="https://ond.example"))
    with pytest.raises(InvalidStatus) as refused:
        await console.__aenter__()
    assert refused.value.response.status_code == 403


async def test_a_municipalitys_host_has_no_console(
    committed: None, olga: Any, storkoping: Any, site: Web
) -> None:
    cookie = await in_thread(session_cookie, olga, "localhost")
    assert await closed_with(HeadlessConsole(site.port, cookie, host="storkoping.localhost")) == OUT


async def test_a_strange_number_is_taken_as_none(console_of: Consoles, olga: Any) -> None:
    for after in ("-1", "x", "%C2%B2", "9" * 30, ""):
        console = await in_thread(lambda: console_of(olga, after=after))  # noqa: B023
        console.last_id = 0
        async with console:
            await console.until(lambda c: c.of_type("hello"))


async def test_noise_from_the_browser_changes_nothing(console_of: Consoles, olga: Any) -> None:
    console = await in_thread(console_of, olga)
    async with console:
        await console.until(lambda c: c.of_type("hello"))
        assert console.socket is not None
        for noise in NOISE:
            await console.socket.send(noise)
        await console.socket.send(b"\xff\x00")
        await in_thread(tell, "ändå")
        await console.until(lambda c: "ändå" in heard(c))


async def test_a_revoked_sign_in_closes_the_socket_with_4001(
    console_of: Consoles, olga: Any, sven: Any
) -> None:
    from central.accounts.services import revoke_all
    from tests.support.cases import now

    hers, his = await in_thread(console_of, olga), await in_thread(console_of, sven)
    async with hers, his:
        await hers.until(lambda c: c.of_type("hello"))
        await his.until(lambda c: c.of_type("hello"))
        await in_thread(lambda: revoke_all(user=olga, by=sven, now=now()))
        assert await hers.until(lambda c: c.close_code, 20) == OUT
        await in_thread(tell, "efter")
        await his.until(lambda c: "efter" in heard(c))
    assert "efter" not in heard(hers)


async def test_a_withdrawn_membership_closes_the_socket(console_of: Consoles, olga: Any) -> None:
    from central.accounts.models import Membership
    from tests.support.cases import now

    console = await in_thread(console_of, olga)
    async with console:
        await console.until(lambda c: c.of_type("hello"))
        await in_thread(lambda: Membership.objects.filter(user=olga).update(ended_at=now()))
        assert await console.until(lambda c: c.close_code, 30) == OUT


async def test_a_changed_function_reloads_the_board_and_filters_at_once(
    console_of: Consoles, sven: Any
) -> None:
    from central.accounts.models import Membership

    console = await in_thread(console_of, sven)
    async with console:
        await console.until(lambda c: c.of_type("hello"))
        await in_thread(lambda: Membership.objects.filter(user=sven).update(functions=["property"]))
        await console.until(lambda c: c.of_type("reset"), 30)
        await in_thread(lambda: tell("hemligt", function="social_jour"))
        await in_thread(lambda: tell("öppet", function="property"))
        await console.until(lambda c: "öppet" in heard(c))
        assert "hemligt" not in heard(console)
