"""How far an import has come, told while its one transaction is still open: on a connection of its own."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self
from uuid import UUID

from django.db import connection

from central.municipalities.context import current, in_municipality
from tenants.imports.models import ImportRun


class Progress:
    """``tell(done)`` returns at once; the latest number is written when the one before it has been."""

    def __init__(self, run_id: UUID) -> None:
        self._id, self._here = run_id, current()
        self._thread = ThreadPoolExecutor(1, "register-import")
        self._last: Future[None] | None = None

    def __enter__(self) -> Self:
        return self

    def tell(self, done: int) -> None:
        """So many rows are written (and will be gone again, should the transaction fail)."""
        if self._last is None or self._last.done():
            self._last = self._thread.submit(self._write, done)

    def _write(self, done: int) -> None:
        try:
            with in_municipality(self._here):
                ImportRun.objects.filter(pk=self._id).update(done=done)
        finally:
            connection.close()

    def finish(self) -> None:
        """Wait until the last number is written: the row is the transaction's own from here."""
        self._thread.shutdown(wait=True)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._thread.shutdown(wait=True)
