"""How late the event loop is: the measure of whether something blocks it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

INTERVAL = 0.05


async def measure_stalls(observe: Callable[[float], None], interval: float = INTERVAL) -> None:
    """Tell `observe` again and again how many seconds late a timer of `interval` fired.

    Runs until it is cancelled.
    """
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + interval
        await asyncio.sleep(interval)
        observe(max(0.0, loop.time() - due))
