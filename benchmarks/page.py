"""What the sidebar costs the agent's browser.

Plays made-up calls into the built page (`make web`) in Chromium and prints

- the gzipped size of everything that the page loads, and its first paint,
- the memory it holds after thousands of events over many calls, swept up before each look,
- frame times while the transcript of a two-hour call is scrolled from its end to its beginning,
  and what one more event costs in such a call.

    .venv/bin/python benchmarks/page.py
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import re
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, CDPSession, Page, async_playwright, expect

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # the server that says what it is told is that of the tests

from assist.events import AnyEvent, Partial, Role, ToneLabel  # noqa: E402
from tests.browser.conftest import QUIET, chromium_path  # noqa: E402
from tests.browser.fake_server import STATIC, FakeServer, served  # noqa: E402
from tests.browser.scenes import WORDS, Script  # noqa: E402

LOOKS = (0, 1_000, 5_000, 20_000)
LONG_CALL = 3_000
"""Turns of a call of two hours."""
FRAMES = """async () => {
  const inside = (node, name) => node.shadowRoot.querySelector(name);
  const transcript = inside(document.querySelector('call-assist'), 'call-transcript');
  const scroller = inside(transcript, '.scroll');
  const whole = scroller.scrollHeight;
  const times = [];
  let before = performance.now();
  while (scroller.scrollTop > 0 && times.length < 2000) {
    scroller.scrollTop -= 300;
    const now = await new Promise(requestAnimationFrame);
    times.push(now - before);
    before = now;
  }
  return { whole, times: times.slice(1) };
}"""


def turns(script: Script, count: int) -> Iterator[AnyEvent]:
    """A conversation: per turn words that grow, a tone, measures, a final; now and then more."""
    words = WORDS["tr"]
    labels = (ToneLabel.NEUTRAL, ToneLabel.ANGRY, ToneLabel.UNSURE)
    yield script.started()
    for number in range(count):
        role = Role.CALLER if number % 2 else Role.AGENT
        _, text = words.lines[number % len(words.lines)]
        at = script.seconds
        yield script.speaking(role, at, text[:20], text[20:])
        yield script.tone(at + 1, labels[number % 3], 0.1, reasons=words.reasons)
        yield script.says(role, at, at + 2.4, f"{number}. {text}")
        yield script.measured(at + 2.4)
        if number % 25 == 10:
            yield script.suggests(at + 2.4, f"s{number}", words)


async def shown(page: Page, server: FakeServer, call_id: str, count: int) -> int:
    """Play a call of `count` turns and wait until its last line is there; how many events."""
    server.begin(call_id)
    events = list(turns(Script(call_id, "tr"), count))
    server.say(events)
    await expect(lines(page).last).to_contain_text(f"{count - 1}. ", timeout=60_000)
    return len(events)


def lines(page: Page) -> Any:
    return page.locator("call-transcript [data-seq] .bubble")


async def heap(devtools: CDPSession) -> tuple[float, int]:
    """Megabytes held after a sweep, and nodes of the document."""
    for _ in range(3):
        await devtools.send("HeapProfiler.collectGarbage")
    used = (await devtools.send("Runtime.getHeapUsage"))["usedSize"]
    counters = await devtools.send("Memory.getDOMCounters")
    return used / 1e6, counters["nodes"]


def size() -> int:
    """Gzipped bytes of what index.html names, itself included."""
    html = (STATIC / "index.html").read_bytes()
    names = set(re.findall(rb'(?:src|href)="(assets/[^"]+)"', html))
    files = [html, *((STATIC / name.decode()).read_bytes() for name in names)]
    return sum(len(gzip.compress(data)) for data in files)


async def first_paint(browser: Browser, address: str, times: int = 5) -> list[float]:
    """Milliseconds until something was painted, each time with an empty cache."""
    found = []
    for _ in range(times):
        page = await browser.new_page()
        await page.goto(address)
        await page.wait_for_function("performance.getEntriesByType('paint').length > 1")
        entries = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
        found.append(await page.evaluate(entries))
        await page.close()
    return found


async def shift(page: Page, server: FakeServer, devtools: CDPSession) -> None:
    """Many calls of forty turns, one after the other."""
    told, calls = 0, 0
    for look in LOOKS:
        while told < look:
            calls += 1
            told += await shown(page, server, f"call-{calls}", 40)
        server.begin(f"pause-{look}")  # looked at between two calls
        await expect(lines(page)).to_have_count(0)
        megabytes, nodes = await heap(devtools)
        print(f"after {told:6} events in {calls:3} calls: {megabytes:5.1f} MB, {nodes} nodes")


async def long_call(page: Page, server: FakeServer, devtools: CDPSession) -> None:
    """Scroll a call of two hours, and let it go on."""
    events = await shown(page, server, "long", LONG_CALL)
    megabytes, nodes = await heap(devtools)
    print(f"two-hour call, {events} events: {megabytes:.1f} MB, {nodes} nodes")
    measured = await page.evaluate(FRAMES)
    frames = sorted(measured["times"])
    print(
        f"scrolled {measured['whole']} px in {len(frames)} frames: "
        f"median {statistics.median(frames):.1f} ms, "
        f"95 % {frames[int(len(frames) * 0.95)]:.1f} ms, greatest {frames[-1]:.1f} ms, "
        f"{sum(frame > 50 for frame in frames)} over 50 ms"
    )
    await page.keyboard.press("e")
    before = await busy(devtools)
    more = 100
    script = Script("long", "tr", seq=1_000_000, seconds=LONG_CALL * 2.4)
    for number, event in enumerate(turns(script, more // 4)):
        server.say([event])
        if not isinstance(event, Partial):
            await asyncio.sleep(0.02)
        more = number + 1
    await asyncio.sleep(0.5)
    spent = await busy(devtools) - before
    print(f"one more event in it: {1000 * spent / more:.1f} ms of work")
    server.begin("after")
    await expect(lines(page)).to_have_count(0)
    megabytes, nodes = await heap(devtools)
    print(f"after it: {megabytes:.1f} MB, {nodes} nodes")


async def busy(devtools: CDPSession) -> float:
    """Seconds of work of the page's thread so far."""
    metrics = (await devtools.send("Performance.getMetrics"))["metrics"]
    return next(float(m["value"]) for m in metrics if m["name"] == "TaskDuration")


async def main() -> int:
    argparse.ArgumentParser(description=__doc__).parse_args()
    path = chromium_path()
    if path is None:
        sys.stderr.write("There is no Chromium; install it or name one in CHROMIUM.\n")
        return 1
    print(f"page: {size() / 1000:.1f} kB gzipped")
    async with served() as server, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=QUIET)
        paints = await first_paint(browser, server.address)
        print(
            f"first paint: median {statistics.median(paints):.0f} ms, slowest {max(paints):.0f} ms"
        )
        page = await browser.new_page(viewport={"width": 360, "height": 800}, locale="tr-TR")
        await page.goto(server.address)
        devtools = await page.context.new_cdp_session(page)
        await devtools.send("Performance.enable")
        await shift(page, server, devtools)
        await long_call(page, server, devtools)
        await browser.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main()))
