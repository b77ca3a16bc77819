"""The simulator reads TwiML by the reference's rules: an oracle that is too kind would be no oracle."""

from __future__ import annotations

import pytest

from central.carriers.adapters import twiml as ours
from central.carriers.simulator import twiml

BASE = "https://central.test/voice/7/"


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "Hej",
        "<Svar/>",
        "<Response>Hej</Response>",
        "<Response><Say/></Response>",
        "<Response><Say>" + "å" * 4_097 + "</Say></Response>",
        "<Response><Say language='svenska'>Hej</Say></Response>",
        "<Response><Say volume='1'>Hej</Say></Response>",
        "<Response><Say><Hangup/></Say></Response>",
        "<Response><Tala>Hej</Tala></Response>",
        "<Response><Gather numDigits='0'/></Response>",
        "<Response><Gather timeout='snart'/></Response>",
        "<Response><Gather finishOnKey='12'/></Response>",
        "<Response><Gather method='PUT'/></Response>",
        "<Response><Gather><Redirect>/x/</Redirect></Gather></Response>",
        "<Response><Gather>Hej</Gather></Response>",
        "<Response><Redirect/></Response>",
        "<Response><Say>a</Say>b</Response>",
        "<!DOCTYPE x><Response/>",
    ],
)
def test_what_breaks_a_rule_is_refused(bad: str) -> None:
    with pytest.raises(twiml.BadTwiml):
        twiml.read(bad, BASE)


def test_defaults_are_the_references() -> None:
    (gather,) = twiml.read("<Response><Gather/></Response>", BASE)
    assert gather == twiml.Gather(action=BASE, seconds=5.0, digits=0, finish_on="#", inside=())
    (pause,) = twiml.read("<Response><Pause/></Response>", BASE)
    assert pause == twiml.Pause(1.0)


def test_ours_is_read_as_it_was_meant() -> None:
    document = ours.say_and_listen(
        text="Hej & <hå>", key_url="/k/?a=1&b=2", silence_url="/s/?t=2&n=1", seconds=6
    )
    gather, redirect = twiml.read(document, BASE)
    assert gather == twiml.Gather(
        action="https://central.test/k/?a=1&b=2",
        seconds=6.0,
        digits=1,
        finish_on="",
        inside=(twiml.Say("Hej & <hå>"),),
    )
    assert redirect == twiml.Redirect("https://central.test/s/?t=2&n=1")
    assert twiml.read(ours.say_and_hang_up("Hej."), BASE) == [twiml.Say("Hej."), twiml.Hangup()]
