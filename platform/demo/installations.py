"""The demo's equipment that speaks for itself: panels over DC-09, home phones and pendants over SCAIP. All made up."""

from dataclasses import dataclass
from datetime import timedelta

from demo.ground import PLACES, Place
from demo.people import CENTRE_NUMBER

PANELS, PHONES = "Larmpaneler över DC-09", "Trygghetstelefoner över SCAIP"
"""The names of the two receivers' sources."""

CONVENTIONS: dict[str, dict[str, str]] = {PANELS: {}, PHONES: {"number": CENTRE_NUMBER}}
"""What is agreed with those who call: a phone is told to call the centre's own number for speech."""

PANEL_INTERVAL, POLL_SECONDS = timedelta(seconds=90), 30.0
PHONE_INTERVAL, HEARTBEAT_SECONDS = timedelta(minutes=5), 120.0


@dataclass(frozen=True, slots=True)
class PanelSite:
    """A panel and where it hangs. ``account`` is hexadecimal; ``keyed``: it encrypts (its key: ``demo.keys.aes_key``)."""

    account: str
    site: str
    area: str
    keyed: bool


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone in somebody's home, with what is worn there. ``cid`` are digits; ``transport`` UDP or TCP;
    ``number`` is where it answers when it is called, E.164."""

    cid: str
    area: str
    room: str
    transport: str
    number: str = ""


def panel(place: Place) -> PanelSite:
    """The municipality's panel; every other municipality's encrypts."""
    second = place.areas[1]
    return PanelSite(f"0A{place.code}", f"Idrottshallen i {second}", second, PLACES.index(place) % 2 == 0)


def phones(place: Place) -> tuple[Phone, Phone]:
    """The municipality's two phones, the one over UDP, the other over TCP."""
    town, _second, third, _fourth = place.areas
    first = 2 * PLACES.index(place) % 100
    return (
        Phone(f"00{place.code}501", town, "Hallen", "UDP", f"+464062804{first:02}"),
        Phone(f"00{place.code}502", third, "Sovrummet", "TCP", f"+464062804{first + 1:02}"),
    )
