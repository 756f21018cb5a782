"""What it costs to open a call of an hour in the replay.

Opens a made-up call of 60 minutes, with a recording's peaks, in the built page (`make web`) in
Chromium and prints the size of what is sent, how long it takes from the click on the link until
all words are in the document and the waveform is drawn, and how smooth the page is while the
sound plays at triple speed.

    .venv/bin/python benchmarks/replay.py
"""

from __future__ import annotations

import argparse
import asyncio
import io
import statistics
import sys
import wave
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
from playwright.async_api import Browser, async_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # the server that says what it is told is that of the tests

from assist.events import AnyEvent, Role, ToneLabel  # noqa: E402
from tests.browser.conftest import QUIET, chromium_path  # noqa: E402
from tests.browser.fake_server import FakeServer, served  # noqa: E402
from tests.browser.scenes import WORDS, Script, opening  # noqa: E402

MINUTES = 60
TIMES = 5
DONE = """turns => new Promise(done => {
  const look = () => {
    const page = document.querySelector('replay-page')?.shadowRoot;
    const inside = name => page?.querySelector(name)?.shadowRoot;
    const words = inside('replay-transcript')?.querySelectorAll('[data-seq]').length ?? 0;
    const wave = inside('call-timeline')?.querySelectorAll('path.agent, path.caller').length ?? 0;
    if (words === turns && wave === 2) requestAnimationFrame(() => done(performance.now()));
    else requestAnimationFrame(look);
  };
  look();
})"""
FRAMES = """seconds => new Promise(done => {
  const times = [];
  let before = performance.now();
  const begin = before;
  const step = now => {
    times.push(now - before);
    before = now;
    if (now - begin < seconds * 1000) requestAnimationFrame(step);
    else done(times.slice(1));
  };
  requestAnimationFrame(step);
})"""


def hour(script: Script) -> Iterator[AnyEvent]:
    """A conversation of an hour: turns of 4 s, a tone every second of the caller, measures."""
    words = WORDS["tr"]
    labels = (ToneLabel.NEUTRAL, ToneLabel.UNSURE, ToneLabel.ANGRY)
    yield from opening(script)
    at, number = 1.0, 0
    while at < MINUTES * 60 - 5:
        role = Role.CALLER if number % 2 else Role.AGENT
        _, text = words.lines[number % len(words.lines)]
        if role is Role.CALLER:
            label = labels[number // 20 % 3]
            for second in range(4):
                yield script.tone(at + second + 1, label, 0.3 - 0.1 * (number % 8))
        yield script.says(role, at, at + 4, text)
        if number % 6 == 1:
            yield script.shows("delay", role, at, text)
        yield script.measured(at + 4)
        if number % 25 == 10:
            yield script.suggests(at + 4, f"s{number}", words)
        at, number = at + 4.6, number + 1
    yield script.ended(at, outcome="solved", topic="delivery/late", summary=words.summary)


def noise(seconds: float, rate: int = 4_000) -> bytes:
    """A two-channel WAV file of noise that swells as speech does."""
    times = np.arange(int(seconds * rate)) / rate
    swell = np.abs(np.sin(times * 0.7))[:, None] * np.array([[1.0, 0.6]])
    samples = np.random.default_rng(6).normal(0, 4000, (len(times), 2)) * swell
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(2)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes(samples.clip(-32768, 32767).astype("<i2").tobytes())
    return file.getvalue()


async def measure(browser: Browser, server: FakeServer) -> None:
    """Open the call several times; then let it play."""
    turns = sum(event.__struct_config__.tag == "utterance" for event in server.events)
    sent = len(msgspec.json.encode(server.events))
    print(f"{MINUTES} minutes: {turns} turns, {len(server.events)} events, {sent / 1e6:.1f} MB")
    shown = []
    for _ in range(TIMES + 1):  # the first one has the server find the peaks and is left out
        page = await browser.new_page(viewport={"width": 1280, "height": 900}, locale="tr-TR")
        await page.goto(f"{server.address}/calls/hour", wait_until="commit")
        shown.append(await page.evaluate(DONE, turns))
        if len(shown) <= TIMES:
            await page.close()
    shown = shown[1:]
    print(
        f"all words and the waveform, from the click: median {statistics.median(shown):.0f} ms, "
        f"slowest {max(shown):.0f} ms"
    )
    await page.keyboard.press(">")
    await page.locator("select >> nth=0").select_option("3")
    await page.keyboard.press("k")
    frames = sorted(await page.evaluate(FRAMES, 10))
    print(
        f"playing at 3×, {len(frames)} frames: median {statistics.median(frames):.1f} ms, "
        f"95 % {frames[int(len(frames) * 0.95)]:.1f} ms, greatest {frames[-1]:.1f} ms"
    )


async def main() -> int:
    argparse.ArgumentParser(description=__doc__).parse_args()
    path = chromium_path()
    if path is None:
        sys.stderr.write("There is no Chromium; install it or name one in CHROMIUM.\n")
        return 1
    async with served() as server, async_playwright() as playwright:
        server.begin("hour", "tr", WORDS["tr"].customer)
        server.say(hour(Script("hour", "tr")))
        server.hello = msgspec.structs.replace(server.hello, running=False)
        server.recording = noise(MINUTES * 60)
        arguments = [*QUIET, "--autoplay-policy=no-user-gesture-required"]
        browser = await playwright.chromium.launch(executable_path=path, args=arguments)
        await measure(browser, server)
        await browser.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main()))
