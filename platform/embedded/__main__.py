"""`python -m embedded STATE_DIR`: hold both services until SIGINT or SIGTERM, their addresses on stdout."""

import signal
import sys
import threading
from pathlib import Path
from types import FrameType

import embedded


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("python -m embedded STATE_DIR", file=sys.stderr)
        return 2
    asked = threading.Event()

    def ask(_number: int, _frame: FrameType | None) -> None:
        asked.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, ask)
    try:
        services = embedded.start(Path(arguments[0]))
    except embedded.EmbeddedError as error:
        print(error, file=sys.stderr)
        return 1
    with services:
        print(f"DATABASE_URL={services.database_url}\nREDIS_URL={services.redis_url}", flush=True)
        while not asked.wait(1):
            pass
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
