import asyncio
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, func, insert, select
from sqlalchemy.engine import make_url

from assist.config import StoreSettings
from assist.errors import StoreError
from assist.store import migrate
from assist.store import sqlite as sqlite_module
from assist.store.database import open_database
from assist.store.sqlite import sqlite_engine
from assist.store.tables import calls, metadata
from assist.store.writer import Task, Write, Writer
from tests.waiting import until

_START = insert(calls)


@pytest.fixture
def engine(sqlite_settings: StoreSettings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    monkeypatch.setitem(sqlite_module.PRAGMAS, "busy_timeout", "5")
    yield from migrated(sqlite_settings)


@pytest.fixture
def any_engine(settings: StoreSettings) -> Iterator[Engine]:
    yield from migrated(settings)


def migrated(settings: StoreSettings) -> Iterator[Engine]:
    database = open_database(settings.url)
    migrate.upgrade(database.engine)
    yield database.engine
    database.close()


def start_of(call_id: str) -> Write:
    row = {
        "call_id": call_id,
        "agent": "",
        "customer": "",
        "language": "tr",
        "started_at": datetime(2026, 1, 1, tzinfo=UTC),
    }
    return Write(_START, row)


def count(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(calls)).scalar_one()


async def test_a_full_queue_makes_the_appender_wait_and_drops_nothing(any_engine: Engine) -> None:
    writer = Writer(any_engine, limit=3)
    for number in range(3):
        await writer.put(start_of(f"call-{number}"))
    fourth = asyncio.create_task(writer.put(start_of("call-3")))
    done, _ = await asyncio.wait({fourth}, timeout=0.05)
    assert not done

    writer.start()
    await fourth
    await writer.flush()
    assert count(any_engine) == 4
    await writer.close()


async def test_a_database_that_cannot_be_written_is_tried_again_until_it_can(
    engine: Engine,
) -> None:
    other = sqlite3.connect(engine.url.database or "", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    writer = Writer(engine, limit=100, retry=0.01)
    writer.start()
    await writer.put(start_of("one"))
    with pytest.raises(StoreError, match="locked"):
        await writer.flush()
    assert writer.failure == "database is locked"

    other.execute("ROLLBACK")
    other.close()
    await until(lambda: writer.failure is None)  # an attempt that began before may still fail
    await writer.close()
    assert count(engine) == 1


async def test_closing_on_a_database_that_stays_locked_says_what_is_lost(engine: Engine) -> None:
    other = sqlite3.connect(engine.url.database or "", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    writer = Writer(engine, limit=100, retry=0.01)
    writer.start()
    await writer.put(start_of("one"))
    with pytest.raises(StoreError, match="could not be written"):
        await writer.close()
    other.close()


def _is_ours(_thing: object, name: str | None, *_: object) -> bool:
    """Not what only one kind of database has: its full-text index."""
    return "texts_index" not in str(name) and name not in {"vector", "ix_texts_vector"}


def test_the_migrations_make_the_tables_that_the_code_uses(any_engine: Engine) -> None:
    with any_engine.connect() as connection:
        opts = {"include_object": _is_ours}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, metadata) == []


def test_migrating_twice_changes_nothing(any_engine: Engine) -> None:
    migrate.upgrade(any_engine)
    assert count(any_engine) == 0


def test_a_migration_that_fails_half_way_leaves_nothing_behind(tmp_path: Path) -> None:
    engine = sqlite_engine(make_url(f"sqlite:///{tmp_path}/assist.db"))
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE feedback (in_the_way TEXT)")
    with pytest.raises(Exception, match="already exists"):
        migrate.upgrade(engine)
    with engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")
        assert [name for (name,) in rows] == ["feedback"]
    engine.dispose()


async def test_work_that_fails_in_an_unknown_way_takes_nothing_else_along(
    any_engine: Engine,
) -> None:
    def broken(_connection: Connection, _call_id: str) -> None:
        raise ValueError("a mistake of ours")

    writer = Writer(any_engine, limit=10)
    await writer.put(start_of("one"))
    await writer.put(Task(broken, "one"))
    await writer.put(start_of("two"))
    writer.start()
    await writer.flush()
    await writer.put(start_of("three"))
    await writer.close()
    assert count(any_engine) == 3
