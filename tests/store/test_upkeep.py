"""Backup, restore and check, on both kinds of database and from one to the other."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import delete
from typer.testing import CliRunner

from assist.cli import app
from assist.config import StoreSettings
from assist.errors import StoreError
from assist.store import Store, upkeep
from assist.store.database import open_database
from assist.store.migrate import newest
from assist.store.tables import events
from tests.store.test_store import STARTED, info, mark, note

MOMENT = datetime(2026, 3, 1, 9, 31, tzinfo=UTC)


async def filled(settings: StoreSettings, calls: int = 3) -> Store:
    store = Store.open(settings)
    for number in range(calls):
        call_id = f"call-{number}"
        await store.call_started(info(call_id, agent="ayşe", customer="İnci"), STARTED)
        for seq in range(1, 1001):
            await store.append(note(seq, call_id))
        await store.feedback(call_id, "s1", "used")
        await store.annotate(mark(1, "note", call_id, text="Geri aranacak."))
        await store.call_ended(call_id, reason="stop", duration=9.5, ended_at=MOMENT)
    await store.flush()
    return store


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.glob("backup*")]


@pytest.fixture
def other(request: pytest.FixtureRequest, settings: StoreSettings, tmp_path: Path) -> StoreSettings:
    """An empty database of the other kind."""
    if settings.url.startswith("sqlite"):
        return StoreSettings(url=request.getfixturevalue("postgres_url"))
    return StoreSettings(url=f"sqlite:///{tmp_path}/other.db")


async def test_a_backup_of_a_running_server_goes_into_either_kind(
    settings: StoreSettings, other: StoreSettings, tmp_path: Path
) -> None:
    store = await filled(settings)
    copied = upkeep.backup(settings.url, tmp_path / "backup.db")
    await store.append(note(1001, "call-0"))  # after the backup
    await store.close()
    expected = {"calls": 3, "events": 3000, "feedback": 3, "annotations": 3, "texts": 3}
    assert {table: rows for table, rows in copied.items() if rows} == expected
    assert names_in(tmp_path) == ["backup.db"]

    assert upkeep.restore(other.url, tmp_path / "backup.db") == copied
    again = Store.open(other)
    call = await again.call("call-2")
    assert call is not None
    assert (call.customer, call.started_at, call.ended_at) == ("İnci", STARTED, MOMENT)
    assert [record.decode() for record in await again.events("call-0")] == [
        note(seq, "call-0") for seq in range(1, 1001)
    ]
    await again.feedback("call-0", "s1", "dismissed")  # numbers go on behind the copied ones
    await again.flush()
    assert await again.feedback_of("call-0") == {"s1": "dismissed"}
    assert len(await again.annotations_of("call-1")) == 1
    await again.close()
    assert upkeep.check(other.url).troubles == ()


async def test_check_counts_and_finds_lost_events(settings: StoreSettings) -> None:
    store = await filled(settings, calls=1)
    assert upkeep.check(settings.url).rows["events"] == 1000
    await store.close()
    database = open_database(settings.url)
    with database.engine.begin() as connection:
        connection.execute(delete(events).where(events.c.seq == 500))
    database.close()
    assert upkeep.check(settings.url).troubles == ("Events of the call call-0 are missing.",)


async def test_calls_that_are_there_are_never_mixed_with_a_backup(
    settings: StoreSettings, tmp_path: Path
) -> None:
    store = await filled(settings, calls=1)
    upkeep.backup(settings.url, tmp_path / "backup.db")
    with pytest.raises(StoreError, match="in use by another running server"):
        upkeep.restore(settings.url, tmp_path / "backup.db")
    await store.close()
    with pytest.raises(StoreError, match="has calls or users already"):
        upkeep.restore(settings.url, tmp_path / "backup.db")
    with pytest.raises(StoreError, match="is there already"):
        upkeep.backup(settings.url, tmp_path / "backup.db")


def test_what_is_no_backup_is_said_to_be_none(
    sqlite_settings: StoreSettings, tmp_path: Path
) -> None:
    path = tmp_path / "text.db"
    path.write_text("This is a letter, not a database. " * 100)
    with pytest.raises(StoreError, match=r"text\.db is no backup of this program"):
        upkeep.restore(sqlite_settings.url, path)
    with pytest.raises(StoreError, match=r"nothing\.db cannot be read: No such file"):
        upkeep.restore(sqlite_settings.url, tmp_path / "nothing.db")
    with pytest.raises(StoreError, match="There is no database"):
        upkeep.check(sqlite_settings.url)


def test_the_commands_say_what_they_did(
    sqlite_settings: StoreSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSIST_STORE__URL", sqlite_settings.url)
    run = CliRunner()

    def said(*words: str) -> str:
        return run.invoke(app, ["db", *words]).stdout

    assert said("upgrade") == f"The tables are at {newest()}.\n"
    assert said("upgrade") == f"The tables are at {newest()}, as before.\n"
    assert said("backup", str(tmp_path / "b.db")) == "Copied 0 calls with 0 events.\n"
    assert said("restore", str(tmp_path / "b.db")) == "Restored 0 calls with 0 events.\n"
    assert "Nothing is wrong with it." in said("check")
