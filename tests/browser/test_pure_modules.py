"""The modules that decide, asked inside the browser with a clock of our own."""

# ruff: noqa: E501 (scripts for the browser stand on one line)

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.world import World

pytestmark = pytest.mark.browser
ROW = (
    "const row = (o) => ({ id: 'a', priority: 2, received: 0, due: 180000, state: 'unanswered', exercise: false,"
    " attention: [], version: 1, m: 1, kind: 'technical', area: 'X', holder: null, offered: null, ...o });"
)


@pytest.fixture
def ask(world: World, console_of: Callable[..., Page], olga: Any) -> Callable[[str, str], Any]:
    """``ask("sound", "return m.schedule(…)")`` with ``m`` the module and ``row(overrides)`` at hand."""
    page = console_of(olga)

    def evaluate(module: str, code: str) -> Any:
        return page.evaluate(
            f"async () => {{ const m = await import('/static/console/{module}.js'); {ROW} {code} }}"
        )

    return evaluate


def times(ask: Callable[[str, str], Any], rows: str, frm: int, to: int, **more: Any) -> list[Any]:
    extra = "".join(f", {key}: {value}" for key, value in more.items())
    return list(ask("sound", f"return m.schedule({rows}, {{ from: {frm}, to: {to}{extra} }});"))


def test_the_sound_of_waiting_alarms(ask: Callable[[str, str], Any]) -> None:
    first = "[row({ priority: 1, received: 1200 })]"
    bursts = times(ask, first, 0, 40_000)
    assert [b["at"] for b in bursts] == list(range(2000, 40_000, 4000)), "every 4 s on the server's grid"
    assert {b["pattern"] for b in bursts} == {"first"}
    assert [b["gain"] for b in bursts if b["at"] - 1200 <= 15_000] == [1] * 4, "the level first"
    assert {b["gain"] for b in bursts if b["at"] - 1200 > 15_000} == {2}, "6 dB more after 15 s"
    second = times(ask, "[row({ received: 500 })]", 0, 120_000)
    assert [b["at"] for b in second] == list(range(1000, 120_000, 10_000))
    assert {b["gain"] for b in second if b["at"] - 500 > 60_000} == {2}
    soft = times(ask, "[row({ priority: 3, received: 1000, due: 901000 })]", 0, 1_000_000)
    assert [b["at"] for b in soft] == [1000, 451_000, 901_000], "once, at half time, at the deadline"
    assert times(ask, "[row({ priority: 4 })]", 0, 10**9) == []
    assert times(ask, "[]", 0, 10**6) == []


def test_only_the_highest_priority_sounds_and_consoles_agree(ask: Callable[[str, str], Any]) -> None:
    both = "[row({ received: 0 }), row({ id: 'b', priority: 1, received: 5100 })]"
    assert {b["pattern"] for b in times(ask, both, 6000, 60_000)} == {"first"}
    late = times(ask, "[row({ priority: 1, received: 1200 })]", 17_350, 30_000)
    early = times(ask, "[row({ priority: 1, received: 1200 })]", 0, 30_000)
    assert late == [b for b in early if b["at"] >= 17_350], (
        "a console that joins later sounds at the same times"
    )


def test_silence_holds_30_s_and_a_new_life_critical_alarm_breaks_it(ask: Callable[[str, str], Any]) -> None:
    quiet = "m.silence([row({ priority: 1 })], 10000)"
    held = times(ask, "[row({ priority: 1 })]", 10_000, 60_000, quiet=quiet)
    assert held[0]["at"] == 40_000
    broken = times(
        ask,
        "[row({ priority: 1 }), row({ id: 'b', priority: 1, received: 20100 })]",
        20_100,
        30_000,
        quiet=quiet,
    )
    assert broken[0]["at"] <= 24_000
    other = times(
        ask, "[row({ priority: 1 }), row({ id: 'b', received: 20100 })]", 20_100, 30_000, quiet=quiet
    )
    assert other == [], "a new ▲2 does not"


