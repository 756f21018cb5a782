"""The power goes: every process is killed at some moment, and the server starts again.

What must be there then is what docs/store.md calls acknowledged: all of a call whose source was
told `ended`, and of a running call everything that a page was shown more than `BOUND` seconds
before, words, marks and sound.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import itertools
import json
import multiprocessing
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import av
import httpx
import psutil
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from assist.audio.files import open_recording
from assist.call import Engine
from assist.errors import AssistError
from assist.sources.player import play
from tests.served import served
from tests.server.fakes import serving
from tests.waiting import until

BOUND = 1.0
SAMPLES = sorted((Path(__file__).parents[1] / "audio_samples").glob("*.flac"))
KILLS = 51
LANES = 3
"""Servers at a time, each with a database of its own."""
SPEED = 4.0
_TICK = 0.05


class Stalls:
    """How much the machine itself stood still: a busy one must not look like one that loses."""

    def __init__(self) -> None:
        self._late: list[tuple[float, float]] = []

    async def watch(self) -> None:
        """Until cancelled, note how late each moment's sleep ends."""
        while True:
            began = time.monotonic()
            await asyncio.sleep(_TICK)
            now = time.monotonic()
            self._late.append((now, now - began - _TICK))

    def between(self, begun: float, ended: float) -> float:
        """For how long in all sleeps were late in this time, in seconds."""
        return sum(late for at, late in self._late if begun <= at <= ended)


class Watched:
    """A running call, and what a page has been shown of it, with the time of each message."""

    def __init__(self, call_id: str, sample: Path, speed: float, stalls: Stalls) -> None:
        self._stalls = stalls
        self.call_id = call_id
        self.sample = sample
        self.speed = speed
        self.shown: list[tuple[float, dict[str, Any]]] = []
        self.killed_at: float | None = None
        self._begun_at = time.monotonic()

    async def run(self, address: str) -> None:
        """Play and look on until the server is gone."""
        with contextlib.suppress(AssistError, OSError, ConnectionClosed):
            async with asyncio.TaskGroup() as both:
                both.create_task(self._play(address))
                both.create_task(self._watch(address))

    async def _play(self, address: str) -> None:
        with contextlib.suppress(AssistError, OSError, ConnectionClosed):
            await play(
                open_recording(self.sample),
                f"ws://{address}/api/ingest",
                call_id=self.call_id,
                agent="ayşe",
                speed=self.speed,
                chunk_ms=100,
                reconnect=False,
            )

    async def _watch(self, address: str) -> None:
        async with httpx.AsyncClient(base_url=f"http://{address}") as http:
            while (await http.get(f"/api/calls/{self.call_id}/events")).status_code != 200:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        async with connect(f"ws://{address}/api/events?call={self.call_id}") as page:
            mark = {
                "type": "annotation",
                "call_id": self.call_id,
                "id": f"mark-{self.call_id}",
                "kind": "note",
                "text": "Geri aranacak.",
            }
            await page.send(json.dumps(mark))
            with contextlib.suppress(ConnectionClosed):
                async for message in page:
                    self.shown.append((time.monotonic(), json.loads(message)))

    @property
    def acknowledged(self) -> list[dict[str, Any]]:
        """What was shown long enough before the kill, partial words and greetings aside.

        Before the kill, what would count if it came now.
        """
        end = self.killed_at or time.monotonic()
        return [
            message
            for at, message in self.shown
            if end - at - self._stalls.between(at, end) > BOUND
            and message["type"] not in ("hello", "partial")
        ]

    async def check(self, address: str) -> int:
        """That all of this is there; how many messages that are."""
        async with httpx.AsyncClient(base_url=f"http://{address}") as http:
            path = f"/api/calls/{self.call_id}"
            answer = await http.get(f"{path}/events")
            if answer.status_code == 404:  # killed before anybody was told of it
                assert not self.acknowledged
                return 0
            stored = answer.json()
            assert [event["seq"] for event in stored] == list(range(1, len(stored) + 1))
            marks = (await http.get(f"{path}/annotations")).json()["annotations"]
            for message in self.acknowledged:
                assert message in (marks if message["type"] == "annotation" else stored)
            found = (await http.get("/api/calls?limit=1000")).json()["calls"]
            (call,) = (call for call in found if call["call_id"] == self.call_id)
            assert (call["running"], call["reason"]) == (False, "interrupted")
            heard = max((event["position"] for event in self.acknowledged_events), default=0)
            assert self.killed_at is not None
            stalled = self._stalls.between(self._begun_at, self.killed_at)
            least = heard / 16_000 - self.speed * (1 + stalled)
            if heard:
                body = (await http.get(f"{path}/recording")).content
                assert seconds(body) > least
                peaks = (await http.get(f"{path}/peaks")).json()
                assert peaks["duration"] > least
        return len(self.acknowledged)

    @property
    def acknowledged_events(self) -> list[dict[str, Any]]:
        return [message for message in self.acknowledged if "position" in message]


