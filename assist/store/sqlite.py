"""Everything that only concerns SQLite: the file, its lock, its pragmas, its transactions."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL

from assist.errors import StoreError

PRAGMAS = {
    "journal_mode": "WAL",  # readers never wait for the writer
    "synchronous": "FULL",  # a commit survives a power cut; batches keep that cheap
    "foreign_keys": "ON",
    "busy_timeout": "5000",
    "journal_size_limit": str(64 << 20),
}


class DatabaseFile:
    """The file of an SQLite database, held by one process at a time by a lock beside it."""

    def __init__(self, url: URL) -> None:
        if not url.database or url.database == ":memory:":
            raise StoreError(
                "The database must be a file: set store.url to sqlite:///path/to/file.db."
            )
        self.path = Path(url.database)
        self._lock = -1

    def take(self) -> None:
        """Raises `StoreError` when another server has it, or its folder cannot be written."""
        lock_path = self.path.with_name(self.path.name + ".lock")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(lock_path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StoreError(
                f"The database {self.path} cannot be written ({error.strerror}); "
                "make its folder writable or set store.url to another path."
            ) from None
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(handle)
            raise StoreError(
                f"The database {self.path} is in use by another running server; "
                "stop that one or set store.url to another path."
            ) from None
        self._lock = handle

    def release(self) -> None:
        """Let another process have the file; harmless when done twice."""
        handle, self._lock = self._lock, -1
        if handle >= 0:
            os.close(handle)


def sqlite_engine(url: URL) -> Engine:
    """An engine whose connections have the pragmas set and whose transactions are real ones."""
    engine = create_engine(url)

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: object) -> None:
        # The driver's own BEGIN comes only before INSERT and the like, which would leave half
        # a migration behind after a crash; with it off, SQLAlchemy's begin event decides.
        connection.isolation_level = None
        for name, value in PRAGMAS.items():
            connection.execute(f"PRAGMA {name}={value}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    return engine


def advice(reason: str) -> str:
    """What to do about an error of the driver."""
    if "locked" in reason or "busy" in reason:
        return "another program holds it; close that program or set store.url to another path"
    if "readonly" in reason or "unable to open" in reason:
        return "make the file and its folder writable or set store.url to another path"
    return "restore it from a backup or set store.url to another path"