def test_a_flood_slows_the_pattern_and_level_has_a_floor(ask: Callable[[str, str], Any]) -> None:
    rows = "Array.from({ length: 300 }, (_, n) => row({ id: String(n), received: n * 100 }))"
    flooded = times(ask, rows, 0, 60_000, flood="true")
    assert [b["at"] for b in flooded] == list(range(0, 60_000, 10_000))
    assert times(ask, "[row({ priority: 1 })]", 0, 1000, level=0.1)[0]["gain"] == 0.4
    assert times(ask, "[row({ received: 0 })]", 0, 1000, level=0.1)[0]["gain"] == 0.1


def test_the_sound_graph_has_the_pitches_and_lengths_of_the_brief(ask: Callable[[str, str], Any]) -> None:
    patterns = ask("sound", "return m.PATTERNS;")
    assert [(p["hz"], p["ms"]) for p in patterns["first"]] == [(660, 150)] * 5
    assert [(p["hz"], p["to"], p["ms"]) for p in patterns["second"]] == [(520, 440, 200)] * 2
    assert [(p["hz"], p["ms"]) for p in patterns["third"]] == [(390, 300)]
    drawn = ask(
        "player",
        """
        const made = [];
        const param = () => ({ value: 0, setValueAtTime(v, t) { made.push(['set', v, t]); }, linearRampToValueAtTime(v, t) { made.push(['ramp', v, t]); } });
        const node = (kind) => ({ kind, gain: param(), frequency: param(), connect(to) { return to; }, start(t) { made.push(['start', t]); }, stop(t) { made.push(['stop', t]); } });
        const context = { state: 'running', currentTime: 10, destination: node('out'), createGain: () => node('gain'), createOscillator: () => node('tone'), resume: async () => {} };
        const player = new m.Player({ waiting: () => [row({ priority: 1, received: 1000 })], context: () => context });
        player.owner = true; await player.wake();
        player.step(1000); player.step(1100);
        return made.filter(([what]) => what === 'start').map(([, t]) => t);
        """,
    )
    assert len(drawn) == 5 * 4, "five pulses with overtones 1–4, once though stepped twice"
    assert min(drawn) == 10, "the burst begins on its second"


def test_flood_starts_above_ten_per_operator_and_ends_below_five(ask: Callable[[str, str], Any]) -> None:
    rows = "Array.from({ length: %d }, (_, n) => row({ id: String(n), received: n * 1000 }))"
    call = "return m.flood(" + rows + ", { now: 60000, operators: %d, before: %s });"
    assert ask("flood", call % (20, 2, "null")) is None
    assert ask("flood", call % (22, 2, "null"))["each"] == 11
    running = "{ since: 1 }"
    assert ask("flood", call % (10, 2, running))["since"] == 1
    assert ask("flood", call % (9, 2, running)) is None


def test_the_line_is_live_stale_lost_or_in_reserve(ask: Callable[[str, str], Any]) -> None:
    call = "return m.lineState({ heardAt: %s, polledAt: %s, connected: %s, at: 100000 });"
    assert ask("socket", call % (99_000, "null", "true")) == "live"
    assert ask("socket", call % (95_000, "null", "true")) == "stale"
    assert ask("socket", call % (85_000, "null", "false")) == "lost"
    assert ask("socket", call % (85_000, 98_000, "false")) == "reserve"
    assert ask("socket", call % ("null", "null", "false")) == "lost"
    waits = ask("socket", "return [0, 1, 2, 3, 4, 5, 9].map((n) => [m.backoff(n, 0), m.backoff(n, 1)]);")
    assert all(low < high <= 8000 for low, high in waits), "jittered and bounded"


def test_ids_only_grow_and_are_used_once(ask: Callable[[str, str], Any]) -> None:
    used = ask(
        "store",
        """
        const store = new m.Store(); const seen = [];
        store.load({ rows: [row({ version: 3 })], last_id: 7, presence: [] });
        store.on((change) => seen.push(change.event.id));
        const told = [7, 8, 8, 9].map((id) => store.apply({ id, type: 'item', item: row({ version: id }) }));
        store.apply({ id: 10, type: 'item', item: row({ version: 2 }) });
        return [told, seen, store.rows.get('a').version, store.lastId];
        """,
    )
    assert used == [[False, True, False, True], [8, 9], 9, 10]


