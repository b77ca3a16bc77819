"""Presses at the same moment, in real threads, each with a database connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from django.db import connection


def at_once[One, Told](press: Callable[[One], Told], each: Sequence[One]) -> list[Told]:
    """``press(one)`` of each, let go together; what they gave, in order. Raises what the first failing one raised."""
    ready = threading.Barrier(len(each))

    def in_thread(one: One) -> Told:
        try:
            ready.wait()
            return press(one)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(each)) as threads:
        return list(threads.map(in_thread, each))
