"""Calls that are taken in now. They outlive the connections that bring them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

import structlog
from msgspec.structs import replace

from assist.audio.frames import AudioFrame, CallInfo
from assist.config import ServerSettings, WallSettings
from assist.errors import AssistError, ProtocolError, StoreError
from assist.events import AnyEvent, CallEnded, Event, Partial
from assist.server.arrivals import Arrivals
from assist.server.hub import Hub
from assist.server.language_model import LanguageModel, Scribe
from assist.server.log import CallLog
from assist.server.metrics import Metrics
from assist.server.pool import CallPool, PooledCall
from assist.server.scoring import Scorer
from assist.server.webhooks import Webhooks
from assist.sources.native import check_resumed
from assist.store import EarlierCall, RecordedCall, Recordings, Store

_log = structlog.get_logger(__name__)


class Source(Protocol):
    """A connection that brings a call's audio."""

    def supersede(self) -> None:
        """A newer connection of the same call has taken over."""

    def call_over(self, reason: str, error: AssistError | None) -> None:
        """The call has ended and is stored; `error` says why, if it is not."""


@dataclass(frozen=True)
class Services:
    """What the calls of a server share."""

    settings: ServerSettings
    wall: WallSettings
    pool: CallPool
    store: Store
    hub: Hub
    webhooks: Webhooks
    metrics: Metrics
    recordings: Recordings
    scorer: Scorer
    language_model: LanguageModel | None = None


class RunningCall:
    """A call from its first `start` to its stored end, over any number of connections.

    `positions` are the sample frames held per leg. One connection at a time brings audio;
    when it is lost, the call waits `resume_timeout` for the next one and then ends.
    """

    def __init__(
        self, services: Services, info: CallInfo, *, live: bool, on_end: Callable[[], None]
    ) -> None:
        self.info = info
        self._on_end = on_end
        self.positions = [0] * len(info.legs)
        self._services = services
        self._live = live
        self._arrivals = Arrivals(len(info.legs)) if live else None
        self._loop = asyncio.get_running_loop()
        self._feeding = asyncio.Lock()
        self._source: Source | None = None
        self._waiting: asyncio.TimerHandle | None = None
        self._ending: asyncio.Task[None] | None = None
        self.end_reason = ""
        self.opened: asyncio.Future[None] = self._loop.create_future()
        self._log = CallLog.begun(info, services.wall)
        self._call: PooledCall
        self._recorder: asyncio.Task[None]
        self._recording: RecordedCall | None = None
        self._scribe = (
            Scribe(services.language_model, live=live, append=self._insert)
            if services.language_model is not None
            else None
        )

    async def open(self) -> None:
        """Begin the call on a worker; no model is waited for."""
        info, self._log.earlier = await self._known()
        self._call = await self._services.pool.open(info, live=self._live, on_event=self._on_event)
        started_at = self._log.call.started_at
        self._recording = await self._services.recordings.begin(
            self.info, started_at, live=self._live
        )
        name = self._recording.name if self._recording else ""
        self._log.recorded(name)
        self._services.hub.begin(self._log)
        await self._services.store.call_started(self.info, started_at, name)
        self._recorder = self._loop.create_task(self._record())
        _log.info("call started", call_id=self.info.call_id, live=self._live)

    async def _known(self) -> tuple[CallInfo, tuple[EarlierCall, ...]]:
        """What the store knows of agent and customer: for the session, and for people to see.

        A call begins without any of it, too.
        """
        store, info = self._services.store, self.info
        try:
            if info.agent:
                info = replace(info, usage=await store.usage(info.agent))
            if not info.customer:
                return info, ()
            history, voice = await store.history(info.customer), await store.voice(info.customer)
            earlier = await store.earlier(info.customer)
            style = await store.style(info.customer)
        except StoreError as error:
            _log.warning("earlier calls not read", call_id=info.call_id, reason=str(error))
            return self.info, ()
        return replace(info, history=history, voice=voice, style=style), earlier

    async def attach(self, source: Source) -> list[int]:
        """Let a connection bring the audio from now on; the sample frames held per leg.

        The newest connection wins. Raises `ProtocolError` when the call has ended meanwhile.
        """
        if self.end_reason not in ("", "stop"):
            raise ProtocolError(
                f"The call {self.info.call_id} has ended ({self.end_reason}); "
                "start a new one with a new call_id."
            )
        former, self._source = self._source, source
        self._stop_waiting()
        if former is not None:
            _log.info("call taken over by a newer connection", call_id=self.info.call_id)
            former.supersede()
        async with self._feeding:  # what the former connection was just handing over counts
            return list(self.positions)

    def detach(self, source: Source) -> None:
        """The connection is gone; unless it was superseded, the call waits for the next."""
        if self._source is not source:
            return
        self._source = None
        if not self.end_reason:
            self._stop_waiting()
            self._waiting = self._loop.call_later(
                self._services.settings.resume_timeout, self.end, "disconnected"
            )

    async def feed(self, source: Source, frame: AudioFrame) -> bool:
        """Take audio; a file waits here. False when `source` may not bring any (any more)."""
        async with self._feeding:
            if self._source is not source or self.end_reason:
                return False
            leg = self.info.legs[frame.leg]
            frames = len(frame.data) // leg.frame_bytes
            end = frame.start + frames
            if self._arrivals is not None:
                self._arrivals.note(frame.leg, end / leg.rate, self._loop.time())
            await self._call.feed(frame)
            if self._recording is not None:
                await self._recording.put(frame)
            self.positions[frame.leg] = max(self.positions[frame.leg], end)
            self._services.metrics.audio.inc(frames / leg.rate * len(leg.roles))
            return True

    def stop(self, source: Source) -> None:
        """The connection says that the call is over; one that was superseded has no say."""
        if self._source is source:
            self.end("stop")

    def end(self, reason: str) -> asyncio.Task[None]:
        """Begin to end the call; the first reason counts.

        The connection is told when all events are stored, and so is who awaits the task.
        """
        if self._ending is None:
            self.end_reason = reason
            self._stop_waiting()
            self._ending = self._loop.create_task(self._end())
        return self._ending

    async def _end(self) -> None:
        call_id = self.info.call_id
        error: AssistError | None = None
        outcome = "fault"
        try:
            await asyncio.shield(self.opened)
            await self._call.finish(self.end_reason)
            await self._recorder
            outcome = self.end_reason
            await self._store_end()
            self._services.scorer.ended(call_id)
        except AssistError as failure:
            error = failure
            _log.error("call not stored", call_id=call_id, reason=str(error))
        finally:
            if self._recording is not None:
                self._recording.end()
            self._services.hub.end(self._log)
            self._on_end()
            self._services.metrics.calls.labels(outcome).inc()
            _log.info("call ended", call_id=call_id, reason=outcome)
            if self._source is not None:
                self._source.call_over(outcome, error)
        if self._services.language_model is not None and outcome not in ("fault", "shutdown"):
            self._services.language_model.background(self._sum_up())

    async def _store_end(self) -> None:
        call = self._log.call
        assert call.ended_at is not None, "a pool delivers call_ended before finish returns"
        await self._services.store.call_ended(
            call.call_id, reason=call.reason, duration=call.duration, ended_at=call.ended_at
        )
        await self._services.store.flush()
        await self._services.webhooks.call_ended(call.call_id)

    def _on_event(self, event: AnyEvent) -> None:
        self._services.metrics.event(event, self._arrivals, self._loop.time())
        if isinstance(event, Partial):
            self._log.show(event)
            return
        self._log.append(event)
        if self._scribe is not None:
            self._scribe.observe(event)
        if isinstance(event, CallEnded):
            self._log.close(datetime.now(UTC), event.reason, event.duration)
            self.end(event.reason)  # the pool may end a call by itself

    def _insert(self, event: Event) -> None:
        self._call.insert(event)

    async def _sum_up(self) -> None:
        """Put the model's summary behind the call. The call has ended and waits for nothing."""
        assert self._scribe is not None
        event = await self._scribe.summary()
        if event is not None:
            await self._services.store.append_record(self._log.append(event))

    async def _record(self) -> None:
        """Carry the log into the store, as far behind as the store is."""
        wake = asyncio.Event()
        carried = 0
        with self._log.changes.listen(wake):
            while True:
                wake.clear()
                while carried < len(self._log.records):
                    await self._services.store.append_record(self._log.records[carried])
                    carried += 1
                if not self._log.running:
                    return
                await wake.wait()

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None


