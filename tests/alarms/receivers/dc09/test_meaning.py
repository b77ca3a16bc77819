"""What the codes of two alphabets mean to the centre, and what a source may set otherwise."""

from __future__ import annotations

import pytest

from alarms.devices import TROUBLES
from alarms.receivers.dc09 import cid_codes, sia_codes
from alarms.receivers.dc09.building import adm_cid, null, sia_dcs
from alarms.receivers.dc09.codes import Meaning, Overrides, faults_in
from alarms.receivers.dc09.frames import Frame
from alarms.receivers.dc09.meaning import Reading, Unsupported, understand
from central.kinds import KINDS, SENDABLE


def sia(event: str, overrides: Overrides | None = None) -> Reading:
    (reading,) = understand(sia_dcs(account="0012", sequence="0001", event=event), overrides)
    return reading


def cid(code: str, qualifier: str = "1", overrides: Overrides | None = None) -> Reading:
    frame = adm_cid(account="0012", sequence="0001", code=code, qualifier=qualifier, zone="007")
    (reading,) = understand(frame, overrides)
    return reading


@pytest.mark.parametrize(
    ("event", "meaning", "kind", "priority", "trouble"),
    [
        ("Nri1/FA001", Meaning.ALARM, "fire", 1, ""),
        ("NBA1", Meaning.ALARM, "intrusion", 2, ""),
        ("NBV1", Meaning.ALARM, "intrusion", 1, ""),
        ("NPA1", Meaning.ALARM, "person_alarm", 1, ""),
        ("NMA1", Meaning.ALARM, "safety_alarm", 1, ""),
        ("NWA1", Meaning.ALARM, "technical", 2, ""),
        ("NGA1", Meaning.ALARM, "fire", 1, ""),
        ("NFR1", Meaning.RESTORE, "fire", 1, ""),
        ("NBH1", Meaning.RESTORE, "intrusion", 2, ""),
        ("NFJ1", Meaning.RESTORE, "technical", 2, "fault"),
        ("NFT1", Meaning.TROUBLE, "transmitter_fault", 3, "fault"),
        ("NYT", Meaning.TROUBLE, "transmitter_fault", 3, "battery"),
        ("NYR", Meaning.RESTORE, "technical", 2, "battery"),
        ("NAT", Meaning.TROUBLE, "transmitter_fault", 3, "mains"),
        ("NAR", Meaning.RESTORE, "technical", 2, "mains"),
        ("NTA1", Meaning.TROUBLE, "transmitter_fault", 3, "tamper"),
        ("NTR1", Meaning.RESTORE, "technical", 2, "tamper"),
        ("NRP", Meaning.TEST, "technical", 4, ""),
        ("NCL3", Meaning.OPEN_CLOSE, "technical", 4, ""),
        ("NBB3", Meaning.REPORT, "technical", 4, ""),
    ],
)
def test_sia_codes_mean_this(event: str, meaning: Meaning, kind: str, priority: int, trouble: str) -> None:
    read = sia(event)
    assert (read.meaning, read.kind, read.priority, read.trouble) == (meaning, kind, priority, trouble)
    assert read.known


@pytest.mark.parametrize(
    ("code", "qualifier", "meaning", "kind", "priority", "trouble"),
    [
        ("110", "1", Meaning.ALARM, "fire", 1, ""),
        ("110", "3", Meaning.RESTORE, "fire", 1, ""),
        ("100", "1", Meaning.ALARM, "safety_alarm", 1, ""),
        ("120", "1", Meaning.ALARM, "person_alarm", 1, ""),
        ("130", "1", Meaning.ALARM, "intrusion", 2, ""),
        ("154", "1", Meaning.ALARM, "technical", 2, ""),
        ("301", "1", Meaning.TROUBLE, "transmitter_fault", 3, "mains"),
        ("301", "3", Meaning.RESTORE, "transmitter_fault", 3, "mains"),
        ("302", "1", Meaning.TROUBLE, "transmitter_fault", 3, "battery"),
        ("302", "3", Meaning.RESTORE, "transmitter_fault", 3, "battery"),
        ("137", "1", Meaning.TROUBLE, "transmitter_fault", 3, "tamper"),
        ("350", "1", Meaning.TROUBLE, "transmitter_fault", 3, "line"),
        ("602", "1", Meaning.TEST, "technical", 4, ""),
        ("401", "3", Meaning.OPEN_CLOSE, "technical", 4, ""),
        ("570", "1", Meaning.REPORT, "technical", 4, ""),
    ],
)
def test_contact_id_codes_mean_this(
    code: str, qualifier: str, meaning: Meaning, kind: str, priority: int, trouble: str
) -> None:
    read = cid(code, qualifier)
    assert (read.meaning, read.kind, read.priority, read.trouble) == (meaning, kind, priority, trouble)


def test_operators_read_swedish() -> None:
    assert sia("Nri1/FA001^Kök^").text == "Brandlarm, sektion 001, område 1: Kök"
    assert cid("130").text == "Inbrottslarm, sektion 007"
    assert cid("301", "3").text == "Återställt: Nätströmmen har brutits, sektion 007"
    assert cid("401").text == "Frånkopplat, användare 007"
    assert cid("401", "3").text == "Tillkopplat, användare 007"
    assert cid("110", "6").text == "Brandlarm, sektion 007, rapporterat tidigare"
    assert cid("110", "6").previous


