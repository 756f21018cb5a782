"""A live call as the server sees it: audio goes to a worker, events come back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import structlog
from msgspec.structs import replace

from assist.audio.frames import AudioFrame, CallInfo
from assist.call.session import Checkpoint
from assist.config import ServerSettings
from assist.events import SAMPLE_RATE, AnyEvent, CallEnded, Degraded, Event, Fault, Partial
from assist.run.backlog import Backlog
from assist.run.wire import (
    Audio,
    Behind,
    Broken,
    Consumed,
    Events,
    Finish,
    Open,
    Report,
    Request,
    Saved,
)

_IN_FLIGHT_SECONDS = 2.0
_MAX_FAULTS = 3

_log = structlog.get_logger(__name__)


class LiveCall:
    """One call of a `WorkerPool`.

    Keeps the audio since the last checkpoint, so that a replacement worker can go on from
    there: sessions are deterministic, so it repeats the same events under the same numbers,
    and repeated ones are left out. What is inserted here (`Fault`, `Degraded`, `Rewording`)
    shifts the numbers of all that follows.
    """

    def __init__(
        self,
        info: CallInfo,
        *,
        live: bool,
        limits: ServerSettings,
        on_event: Callable[[AnyEvent], None],
        send: Callable[[Request], None],
    ) -> None:
        self.info = info
        self._live = live
        self._limits = limits
        self._on_event = on_event
        self._send = send
        self._audio = Backlog(info.legs)
        self._checkpoint: Checkpoint | None = None
        self._recovering = 0.0
        self._finish: str | None = None
        self._finish_sent = False
        self._faults = 0
        self._session_seq = 0
        self._inserted = 0
        self._position = 0
        self._room = asyncio.Event()
        self._room.set()
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._send(Open(info, live))

    # From the source

    async def feed(self, frame: AudioFrame) -> None:
        """Take audio. A live call drops its oldest when the worker is busy; a file waits."""
        if not self._live:
            await self._room.wait()
        if self.ended.done():
            return
        self._audio.put(frame)
        if self._live:
            limit = self._limits.audio_backlog + self._recovering
            self._audio.drop_oldest(limit, "overload")
        self._pump()

    async def finish(self, reason: str) -> None:
        """No more audio; returns when `CallEnded` has been delivered."""
        if self._finish is None:
            self._finish = reason
            self._pump()
        await asyncio.shield(self.ended)

    def insert(self, event: Event) -> None:
        """Deliver an event of the server's own, numbered behind the others; none after the end."""
        if not self.ended.done():
            self._insert(replace(event, position=self._position))

    # From the worker

    def report(self, report: Report) -> None:
        """Something the worker said about this call."""
        if isinstance(report, Events):
            for event in report.events:
                self._deliver(event)
        elif isinstance(report, Consumed):
            self._audio.consume()
            self._trim()
            self._pump()
        elif isinstance(report, Saved):
            self._checkpoint = report.checkpoint
            self._faults = 0
            self._trim()
        elif isinstance(report, Behind):
            self._insert(Degraded(what="partials", active=report.active, **self._stamp()))
        elif isinstance(report, Broken):
            self._broken(report)

    def restart(self) -> None:
        """The worker was replaced: go on from the last checkpoint."""
        if self.ended.done():
            return
        text = "A speech process was replaced; the call goes on from its last finished turn."
        self._insert(Fault(part="worker", text=text, **self._stamp()))
        self._reopen()

    def give_up(self, text: str) -> None:
        """The call cannot go on at all."""
        if not self.ended.done():
            self._insert(Fault(part="call", text=text, **self._stamp()))
            duration = round(self._position / SAMPLE_RATE, 3)
            self._insert(CallEnded(reason="fault", duration=duration, **self._stamp()))

    def _broken(self, report: Broken) -> None:
        if report.given:
            self.give_up(report.text)
            return
        _log.error("call_broken", call_id=self.info.call_id, traceback=report.text)
        text = "Something went wrong in this call; it goes on from its last finished turn."
        self._insert(Fault(part="call", text=text, **self._stamp()))
        self._reopen()

    def _reopen(self) -> None:
        self._faults += 1
        if self._faults > _MAX_FAULTS:
            self.give_up("The call failed again and again and was ended; the log tells why.")
            return
        self._finish_sent = False
        if self._faults > 1:
            # The same audio has failed twice: rather lose it than the call.
            self._audio.discard("fault")
        self._audio.rewind()
        self._recovering = self._audio.waiting.seconds
        self._send(Open(self.info, self._live, self._checkpoint))
        self._pump()

    def _pump(self) -> None:
        """Send what the worker has room for."""
        if self.ended.done():
            return
        for frame in self._audio.send(_IN_FLIGHT_SECONDS):
            self._send(Audio(self.info.call_id, frame))
        if self._audio.waiting.seconds <= self._limits.audio_backlog:
            self._recovering = 0.0
            self._room.set()
        else:
            self._room.clear()
        if self._finish is not None and not self._audio.waiting and not self._finish_sent:
            self._finish_sent = True
            self._send(Finish(self.info.call_id, self._finish))

    def _trim(self) -> None:
        received = self._checkpoint.received if self._checkpoint else (0,) * len(self.info.legs)
        self._audio.forget(received, self._limits.recovery_backlog)

    # Events on their way out

    def _deliver(self, event: AnyEvent) -> None:
        if self.ended.done():
            return
        self._position = max(self._position, event.position)
        if isinstance(event, Partial):
            self._on_event(replace(event, seq=self._session_seq + self._inserted))
        elif event.seq > self._session_seq:
            self._session_seq = event.seq
            self._out(replace(event, seq=event.seq + self._inserted))

    def _insert(self, event: Event) -> None:
        self._inserted += 1
        self._out(replace(event, seq=self._session_seq + self._inserted))

    def _out(self, event: Event) -> None:
        self._on_event(event)  # type: ignore[arg-type]
        if isinstance(event, CallEnded):
            self._audio.discard("ended")
            self._room.set()
            self.ended.set_result(None)

    def _stamp(self) -> dict[str, Any]:
        return {"call_id": self.info.call_id, "seq": 0, "position": self._position}
