"""One inference process: hosts the sessions of its calls and answers their jobs.

The main thread reads audio and runs sessions and tone; other threads recognise. Started by
`WorkerPool` as `python -m assist.run.worker FD`.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import socket
import sys
import time
import traceback
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from assist.audio.frames import AudioFrame
from assist.call import CallSession, Engine, ToneJob, TranscribeJob
from assist.call.session import Output
from assist.config import Settings
from assist.errors import AssistError
from assist.events import Event
from assist.run.recognition import Answer, RecognitionThreads
from assist.run.wire import (
    Alive,
    Audio,
    Behind,
    Broken,
    Configure,
    Consumed,
    Events,
    Finish,
    Open,
    Ready,
    Report,
    Request,
    RequestReader,
    Saved,
    Unusable,
    pack,
)

_ALIVE_EVERY = 1.0
_CHECKPOINT_EVERY = 16_000
_FINALS_AHEAD = {True: 16, False: 2}
"""Unanswered finals at which a live call, or a file, stops being fed."""


@dataclass
class _Call:
    session: CallSession
    live: bool
    inbox: deque[AudioFrame | str] = field(default_factory=deque)
    finals: int = 0
    saved_at: int = 0
    behind: bool = False

    @property
    def may_advance(self) -> bool:
        return bool(self.inbox) and self.finals < _FINALS_AHEAD[self.live]


class Worker:
    """State of the process; `run` returns when the server hangs up."""

    def __init__(
        self,
        connection: socket.socket,
        settings: Settings,
        engine: Engine,
        reader: RequestReader,
    ) -> None:
        self._connection = connection
        self._settings = settings
        self._engine = engine
        self._calls: dict[str, _Call] = {}
        self._reader = reader
        self._recognition = RecognitionThreads(engine, settings.models.lanes)
        self._selector = selectors.DefaultSelector()
        self._selector.register(connection, selectors.EVENT_READ)
        self._selector.register(self._recognition.ready, selectors.EVENT_READ)
        self._alive_at = 0.0

    def run(self, requests: list[Request]) -> None:
        """Work on `requests` and what follows, until the connection closes."""
        for request in requests:
            self._request(request)
        while True:
            self._tell_alive()
            idle = not any(call.may_advance for call in self._calls.values())
            for key, _ in self._selector.select(_ALIVE_EVERY if idle else 0):
                if key.fileobj is self._connection:
                    data = self._connection.recv(1 << 20)
                    if not data:
                        return
                    for request in self._reader.push(data):
                        self._request(request)
            for answer in self._recognition.answers():
                self._answer(answer)
            for call_id, call in list(self._calls.items()):
                if call.may_advance:
                    self._guarded(call_id, partial(self._advance, call_id))

    # Requests

    def _request(self, request: Request) -> None:
        if isinstance(request, Open):
            self._guarded(request.info.call_id, partial(self._open, request))
        elif isinstance(request, Audio) and request.call_id in self._calls:
            self._calls[request.call_id].inbox.append(request.frame)
        elif isinstance(request, Finish) and request.call_id in self._calls:
            self._calls[request.call_id].inbox.append(request.reason)

    def _open(self, request: Open) -> None:
        call_id = request.info.call_id
        session = CallSession(
            self._engine.for_new_call(),
            self._settings,
            request.info,
            partials=True,
            checkpoint=request.checkpoint,
        )
        self._calls[call_id] = _Call(session, request.live, saved_at=session.position)
        self._handle(call_id, session.start())

    def _advance(self, call_id: str) -> None:
        call = self._calls[call_id]
        item = call.inbox.popleft()
        if isinstance(item, str):
            self._handle(call_id, call.session.finish(item))
        else:
            self._handle(call_id, call.session.feed(item))
            self._send(Consumed(call_id))

    def _guarded(self, call_id: str, action: Callable[[], None]) -> None:
        # The one place where everything is caught: whatever a call's audio does to us, the
        # other calls of this worker go on, and the server is told.
        try:
            action()
        except Exception as error:  # noqa: BLE001
            self._break(call_id, error)

    def _break(self, call_id: str, error: BaseException) -> None:
        call = self._calls.pop(call_id, None)
        self._recognition.forget(call)
        given = isinstance(error, AssistError)
        text = str(error) if given else "".join(traceback.format_exception(error))
        self._send(Broken(call_id, text, given))

    # What sessions give out

    def _handle(self, call_id: str, output: Output) -> None:
        call = self._calls[call_id]
        waiting = deque(output)
        events: list[Event] = []
        while waiting:
            item = waiting.popleft()
            if isinstance(item, ToneJob):
                waiting.extend(call.session.resolve(item, self._engine.run(item)))
            elif isinstance(item, Event):
                events.append(item)
            else:
                call.finals += isinstance(item, TranscribeJob)
                self._recognition.ask(call, item, live=call.live)
        if events:
            self._send(Events(call_id, events))  # type: ignore[arg-type]
        if call.session.ended:
            del self._calls[call_id]
            self._recognition.forget(call)
        else:
            self._save(call_id, call)

    def _answer(self, answer: Answer) -> None:
        call_id, call = next(
            ((key, call) for key, call in self._calls.items() if call is answer.owner), ("", None)
        )
        if call is None:
            return  # the call ended or broke meanwhile
        if isinstance(answer.job, TranscribeJob):
            call.finals -= 1
            self._tell_behind(call_id, call, answer.behind)
        self._guarded(call_id, partial(self._resolve, call_id, answer))

    def _resolve(self, call_id: str, answer: Answer) -> None:
        if isinstance(answer.result, BaseException):
            raise answer.result
        self._handle(call_id, self._calls[call_id].session.resolve(answer.job, answer.result))

    def _save(self, call_id: str, call: _Call) -> None:
        if call.session.position - call.saved_at < _CHECKPOINT_EVERY:
            return
        checkpoint = call.session.checkpoint()
        if checkpoint is not None:
            call.saved_at = call.session.position
            self._send(Saved(call_id, checkpoint))

    def _tell_behind(self, call_id: str, call: _Call, behind: bool) -> None:
        if call.live and behind != call.behind:
            call.behind = behind
            self._send(Behind(call_id, behind))

    def _tell_alive(self) -> None:
        now = time.monotonic()
        if now - self._alive_at >= _ALIVE_EVERY:
            self._alive_at = now
            self._send(Alive(self._recognition.busy()))

    def _send(self, report: Report) -> None:
        self._connection.sendall(pack(report))


def _configured(connection: socket.socket, reader: RequestReader) -> list[Request]:
    """The first requests, `Configure` at the head; empty when the server hung up before."""
    while data := connection.recv(1 << 16):
        if requests := reader.push(data):
            return requests
    return []


def main() -> None:
    """Serve one `WorkerPool` over the socket whose file descriptor is the argument."""
    # Ctrl-C and the end of a service reach the whole group; the server ends its calls first
    # and hangs up on us then.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    connection = socket.socket(fileno=int(sys.argv[1]))
    reader = RequestReader()
    requests = _configured(connection, reader)
    if not requests:
        return
    assert isinstance(requests[0], Configure)
    settings = Settings.model_validate_json(requests[0].settings)
    try:
        engine = Engine.load(settings)
        engine.warm_up()
    except AssistError as error:
        connection.sendall(pack(Unusable(str(error))))
        return
    connection.sendall(pack(Ready(engine.names)))
    # When the server is gone nobody is left to tell.
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        Worker(connection, settings, engine, reader).run(requests[1:])
    os._exit(0)  # a recognition under way must not hold up the end


if __name__ == "__main__":
    main()
