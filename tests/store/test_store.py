import asyncio
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy.engine import make_url

from assist.audio.frames import CallInfo, Encoding, Leg
from assist.config import StoreSettings
from assist.errors import StoreError
from assist.events import (
    CallEnded,
    CallerVoice,
    Due,
    Note,
    Partial,
    Promise,
    Role,
    Suggestion,
    Tone,
    ToneLabel,
)
from assist.store import Annotation, Filters, Store
from assist.store import sqlite as sqlite_module
from assist.store.annotations import Kind
from assist.store.database import open_database
from assist.store.migrate import newest
from tests.waiting import until

STARTED = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


def info(call_id: str = "one", **known: str) -> CallInfo:
    leg = Leg(Encoding.MULAW, 8000, (Role.AGENT, Role.CALLER))
    return CallInfo(call_id, (leg,), **known)


def note(seq: int, call_id: str = "one", text: str = "Müşteri bekliyor.") -> Note:
    return Note(call_id=call_id, seq=seq, position=seq * 16_000, code="test", text=text)


@pytest.fixture
async def store(settings: StoreSettings) -> AsyncIterator[Store]:
    opened = Store.open(settings)
    yield opened
    await opened.close()


async def test_a_call_and_its_events_come_back_as_they_were(store: Store) -> None:
    await store.call_started(info(agent="ayşe", customer="c-7", language="tr"), STARTED)
    for seq in range(1, 6):
        await store.append(note(seq))
    await store.call_ended(
        "one", reason="stop", duration=5.0, ended_at=STARTED + timedelta(seconds=5)
    )
    await store.flush()

    assert [record.decode() for record in await store.events("one")] == [
        note(seq) for seq in range(1, 6)
    ]
    assert [record.seq for record in await store.events("one", after=3)] == [4, 5]
    call = await store.call("one")
    assert call is not None
    assert (call.agent, call.customer, call.language) == ("ayşe", "c-7", "tr")
    assert (call.started_at, call.reason, call.duration) == (STARTED, "stop", 5.0)
    assert call.ended_at == STARTED + timedelta(seconds=5)


async def test_calls_are_listed_newest_first_and_no_more_than_asked(store: Store) -> None:
    for minutes in (2, 0, 1):
        await store.call_started(info(f"call-{minutes}"), STARTED + timedelta(minutes=minutes))
    await store.flush()
    listed = (await store.search(Filters(), limit=2)).calls
    assert [call.call_id for call in listed] == ["call-2", "call-1"]


async def test_an_unknown_call_has_no_row_and_no_events(store: Store) -> None:
    assert await store.call("nobody") is None
    assert await store.events("nobody") == []


async def test_the_latest_feedback_on_a_suggestion_counts(store: Store) -> None:
    await store.call_started(info(), STARTED)
    await store.feedback("one", "s1", "used")
    await store.feedback("one", "s2", "used")
    await store.feedback("one", "s1", "dismissed")
    await store.flush()
    assert await store.feedback_of("one") == {"s1": "dismissed", "s2": "used"}


async def test_provisional_words_are_refused(store: Store) -> None:
    partial = Partial(
        call_id="one", seq=1, position=0, channel=Role.CALLER, start=0.0, stable="a", pending="b"
    )
    with pytest.raises(ValueError, match="never stored"):
        await store.append(partial)


async def test_a_broken_write_takes_nobody_elses_events_with_it(store: Store) -> None:
    await store.call_started(info("one"), STARTED)
    await store.call_started(info("two"), STARTED)
    await store.append(note(1, "one"))
    await store.append(note(1, "one", text="the same number again"))
    await store.append(note(1, "never started"))
    await store.append(note(1, "two"))
    await store.flush()
    assert [record.decode() for record in await store.events("one")] == [note(1, "one")]
    assert [record.decode() for record in await store.events("two")] == [note(1, "two")]
    assert await store.events("never started") == []


async def test_what_was_put_before_closing_is_there_after_opening(settings: StoreSettings) -> None:
    store = Store.open(settings)
    await store.call_started(info(), STARTED)
    for seq in range(1, 2001):
        await store.append(note(seq))
    await store.close()
    again = Store.open(settings)
    assert len(await again.events("one")) == 2000
    await again.close()


