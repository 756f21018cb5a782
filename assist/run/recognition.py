"""The thread that recognises: finals before partials, live calls before files."""

from __future__ import annotations

import socket
import threading
import time
from collections import deque
from dataclasses import dataclass

from assist.call import Engine, PartialJob, Result, TranscribeJob

_BEHIND_AFTER = 1.5
_CAUGHT_UP = 0.5


@dataclass(frozen=True, slots=True)
class Answer:
    """The result of a job, or what went wrong; `behind` when a live final had to wait long."""

    owner: object
    job: TranscribeJob | PartialJob
    result: Result | BaseException
    behind: bool


@dataclass(frozen=True, slots=True)
class _Asked:
    owner: object
    job: TranscribeJob | PartialJob
    at: float


class RecognitionThread:
    """Three queues and a thread.

    Finals wait in the order asked; of partials only the newest of a channel is kept, and none
    runs while a live final waits, so that a busy worker gives up partials first. `ready` is
    a socket that becomes readable when there are answers.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._live: deque[_Asked] = deque()
        self._files: deque[_Asked] = deque()
        self._partials: dict[tuple[int, int], _Asked] = {}
        self._changed = threading.Condition()
        self._answers: deque[Answer] = deque()
        self._since: float | None = None
        self._behind = False
        self.ready, self._signal = socket.socketpair()
        self.ready.setblocking(False)
        threading.Thread(target=self._run, name="recognition", daemon=True).start()

    def ask(self, owner: object, job: TranscribeJob | PartialJob, *, live: bool) -> None:
        """Queue a job of `owner`, who stands in the answer."""
        asked = _Asked(owner, job, time.monotonic())
        with self._changed:
            if isinstance(job, PartialJob):
                self._partials[id(owner), job.channel] = asked
            else:
                self._partials.pop((id(owner), job.channel), None)
                (self._live if live else self._files).append(asked)
            self._changed.notify()

    def forget(self, owner: object) -> None:
        """Drop what `owner` has queued."""
        with self._changed:
            self._live = deque(asked for asked in self._live if asked.owner is not owner)
            self._files = deque(asked for asked in self._files if asked.owner is not owner)
            for key in [key for key in self._partials if key[0] == id(owner)]:
                del self._partials[key]

    def answers(self) -> list[Answer]:
        """What has been answered since the last time."""
        try:
            self.ready.recv(4096)
        except BlockingIOError:
            return []
        with self._changed:
            answers = list(self._answers)
            self._answers.clear()
        return answers

    def busy(self) -> float:
        """Seconds the job under way has taken; 0 when there is none."""
        since = self._since
        return 0.0 if since is None else time.monotonic() - since

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._live or self._files or self._partials)
                asked = self._next()
                self._since = time.monotonic()
            result = self._answer(asked)
            with self._changed:
                self._since = None
                self._answers.append(Answer(asked.owner, asked.job, result, self._behind))
            self._signal.send(b"!")

    def _next(self) -> _Asked:
        if self._live:
            asked = self._live.popleft()
            waited = time.monotonic() - asked.at
            self._behind = waited > (_CAUGHT_UP if self._behind else _BEHIND_AFTER)
            return asked
        if self._partials:
            return self._partials.pop(next(iter(self._partials)))
        return self._files.popleft()

    def _answer(self, asked: _Asked) -> Result | BaseException:
        # Whatever goes wrong belongs to this call; the thread serves the others.
        try:
            return self._engine.run(asked.job)
        except Exception as error:  # noqa: BLE001
            return error
