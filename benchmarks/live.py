"""Latency, memory and loss of live calls: real speed, real websockets, a server of its own.

    .venv/bin/python benchmarks/live.py FILE --calls N [--language L] [--slowest N] [--json]

Latencies count from the moment the telephone system sent the last sample that an event is
about, to the moment the page's websocket received the event:

- final: end of speech (`utterance.end`) → utterance; the endpoint's own silence is in it;
- final_cut: the same for turns that were cut while the person went on speaking (a turn longer than
  `speech.max_turn` is cut at its quietest recent moment, which lies up to 5 s back);
- partial: the newest audio a partial knows (`partial.position`) → partial;
- tone: the end of the tone's window (`tone.end`) → tone; what a final's words make of it comes with
  the final and is not counted here.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import re
import sys
import tempfile
import time
import urllib.request
from bisect import bisect_left
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import psutil

from assist.audio.files import open_recording
from assist.events import SAMPLE_RATE, CallEnded, Degraded, Gap, Partial, Tone, Utterance
from assist.sources.player import play
from assist.terminal import call_events

_SEAMLESS = 0.2
"""Seconds between two turns of one person that tell that the first one was cut."""


Span = tuple[str, float, float]
"""What an event is about: channel, start and end in seconds."""


@dataclass
class Figures:
    """What was measured over all calls."""

    latencies: dict[str, list[tuple[float, Span]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    lost: float = 0.0
    degraded: int = 0
    words: int = 0


@dataclass
class Sent:
    """When which second of a call went out."""

    ends: list[float] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    def note(self, seconds: float) -> None:
        self.ends.append(seconds)
        self.times.append(time.monotonic())

    def since(self, seconds: float) -> float:
        index = min(bisect_left(self.ends, seconds - 1e-6), len(self.times) - 1)
        return time.monotonic() - self.times[index]


@contextlib.asynccontextmanager
async def server() -> AsyncIterator[tuple[str, psutil.Process]]:
    """A server of its own on a free port, its models loaded."""
    with tempfile.TemporaryDirectory() as folder:
        process = await asyncio.create_subprocess_exec(
            Path(sys.executable).with_name("assist"),
            "serve",
            "--port",
            "0",
            env={**os.environ, "ASSIST_STORE__URL": f"sqlite:///{folder}/calls.db"},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            assert process.stdout is not None
            async for line in process.stdout:
                if found := re.search(rb"http://([\d.:]+)", line):
                    yield found[1].decode(), psutil.Process(process.pid)
                    break
        finally:
            process.terminate()
            await process.wait()


async def one_call(address: str, file: Path, number: int, figures: Figures, language: str) -> None:
    sent = Sent()
    begun = asyncio.Event()

    def progress(seconds: float) -> None:
        sent.note(seconds)
        begun.set()

    finals: list[tuple[Utterance, float]] = []
    call_id = f"bench-{number}"
    await asyncio.sleep(0.37 * number)  # calls do not begin in step
    playing = asyncio.create_task(
        play(
            open_recording(file),
            f"ws://{address}/api/ingest",
            call_id=call_id,
            language=language,
            on_progress=progress,
        )
    )
    waiting = asyncio.create_task(begun.wait())
    await asyncio.wait({playing, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if not begun.is_set():
        await playing
    async for event in call_events(f"ws://{address}", call_id):
        if isinstance(event, Utterance):
            finals.append((event, sent.since(event.end)))
            figures.words += len(event.words)
        elif isinstance(event, Partial):
            heard = event.position / SAMPLE_RATE
            span = (event.channel, event.start, heard)
            figures.latencies["partial"].append((sent.since(heard), span))
        elif isinstance(event, Tone):
            span = ("caller", event.start, event.end)
            of_words = any((event.start, event.end) == (said.start, said.end) for said, _ in finals)
            if not of_words:
                figures.latencies["tone"].append((sent.since(event.end), span))
        elif isinstance(event, Gap):
            figures.lost += event.length
        elif isinstance(event, Degraded):
            figures.degraded += event.active
        elif isinstance(event, CallEnded):
            break
    for said, latency in finals:
        cut = any(
            other.channel == said.channel and 0 <= other.start - said.end < _SEAMLESS
            for other, _ in finals
        )
        span = (said.channel, said.start, said.end)
        figures.latencies["final_cut" if cut else "final"].append((latency, span))
    await playing


async def memory(process: psutil.Process, peak: list[float]) -> None:
    """Peak of the resident memory of the server with its workers, shared pages counted once."""
    while True:
        family = [process, *process.children(recursive=True)]
        with contextlib.suppress(psutil.NoSuchProcess):
            peak[0] = max(peak[0], sum(one.memory_full_info().pss for one in family) / 1e6)
        await asyncio.sleep(1)


def cpu_seconds(process: psutil.Process) -> float:
    family = [process, *process.children(recursive=True)]
    return sum(sum(one.cpu_times()[:2]) for one in family)


def stall_quantile(metrics: str, share: float) -> float:
    """Upper bound in ms of the histogram bucket that holds the quantile."""
    buckets = [
        (float(bound), float(count))
        for bound, count in re.findall(
            r'assist_event_loop_stall_seconds_bucket\{le="([^"]+)"\} (\S+)', metrics
        )
    ]
    total = buckets[-1][1]
    return 1000 * next(bound for bound, count in buckets if count >= share * total)


async def measure(file: Path, calls: int, language: str, slowest: int) -> dict[str, object]:
    figures = Figures()
    peak = [0.0]
    async with server() as (address, process):
        watch = asyncio.create_task(memory(process, peak))
        before, started = cpu_seconds(process), time.monotonic()
        await asyncio.gather(
            *(one_call(address, file, number, figures, language) for number in range(calls))
        )
        lasted = time.monotonic() - started
        share = (cpu_seconds(process) - before) / lasted
        watch.cancel()
        url = f"http://{address}/metrics"
        metrics = await asyncio.to_thread(lambda: urllib.request.urlopen(url).read().decode())
    result: dict[str, object] = {"file": file.name, "calls": calls, "seconds": round(lasted, 1)}
    for kind, values in sorted(figures.latencies.items()):
        p50, p95 = np.percentile([latency for latency, _ in values], [50, 95])
        result[kind] = {
            "n": len(values),
            "p50_s": round(float(p50), 3),
            "p95_s": round(float(p95), 3),
        }
        for latency, (channel, start, end) in sorted(values, reverse=True)[:slowest]:
            print(f"{kind:>12} {latency:.2f} s: {channel} {start:.2f}-{end:.2f}", file=sys.stderr)
    result |= {
        "words": figures.words,
        "lost_audio_s": round(figures.lost, 3),
        "times_degraded": figures.degraded,
        "memory_peak_mb": round(peak[0]),
        "cpu_cores_used": round(share, 2),
        "loop_stall_p99_ms_at_most": stall_quantile(metrics, 0.99),
    }
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--calls", type=int, default=1)
    parser.add_argument("--language", default="auto", choices=["tr", "en", "auto"])
    parser.add_argument("--slowest", type=int, default=0, help="show so many of each kind")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    result = asyncio.run(
        measure(arguments.file, arguments.calls, arguments.language, arguments.slowest)
    )
    if arguments.json:
        print(json.dumps(result))
        return
    for name, value in result.items():
        print(f"{name:>28}  {value}")


if __name__ == "__main__":
    main()