async def test_calls_left_running_by_a_crash_are_marked_as_interrupted(
    settings: StoreSettings,
) -> None:
    store = Store.open(settings)
    await store.call_started(info(), STARTED)
    await store.append(note(90))
    await store.close()
    again = Store.open(settings)
    call = await again.call("one")
    assert call is not None
    assert (call.reason, call.duration) == ("interrupted", 90.0)
    assert call.ended_at == STARTED + timedelta(seconds=90)
    await again.close()


_VICTIM = """
import asyncio, sys
from datetime import UTC, datetime
from assist.config import StoreSettings
from assist.store import Store
from tests.store.test_store import info, note

async def main():
    store = Store.open(StoreSettings(url=sys.argv[1]))
    await store.call_started(info(), datetime.now(UTC))
    for seq in range(1, 301):
        await store.append(note(seq))
    await store.flush()
    print("flushed", flush=True)
    for seq in range(301, 10_000_000):
        await store.append(note(seq))

asyncio.run(main())
"""


async def test_nothing_flushed_is_lost_when_the_process_is_killed(settings: StoreSettings) -> None:
    victim = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        _VICTIM,
        settings.url,
        stdout=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    assert victim.stdout is not None
    assert await victim.stdout.readline() == b"flushed\n"
    victim.send_signal(signal.SIGKILL)
    await victim.wait()

    store = Store.open(settings)
    records = await store.events("one")
    assert len(records) >= 300
    assert [record.seq for record in records] == list(range(1, len(records) + 1))
    call = await store.call("one")
    assert call is not None
    assert call.reason == "interrupted"
    await store.close()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StoreError, match=r"file/assist\.db cannot be written .*set store\.url"):
        Store.open(StoreSettings(url=f"sqlite:///{tmp_path}/file/assist.db"))


async def test_a_database_of_a_newer_version_is_left_alone(settings: StoreSettings) -> None:
    store = Store.open(settings)
    await store.close()
    database = open_database(settings.url)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    with pytest.raises(StoreError, match=rf"newer version .*9999.*{newest()}"):
        Store.open(settings)


async def test_a_second_server_on_the_same_database_is_refused(
    store: Store, settings: StoreSettings
) -> None:
    with pytest.raises(StoreError, match="in use by another running server"):
        Store.open(settings)


async def test_a_locked_database_is_refused_and_let_go(
    sqlite_settings: StoreSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sqlite_module.PRAGMAS, "busy_timeout", "10")
    (tmp_path / "var").mkdir()
    other = sqlite3.connect(tmp_path / "var" / "assist.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    other.execute("CREATE TABLE held (id)")
    with pytest.raises(StoreError, match="another program holds it"):
        Store.open(sqlite_settings)
    other.execute("ROLLBACK")
    other.close()
    store = Store.open(sqlite_settings)
    await store.close()


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "assist.db"
    path.write_bytes(b"this is a text, and a longer one than the header of a database " * 40)
    with pytest.raises(StoreError, match=r"assist\.db cannot be used .*not a database"):
        Store.open(StoreSettings(url=f"sqlite:///{path}"))


async def test_connections_that_are_cut_are_made_anew(postgres_url: str) -> None:
    store = Store.open(StoreSettings(url=postgres_url))
    await store.call_started(info(), STARTED)
    await store.flush()
    admin = make_url(postgres_url).set(database="postgres", drivername="postgresql")
    with psycopg.connect(admin.render_as_string(), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE application_name = 'assist'"
        )
    for seq in range(1, 101):
        await store.append(note(seq))
    await store.flush()
    assert len(await store.events("one")) == 100
    await store.close()


async def test_what_does_not_fit_is_left_out_alone(postgres_url: str) -> None:
    store = Store.open(StoreSettings(url=postgres_url))
    await store.call_started(info("one"), STARTED)
    await store.call_started(info("c" * 200), STARTED)  # SQLite would take it
    await store.append(note(1, "one"))
    await store.flush()
    assert len(await store.events("one")) == 1
    assert await store.call("c" * 200) is None
    await store.close()


def test_a_database_that_is_not_there_is_named(postgres: str) -> None:
    with pytest.raises(StoreError, match=r"does not exist\); make it with createdb"):
        Store.open(StoreSettings(url=f"postgresql://assist@/nowhere?host={postgres}"))


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("sqlite://", "must be a file"),
        ("mysql://localhost/calls", "mysql database"),
        ("postgresql://x:secret@127.0.0.1:1/calls", r"x:\*\*\*@.*check that PostgreSQL runs"),
        ("assist.db", "not a database URL"),
    ],
)
def test_a_url_that_cannot_be_used_is_told_so(url: str, words: str) -> None:
    with pytest.raises(StoreError, match=words):
        Store.open(StoreSettings(url=url))


