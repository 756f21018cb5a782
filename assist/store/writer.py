"""The one thread that writes, and the bounded queue that feeds it.

The event loop puts writes in, the thread commits them in batches. A full queue makes the one
who puts wait; nothing is dropped. While the database cannot be written (disk full, locked),
the batch is kept and tried again; so it is while another server has the database, which can
happen when PostgreSQL restarts and forgets who held it. A single write that can never succeed (it
breaks a constraint, does not fit) is logged and left out, so that it takes nobody else's events
with it.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import queue
import threading
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

import structlog
from sqlalchemy import Connection, Delete, Engine, Insert, Update
from sqlalchemy.exc import DBAPIError, OperationalError

from assist.errors import StoreError
from assist.store.tables import calls, events, utterances

BATCH = 2000
"""Writes of one transaction at most."""
RETRY_SECONDS = 1.0

_log = structlog.get_logger("assist.store")


class Write(NamedTuple):
    """A statement and its parameters; equal statements of a batch run as one."""

    statement: Insert | Update | Delete
    parameters: dict[str, Any]


class Task(NamedTuple):
    """Work on a call that needs to read what was written before it."""

    run: Callable[[Connection, str], None]
    call_id: str


class SharedTask(NamedTuple):
    """The same, done at once for all calls of a batch that ask for it."""

    run: Callable[[Connection, Sequence[str]], None]
    call_id: str


class _Together(NamedTuple):
    """What is written in one transaction or not at all."""

    parts: tuple[Write | Task | SharedTask, ...]


class _Stop(NamedTuple):
    """Last thing in the queue."""


_Item = _Together | _Stop | asyncio.Future[None]


class Writer:
    """Commits what `put` is given, in order. Used from one event loop."""

    def __init__(
        self,
        engine: Engine,
        limit: int,
        *,
        retry: float = RETRY_SECONDS,
        assure: Callable[[], None] = lambda: None,
    ) -> None:
        self._engine = engine
        self._assure = assure
        self._items: queue.SimpleQueue[_Item] = queue.SimpleQueue()
        self._room = asyncio.Semaphore(limit)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._flushes: set[asyncio.Future[None]] = set()
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._closing = threading.Event()
        self._retry = retry
        self.failure: str | None = None
        """Why the last attempt to write failed, `None` when it did not."""

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    async def put(self, *parts: Write | Task | SharedTask) -> None:
        """Hand over what is written together; waits while the queue is full."""
        self._loop = asyncio.get_running_loop()
        await self._room.acquire()
        self._items.put(_Together(parts))

    async def flush(self) -> None:
        """Return when all that was put before is on disk.

        Raises `StoreError` when it cannot be written now; it stays in the queue.
        """
        if self.failure:
            raise self._error()
        self._loop = asyncio.get_running_loop()
        written: asyncio.Future[None] = self._loop.create_future()
        self._flushes.add(written)
        self._items.put(written)
        try:
            await written
        finally:
            self._flushes.discard(written)

    async def close(self) -> None:
        """Write what is left and stop; raises `StoreError` when that is impossible."""
        self._closing.set()
        self._items.put(_Stop())
        await asyncio.to_thread(self._thread.join)
        if self.failure:
            raise StoreError(
                f"The last events could not be written to the database: {self.failure}."
            )

    def _run(self) -> None:
        stopping = False
        while not stopping:
            items = self._take()
            stopping = any(isinstance(item, _Stop) for item in items)
            writes = [item for item in items if isinstance(item, _Together)]
            flushes = [item for item in items if isinstance(item, asyncio.Future)]
            while not self._commit(writes):
                self._tell(self._settle, None, self._error())
                if self._closing.is_set():
                    return
                self._closing.wait(self._retry)
            self._tell(self._settle, flushes, None)
            self._tell(self._make_room, len(writes))

    def _take(self) -> list[_Item]:
        items = [self._items.get()]
        with contextlib.suppress(queue.Empty):
            while len(items) < BATCH and not isinstance(items[-1], _Stop):
                items.append(self._items.get_nowait())
        return items

    def _commit(self, writes: list[_Together]) -> bool:
        try:
            self._assure()
            try:
                self._execute(writes)
            except OperationalError:
                raise
            except Exception:  # noqa: BLE001 - whichever it is, it must not take the others along
                self._execute_singly(writes)
        except (OperationalError, StoreError) as error:
            reason = str(error.orig if isinstance(error, OperationalError) else error)
            if self.failure is None:
                _log.error("store cannot write", reason=reason)
            self.failure = reason.rstrip(".")
            return False
        self.failure = None
        return True

    def _execute(self, writes: list[_Together]) -> None:
        parts = [part for together in writes for part in together.parts]
        ordered = _ordered([part for part in parts if isinstance(part, Write)])
        tasks = dict.fromkeys(part for part in parts if not isinstance(part, Write))
        with self._engine.begin() as connection:
            for _, group in itertools.groupby(ordered, key=lambda write: id(write.statement)):
                run = list(group)
                connection.execute(run[0].statement, [write.parameters for write in run])
            for _, same in itertools.groupby(tasks, key=lambda task: task.run):
                _do(connection, list(same))

    def _execute_singly(self, writes: list[_Together]) -> None:
        with self._engine.begin() as connection:
            for together in writes:
                try:
                    with connection.begin_nested():
                        for part in together.parts:
                            if isinstance(part, Write):
                                connection.execute(part.statement, part.parameters)
                            else:
                                _do(connection, [part])
                except OperationalError:
                    raise
                except Exception as error:  # noqa: BLE001 - it would fail for ever
                    reason = str(error.orig if isinstance(error, DBAPIError) else error)
                    _log.error("write left out", reason=reason, **_whose(together))

    def _error(self) -> StoreError:
        return StoreError(
            f"The database cannot be written ({self.failure}); what is waiting is written "
            "as soon as it can be."
        )

    def _make_room(self, count: int) -> None:
        for _ in range(count):
            self._room.release()

    def _settle(self, flushes: list[asyncio.Future[None]] | None, error: StoreError | None) -> None:
        """Answer those who wait for a flush; all of them when `flushes` is `None`."""
        for flush in list(self._flushes) if flushes is None else flushes:
            if flush.done():
                continue
            if error is None:
                flush.set_result(None)
            else:
                flush.set_exception(error)

    def _tell(self, callback: Any, *arguments: Any) -> None:
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
                self._loop.call_soon_threadsafe(callback, *arguments)


_OF_CALLS: Final = {table.name: place for place, table in enumerate((calls, events, utterances))}


def _ordered(writes: list[Write]) -> list[Write]:
    """So that few statements do for many writes: those of calls sorted, all others in their place.

    What others refer to comes first, and rows are made before they are changed.
    """

    def rank(write: Write) -> tuple[int, bool, int]:
        statement = write.statement
        return _OF_CALLS[_table(write)], isinstance(statement, Update), id(statement)

    ordered: list[Write] = []
    for of_calls, run in itertools.groupby(writes, key=lambda write: _table(write) in _OF_CALLS):
        ordered.extend(sorted(run, key=rank) if of_calls else run)  # noqa: B031 - once each
    return ordered


def _do(connection: Connection, same: Sequence[Task | SharedTask]) -> None:
    """Tasks that differ in their call alone."""
    first = same[0]
    if isinstance(first, SharedTask):
        first.run(connection, [task.call_id for task in same])
        return
    for task in same:
        if isinstance(task, Task):
            task.run(connection, task.call_id)


def _table(write: Write) -> str:
    return str(write.statement.entity_description["name"])


def _whose(together: _Together) -> dict[str, Any]:
    first = together.parts[0]
    known = first.parameters if isinstance(first, Write) else {"call_id": first.call_id}
    return {"call_id": known.get("call_id")}
