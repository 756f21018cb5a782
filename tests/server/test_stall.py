import asyncio
import time

from assist.server.stall import measure_stalls


async def test_whatever_blocks_the_loop_is_measured() -> None:
    seen: list[float] = []
    stalled = asyncio.Event()

    def observe(late: float) -> None:
        seen.append(late)
        if len(seen) == 2:
            asyncio.get_running_loop().call_soon(_block)
        if late >= 0.05:
            stalled.set()

    measuring = asyncio.create_task(measure_stalls(observe, interval=0.001))
    await asyncio.wait_for(stalled.wait(), 5)
    measuring.cancel()
    assert min(seen) >= 0


def _block() -> None:
    end = time.perf_counter() + 0.06
    while time.perf_counter() < end:
        pass