def suggestion(seq: int, rule: str, call_id: str) -> Suggestion:
    return Suggestion(
        call_id=call_id,
        seq=seq,
        position=seq,
        id=f"s{seq}",
        rule=rule,
        situation="delay",
        say="…",
        why="…",
        because=(),
        language="tr",
        expires=9,
    )


async def test_what_an_agent_does_with_suggestions_is_counted_over_calls(store: Store) -> None:
    for call_id, agent in (("one", "ayşe"), ("two", "ayşe"), ("other", "can")):
        await store.call_started(info(call_id, agent=agent), STARTED)
        await store.append(suggestion(1, "delay", call_id))
        await store.append(suggestion(2, "thanks", call_id))
        await store.call_ended(call_id, reason="stop", duration=5.0, ended_at=STARTED)
    await store.feedback("one", "s1", "used")
    await store.feedback("two", "s1", "dismissed")
    await store.flush()
    assert await store.usage("ayşe") == {"delay": (2, 1), "thanks": (2, 0)}
    assert await store.usage("can") == {"delay": (1, 0), "thanks": (1, 0)}
    assert await store.usage("nobody") == {}


async def test_how_a_customers_calls_ended_is_known_newest_first(store: Store) -> None:
    for hour, (call_id, outcome) in enumerate((("one", "unsolved"), ("two", "solved"))):
        started = STARTED + timedelta(hours=hour)
        await store.call_started(info(call_id, customer="c-7"), started)
        await store.append(
            CallEnded(
                call_id=call_id, seq=1, position=0, reason="stop", duration=1.0, outcome=outcome
            )
        )
    await store.flush()
    assert await store.history("c-7") == ("solved", "unsolved")
    assert await store.history("c-8") == ()


async def test_a_customers_calm_voice_is_known_from_the_latest_call_that_has_it(
    store: Store,
) -> None:
    for hour, (call_id, measures) in enumerate((("one", (1.0,)), ("two", (2.0,)), ("three", ()))):
        await store.call_started(info(call_id, customer="c-7"), STARTED + timedelta(hours=hour))
        voice = CallerVoice(call_id=call_id, seq=1, position=0, model="tone 1", measures=measures)
        if measures:
            await store.append(voice)
    await store.flush()
    found = await store.voice("c-7")
    assert found is not None
    assert found.measures == (2.0,)
    assert await store.voice("c-8") is None


def mark(number: int, kind: Kind, call_id: str = "one", **fields: Any) -> Annotation:
    made_at = (STARTED + timedelta(seconds=number)).isoformat()
    return Annotation(
        call_id=call_id, id=f"mark-{number:04}", kind=kind, made_at=made_at, author="ayşe", **fields
    )


async def test_marks_come_back_in_order_also_after_a_restart(settings: StoreSettings) -> None:
    store = Store.open(settings)
    await store.call_started(info(), STARTED)
    made = [
        mark(1, "moment", about="mark-0001", start=12.5, value="set"),
        mark(2, "note", text="Geri aranacak; ücret iade."),
        mark(3, "note", text="Geri arandı."),
    ]
    for annotation in made:
        await store.annotate(annotation)
    await store.close()
    again = Store.open(settings)
    assert await again.annotations_of("one") == made
    assert await again.annotations_of("two") == []
    await again.close()


