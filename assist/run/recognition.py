"""The threads that recognise: finals before partials, live calls before files."""

from __future__ import annotations

import socket
import threading
import time
from collections import deque
from dataclasses import dataclass

from assist.call import EarlyJob, Engine, PartialJob, Result, TranscribeJob

_BEHIND_AFTER = 1.5
_CAUGHT_UP = 0.5

RecognitionJob = TranscribeJob | EarlyJob | PartialJob


@dataclass(frozen=True, slots=True)
class Answer:
    """The result of a job, or what went wrong; `behind` when a live final had to wait long."""

    owner: object
    job: TranscribeJob | PartialJob
    result: Result | BaseException
    behind: bool


@dataclass(slots=True, eq=False)
class _Asked:
    owner: object
    job: RecognitionJob
    at: float
    begun: float | None = None
    result: Result | BaseException | None = None

    @property
    def key(self) -> tuple[int, int]:
        return id(self.owner), self.job.channel


class RecognitionThreads:
    """`lanes` threads and what waits for them.

    Finals wait in the order asked. A paused turn is recognised early where a lane is free, and
    its final then takes over that answer. Of early turns and partials only the newest of a
    channel is kept; neither kind takes all lanes (where there are several), and none of them
    begins while a live final waits, so that a busy worker gives them up first. `ready` is a
    socket that becomes readable when there are answers.
    """

    def __init__(self, engine: Engine, lanes: int) -> None:
        self._engine = engine
        self._live: deque[_Asked] = deque()
        self._files: deque[_Asked] = deque()
        self._early: dict[tuple[int, int], _Asked] = {}
        self._partials: dict[tuple[int, int], _Asked] = {}
        self._running: list[_Asked] = []
        self._lanes = lanes
        self._changed = threading.Condition()
        self._answers: deque[Answer] = deque()
        self._behind = False
        self.ready, self._signal = socket.socketpair()
        self.ready.setblocking(False)
        for lane in range(lanes):
            threading.Thread(target=self._run, name=f"recognition {lane}", daemon=True).start()

    def ask(self, owner: object, job: RecognitionJob, *, live: bool) -> None:
        """Queue a job of `owner`, who stands in the answer."""
        asked = _Asked(owner, job, time.monotonic())
        with self._changed:
            if isinstance(job, PartialJob):
                self._partials[asked.key] = asked
            elif isinstance(job, EarlyJob):
                self._partials.pop(asked.key, None)
                self._early[asked.key] = asked
            else:
                self._partials.pop(asked.key, None)
                if not self._taken_over(asked, job):
                    (self._live if live else self._files).append(asked)
            self._changed.notify_all()

    def forget(self, owner: object) -> None:
        """Drop what `owner` has queued."""
        with self._changed:
            self._live = deque(asked for asked in self._live if asked.owner is not owner)
            self._files = deque(asked for asked in self._files if asked.owner is not owner)
            for waiting in (self._early, self._partials):
                for key in [key for key in waiting if key[0] == id(owner)]:
                    del waiting[key]

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
        """Seconds the longest job under way has taken; 0 when there is none."""
        with self._changed:
            begun = [asked.begun for asked in self._running if asked.begun is not None]
        return time.monotonic() - min(begun) if begun else 0.0

    def _taken_over(self, asked: _Asked, job: TranscribeJob) -> bool:
        """Whether an early answer, there or under way, is the one to `job`."""
        early = self._early.pop(asked.key, None)
        if early is None or early.begun is None or not isinstance(early.job, EarlyJob):
            return False
        if not early.job.foresees(job):
            return False
        early.job = job
        if early.result is not None:
            self._tell(early)
        return True

    def _run(self) -> None:
        while True:
            with self._changed:
                asked = self._changed.wait_for(self._next)
                assert asked is not None
                asked.begun = time.monotonic()
                self._running.append(asked)
                job = asked.job
            result = self._answer(job)
            with self._changed:
                asked.result = result
                self._running.remove(asked)
                if not isinstance(asked.job, EarlyJob):
                    self._tell(asked)
                self._changed.notify_all()

    def _tell(self, asked: _Asked) -> None:
        assert asked.result is not None
        assert not isinstance(asked.job, EarlyJob)
        self._answers.append(Answer(asked.owner, asked.job, asked.result, self._behind))
        self._signal.send(b"!")

    def _next(self) -> _Asked | None:
        if self._live:
            asked = self._live.popleft()
            waited = time.monotonic() - asked.at
            self._behind = waited > (_CAUGHT_UP if self._behind else _BEHIND_AFTER)
            return asked
        if self._lane_left_by(EarlyJob):
            for early in self._early.values():
                if early.begun is None:
                    return early
        if self._partials and self._lane_left_by(PartialJob):
            return self._partials.pop(next(iter(self._partials)))
        return self._files.popleft() if self._files else None

    def _lane_left_by(self, kind: type) -> bool:
        running = sum(isinstance(asked.job, kind) for asked in self._running)
        return running < max(1, self._lanes - 1)

    def _answer(self, job: RecognitionJob) -> Result | BaseException:
        # Whatever goes wrong belongs to this call; the threads serve the others.
        try:
            return self._engine.run(job)
        except Exception as error:  # noqa: BLE001
            return error
