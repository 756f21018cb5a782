"""What an administrator does with the database: bring it up to date, check it, copy it.

A backup is an SQLite file with the same tables, whichever database it came from, made from one
moment of it while the server goes on writing. It can be restored into either kind, so it also
moves calls from SQLite to PostgreSQL.
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec
from sqlalchemy import Connection, Table, delete, func, insert, select, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from assist.errors import StoreError
from assist.store import facts, migrate
from assist.store.database import Database, open_database
from assist.store.sqlite import sqlite_engine
from assist.store.tables import calls, events, invitations, metadata, users

_ROWS: Final = 2000
"""Rows in memory at a time."""


class Health(msgspec.Struct, frozen=True):
    """What `check` found: the tables' revision and the one of this version, what there is, and
    what is wrong, one sentence each.
    """

    name: str
    revision: str
    newest: str
    rows: dict[str, int]
    troubles: tuple[str, ...]


def upgrade(url: str) -> tuple[str, str]:
    """Bring the database to the tables of this version; the revisions before and after.

    Raises `StoreError` while a server has it, or when it cannot be used.
    """
    database = open_database(url)
    with database.released_on_error():
        before = migrate.revision(database.engine)
        migrate.upgrade(database.engine)
        after = migrate.revision(database.engine)
    database.close()
    return before, after


def check(url: str) -> Health:
    """Look at a database, also while a server writes to it; nothing is changed."""
    database = open_database(url, hold=False)
    with _closed_after(database):
        revision, newest = migrate.revision(database.engine), migrate.newest()
        if revision != newest:
            trouble = f"The tables are at {revision or 'nothing'}; run `assist db upgrade`."
            return Health(database.name, revision, newest, {}, (trouble,))
        with database.engine.connect() as connection:
            rows = {table.name: _count(connection, table) for table in metadata.sorted_tables}
            troubles = (*_damage(connection), *_holes(connection), *_stale(connection))
    return Health(database.name, revision, newest, rows, troubles)


def reindex(url: str) -> int:
    """Derive anew what search knows of every call; how many there are.

    Raises `StoreError` while a server has the database.
    """
    database = open_database(url)
    with database.released_on_error():
        _refuse_old(database)
        with database.engine.begin() as connection:
            done = facts.catch_up(connection, anew=True)
    database.close()
    return done


def backup(url: str, file: Path) -> dict[str, int]:
    """Copy the database as it is at this moment into `file`; how many rows of each table.

    The file is there whole or not at all. Raises `StoreError` when there is one already.
    """
    if file.exists():
        raise StoreError(f"{file} is there already; name a file that is not.")
    partial = file.with_name(f"{file.name}.part")
    database = open_database(url, hold=False)
    with _closed_after(database):
        _refuse_old(database)
        try:
            partial.unlink(missing_ok=True)
            target = sqlite_engine(URL.create("sqlite", database=str(partial)))
            try:
                migrate.upgrade(target)
                with database.snapshot() as source, target.begin() as copied:
                    rows = _copy(source, copied)
            finally:
                target.dispose()
            _without_journal(partial)
            partial.replace(file)
        except (OSError, DBAPIError) as error:
            partial.unlink(missing_ok=True)
            reason = error.orig if isinstance(error, DBAPIError) else error.strerror
            raise StoreError(f"The backup {file} cannot be written ({reason}).") from None
    return rows


def restore(url: str, file: Path) -> dict[str, int]:
    """Fill an empty database from a backup, of this version or an older one.

    Raises `StoreError` when the database has calls, a server has it, or `file` is no backup.
    """
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / "backup.db"
        try:
            shutil.copyfile(file, copy)
            source = sqlite_engine(URL.create("sqlite", database=str(copy)))
            if not migrate.revision(source):
                raise StoreError(f"{file} is no backup of this program; name another file.")
            migrate.upgrade(source)
        except OSError as error:
            raise StoreError(f"{file} cannot be read: {error.strerror}.") from None
        except DBAPIError as error:
            raise StoreError(f"{file} is no backup of this program ({error.orig}).") from None
        database = open_database(url)
        with database.released_on_error():
            migrate.upgrade(database.engine)
            with source.connect() as kept, database.engine.begin() as target:
                if _count(target, calls) or _count(target, users):
                    raise StoreError(
                        f"The database {database.name} has calls or users already; restore into "
                        "an empty one."
                    )
                target.execute(delete(invitations))  # what a server's first start left there
                rows = _copy(kept, target)
        database.close()
        source.dispose()
    return rows


@contextlib.contextmanager
def _closed_after(database: Database) -> Iterator[None]:
    with database.released_on_error():
        yield
    database.close()


def _refuse_old(database: Database) -> None:
    if migrate.revision(database.engine) != migrate.newest():
        raise StoreError(
            f"The tables of {database.name} are of another version; run `assist db upgrade` first."
        )


def _copy(source: Connection, target: Connection) -> dict[str, int]:
    copied: dict[str, int] = {}
    for table in metadata.sorted_tables:
        copied[table.name] = 0
        found = source.execution_options(yield_per=_ROWS).execute(select(table))
        for part in found.mappings().partitions():
            target.execute(insert(table), [dict(row) for row in part])
            copied[table.name] += len(part)
        _count_on(target, table)
    return copied


def _count_on(target: Connection, table: Table) -> None:
    """PostgreSQL numbers rows by a sequence of its own, which a copied number does not move."""
    column = table.autoincrement_column
    if target.dialect.name == "postgresql" and column is not None:
        highest = select(func.max(column)).scalar_subquery()
        sequence = func.pg_get_serial_sequence(table.name, column.name)
        target.execute(select(func.setval(sequence, func.coalesce(highest, 1))))


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _damage(connection: Connection) -> Iterator[str]:
    """What SQLite finds wrong with its file; PostgreSQL watches over its own."""
    if connection.dialect.name == "sqlite":
        for (finding,) in connection.execute(text("PRAGMA integrity_check")):
            if finding != "ok":
                yield f"The file is damaged ({finding}); restore a backup."


def _holes(connection: Connection) -> Iterator[str]:
    """Events are numbered from 1 without holes; where one is missing, something was lost."""
    numbered = (
        select(events.c.call_id)
        .group_by(events.c.call_id)
        .having(func.max(events.c.seq) != func.count())
        .order_by(events.c.call_id)
    )
    for (call_id,) in connection.execute(numbered):
        yield f"Events of the call {call_id} are missing."


def _stale(connection: Connection) -> Iterator[str]:
    """Calls that search does not know as their events tell of them; the server catches up on those
    of an older version when it starts.
    """
    stale = list(facts.stale(connection))
    if stale:
        yield (
            f"Search knows {len(stale)} calls otherwise than their events tell of them, the first "
            f"one is {stale[0]}; run `assist db reindex`."
        )


def _without_journal(file: Path) -> None:
    """One file, without a write-ahead log beside it."""
    connection = sqlite3.connect(file)
    try:
        connection.execute("PRAGMA journal_mode=DELETE")
    finally:
        connection.close()
