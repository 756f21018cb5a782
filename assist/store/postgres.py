"""Everything that only concerns PostgreSQL: its connections, and that one server has it."""

from __future__ import annotations

import zlib
from typing import Final

from sqlalchemy import Connection, Engine, create_engine, func, select
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from assist.errors import StoreError

_HELD: Final = zlib.crc32(b"assist: one server a database")
_CONNECT_TIMEOUT: Final = 10
"""Seconds."""


def postgres_engine(url: URL) -> Engine:
    """An engine whose connections are looked at before they are used: the server may restart."""
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_pre_ping=True,
        connect_args={"connect_timeout": _CONNECT_TIMEOUT, "application_name": "assist"},
    )


def name_of(url: URL) -> str:
    """The database without its password."""
    return url.set(drivername="postgresql").render_as_string(hide_password=True)


class ServerHold:
    """Keeps other servers off by an advisory lock, which a connection of its own holds."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._connection: Connection | None = None

    def take(self, engine: Engine) -> None:
        """Raises `StoreError` when another server has the database."""
        connection = engine.connect()
        self._connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        if not self._connection.execute(select(func.pg_try_advisory_lock(_HELD))).scalar_one():
            self.release()
            raise StoreError(
                f"The database {self._name} is in use by another running server; "
                "stop that one or set store.url to another database."
            )

    def assure(self, engine: Engine) -> None:
        """Take the database again if the hold is lost: it dies with a PostgreSQL that restarts.

        Raises `StoreError` when another server was faster, `OperationalError` when there is no
        PostgreSQL.
        """
        if self._connection is not None:
            try:
                self._connection.execute(select(1))
            except DBAPIError:
                self.release()
            else:
                return
        self.take(engine)

    def release(self) -> None:
        """Let another server have it; harmless when done twice."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()  # the lock goes with the connection, not back into the pool
            connection.close()


def advice(reason: str) -> str:
    """What to do about an error of the driver."""
    if "does not exist" in reason and "database" in reason:
        return "make it with createdb, or correct store.url"
    if "authentication" in reason or "role" in reason:
        return "correct the user and password in store.url"
    if "permission denied" in reason:
        return "let the user of store.url make tables in it"
    return "check that PostgreSQL runs there and that store.url is right"
