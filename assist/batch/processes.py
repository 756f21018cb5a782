"""Having recordings scored by processes of this machine; one that dies takes nothing with it."""

from __future__ import annotations

import queue
import subprocess
import sys
import threading
from typing import Final

import msgspec

from assist.batch.worker import Done, Ready, Task
from assist.errors import AssistError, ModelError

COMMAND: Final = (sys.executable, "-m", "assist.batch.worker")
"""How a process is started."""
_ATTEMPTS: Final = 2
"""A recording whose process dies is tried once more, in case something else killed it."""


class Processes:
    """So many processes, each with its models loaded and one recording in its hands."""

    def __init__(self, count: int) -> None:
        self._tasks: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[tuple[Task, Done] | AssistError] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._hands = [_Hand(self._tasks, self._done, self._stopping) for _ in range(count)]

    def __enter__(self) -> Processes:
        for hand in self._hands:
            hand.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        for _hand in self._hands:
            self._tasks.put(None)
        for hand in self._hands:
            hand.stop()
        for hand in self._hands:
            hand.join()

    @property
    def wanted(self) -> int:
        """One recording each, and one that waits, so that none of them has to."""
        return 2 * len(self._hands)

    def give(self, task: Task) -> None:
        """Have a recording scored."""
        self._tasks.put(task)

    def take(self) -> tuple[Task, Done]:
        """What became of one of those given; raises `ModelError` when models cannot be loaded."""
        told = self._done.get()
        if isinstance(told, AssistError):
            raise told
        return told


class _Hand(threading.Thread):
    """Keeps one process busy, and starts another when it dies."""

    def __init__(
        self,
        tasks: queue.SimpleQueue[Task | None],
        done: queue.SimpleQueue[tuple[Task, Done] | AssistError],
        stopping: threading.Event,
    ) -> None:
        super().__init__(daemon=True)
        self._tasks = tasks
        self._done = done
        self._stopping = stopping
        self._process: subprocess.Popen[bytes] | None = None

    def stop(self) -> None:
        """End the process, whatever it does; `stopping` is set already."""
        process = self._process
        if process is not None:
            process.kill()

    def run(self) -> None:
        """Work until there is no more."""
        try:
            while (task := self._tasks.get()) is not None and not self._stopping.is_set():
                self._done.put((task, self._scored(task)))
        except AssistError as error:
            self._done.put(error)
        finally:
            self._quit()

    def _scored(self, task: Task) -> Done:
        for _ in range(_ATTEMPTS):
            process = self._process or self._begun()
            assert process.stdin is not None
            assert process.stdout is not None
            try:
                process.stdin.write(msgspec.json.encode(task) + b"\n")
                process.stdin.flush()
                line = process.stdout.readline()
            except OSError:
                line = b""
            if line.endswith(b"\n"):
                return msgspec.json.decode(line, type=Done)
            self._quit()
        return Done.killed(task, _ATTEMPTS)

    def _begun(self) -> subprocess.Popen[bytes]:
        """A process with its models loaded; raises `ModelError` when they cannot be."""
        process = subprocess.Popen(  # noqa: S603 - our own module
            COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._process = process
        if self._stopping.is_set():  # `stop` may have come before there was anything to end
            process.kill()
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise ModelError("A process of the batch ended before its models were loaded.")
        ready = msgspec.json.decode(line, type=Ready)
        if ready.error:
            raise ModelError(ready.error)
        return process

    def _quit(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:
                    continue
        process.wait()