def seconds(body: bytes) -> float:
    """How much sound can be read of a file."""
    with av.open(io.BytesIO(body)) as container:
        return sum(frame.samples for frame in container.decode(audio=0)) / 16_000


async def finished(address: str, call_id: str) -> None:
    """A call whose source is told that all of it is stored."""
    await play(
        open_recording(SAMPLES[0]),
        f"ws://{address}/api/ingest",
        call_id=call_id,
        agent="",
        speed=0,
        chunk_ms=500,
    )


async def check_finished(address: str, call_id: str) -> None:
    async with httpx.AsyncClient(base_url=f"http://{address}") as http:
        events = (await http.get(f"/api/calls/{call_id}/events")).json()
        length = events[-1]["duration"]
        assert (events[-1]["type"], events[-1]["reason"]) == ("call_ended", "stop")
        assert length == pytest.approx(open_recording(SAMPLES[0]).duration, abs=0.1)
        assert len(events) > length  # at least one of each second
        body = (await http.get(f"/api/calls/{call_id}/recording")).content
        # Its sound is finished beside the call: what the last second before the kill held counts.
        assert seconds(body) > 0


def _serve(folder: Path, said: Connection) -> None:
    async def main() -> None:
        async with serving(folder, max_calls=10) as server:
            said.send(server.address)
            await asyncio.Event().wait()

    asyncio.run(main())


async def one_lane(folder: Path, kills: int, dice: random.Random, stalls: Stalls) -> int:
    """Start, check what the life before left, take calls in, kill; the messages checked."""
    forks = multiprocessing.get_context("forkserver")
    forks.set_forkserver_preload(["tests.test_kills"])
    checks: list[Callable[[str], Awaitable[int | None]]] = []
    checked = 0
    for life in range(kills + 1):
        here, there = forks.Pipe()
        server = forks.Process(target=_serve, args=(folder, there), daemon=True)
        await asyncio.to_thread(server.start)
        assert await asyncio.to_thread(here.poll, 60), "the server did not start"
        address: str = here.recv()
        for check in checks:
            checked += await check(address) or 0
        if life < kills:
            ended, calls = f"ended-{life}", watched(life, dice, stalls)
            playing = [asyncio.create_task(call.run(address)) for call in calls]
            await finished(address, ended)
            await asyncio.sleep(dice.uniform(0.2, 1.5))
            if life % 2:
                await until_shown(calls)
            checks = [call.check for call in calls]
            checks.append(lambda address, ended=ended: check_finished(address, ended))
        else:
            calls, playing = [], []
        for call in calls:
            call.killed_at = time.monotonic()
        server.kill()
        await asyncio.to_thread(server.join)
        for task in playing:
            task.cancel()
        await asyncio.gather(*playing, return_exceptions=True)
        here.close()
        there.close()
    return checked


async def until_shown(calls: list[Watched]) -> None:
    """Until there is something to lose in each call, however slow the machine."""
    await until(lambda: all(len(call.acknowledged_events) > 3 for call in calls))


def watched(life: int, dice: random.Random, stalls: Stalls, speed: float = SPEED) -> list[Watched]:
    return [
        Watched(f"call-{life}-{number}", dice.choice(SAMPLES), speed, stalls) for number in range(2)
    ]


@pytest.fixture
async def stalls() -> AsyncIterator[Stalls]:
    found = Stalls()
    watching = asyncio.create_task(found.watch())
    yield found
    watching.cancel()


async def test_fifty_kills_lose_nothing_that_was_acknowledged(
    stalls: Stalls, tmp_path: Path
) -> None:
    lanes = [
        one_lane(tmp_path / str(lane), KILLS // LANES, random.Random(lane), stalls)
        for lane in range(LANES)
    ]
    for lane in range(LANES):
        (tmp_path / str(lane)).mkdir()
    checked = await asyncio.gather(*lanes)
    assert sum(checked) > 100


async def test_the_real_server_loses_nothing_either(
    engine: Engine, stalls: Stalls, tmp_path: Path
) -> None:
    dice = random.Random(1)
    calls: list[Watched] = []
    checked = 0
    for life in itertools.count():
        async with served(tmp_path) as address:
            for call in calls:
                checked += await call.check(address)
            if life == 2:
                break
            calls = watched(life, dice, stalls, speed=1.0)
            playing = [asyncio.create_task(call.run(address)) for call in calls]
            await asyncio.sleep(dice.uniform(4, 9))
            await until_shown(calls)
            killed = psutil.Process().children(recursive=True)
            for call in calls:
                call.killed_at = time.monotonic()
            for process in killed:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()
            await asyncio.gather(*playing, return_exceptions=True)
    assert checked > 10