async def test_a_customers_earlier_calls_are_as_people_corrected_them(store: Store) -> None:
    for hour, call_id in enumerate(("one", "two", "now")):
        await store.call_started(
            info(call_id, customer="c-7", language="tr"), STARTED + timedelta(hours=hour)
        )
    for call_id in ("one", "two"):
        for seq, label in enumerate((ToneLabel.SAD, ToneLabel.ANGRY, ToneLabel.UNSURE), 1):
            await store.append(tone(seq, label, call_id))
        for name in ("p1", "p2"):
            promise = Promise(
                call_id=call_id,
                seq=5 if name == "p1" else 6,
                position=0,
                id=name,
                kind="promise",
                quote="yarın ararım",
                start=30.0,
                due=Due(text="yarın", days=1),
            )
            await store.append(promise)
        ended = CallEnded(
            call_id=call_id,
            seq=9,
            position=0,
            reason="stop",
            duration=60.0,
            outcome="open",
            topic="delivery/late",
        )
        await store.append(ended)
        await store.call_ended(call_id, reason="stop", duration=60.0, ended_at=STARTED)
    await store.annotate(mark(1, "outcome", value="solved"))
    await store.annotate(mark(2, "outcome", value="unsolved"))
    await store.annotate(mark(3, "tone", about="2", value="neutral"))
    await store.annotate(mark(4, "promise", "now", about="one/p1", value="kept"))
    await store.annotate(mark(5, "promise", "two", about="one/p2", value="kept"))
    await store.flush()

    two, one = await store.earlier("c-7")
    assert (two.call_id, two.outcome, two.topic, two.mood) == (
        "two",
        "open",
        "delivery/late",
        "angry",
    )
    assert [(p.id, p.said_at, p.due) for p in two.promises] == [
        (name, "2026-03-01T10:30:30+00:00", Due(text="yarın", days=1)) for name in ("p1", "p2")
    ]
    assert (one.outcome, one.mood) == ("unsolved", "neutral")
    # A promise is kept in a later call; only one that is over tells of it.
    assert [p.id for p in one.promises] == ["p1"]
    assert await store.earlier("c-8") == ()
    # What guidance is told of stays what the calls themselves said.
    assert await store.history("c-7") == ("open", "open")


def tone(seq: int, label: ToneLabel, call_id: str) -> Tone:
    return Tone(
        call_id=call_id,
        seq=seq,
        position=0,
        start=0.0,
        end=float(seq),
        label=label,
        probabilities={},
        valence=0.0,
        arousal=0.0,
        confidence=0.5,
        trend=0.0,
        reasons=(),
    )


def test_the_end_of_a_call_is_a_final_event_like_any_other() -> None:
    ended = CallEnded(call_id="one", seq=9, position=0, reason="stop", duration=0.0)
    from assist.store import EventRecord

    record = EventRecord.of(ended)
    assert (record.type, record.seq, record.decode()) == ("call_ended", 9, ended)


async def test_a_server_takes_its_database_again_when_the_hold_was_lost(postgres_url: str) -> None:
    settings = StoreSettings(url=postgres_url)
    store = Store.open(settings)
    await store.call_started(info(), STARTED)
    await store.flush()
    forget(postgres_url)
    await store.append(note(1))
    await store.flush()
    with pytest.raises(StoreError, match="in use by another running server"):
        Store.open(settings)
    await store.close()


async def test_a_server_that_lost_its_database_to_another_one_waits(postgres_url: str) -> None:
    settings = StoreSettings(url=postgres_url)
    store = Store.open(settings)
    await store.call_started(info(), STARTED)
    await store.flush()
    forget(postgres_url)
    other = Store.open(settings)
    await store.append(note(1))
    with pytest.raises(StoreError, match="in use by another running server"):
        await store.flush()
    assert await other.events("one") == []
    await other.close()
    await until(lambda: store.failure is None)  # the writer tries again by itself
    await store.flush()
    assert [record.seq for record in await store.events("one")] == [1]
    await store.close()


def forget(url: str) -> None:
    """End all connections to a database, as a PostgreSQL that restarts does."""
    database = make_url(url)
    admin = database.set(database="postgres", drivername="postgresql")
    with psycopg.connect(admin.render_as_string(), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
            (database.database,),
        )
