"""A database by its URL: SQLite or PostgreSQL, held by one server at a time."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Final

import msgspec
from sqlalchemy import Connection, Engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from assist.errors import StoreError
from assist.store import postgres, sqlite

_FORMS: Final = "sqlite:///path/to/file.db or postgresql://user:password@host/database"


class Database(msgspec.Struct, frozen=True):
    """An engine, how the database is called in messages, and how to let another server have it.

    Two servers on one database would each take the other's running calls for the leftovers of
    a crash, so opening one that is held raises `StoreError`. The hold dies with its process.
    """

    engine: Engine
    name: str
    release: Callable[[], None]
    assure: Callable[[], None]
    """Make sure that it is still held; raises `StoreError` when another server has it now."""
    advice: Callable[[str], str]
    """What to do, from the reason that the driver gave."""

    @contextlib.contextmanager
    def released_on_error(self) -> Iterator[None]:
        """Give the database back, with one sentence, when what follows fails."""
        with contextlib.ExitStack() as undo:
            undo.callback(self.close)
            try:
                yield
            except DBAPIError as error:
                raise self.unusable(error) from None
            undo.pop_all()

    def snapshot(self) -> Connection:
        """A connection that sees the database as it is now, whatever is written meanwhile."""
        if self.engine.dialect.name == "postgresql":
            return self.engine.connect().execution_options(isolation_level="REPEATABLE READ")
        return self.engine.connect()

    def close(self) -> None:
        """Let go of connections and of the database."""
        self.engine.dispose()
        self.release()

    def unusable(self, error: DBAPIError) -> StoreError:
        """The one sentence about an error of the driver."""
        reason = " ".join(str(error.orig).split())
        return StoreError(
            f"The database {self.name} cannot be used ({reason}); {self.advice(reason)}."
        )


def open_database(text: str, *, hold: bool = True) -> Database:
    """Take the database at a URL; raises `StoreError` with what to do when that is impossible.

    Without `hold` it is only looked at, and another server may have it.
    """
    url = _url(text)
    if url.get_backend_name() == "sqlite":
        file = sqlite.DatabaseFile(url)
        database = Database(
            sqlite.sqlite_engine(url), str(file.path), file.release, lambda: None, sqlite.advice
        )
        if hold:
            file.take()
        elif not file.path.is_file():
            raise StoreError(f"There is no database {file.path}; correct store.url.")
        return database
    if url.get_backend_name() == "postgresql":
        engine, name = postgres.postgres_engine(url), postgres.name_of(url)
        server = postgres.ServerHold(name)
        database = Database(
            engine, name, server.release, lambda: server.assure(engine), postgres.advice
        )
        if hold:
            with database.released_on_error():
                server.take(engine)
        return database
    raise StoreError(
        f"store.url names a {url.get_backend_name()} database, which this version cannot use; "
        f"write it as {_FORMS}."
    )


def _url(text: str) -> URL:
    try:
        return make_url(text)
    except ArgumentError:
        raise StoreError(f"store.url is not a database URL; write it as {_FORMS}.") from None
