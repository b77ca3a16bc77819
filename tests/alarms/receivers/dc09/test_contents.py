"""What SIA-DCS and Contact-ID data report, in the shapes that panels are seen to send."""

from __future__ import annotations

import pytest

from alarms.receivers.dc09.contents import Event, Qualifier, cid_events, sia_events

SIA: dict[str, Event] = {
    "#1234|Nri1/FA001": Event(code="FA", account="1234", area="1", zone="001"),
    "#123456A|NFA129": Event(code="FA", account="123456A", zone="129"),
    "#1234|NRR|Atest": Event(code="RR", account="1234", text="test"),
    "#1234|Nri2BA3": Event(code="BA", account="1234", area="2", zone="3"),
    "#1234|Nri2^Lager^BA3^Port 3^": Event(code="BA", account="1234", area="2", zone="3", text="Lager, Port 3"),
    "#AA1234|Nri2/id15/OP": Event(code="OP", account="AA1234", area="2", user="15"),
    "#3080|Nti19:44/id1/RP": Event(code="RP", account="3080", user="1", time="19:44"),
    "#072538|Nri01/CL003*''NM": Event(code="CL", account="072538", area="01", user="003"),
    "#0012|Nri1/FA001*'Kök'NM": Event(code="FA", account="0012", area="1", zone="001", text="Kök"),
    '#0012|NFA1*"Kök"NM': Event(code="FA", account="0012", zone="1", text="Kök"),
    "#0012|OFA1": Event(code="FA", qualifier=Qualifier.PREVIOUS, account="0012", zone="1"),
    "#0012|NCG2": Event(code="CG", account="0012", area="2"),
    "#0012|NFA1^olåst text": Event(code="FA", account="0012", zone="1", text="olåst text"),
    "|Nri1/CL501": Event(code="CL", area="1", user="501"),
    "Nri1/FA1": Event(code="FA", area="1", zone="1"),
    "#0012|Nda01-15-26/ti12:30:01/ri3/pi4/ZA12*-4DC": Event(
        code="ZA", account="0012", area="3", zone="12", time="12:30:01"
    ),
}  # fmt: skip


@pytest.mark.parametrize("data", SIA)
def test_one_event_is_read(data: str) -> None:
    assert sia_events(data) == (SIA[data],)


def test_several_events_in_a_block_share_its_modifiers() -> None:
    assert sia_events("#0012|Nri1/FA1^Kök^/FA2/YT|Nri2/BA7") == (
        Event(code="FA", account="0012", area="1", zone="1", text="Kök"),
        Event(code="FA", account="0012", area="1", zone="2"),
        Event(code="YT", account="0012", area="1"),
        Event(code="BA", account="0012", area="2", zone="7"),
    )


@pytest.mark.parametrize("data", ["", "#0012", "#0012|", "|"])
def test_no_data_is_no_event(data: str) -> None:
    assert sia_events(data) == ()
    assert cid_events(data) == ()


@pytest.mark.parametrize("data", ["#0012|Xhej", "#0012|N!", "#0012|Nri1", "#0012|Ahej", "hej på dig"])
def test_what_cant_be_read_is_an_event_without_a_code(data: str) -> None:
    (event,) = sia_events(data)
    assert event.code == ""
    assert event.text


def test_one_frame_makes_no_flood() -> None:
    for events in (
        sia_events("#0012|N" + "/".join(["BA1"] * 500)),
        cid_events("#0012|" + "|".join(["1130 00 001"] * 500)),
    ):
        assert len(events) == 100
        assert events[-1].text == "401 händelser till i samma meddelande"


CID: dict[str, Event] = {
    "#1234|1110 00 001": Event(code="110", account="1234", zone="001"),
    "#12345A|1110 00 129": Event(code="110", account="12345A", zone="129"),
    "#0012|3130 02 007": Event(
        code="130", qualifier=Qualifier.RESTORE, account="0012", area="02", zone="007"
    ),
    "#0012|6301 00 000": Event(code="301", qualifier=Qualifier.PREVIOUS, account="0012"),
    "#0012|1401 01 003": Event(code="401", account="0012", area="01", user="003"),
    "#0012|911001001": Event(code="110", account="0012", area="01", zone="001"),
}


@pytest.mark.parametrize("data", CID)
def test_contact_id_is_read(data: str) -> None:
    assert cid_events(data) == (CID[data],)


def test_contact_id_that_cant_be_read_is_an_event_without_a_code() -> None:
    assert cid_events("#0012|hej") == (Event(code="", account="0012", text="hej"),)
