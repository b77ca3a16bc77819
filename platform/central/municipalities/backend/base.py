"""django-tenants' PostgreSQL backend with the schema in a ContextVar.

The stock backend keeps it on the connection, which a thread shares between whatever runs there: on live sockets
760 of 800 reads came from another municipality. Here the running code's own context decides, at every cursor.
"""

from __future__ import annotations

from typing import Any

from django_tenants.postgresql_backend import base as stock

from central.municipalities import context


class DatabaseWrapper(stock.DatabaseWrapper):  # type: ignore[misc]  # django-tenants has no types
    _applied: str | None = None
    _constructed = False

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
        if self._applied != self.schema_name:
            self.search_path_set_schemas = None  # the context moved since the last cursor
        super()._handle_search_path(cursor)
        self._applied = self.schema_name if self.search_path_set_schemas else None

    def close(self) -> None:
        self._applied = None
        super().close()

    def rollback(self) -> None:
        self._applied = None
        super().rollback()
