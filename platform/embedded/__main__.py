"""The services from a shell.

`python -m embedded STATE_DIR` holds both until SIGINT or SIGTERM, their addresses on stdout as KEY=VALUE lines.
`python -m embedded STATE_DIR COMMAND …` runs a command beside them, with the addresses in its environment.
STATE_DIR `-` is a temporary folder, removed at the end.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from types import FrameType

import embedded

USAGE = "python -m embedded STATE_DIR [COMMAND …]"


def main(arguments: list[str]) -> int:
    """The exit code: 0 after a clean stop, 1 when the services can't start, else the command's own."""
    if not arguments:
        print(USAGE, file=sys.stderr)
        return 2
    asked = threading.Event()

    def ask(_number: int, _frame: FrameType | None) -> None:
        asked.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, ask)
    folder, *command = arguments
    state = Path(tempfile.mkdtemp(prefix="embedded-")) if folder == "-" else Path(folder)
    try:
        with embedded.start(state) as services:
            addresses = {"DATABASE_URL": services.database_url, "REDIS_URL": services.redis_url}
            return _run(command, addresses, asked) if command else _hold(addresses, asked)
    except embedded.EmbeddedError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        if folder == "-":
            shutil.rmtree(state, ignore_errors=True)


def _hold(addresses: dict[str, str], asked: threading.Event) -> int:
    print("\n".join(f"{name}={value}" for name, value in addresses.items()), flush=True)
    while not asked.wait(1):
        pass
    return 0


def _run(command: list[str], addresses: dict[str, str], asked: threading.Event) -> int:
    process = subprocess.Popen(command, env={**os.environ, **addresses})
    while process.poll() is None:
        if asked.wait(0.1):
            process.terminate()
            return process.wait()
    return process.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