class RunningCalls:
    """All calls that are taken in now, by id."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._calls: dict[str, RunningCall] = {}
        self._closing = False

    def __len__(self) -> int:
        return len(self._calls)

    async def open(self, info: CallInfo, *, live: bool) -> RunningCall:
        """The running call of this id, begun now if there is none.

        Raises `ProtocolError` with one sentence when the call has ended, is another one, or
        the server is full.
        """
        running = self._calls.get(info.call_id)
        if running is None:
            return await self._begin(info, live=live)
        check_resumed(running.info, info)
        await asyncio.shield(running.opened)
        return running

    async def close(self) -> None:
        """End all calls, reason "shutdown", and take no new ones; waits `shutdown_timeout`."""
        self._closing = True
        ending = [call.end("shutdown") for call in self._calls.values() if call.opened.done()]
        if not ending:
            return
        _, late = await asyncio.wait(ending, timeout=self._services.settings.shutdown_timeout)
        if late:
            _log.error("calls did not end in time", count=len(late))

    async def _begin(self, info: CallInfo, *, live: bool) -> RunningCall:
        limit = self._services.settings.max_calls
        if self._closing:
            raise ProtocolError("The server is stopping; try again in a moment.", 1013)
        if len(self._calls) >= limit:
            raise ProtocolError(
                f"The server is full: {limit} calls are running (server.max_calls); "
                "try again when one has ended.",
                1013,
            )
        running = self._calls[info.call_id] = RunningCall(
            self._services, info, live=live, on_end=lambda: self._forget(info.call_id)
        )
        try:
            await self._refuse_ended(info.call_id)
            await running.open()
        except BaseException as error:
            del self._calls[info.call_id]
            running.opened.set_exception(
                error if isinstance(error, AssistError) else ProtocolError("The call was given up.")
            )
            running.opened.exception()  # seen, even if nobody else waits for this call
            raise
        running.opened.set_result(None)
        if self._closing:
            running.end("shutdown")
        return running

    def _forget(self, call_id: str) -> None:
        del self._calls[call_id]

    async def _refuse_ended(self, call_id: str) -> None:
        if await self._services.store.call(call_id) is not None:
            raise ProtocolError(
                f"The call {call_id} has ended already; start a new one with a new call_id."
            )