def test_what_an_open_case_gathers_waits_with_that_case(ask: Callable[[str, str], Any]) -> None:
    found = ask(
        "store",
        """
        const store = new m.Store();
        const board = (lead) => [
            row({ id: 'lead', objects: 6, ...lead }), row({ id: 'follows', lead: 'lead' }),
            row({ id: 'lives', lead: 'lead', priority: 1 }), row({ id: 'linked', lead: 'gone' }),
        ];
        return [{}, { state: 'held' }, { state: 'closed' }, { objects: 0 }].map((lead) => {
            store.load({ rows: board(lead), last_id: 1 });
            return store.waiting().map((one) => one.id);
        });
        """,
    )
    alone = ["follows", "lives", "linked"]
    assert found == [["lead", "lives", "linked"], ["lives", "linked"], alone, ["lead", *alone]]


def test_grouping_spares_life_critical_rows_and_small_crowds(ask: Callable[[str, str], Any]) -> None:
    sizes = ask(
        "order",
        """
        const rows = [1, 1, 1, 1].map((p, n) => row({ id: 'p' + n, priority: p }))
          .concat([0, 1, 2].map((n) => row({ id: 'g' + n, priority: 3 })), [0, 1].map((n) => row({ id: 's' + n, area: 'Y' })));
        return m.grouped(rows).map((entry) => entry.members?.length ?? 1);
        """,
    )
    assert sizes == [1, 1, 1, 1, 3, 1, 1]


def test_two_alike_are_no_group_and_keep_their_own_places(ask: Callable[[str, str], Any]) -> None:
    order = ask(
        "order",
        """
        const rows = [['a', 'X'], ['b', 'Y'], ['c', 'X'], ['d', 'Z'], ['e', 'Y']].map(([id, area]) => row({ id, area, priority: 2 }));
        return m.grouped(rows).map((entry) => entry.row.id);
        """,
    )
    assert order == ["a", "b", "c", "d", "e"], "what is late is never behind what came after it"


def test_the_guess_of_what_t_takes_is_the_servers_rule(ask: Callable[[str, str], Any]) -> None:
    rows = "[row({ id: 'a', priority: 2, m: 1 }), row({ id: 'b', priority: 2, m: 2 }), row({ id: 'c', priority: 3, m: 3 })]"
    call = "return m.dealt(" + rows + ", new Set(%s))?.id ?? null;"
    assert [ask("order", call % own) for own in ("[]", "[2]", "[3]")] == ["a", "b", "a"]
    assert ask("order", "return m.dealt([], new Set());") is None
    followed = call.replace("(%s))", "(), (row) => %s)")
    assert ask("order", followed % "row.id === 'a'") == "b"
    assert ask("order", followed % "true") is None


def test_commands_and_rows_are_found_by_name(ask: Callable[[str, str], Any]) -> None:
    assert ask("palette", "return m.commands('parkera').map((c) => c.does);") == ["park"]
    assert ask("palette", "return m.pages('sändare').map((p) => p.href);") == ["/console/transmitters/"]
    assert (
        ask(
            "palette",
            "return m.rowsLike([row({ ref: '26-118342', headline: 'Driftlarm · Osby', site: '', municipality: 'Osby', kind_name: '' })], 'larm 118342').length;",
        )
        == 1
    )


def test_letters_are_off_in_modifiers_and_when_switched_off(ask: Callable[[str, str], Any]) -> None:
    call = "return m.find({ key: '%s', ctrlKey: %s, altKey: false, metaKey: false, shiftKey: %s, getModifierState: () => %s }, { letters: %s })?.does ?? null;"
    assert ask("keys", call % ("t", "false", "false", "false", "true")) == "next"
    assert ask("keys", call % ("T", "false", "false", "false", "true")) == "next"
    assert ask("keys", call % ("t", "true", "false", "false", "true")) is None
    assert ask("keys", call % ("t", "false", "false", "true", "true")) is None
    assert ask("keys", call % ("t", "false", "false", "false", "false")) is None
    assert ask("keys", call % ("/", "false", "true", "false", "true")) == "search"
    assert ask("keys", call % ("Enter", "false", "true", "false", "false")) == "read"
    assert ask("keys", call % ("k", "true", "false", "false", "false")) == "search"
    assert ask("keys", call % ("q", "false", "false", "false", "true")) is None, "nothing is bound to it"
