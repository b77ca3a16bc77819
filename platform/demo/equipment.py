"""The demo's panels and phones, alive: `python -m demo.equipment`; with `--silent` they only show that they are alive."""

import asyncio
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

from demo import cameras, incidents
from demo.door import unanswered
from demo.ground import PLACES
from demo.installations import PanelSite, panel, phones
from demo.keys import aes_key, source_key
from demo.panels import Address, KeptPanel
from demo.phones import KeptPhone
from demo.traffic import ENOUGH_WAITING, pause

OPENING_SECONDS = 5.0
SLOWER = 4.0
"""Beside the traffic of the other senders, so much rarer."""
RESTORED_AFTER = (60.0, 180.0)


class Equipment:
    """Everything that calls our receivers, in one event loop. ``run`` until cancelled."""

    def __init__(
        self, *, dc09: Address, scaip: Address, secret: str, base_url: str, say: Callable[[str], None]
    ) -> None:
        self._base_url, self._say = base_url, say
        self._dice = random.Random()
        sites = [panel(place) for place in PLACES]
        self._panels = [
            (site, KeptPanel(site.account, dc09, clock=_now, key=_key(site, secret), say=say))
            for site in sites
        ]
        self._phones = [KeptPhone(phone, scaip, say=say) for place in PLACES for phone in phones(place)]
        key = source_key(cameras.CAMERAS, secret)
        self._cameras = [
            cameras.KeptCamera(one, base_url, key, say=say)
            for place in PLACES
            for one in cameras.cameras(place)
        ]

    async def run(self, *, alarming: bool) -> None:
        """Panels hold their lines and phones their heartbeats; ``alarming``: now and then something happens."""
        async with asyncio.TaskGroup() as group:
            for _site, kept in self._panels:
                group.create_task(kept.run())
            for phone in self._phones:
                group.create_task(phone.run())
            for camera in self._cameras:
                group.create_task(camera.run())
            if alarming:
                group.create_task(self._night(group))

    async def _night(self, group: asyncio.TaskGroup) -> None:
        await asyncio.sleep(OPENING_SECONDS)
        self._at_a_panel(group)
        self._at_home(group)
        self._in_sight(group)
        started = time.monotonic()
        while True:
            await asyncio.sleep(SLOWER * pause(self._dice, time.monotonic() - started))
            waiting = await asyncio.to_thread(unanswered, self._base_url)
            if waiting is None or waiting < ENOUGH_WAITING:
                self._dice.choice([self._at_a_panel, self._at_home, self._in_sight])(group)

    def _at_a_panel(self, group: asyncio.TaskGroup) -> None:
        site, kept = self._dice.choice(self._panels)
        happens = incidents.at_panel(self._dice)
        self._say(f"{site.account}: {happens.name}")
        kept.tell(incidents.panel_frame(site, happens.began))
        group.create_task(self._later(lambda: kept.tell(incidents.panel_frame(site, happens.ended))))

    def _at_home(self, group: asyncio.TaskGroup) -> None:
        kept = self._dice.choice(self._phones)
        happens = incidents.at_home(self._dice)
        self._say(f"{kept.phone.cid}: {happens.name}")
        kept.tell(happens.dty, happens.began)
        if happens.ended:
            group.create_task(self._later(lambda: kept.tell(happens.dty, happens.ended)))

    def _in_sight(self, group: asyncio.TaskGroup) -> None:
        kept = self._dice.choice(self._cameras)
        kind, text = self._dice.choice(cameras.HAPPENS)
        group.create_task(kept.tell(kind, text))

    async def _later(self, tell: Callable[[], None]) -> None:
        await asyncio.sleep(self._dice.uniform(*RESTORED_AFTER))
        tell()


def _now() -> datetime:
    return datetime.now(UTC)


def _key(site: PanelSite, secret: str) -> bytes | None:
    return aes_key(site.account, secret) if site.keyed else None


async def until_told_to_stop(equipment: Equipment, *, alarming: bool) -> None:
    """Run until SIGTERM or SIGINT."""
    running = asyncio.ensure_future(equipment.run(alarming=alarming))
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, running.cancel)
    await asyncio.wait([running])
    if not running.cancelled():
        running.result()


def main() -> int:
    host = os.environ.get("RECEIVERS_HOST") or "127.0.0.1"
    equipment = Equipment(
        dc09=Address(host, int(os.environ["DC09_PORT"])),
        scaip=Address(host, int(os.environ["SCAIP_PORT"])),
        secret=os.environ["SECRET_KEY"],
        base_url=os.environ["DEMO_CENTRE_URL"],
        say=lambda line: print(line, flush=True),
    )
    asyncio.run(until_told_to_stop(equipment, alarming="--silent" not in sys.argv[1:]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
