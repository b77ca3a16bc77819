"""`python -m demo.traffic`: things happen in the region, at a pace a person can follow. No Django in here."""

import os
import random
import signal
import sys
import threading
import time
import uuid
from datetime import UTC, datetime

from demo.door import NotReceived, send, unanswered
from demo.ground import PLACES
from demo.keys import source_key
from demo.scenarios import Sent, next_signal
from demo.scenarios import signal as signal_of

OPENING = (("technical", "landskrona"), ("safety_alarm", "kristianstad"), ("fault_report", "lysekil"))
"""What stands on the board when the first operator looks up."""

BUSY_SECONDS = 600
BUSY_PAUSE = (15.0, 20.0)
CALM_PAUSE = (45.0, 75.0)
RETRY_SECONDS = 2.0
ENOUGH_WAITING = 12
"""Nothing more is sent while so many cases are unanswered: an idle demo stays a believable night."""


def pause(dice: random.Random, running_for: float) -> float:
    """Seconds until the next signal: lively for the first ten minutes, then about one a minute."""
    return dice.uniform(*(BUSY_PAUSE if running_for < BUSY_SECONDS else CALM_PAUSE))


class Traffic:
    """Sends until asked to stop; what isn't acknowledged is sent again with the same key."""

    def __init__(self, base_url: str, secret: str) -> None:
        self._base_url = base_url
        self._secret = secret
        self._dice = random.Random()
        self.asked_to_stop = threading.Event()

    def run(self) -> None:
        started = time.monotonic()
        by_slug = {place.slug: place for place in PLACES}
        for kind, slug in OPENING:
            self._deliver(signal_of(self._dice, kind, by_slug[slug], datetime.now(UTC)))
        while not self.asked_to_stop.wait(pause(self._dice, time.monotonic() - started)):
            waiting = unanswered(self._base_url)
            if waiting is not None and waiting >= ENOUGH_WAITING:
                continue
            self._deliver(next_signal(self._dice, datetime.now(UTC)))

    def _deliver(self, sent: Sent) -> None:
        once = str(uuid.uuid4())
        key = source_key(sent.source, self._secret)
        while not self.asked_to_stop.is_set():
            try:
                answer = send(self._base_url, key, sent.body, idempotency_key=once)
            except NotReceived as error:
                print(f"ej mottagen, försöker igen: {error}", flush=True)
                self.asked_to_stop.wait(RETRY_SECONDS)
                continue
            print(f"{sent.body['kind']} {sent.body['account']} -> {answer.status}", flush=True)
            if answer.status >= 400:
                print(f"avvisad: {answer.body}", flush=True)
            return


def main() -> int:
    traffic = Traffic(os.environ["DEMO_CENTRE_URL"], os.environ["SECRET_KEY"])
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: traffic.asked_to_stop.set())
    traffic.run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
