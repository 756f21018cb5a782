"""Telling those who wait that there is something new, without saying what."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator


class Changes:
    """Wakes everyone who listens; whoever is woken looks for itself what is new."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Event] = set()

    @contextlib.contextmanager
    def listen(self, wake: asyncio.Event) -> Iterator[None]:
        """Have `wake` set at every change."""
        self._listeners.add(wake)
        try:
            yield
        finally:
            self._listeners.discard(wake)

    def announce(self) -> None:
        """Something changed."""
        for wake in self._listeners:
            wake.set()