@pytest.mark.parametrize("event", ["NQK7", "NIX7"])
def test_an_unknown_sia_code_is_a_technical_alarm_and_says_so(event: str) -> None:
    read = sia(event)
    assert (read.meaning, read.kind, read.priority, read.known) == (Meaning.ALARM, "technical", 2, False)
    assert read.text == f"Okänd kod {event[1:3]}, sektion 7"


def test_an_unknown_contact_id_code_is_of_its_class_and_says_so() -> None:
    read = cid("119")
    assert (read.meaning, read.kind, read.priority, read.known) == (Meaning.ALARM, "fire", 1, False)
    assert read.text == "Brandlarm (okänd kod 119), sektion 007"
    assert cid("760").kind == "technical"
    assert cid("760").text == "Okänd kod 760, sektion 007"


def test_what_cant_be_read_reaches_an_operator_with_its_words() -> None:
    read = sia("!?")
    assert (read.meaning, read.kind, read.priority, read.known) == (Meaning.ALARM, "technical", 2, False)
    assert read.text == "Händelse som inte kan läsas: !?"


def test_supervision_and_empty_frames_are_signs_of_life() -> None:
    for frame in (null(account="0012"), Frame(id="SIA-DCS", sequence="0001", account="0012")):
        (read,) = understand(frame)
        assert read.meaning == Meaning.SUPERVISION
        assert read.event is None


def test_another_protocol_inside_is_unsupported() -> None:
    with pytest.raises(Unsupported):
        understand(Frame(id="FBI-SF", sequence="0001", account="0012", data="x"))


def test_each_event_of_a_frame_is_read() -> None:
    readings = understand(sia_dcs(account="0012", sequence="0001", event="Nri1/FA1/YT"))
    assert [read.code for read in readings] == ["FA", "YT"]


def test_a_source_can_set_kind_and_priority_of_a_code() -> None:
    read = sia("NBA1", {"BA": {"kind": "camera", "priority": 3}})
    assert (read.kind, read.priority) == ("camera", 3)
    assert sia("NBA1", {"BA": {"kind": "safety_alarm"}}).priority == KINDS["safety_alarm"].priority
    assert sia("NBA1", {"BA": {"priority": 4}}).kind == "intrusion"


def test_the_longest_beginning_wins_and_the_code_itself_before_it() -> None:
    overrides: Overrides = {
        "*": {"priority": 4},
        "1*": {"priority": 3},
        "13*": {"priority": 2},
        "130": {"priority": 1},
    }
    assert [cid(code, overrides=overrides).priority for code in ("130", "131", "110", "301")] == [1, 2, 3, 4]


def test_another_kind_makes_an_alarm_of_what_was_none() -> None:
    for event, code in (("NCI1", "CI"), ("NAT", "AT"), ("NBB1", "BB")):
        read = sia(event, {code: {"kind": "intrusion"}})
        assert (read.meaning, read.kind, read.trouble) == (Meaning.ALARM, "intrusion", "")
    for event, code in (("NBR1", "BR"), ("NRP", "RP")):
        assert sia(event, {code: {"kind": "intrusion"}}).meaning == sia(event).meaning


def test_a_meaning_can_be_set_outright() -> None:
    assert sia("NBA1", {"B*": {"meaning": "test"}}).meaning == Meaning.TEST
    assert sia("NBA1", {"BA": {"meaning": "trouble"}}).trouble == "fault"


@pytest.mark.parametrize(
    "values",
    [{"kind": "hus"}, {"priority": 9}, {"priority": True}, {"priority": "1"}, {"meaning": "x"}, {"x": 1}],
)
def test_overrides_that_arent_valid_are_told_of_and_change_nothing(values: dict[str, object]) -> None:
    assert len(faults_in({"BA": values})) == 1
    assert sia("NBA1", {"BA": values}) == sia("NBA1")


@pytest.mark.parametrize("pattern", ["ba", "B?", "BANAN", "B*A", ""])
def test_patterns_that_match_nothing_are_told_of(pattern: str) -> None:
    assert len(faults_in({pattern: {"priority": 1}})) == 1


def test_overrides_that_can_be_used_are_not_complained_about() -> None:
    assert faults_in({"BA": {"kind": "fire", "priority": 1}, "1*": {"meaning": "report"}, "*": {}}) == []


def test_the_tables_hold_only_what_the_platform_knows() -> None:
    for entry in [*sia_codes.CODES.values(), *cid_codes.CODES.values(), *cid_codes.FAMILIES.values()]:
        assert entry.kind in SENDABLE
        assert entry.priority in (1, 2, 3, 4)
        assert entry.trouble in ("", *TROUBLES)
        assert bool(entry.trouble) or entry.meaning != Meaning.TROUBLE
        assert entry.name[0].isupper()


def test_a_code_of_a_family_without_a_name_of_its_own_tells_its_number() -> None:
    read = cid("570")
    assert (read.text, read.known) == ("Förbikopplat (kod 570), sektion 007", True)
