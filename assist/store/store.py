"""The store: one place to put the events of every call and to read them back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable
from datetime import UTC, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeVar

import msgspec
from msgspec import ValidationError
from sqlalchemy import Connection, bindparam, func, insert, select, update
from sqlalchemy.exc import OperationalError

from assist.audio.frames import CallInfo
from assist.config import StoreSettings
from assist.errors import StoreError
from assist.events import CallEnded, CallerVoice, Event, Utterance, decode, seconds
from assist.guidance import usage
from assist.guidance.calming import Answer
from assist.guidance.scorecard import Scorecard
from assist.store import facts, migrate, scorecards
from assist.store.annotations import Annotation
from assist.store.database import Database, open_database
from assist.store.earlier import EarlierCall, Style, annotations_of, earlier_calls, style_of
from assist.store.people import Done, People, people, record_of_people
from assist.store.ratings import Rating, rating_row
from assist.store.records import EventRecord, StoredCall
from assist.store.search import Filters, Found, search
from assist.store.tables import calls, events, feedback, marks, ratings, reviews, utterances
from assist.store.writer import SharedTask, Task, Write, Writer

_T = TypeVar("_T")

_USAGE_CALLS = 50
_HISTORY_CALLS = 10

_NEXT_NUMBER = select(func.coalesce(func.max(calls.c.number), 0) + 1).scalar_subquery()
_START_CALL = insert(calls).values(number=_NEXT_NUMBER)
_UTTERANCE = insert(utterances)
_APPEND = insert(events)
_END_CALL = update(calls).where(calls.c.call_id == bindparam("ended_call"))
_FEEDBACK = insert(feedback)
_REVIEW = insert(reviews)
_RATING = insert(ratings)
_ANNOTATION = insert(marks)
_STORED_CALL = select(*(calls.c[name] for name in StoredCall.__struct_fields__))


class Store:
    """Calls and their final events in a database.

    Writing goes through one thread and a bounded queue (`Writer`); reading runs in threads
    beside the event loop. Everything but `open` is called from one event loop.
    """

    def __init__(self, database: Database, writer: Writer) -> None:
        self._database = database
        self._writer = writer

    @classmethod
    def open(cls, settings: StoreSettings) -> Store:
        """Bring the database to the present tables and start the writer.

        Calls that a dead server left running are marked as ended, reason "interrupted".
        Raises `StoreError` when the database cannot be used, with what to do about it.
        """
        database = open_database(settings.url)
        with database.released_on_error():
            migrate.upgrade(database.engine)
            with database.engine.begin() as connection:
                _end_interrupted(connection)
                facts.catch_up(connection)
        writer = Writer(database.engine, settings.queue, assure=database.assure)
        writer.start()
        return cls(database, writer)

    @property
    def failure(self) -> str | None:
        """Why the database cannot be written at the moment, `None` when it can."""
        return self._writer.failure

    async def call_started(self, info: CallInfo, started_at: datetime, recording: str = "") -> None:
        """Note that a call began, and where it is recorded; comes before its first event."""
        row = {
            "call_id": info.call_id,
            "agent": info.agent,
            "customer": info.customer,
            "language": info.language,
            "started_at": started_at,
            "recording": recording,
        }
        await self._writer.put(Write(_START_CALL, row))

    async def append(self, event: Event) -> None:
        """Keep a final event; waits while the queue is full, raises `ValueError` for a partial."""
        await self.append_record(EventRecord.of(event))

    async def append_record(self, record: EventRecord) -> None:
        """Keep a final event that is encoded already; waits while the queue is full."""
        writes = [Write(_APPEND, record._asdict())]
        if record.type == "utterance" and isinstance(event := _decoded(record.json), Utterance):
            writes.append(Write(_UTTERANCE, facts.utterance_row(event)))
        await self._writer.put(*writes)

    async def call_ended(
        self, call_id: str, *, reason: str, duration: float, ended_at: datetime
    ) -> None:
        """Note that a call ended; comes after its last event. `duration` in seconds."""
        row = {
            "ended_call": call_id,
            "reason": reason,
            "duration": duration,
            "ended_at": ended_at,
        }
        await self._writer.put(Write(_END_CALL, row), SharedTask(facts.derive, call_id))

    async def feedback(self, call_id: str, suggestion: str, action: str) -> None:
        """Keep what the agent did with a suggestion; the latest counts, all are kept."""
        row = {
            "call_id": call_id,
            "suggestion": suggestion,
            "action": action,
            "given_at": datetime.now(UTC),
        }
        await self._writer.put(Write(_FEEDBACK, row))

    async def annotate(self, annotation: Annotation) -> None:
        """Keep what a person marked on a call; nothing is ever overwritten."""
        row = msgspec.structs.asdict(annotation)
        row["made_at"] = datetime.fromisoformat(annotation.made_at)
        parts: list[Write | SharedTask] = [Write(_ANNOTATION, row)]
        if annotation.kind in facts.CORRECTIONS:
            parts.append(SharedTask(facts.derive, annotation.call_id))
        await self._writer.put(*parts)

    async def keep_scorecard(
        self, call_id: str, card: Scorecard, answered: tuple[Answer, ...]
    ) -> None:
        """Keep the scorecard of a call in the place of the one there is; on disk when done."""

        def keep(connection: Connection, one: str) -> None:
            scorecards.keep(connection, one, card, answered)

        await self._writer.put(Task(keep, call_id))
        await self.flush()

    async def review(self, review: scorecards.Review) -> None:
        """Keep what a person says of a scorecard; on disk when done."""
        row = msgspec.structs.asdict(review)
        row["made_at"] = datetime.fromisoformat(review.made_at)
        await self._writer.put(Write(_REVIEW, row), Task(scorecards.rescore, review.call_id))
        await self.flush()

    async def rate(self, rating: Rating) -> None:
        """Keep a customer's rating of a call; on disk when done."""
        await self._writer.put(Write(_RATING, rating_row(rating)))
        await self.flush()

    async def usage(self, agent: str) -> dict[str, tuple[int, int]]:
        """How often each rule was shown to an agent and used, in the latest calls that ended."""
        latest = (
            select(calls.c.call_id)
            .where(calls.c.agent == agent, calls.c.ended_at.is_not(None))
            .order_by(calls.c.started_at.desc())
            .limit(_USAGE_CALLS)
        )
        kinds = ("suggestion", "suggestion_withdrawn")
        told = (
            select(events.c.call_id, events.c.json)
            .where(events.c.call_id.in_(latest), events.c.type.in_(kinds))
            .order_by(events.c.call_id, events.c.seq)
        )
        answered = (
            select(feedback.c.call_id, feedback.c.suggestion, feedback.c.action)
            .where(feedback.c.call_id.in_(latest))
            .order_by(feedback.c.id)
        )
        return await self.read(
            lambda connection: _usage(
                [(row.call_id, row.json) for row in connection.execute(told)],
                [(row.call_id, row.suggestion, row.action) for row in connection.execute(answered)],
            )
        )

    async def history(self, customer: str) -> tuple[str, ...]:
        """How the latest calls of a customer ended ("solved", "unsolved", "open"), newest first."""
        ended = await self._of_customer(customer, "call_ended", _HISTORY_CALLS)
        return tuple(event.outcome for event in ended if isinstance(event, CallEnded))

    async def voice(self, customer: str) -> CallerVoice | None:
        """How a customer sounded when calm in the latest call that remembers it."""
        for event in await self._of_customer(customer, "caller_voice", 1):
            if isinstance(event, CallerVoice):
                return event
        return None

    async def _of_customer(self, customer: str, kind: str, limit: int) -> list[Event | None]:
        """Events of one type in a customer's latest calls, newest first."""
        query = (
            select(events.c.json)
            .join(calls, calls.c.call_id == events.c.call_id)
            .where(calls.c.customer == customer, events.c.type == kind)
            .order_by(calls.c.started_at.desc(), calls.c.call_id)
            .limit(limit)
        )
        rows = await self.read(lambda connection: connection.execute(query).all())
        return [_decoded(row.json) for row in rows]

    async def earlier(self, customer: str) -> tuple[EarlierCall, ...]:
        """The latest calls of a customer for the agent to see, newest first.

        Unlike `history`, which guidance reads, it has what people corrected afterwards.
        """
        return await self.read(lambda connection: earlier_calls(connection, customer))

    async def write(self, *writes: Write) -> None:
        """Keep rows together and return when they are on disk; `StoreError` if they cannot be."""
        await self._writer.put(*writes)
        await self._writer.flush()

    async def style(self, customer: str) -> Style:
        """The brand's tone that suits a customer; empty where nobody said."""
        return await self.read(lambda connection: style_of(connection, customer))

    async def flush(self) -> None:
        """Return when all that was given is on disk; `StoreError` if that is impossible now."""
        await self._writer.flush()

    async def close(self) -> None:
        """Write what is left, stop the writer and let the file go; `StoreError` on failure."""
        try:
            await self._writer.close()
        finally:
            self._database.close()

    async def call(self, call_id: str) -> StoredCall | None:
        """One call, `None` when it is unknown."""
        query = _STORED_CALL.where(calls.c.call_id == call_id)
        rows = await self.read(lambda connection: connection.execute(query).all())
        return StoredCall(*rows[0]) if rows else None

    async def search(
        self,
        filters: Filters,
        *,
        agents: Collection[str] | None = None,
        limit: int = 100,
        after: str | None = None,
    ) -> Found:
        """The newest `limit` calls that were asked for, or those behind the cursor `after`.

        Only those of `agents` where they are given, whatever else is asked for.
        """
        return await self.read(lambda connection: search(connection, filters, agents, limit, after))

    async def events(self, call_id: str, after: int = 0) -> list[EventRecord]:
        """The events of a call whose `seq` is above `after`, in order."""
        query = (
            select(*(events.c[name] for name in EventRecord._fields))
            .where(events.c.call_id == call_id, events.c.seq > after)
            .order_by(events.c.seq)
        )
        rows = await self.read(lambda connection: connection.execute(query).all())
        return [EventRecord(*row) for row in rows]

    async def feedback_of(self, call_id: str) -> dict[str, str]:
        """What the agent last did with each suggestion of a call."""
        query = (
            select(feedback.c.suggestion, feedback.c.action)
            .where(feedback.c.call_id == call_id)
            .order_by(feedback.c.id)
        )
        rows = await self.read(lambda connection: connection.execute(query).all())
        return {row.suggestion: row.action for row in rows}

    async def annotations_of(self, call_id: str) -> list[Annotation]:
        """Everything that was ever marked on a call, in the order of its making."""
        return await self.read(lambda connection: annotations_of(connection, [call_id]))

    async def people(self) -> People:
        """Everybody and everything that may sign in."""
        return await self.read(people)

    async def record_of_people(self, before: int, limit: int) -> list[Done]:
        """What people did, newest first, from the line before number `before` on."""
        return await self.read(lambda connection: record_of_people(connection, before, limit))

    async def read(self, query: Callable[[Connection], _T]) -> _T:
        """What a query finds, run in a thread; raises `StoreError` when that is impossible now."""

        def run() -> _T:
            with self._database.engine.connect() as connection:
                return query(connection)

        try:
            return await asyncio.to_thread(run)
        except OperationalError as error:
            raise StoreError(
                f"The database {self._database.name} cannot be read: {error.orig}."
            ) from None


