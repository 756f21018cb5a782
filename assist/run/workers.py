"""The pool of inference processes: starts them, watches them, replaces them."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import sys
import time
from collections.abc import Callable, Coroutine
from typing import Any

import structlog

from assist.audio.frames import CallInfo
from assist.config import Settings
from assist.errors import ModelError
from assist.events import AnyEvent
from assist.run.live import LiveCall
from assist.run.wire import Alive, Configure, Ready, Report, ReportReader, Request, Unusable, pack

_WATCH_EVERY = 1.0
_MAX_FAILED_STARTS = 3

_log = structlog.get_logger(__name__)


class WorkerPool:
    """Inference processes with the calls pinned to them.

    `start` returns at once; `ready` waits for the models and raises `ModelError` when they
    cannot be loaded. A dead or hung process is replaced and its calls go on.
    """

    def __init__(self, settings: Settings) -> None:
        count = settings.server.workers or max(1, (os.cpu_count() or 2) // 2)
        self._workers = [_Worker(settings) for _ in range(count)]

    async def start(self) -> None:
        """Start the processes."""
        for worker in self._workers:
            await worker.start()

    async def ready(self) -> dict[str, str]:
        """The models' names, once every process has loaded them."""
        names = [await asyncio.shield(worker.loaded) for worker in self._workers]
        return names[0]

    async def close(self) -> None:
        """Stop the processes; calls that still run end with a fault."""
        for worker in self._workers:
            await worker.close()

    async def open(
        self, info: CallInfo, *, live: bool, on_event: Callable[[AnyEvent], None]
    ) -> LiveCall:
        """Begin a call on the process with the fewest; nothing is waited for."""
        worker = min(self._workers, key=lambda worker: len(worker.calls))
        return worker.open(info, live=live, on_event=on_event)

    @property
    def restarts(self) -> int:
        """How many processes have had to be replaced."""
        return sum(worker.restarts for worker in self._workers)

    @property
    def pids(self) -> list[int]:
        """The process ids, for memory figures."""
        return [worker.pid for worker in self._workers if worker.pid]


class _Worker:
    """One process, or its replacement."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.calls: dict[str, LiveCall] = {}
        self.restarts = 0
        self._failed_starts = 0
        self._closing = False
        self._process: asyncio.subprocess.Process | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._watcher: asyncio.Task[None] | None = None
        self._heard_at = 0.0
        self.loaded: asyncio.Future[dict[str, str]] = asyncio.Future()

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    async def start(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "assist.run.worker",
                str(theirs.fileno()),
                pass_fds=[theirs.fileno()],
                stdin=asyncio.subprocess.DEVNULL,
            )
        reader, self._writer = await asyncio.open_connection(sock=ours)
        self._heard_at = time.monotonic() + self._settings.server.job_timeout  # to load models
        self._send(Configure(self._settings.model_dump_json()))
        self._background(self._listen(reader))
        self._watcher = self._background(self._watch(self._process))

    def _background(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def close(self) -> None:
        self._closing = True
        for call in list(self.calls.values()):
            call.give_up("The server was stopped.")
        await self._hang_up()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._process:
            if self._process.returncode is None:
                self._process.kill()
            await self._process.wait()
        if not self.loaded.done():
            self.loaded.cancel()

    def open(self, info: CallInfo, *, live: bool, on_event: Callable[[AnyEvent], None]) -> LiveCall:
        call = LiveCall(
            info, live=live, limits=self._settings.server, on_event=on_event, send=self._send
        )
        self.calls[info.call_id] = call
        call.ended.add_done_callback(lambda _: self._forget(info.call_id, call))
        return call

    async def _hang_up(self) -> None:
        if self._writer:
            self._writer.close()
            with contextlib.suppress(ConnectionError):
                await self._writer.wait_closed()

    def _forget(self, call_id: str, call: LiveCall) -> None:
        if self.calls.get(call_id) is call:
            del self.calls[call_id]

    def _send(self, request: Request) -> None:
        if self._writer and not self._writer.is_closing():
            self._writer.write(pack(request))

    async def _listen(self, stream: asyncio.StreamReader) -> None:
        reader = ReportReader()
        try:
            while data := await stream.read(1 << 20):
                for report in reader.push(data):
                    self._report(report)
        except ConnectionError:
            _log.warning("worker_connection_lost", pid=self.pid)
        if not self._closing:
            await self._replace()

    def _report(self, report: Report) -> None:
        self._heard_at = max(self._heard_at, time.monotonic())
        if isinstance(report, Ready):
            self._heard_at = time.monotonic()
            self._failed_starts = 0
            if not self.loaded.done():
                self.loaded.set_result(report.names)
        elif isinstance(report, Unusable):
            self._unusable(report.text)
        elif isinstance(report, Alive):
            if report.busy > self._settings.server.job_timeout:
                self._kill("one recognition took too long")
        elif report.call_id in self.calls:
            self.calls[report.call_id].report(report)

    async def _watch(self, process: asyncio.subprocess.Process) -> None:
        while process.returncode is None:
            await asyncio.sleep(_WATCH_EVERY)
            if time.monotonic() - self._heard_at > self._settings.server.worker_silence:
                self._kill("it gave no sign of life")
                return

    def _kill(self, reason: str) -> None:
        _log.error("worker_killed", pid=self.pid, reason=reason)
        if self._process and self._process.returncode is None:
            self._process.kill()

    async def _replace(self) -> None:
        assert self._process is not None
        self._kill("its connection closed")
        await self._process.wait()
        await self._hang_up()
        _log.error("worker_died", pid=self.pid, status=self._process.returncode)
        self._failed_starts += 1
        if self._failed_starts > _MAX_FAILED_STARTS:
            self._unusable(
                "The inference process ends before it has loaded its models; the log tells why."
            )
            return
        self.restarts += 1
        if self._watcher:
            self._watcher.cancel()
        await self.start()
        for call in list(self.calls.values()):
            call.restart()

    def _unusable(self, text: str) -> None:
        self._closing = True
        if not self.loaded.done():
            self.loaded.set_exception(ModelError(text))
        for call in list(self.calls.values()):
            call.give_up(text)
