"""The receivers' process on free ports, ready when it says that it listens."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.processes import Process, free_port


class Receivers(Process):
    """``central receivers`` with every protocol; ``module`` stands for ``central`` where a test changes something."""

    def __init__(self, module: str = "config.cli", **environment: str) -> None:
        self.dc09_port, self.scaip_port, self.starts = free_port(), free_port(), 1
        ports = [f"--dc09-port={self.dc09_port}", f"--scaip-port={self.scaip_port}"]
        words = [module, "receivers", "--host", "127.0.0.1", *ports]
        super().__init__(words, environment)
        try:
            self.wait()
        except BaseException:
            self.kill()
            raise

    def wait(self, seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while self.output().count("lyssnar") < self.starts:
            if self.popen.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"the receivers never listened:\n{self.output()[-3000:]}")
            time.sleep(0.05)

    def restart(self) -> None:
        self.starts += 1
        self.start()
        self.wait()


@contextmanager
def receivers(module: str = "config.cli", **environment: str) -> Iterator[Receivers]:
    process = Receivers(module, **environment)
    try:
        yield process
    finally:
        process.stop()