def _end_interrupted(connection: Connection) -> None:
    last = (
        select(func.max(events.c.position))
        .where(events.c.call_id == calls.c.call_id)
        .scalar_subquery()
    )
    running = select(calls.c.call_id, calls.c.started_at, last).where(calls.c.ended_at.is_(None))
    rows: list[dict[str, Any]] = []
    for call_id, started_at, position in connection.execute(running):
        duration = seconds(position or 0)
        rows.append(
            {
                "ended_call": call_id,
                "reason": "interrupted",
                "duration": duration,
                "ended_at": started_at + timedelta(seconds=duration),
            }
        )
    if rows:
        connection.execute(_END_CALL, rows)


def _usage(
    told: Iterable[tuple[str, str]], answered: Iterable[tuple[str, str, str]]
) -> dict[str, tuple[int, int]]:
    """Counts by rule from events and feedback, each with the id of its call first."""
    answers: dict[str, dict[str, str]] = {}
    for call_id, suggestion, action in answered:
        answers.setdefault(call_id, {})[suggestion] = action
    total: dict[str, usage.Count] = {}
    for call_id, lines in groupby(told, key=itemgetter(0)):
        known = filter(None, (_decoded(line) for _, line in lines))
        total = usage.add(total, usage.count(known, answers.get(call_id, {})))
    return {rule: (counts.shown, counts.used) for rule, counts in total.items()}


def _decoded(line: str) -> Event | None:
    """The event, or None when another version wrote it."""
    try:
        return decode(line)
    except ValidationError:
        return None
