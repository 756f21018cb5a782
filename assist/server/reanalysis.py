"""Analysing a recorded call again with the models and rules of today, beside what it found then."""

from __future__ import annotations

import asyncio
import secrets
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec
import structlog
from msgspec.structs import replace
from sqlalchemy import Connection, insert, select
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from assist.audio.files import Recording, open_recording
from assist.audio.frames import CallInfo
from assist.errors import AssistError, ConfigError, StoreError
from assist.events import AnyEvent, Event, Partial, encode
from assist.run.compare import Comparison, compare
from assist.run.inline import recording_frames, recording_leg
from assist.server.answers import answer, as_json, problem
from assist.server.calls import call_log
from assist.server.hub import Hub
from assist.server.log import CallLog
from assist.server.permissions import Action
from assist.server.pool import CallPool
from assist.server.sign_in import who_asks
from assist.store import Recordings, Store
from assist.store.tables import reanalyses
from assist.store.take import channels_of
from assist.store.writer import Write

_WAITING: Final = 50
"""Calls that may wait for their turn; one at a time is analysed, behind the live ones."""
_KEEP = insert(reanalyses)
_log = structlog.get_logger(__name__)


class Reanalysis(msgspec.Struct, frozen=True):
    """One more analysis of a call: who had it made when, and what differs."""

    number: int
    made_at: str
    author: str
    comparison: Comparison


class Reanalyses:
    """Makes them one after the other. Used from one event loop."""

    def __init__(self, pool: CallPool, store: Store, recordings: Recordings) -> None:
        self._pool = pool
        self._store = store
        self._recordings = recordings
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._failed: dict[str, str] = {}
        self._one = asyncio.Lock()

    async def close(self) -> None:
        """Give up what is being made."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def begin(self, log: CallLog, author: str) -> None:
        """Have a call analysed again; raises `ConfigError` when that cannot be."""
        call_id = log.call_id
        if log.running:
            raise ConfigError(
                f"The call {call_id} still runs; it can be analysed again afterwards."
            )
        if not log.call.recording or not await self._recordings.size(log.call.recording):
            raise ConfigError(f"There is no recording of the call {call_id}.")
        if call_id in self._tasks:
            raise ConfigError(f"The call {call_id} is being analysed already.")
        if len(self._tasks) >= _WAITING:
            raise ConfigError(f"{_WAITING} calls wait for their turn; try again later.")
        self._failed.pop(call_id, None)
        task = asyncio.create_task(self._make(log, author))
        self._tasks[call_id] = task
        task.add_done_callback(lambda _: self._tasks.pop(call_id))

    def state(self, call_id: str) -> tuple[bool, str]:
        """Whether it is being made, and why the last attempt failed."""
        return call_id in self._tasks, self._failed.get(call_id, "")

    async def of(self, call_id: str) -> list[Reanalysis]:
        """All analyses of a call after the first, the oldest first."""

        def found(connection: Connection) -> list[Reanalysis]:
            columns = (reanalyses.c.number, reanalyses.c.made_at, reanalyses.c.author)
            query = select(*columns, reanalyses.c.comparison).where(reanalyses.c.call_id == call_id)
            return [
                Reanalysis(
                    row.number,
                    row.made_at.isoformat(),
                    row.author,
                    msgspec.json.decode(row.comparison, type=Comparison),
                )
                for row in connection.execute(query.order_by(reanalyses.c.number))
            ]

        return await self._store.read(found)

    async def events(self, call_id: str, number: int) -> str | None:
        """The events of one of them as a JSON array; `None` when there is no such one."""
        query = select(reanalyses.c.events).where(
            reanalyses.c.call_id == call_id, reanalyses.c.number == number
        )
        return await self._store.read(
            lambda connection: connection.execute(query).scalar_one_or_none()
        )

    async def _make(self, log: CallLog, author: str) -> None:
        try:
            async with self._one:
                found = await self._analysed(log)
            before = [record.decode() for record in log.records]
            comparison = await asyncio.to_thread(compare, before, found)
            row = {
                "call_id": log.call_id,
                "made_at": datetime.now(UTC),
                "author": author,
                "events": "[" + ",".join(encode(event).decode() for event in found) + "]",
                "comparison": msgspec.json.encode(comparison).decode(),
            }
            await self._store.write(Write(_KEEP, row))
        except (AssistError, OSError, msgspec.ValidationError) as error:
            self._failed[log.call_id] = str(error)
            _log.error("call not analysed again", call_id=log.call_id, reason=str(error))

    async def _analysed(self, log: CallLog) -> list[Event]:
        """The events of the recording, as if the call were one that comes in now."""
        with tempfile.TemporaryDirectory() as scratch:
            path = Path(scratch) / Path(log.call.recording).name
            size = await self._recordings.size(log.call.recording) or 0
            await asyncio.to_thread(self._fetch, log.call.recording, size, path)
            recording = await asyncio.to_thread(open_recording, path)
            return await self._run(log, recording)

    def _fetch(self, name: str, size: int, path: Path) -> None:
        with path.open("wb") as file:
            file.writelines(self._recordings.read(name, 0, size))

    async def _run(self, log: CallLog, recording: Recording) -> list[Event]:
        roles = channels_of(log.roles)
        info = CallInfo(
            call_id=f"again-{secrets.token_hex(8)}",
            legs=(recording_leg(recording, ",".join(roles)),),
            language=log.call.language,
            agent=log.call.agent,
            customer=log.call.customer,
        )
        found: list[Event] = []

        def keep(event: AnyEvent) -> None:
            if not isinstance(event, Partial):
                found.append(replace(event, call_id=log.call_id))

        call = await self._pool.open(info, live=False, on_event=keep)
        try:
            frames = recording_frames(recording)
            while (frame := await asyncio.to_thread(next, frames, None)) is not None:
                await call.feed(frame)
        finally:
            await call.finish("end_of_file")
        if not found:
            raise StoreError(f"The recording of the call {log.call_id} has no sound.")
        return found


def reanalysis_routes(hub: Hub, again: Reanalyses) -> list[BaseRoute]:
    """`/api/calls/CALL/reanalyses`."""

    async def analyses(request: Request) -> Response:
        if request.method == "POST":
            log = await call_log(request, hub, Action.REVIEW)
            await again.begin(log, who_asks(request).name)
            return answer({}, 202)
        log = await call_log(request, hub, Action.SEE)
        running, failed = again.state(log.call_id)
        made = await again.of(log.call_id)
        return answer({"running": running, "failed": failed, "reanalyses": made})

    async def their_events(request: Request) -> Response:
        log = await call_log(request, hub, Action.SEE)
        found = await again.events(log.call_id, request.path_params["number"])
        return as_json(found) if found else problem(404, "There is no such analysis of this call.")

    return [
        Route("/api/calls/{call_id}/reanalyses", analyses, methods=["GET", "POST"]),
        Route("/api/calls/{call_id}/reanalyses/{number:int}/events", their_events),
    ]
