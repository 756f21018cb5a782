"""Waiting for what can only be seen by looking: another process, another thread, an answer."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import TypeVar

_T = TypeVar("_T")


async def until(
    look: Callable[[], _T | Awaitable[_T]],
    ready: Callable[[_T], object] = bool,
    *,
    within: float = 60.0,
) -> _T:
    """What `look` gives once it is `ready`; `TimeoutError` after `within` seconds."""
    async with asyncio.timeout(within):
        while True:
            seen = look()
            found: _T = await seen if inspect.isawaitable(seen) else seen
            if ready(found):
                return found
            await asyncio.sleep(0.02)
