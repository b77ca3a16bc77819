"""What the demo's panels and phones tell: an event, and what ends it. Pure."""

import random
import secrets
from dataclasses import dataclass
from datetime import datetime

from alarms.receivers.dc09 import building
from alarms.receivers.dc09.frames import Frame
from alarms.receivers.scaip import request
from demo.installations import PanelSite, Phone

BUTTON, FALL, PHONE = "0003", "0005", "0048"
BY_HAND, BATTERY_LOW, BATTERY_GOOD, NORMAL = "0010", "0016", "0015", "0070"
MESSAGE, ALIVE = "ME", "PI"


@dataclass(frozen=True, slots=True)
class AtPanel:
    """SIA events with ``{zone}`` in them, and how often it happens; each is restored later."""

    name: str
    began: str
    ended: str
    weight: int


@dataclass(frozen=True, slots=True)
class AtHome:
    """A device type and a status code, and how often it happens; ``ended`` is "" where nobody tells of the end."""

    name: str
    dty: str
    began: str
    ended: str
    weight: int


AT_PANELS = (
    AtPanel("brandlarm", "Nri1/FA{zone}^Rökdetektor^", "Nri1/FR{zone}", 3),
    AtPanel("inbrottslarm", "Nri1/BA{zone}^Dörrkontakt^", "Nri1/BR{zone}", 4),
    AtPanel("nätfel", "Nri1/AT000", "Nri1/AR000", 3),
)
AT_HOME = (
    AtHome("larmknapp", BUTTON, BY_HAND, "", 6),
    AtHome("fallarm", FALL, BY_HAND, "", 2),
    AtHome("svagt batteri", BUTTON, BATTERY_LOW, BATTERY_GOOD, 2),
)


def at_panel(dice: random.Random) -> AtPanel:
    """What happens next where a panel hangs; its zone is drawn, and the same in its end."""
    drawn = dice.choices(AT_PANELS, weights=[each.weight for each in AT_PANELS])[0]
    zone = f"{dice.randint(1, 24):03d}"
    return AtPanel(drawn.name, drawn.began.format(zone=zone), drawn.ended.format(zone=zone), drawn.weight)


def at_home(dice: random.Random) -> AtHome:
    """What happens next in somebody's home."""
    return dice.choices(AT_HOME, weights=[each.weight for each in AT_HOME])[0]


def panel_frame(panel: PanelSite, event: str, at: datetime | None = None) -> Frame:
    """An event as the panel says it, with the name of its site."""
    return building.sia_dcs(
        account=panel.account, sequence="0000", event=event, at=at, extended=[("S", panel.site)]
    )


def phone_message(phone: Phone, *, dty: str, stc: str, mty: str = MESSAGE) -> tuple[str, bytes]:
    """A message as the phone sends it: its reference, new each time, and its XML."""
    ref = secrets.token_hex(8)
    fields = {
        "ref": ref,
        "ver": "01.00",
        "mty": mty,
        "cid": phone.cid,
        "dty": dty,
        "did": phone.cid[-8:],
        "crd": phone.number if mty == MESSAGE else "",
        "stc": stc,
        "lte": phone.room,
    }
    return ref, request.build({name: value for name, value in fields.items() if value})
