"""How smooth the supervisors' wall stays with many calls.

Puts running calls on the built page (`make web`) in Chromium, has half of them change twice a
second with alerts between, as a server sends them, and prints frame times and the work of the
page's thread, in rows and in tiles, still and while it is scrolled.

    .venv/bin/python benchmarks/wall.py
    .venv/bin/python benchmarks/wall.py --calls 500
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import sys
from datetime import UTC, datetime
from pathlib import Path

from playwright.async_api import Page, async_playwright, expect

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # the server that says what it is told is that of the tests

from assist.server.glance import WallAlert  # noqa: E402
from assist.server.wall import WallRow, WallState  # noqa: E402
from tests.browser.conftest import QUIET, chromium_path  # noqa: E402
from tests.browser.fake_server import FakeServer, served  # noqa: E402
from tests.browser.test_wall import a_row  # noqa: E402

SECONDS = 15
KINDS = ("angry", "escalation", "legal_threat", "long_hold")
FRAMES = """([seconds, scroll]) => new Promise(done => {
  const times = [];
  let before = performance.now();
  let way = 12;
  const begin = before;
  const step = now => {
    times.push(now - before);
    before = now;
    if (scroll) {
      const end = document.scrollingElement.scrollHeight - innerHeight;
      if (scrollY >= end) way = -12;
      if (scrollY <= 0) way = 12;
      scrollBy(0, way);
    }
    if (now - begin < seconds * 1000) requestAnimationFrame(step);
    else done(times.slice(1));
  };
  requestAnimationFrame(step);
})"""


def changed(number: int, risk: float, chance: random.Random) -> WallRow:
    """The row of a call after something was said in it: its risk has moved by a tenth at most."""
    reasons = chance.sample(("angry", "escalation", "worse", "cancellation", "hold"), 2)
    tone = chance.choice(("angry", "neutral", "sad", "happy", ""))
    return a_row(
        number,
        risk=min(1.0, max(0.0, round((risk + chance.uniform(-0.1, 0.1)) * 20) / 20)),
        reasons=tuple(reasons),
        tone=tone,
        trend=chance.uniform(-1, 1),
        hold=chance.choice((0.0, 42.0)),
    )


async def talk(server: FakeServer, calls: int) -> None:
    """Half of the calls change twice a second; every second somebody is to be told of."""
    chance = random.Random(6)
    told = 0
    while True:
        chosen = chance.sample(server.wall.rows, calls // 2)
        rows = [changed(int(row.call_id[5:]), row.risk, chance) for row in chosen]
        alerts = ()
        if chance.random() < 0.5:
            told += 1
            call_id, kind = rows[0].call_id, chance.choice(KINDS)
            at = datetime.now(UTC).isoformat()
            alerts = (WallAlert(f"{call_id}/{told}", call_id, kind, 12.0, "…", at),)
        server.change_wall(*rows, alerts=alerts)
        await asyncio.sleep(0.5)


async def measure(page: Page, name: str, *, scroll: bool) -> None:
    devtools = await page.context.new_cdp_session(page)
    await devtools.send("Performance.enable")

    async def worked() -> float:
        metrics = (await devtools.send("Performance.getMetrics"))["metrics"]
        return next(float(m["value"]) for m in metrics if m["name"] == "TaskDuration")

    before = await worked()
    frames = sorted(await page.evaluate(FRAMES, [SECONDS, scroll]))
    spent = (await worked() - before) / SECONDS
    print(
        f"{name}: {len(frames)} frames, median {statistics.median(frames):.1f} ms, "
        f"95 % {frames[int(len(frames) * 0.95)]:.1f} ms, greatest {frames[-1]:.1f} ms, "
        f"{sum(frame > 50 for frame in frames)} over 50 ms; "
        f"the thread is busy {100 * spent:.0f} % of the time"
    )


async def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=200, help="calls on the wall (200)")
    options = parser.parse_args()
    path = chromium_path()
    if path is None:
        sys.stderr.write("There is no Chromium; install it or name one in CHROMIUM.\n")
        return 1
    async with served() as server, async_playwright() as playwright:
        rows = (a_row(number, risk=number % 20 / 20) for number in range(options.calls))
        server.wall = WallState(tuple(rows), ())
        browser = await playwright.chromium.launch(executable_path=path, args=QUIET)
        page = await browser.new_page(viewport={"width": 1600, "height": 1000}, locale="tr-TR")
        await page.goto(f"{server.address}/wall")
        await expect(page.locator("[data-call]")).to_have_count(options.calls)
        talking = asyncio.create_task(talk(server, options.calls))
        print(f"{options.calls} calls, {options.calls // 2} of them changing twice a second")
        for look in ("rows", "tiles"):
            await page.locator(".look button").nth(int(look == "tiles")).click()
            await page.mouse.move(5, 5)
            await measure(page, f"{look}, still", scroll=False)
            await measure(page, f"{look}, scrolled", scroll=True)
        talking.cancel()
        await browser.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main()))
