"""What the server needs of a pool of workers; `assist.run.workers.WorkerPool` is the real one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from assist.audio.frames import AudioFrame, CallInfo
from assist.events import AnyEvent, Event


class PooledCall(Protocol):
    """A call that some worker analyses."""

    async def feed(self, frame: AudioFrame) -> None:
        """Take audio; a file waits here while the worker is busy."""

    async def finish(self, reason: str) -> None:
        """No more audio; returns once `call_ended` has been delivered."""

    def insert(self, event: Event) -> None:
        """Deliver an event of the server's own, numbered behind the others; none after the end."""


class CallPool(Protocol):
    """Starts calls on workers."""

    @property
    def restarts(self) -> int:
        """How many workers have had to be replaced."""

    async def start(self) -> None:
        """Start the workers; nothing heavy is waited for."""

    async def ready(self) -> object:
        """Return once the models are loaded; raises `ModelError` if they cannot be."""

    async def close(self) -> None:
        """Stop the workers; calls that still run end at once."""

    async def open(
        self, info: CallInfo, *, live: bool, on_event: Callable[[AnyEvent], None]
    ) -> PooledCall:
        """Begin a call. Events come on the event loop: finals in the order of `seq`, partials."""
