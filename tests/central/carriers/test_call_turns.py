"""What is said in a call: asked right before it is said, acted on once however often it is asked, never silence."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import OperationalError, connection

from central.carriers import call_rules, gateway, listeners
from central.carriers.listeners import Spoken
from central.carriers.models import Leg, State, Turn
from central.carriers.simulator import twiml
from tests.central.carriers.conftest import NILS, NOW
from tests.central.carriers.test_callbacks import post
from tests.support import logged
from tests.support.simulated_carrier import PUBLIC_BASE, Carrier

WORDS = "Driftlarm på <Åsgatan> & torget. Tryck 1 om du kan komma."
SECRET = "Åsa Hemlig bor på Provvägen 7"


class Jour(listeners.Listener):
    """Fails as often and as badly as it is told to."""

    def __init__(self) -> None:
        self.pressed: list[str] = []
        self.said = 0
        self.taken = False
        self.fails: list[Exception] = []

    def words(self, leg: Leg, now: datetime) -> Spoken:
        self.said += 1
        if self.fails:
            raise self.fails.pop()
        return Spoken("Någon annan tar det.", listen=False) if self.taken else Spoken(WORDS, listen=True)

    def key(self, leg: Leg, digit: str, now: datetime) -> Spoken:
        if self.fails:
            raise self.fails.pop()
        self.pressed.append(digit)
        return Spoken(f"Tack för din {len(self.pressed)}:a knapp.", listen=digit == "3")


@pytest.fixture
def jour() -> Iterator[Jour]:
    listener = Jour()
    listeners.register("jour", listener)
    yield listener
    listeners.register("jour", listeners.Listener())


@pytest.fixture
def placed(carrier: Carrier, jour: Jour, call: Callable[..., Any]) -> Leg:
    carrier.fault("silent")
    leg: Leg = call(purpose="jour")
    gateway.drain(NOW)
    leg.refresh_from_db()
    return leg


class Heard:
    """One answer, read by Twilio's rules."""

    def __init__(self, answer: Any, path: str) -> None:
        assert answer.status_code == 200
        assert answer["Content-Type"] == "text/xml; charset=utf-8"
        self.raw = answer.content.decode()
        self.verbs = twiml.read(self.raw, PUBLIC_BASE + path)
        self.gather = next((one for one in self.verbs if isinstance(one, twiml.Gather)), None)
        onward = next((one for one in self.verbs if isinstance(one, twiml.Redirect)), None)
        self.onward = onward.url.removeprefix(PUBLIC_BASE) if onward else ""
        self.key = self.gather.action.removeprefix(PUBLIC_BASE) if self.gather else ""
        spoken = [
            one for verb in self.verbs for one in (verb.inside if isinstance(verb, twiml.Gather) else [verb])
        ]
        self.text = " ".join(one.text for one in spoken if isinstance(one, twiml.Say))
        self.hangs_up = isinstance(self.verbs[-1], twiml.Hangup)


def ask(leg: Leg, path: str = "", digit: str = "", sid: str = "") -> Heard:
    told = {"CallSid": sid or leg.sid or "", "CallStatus": "in-progress", "From": "+46701740605", "To": NILS}
    path = path or f"/carrier/twilio/voice/{leg.id}/"
    return Heard(post(path, told | ({"Digits": digit} if digit else {})), path)


@pytest.mark.django_db
def test_whoever_picks_up_hears_the_words_and_may_press_while_they_are_said(placed: Leg) -> None:
    heard = ask(placed)
    assert heard.text == WORDS
    assert 'language="sv-SE"' in heard.raw
    assert heard.gather is not None
    assert (heard.gather.digits, heard.gather.finish_on) == (1, "")
    assert heard.gather.seconds == call_rules.LISTEN_SECONDS
    placed.refresh_from_db()
    assert placed.state == State.DELIVERED  # being asked for words is news, though every callback was lost


@pytest.mark.django_db
def test_the_words_are_said_three_times_and_then_the_call_ends(placed: Leg, jour: Jour) -> None:
    heard = ask(placed)
    said = [heard.text]
    while heard.onward:
        heard = ask(placed, heard.onward)
        said.append(heard.text)
    assert said[:-1] == [WORDS] * call_rules.SAYINGS
    assert said[-1].startswith("Ingen knapp trycktes")
    assert heard.hangs_up
    assert jour.pressed == []


@pytest.mark.django_db
def test_what_was_taken_meanwhile_is_said_at_the_next_saying(placed: Leg, jour: Jour) -> None:
    first = ask(placed)
    jour.taken = True
    second = ask(placed, first.onward)
    assert (second.text, second.hangs_up, second.gather) == ("Någon annan tar det.", True, None)


@pytest.mark.django_db
@pytest.mark.parametrize("key", sorted("0123456789*#"))
def test_every_key_reaches_the_listener(placed: Leg, jour: Jour, key: str) -> None:
    ask(placed, ask(placed).key, key)
    assert jour.pressed == [key]
    assert placed.turns.get(kind=Turn.Kind.KEY).digit == key


@pytest.mark.django_db
@pytest.mark.parametrize("strange", ["", "12", "hangup", "w"])
def test_what_is_no_key_is_none_and_the_words_are_said_again(placed: Leg, jour: Jour, strange: str) -> None:
    heard = ask(placed, ask(placed).key, strange)
    assert (heard.text, jour.pressed) == (WORDS, [])


@pytest.mark.django_db
def test_the_same_key_press_ten_times_acts_once_and_is_answered_the_same(placed: Leg, jour: Jour) -> None:
    door = ask(placed).key
    answers = {ask(placed, door, "1").raw for _ in range(10)}
    assert jour.pressed == ["1"]
    assert len(answers) == 1
    assert "Tack för din 1:a knapp." in answers.pop()


