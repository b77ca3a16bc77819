"""``central receivers`` with small limits, so that a few connections are too many and a slow sender is cut soon."""

from __future__ import annotations

import sys
from functools import partial

from alarms.receivers.dc09 import server
from alarms.receivers.dc09.server import Limits

CONNECTIONS = 60
FRAME_SECONDS = 3.0
IDLE_SECONDS = 4.0
SWEEP_SECONDS = 0.5


def main() -> None:
    from config import cli

    server.SWEEP_SECONDS = SWEEP_SECONDS
    narrow = partial(Limits, connections=CONNECTIONS, frame_seconds=FRAME_SECONDS, idle_seconds=IDLE_SECONDS)
    server.Limits = narrow  # what a receiver without other limits makes its own
    sys.exit(cli.main())


if __name__ == "__main__":
    main()