@pytest.mark.django_db
def test_the_same_turn_asked_again_is_answered_the_same_though_it_was_taken_meanwhile(
    placed: Leg, jour: Jour
) -> None:
    first = ask(placed)
    jour.taken = True
    assert ask(placed).raw == first.raw
    assert jour.said == 1


@pytest.mark.django_db
def test_a_key_after_a_repeat_is_a_turn_of_its_own(placed: Leg, jour: Jour) -> None:
    again = ask(placed, ask(placed).key, "3")
    assert again.text == "Tack för din 1:a knapp."
    last = ask(placed, again.key, "1")
    assert jour.pressed == ["3", "1"]
    assert last.hangs_up


@pytest.mark.django_db
def test_keys_pressed_for_ever_end_at_last(placed: Leg, jour: Jour) -> None:
    heard = ask(placed)
    for _ in range(200):
        if not heard.key:
            break
        heard = ask(placed, heard.key, "3")
    assert heard.hangs_up
    assert len(jour.pressed) <= call_rules.MOST_TURNS


@pytest.mark.django_db
def test_what_was_said_stands_with_the_municipality_and_not_in_public(placed: Leg, storkoping: Any) -> None:
    from central.carriers.letters import keeper

    ask(placed, ask(placed).key, "1")
    for turn, said in zip(placed.turns.order_by("number"), (WORDS, "Tack för din 1:a knapp."), strict=True):
        assert keeper().read(turn.id, storkoping.ref()).body == said
        assert not {said, NILS} & set(map(str, vars(turn).values()))


@pytest.mark.django_db
def test_without_a_listener_of_its_own_the_letters_words_are_said(
    carrier: Carrier, call: Callable[..., Any]
) -> None:
    leg = call(words="Provlarm.", purpose="nobody")
    gateway.drain(NOW)
    leg.refresh_from_db()
    heard = ask(leg)
    assert heard.text == "Provlarm."
    assert ask(leg, heard.key, "5").text == "Provlarm."


@pytest.mark.django_db
@pytest.mark.parametrize("digit", ["", "1"])
def test_a_listener_that_fails_is_never_silence_and_next_time_it_may_work(
    placed: Leg, jour: Jour, digit: str, centre: Any
) -> None:
    path = ask(placed).key if digit else ""
    jour.fails = [RuntimeError(SECRET)]
    heard = ask(placed, path, digit)
    assert centre.name in heard.text
    assert "Ring tillbaka till numret som visas" in heard.text
    assert heard.hangs_up
    assert SECRET not in heard.raw
    assert jour.pressed == []
    again = ask(placed, path, digit)
    assert "Ring tillbaka" not in again.text
    assert jour.pressed == ([digit] if digit else [])


@pytest.mark.django_db
def test_a_deadlock_in_the_listeners_work_is_tried_once_more(placed: Leg, jour: Jour) -> None:
    door = ask(placed).key
    jour.fails = [OperationalError("deadlock detected")]
    assert ask(placed, door, "1").text == "Tack för din 1:a knapp."


@pytest.mark.django_db
def test_a_listener_of_the_state_that_fails_does_not_keep_the_words(placed: Leg, jour: Jour) -> None:
    def fail(leg: Leg, now: datetime) -> None:
        raise RuntimeError(SECRET)

    jour.leg_changed = fail  # type: ignore[method-assign]
    assert ask(placed).text == WORDS


@pytest.mark.django_db
def test_an_unknown_leg_and_anothers_call_are_told_to_call_back(placed: Leg, jour: Jour) -> None:
    stranger = Leg(id=uuid4(), sid="CAx")
    assert "Ring tillbaka" in ask(stranger).text
    assert "Ring tillbaka" in ask(placed, sid="CAanother").text
    door = ask(placed).key
    assert "Ring tillbaka" in ask(placed, door, "1", sid="CAanother").text
    assert jour.pressed == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text", ["å" * 5_000, "Rad ett\nRad två\x00\x0b\ud800 slut", "<Hangup/>", "]]>&amp;", " "]
)
def test_whatever_the_words_are_the_document_follows_the_verbs_rules(
    placed: Leg, jour: Jour, text: str
) -> None:
    jour.words = lambda leg, now: Spoken(text, listen=True)  # type: ignore[method-assign]
    heard = ask(placed)
    assert len(heard.text) <= twiml.LONGEST_SAY


@pytest.mark.django_db
def test_a_key_counts_also_when_the_call_is_said_to_be_over(placed: Leg, jour: Jour) -> None:
    door = ask(placed).key
    post(
        f"/carrier/twilio/voice/{placed.id}/status/", {"CallSid": placed.sid or "", "CallStatus": "completed"}
    )
    ask(placed, door, "1")
    assert jour.pressed == ["1"]
    placed.refresh_from_db()
    assert placed.result == "completed"


@pytest.mark.usefixtures("committed")
def test_two_at_the_same_time_act_once_and_hear_the_same(placed: Leg, jour: Jour) -> None:
    door = ask(placed).key

    def press(_: int) -> str:
        try:
            return ask(placed, door, "1").raw
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(press, range(24)))
    assert jour.pressed == ["1"]
    assert len(answers) == 1


@pytest.mark.django_db
def test_nothing_personal_is_logged(placed: Leg, jour: Jour) -> None:
    lines = io.StringIO()
    with logged.set_up("DEBUG") as handler:
        handler.setStream(lines)
        door = ask(placed).key
        jour.fails = [RuntimeError(SECRET)]
        ask(placed, door, "1")
        ask(placed, door, "1")
    assert "call.no_words" in lines.getvalue()
    for personal in (SECRET, "740621", NILS, "Åsgatan", "Nils Ek"):
        assert personal not in lines.getvalue()
