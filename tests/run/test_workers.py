"""Live calls on real processes, with the real models; processes die and hang."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from assist.audio.files import open_recording
from assist.audio.frames import AudioFrame, CallInfo
from assist.call import Engine
from assist.config import ModelSettings, ServerSettings, Settings
from assist.errors import ModelError
from assist.events import AnyEvent, CallEnded, Event, Fault, Partial, Utterance
from assist.run.inline import recording_frames, recording_leg, run_call
from assist.run.workers import WorkerPool


@dataclass
class Heard:
    """What a call gave out, and a way to wait for it."""

    events: list[AnyEvent] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def __call__(self, event: AnyEvent) -> None:
        self.events.append(event)
        self.changed.set()

    async def wait_for(self, kind: type[Event]) -> None:
        while not any(isinstance(event, kind) for event in self.events):
            self.changed.clear()
            await self.changed.wait()

    @property
    def finals(self) -> list[AnyEvent]:
        return [event for event in self.events if not isinstance(event, Partial)]

    @property
    def words(self) -> list[str]:
        return [event.text for event in self.events if isinstance(event, Utterance)]


def sample(samples: Path, call_id: str) -> tuple[CallInfo, list[AudioFrame]]:
    recording = open_recording(samples / "en_solved.flac")
    info = CallInfo(call_id, (recording_leg(recording),), language="en")
    frames = [frame for frame in recording_frames(recording) if frame.start < 25 * recording.rate]
    return info, frames


@pytest.fixture(scope="module")
def expected(engine: Engine, samples: Path) -> list[Event]:
    info, frames = sample(samples, "c1")
    return list(run_call(engine, Settings(), info, frames))


@pytest.fixture
async def pool(engine: Engine) -> AsyncIterator[WorkerPool]:
    pool = WorkerPool(Settings(server=ServerSettings(workers=1, worker_silence=6.0)))
    await pool.start()
    yield pool
    await pool.close()


async def test_a_call_on_a_worker_gives_the_events_of_a_call_inline(
    pool: WorkerPool, samples: Path, expected: list[Event]
) -> None:
    info, frames = sample(samples, "c1")
    heard = Heard()
    call = await pool.open(info, live=False, on_event=heard)
    for frame in frames:
        await call.feed(frame)
    await call.finish("end_of_file")
    assert heard.finals == expected


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
async def test_a_dead_or_hung_worker_is_replaced_and_its_calls_lose_no_words(
    pool: WorkerPool, samples: Path, expected: list[Event], how: signal.Signals
) -> None:
    await pool.ready()
    info, frames = sample(samples, "c1")
    heard, other = Heard(), Heard()
    call = await pool.open(info, live=False, on_event=heard)
    quiet = await pool.open(CallInfo("c2", info.legs, "en"), live=True, on_event=other)
    half = len(frames) // 2
    for frame in frames[:half]:
        await call.feed(frame)
    await heard.wait_for(Utterance)
    os.kill(pool.pids[0], how)
    await heard.wait_for(Fault)
    for frame in frames[half:]:
        await call.feed(frame)
    await call.finish("end_of_file")
    await quiet.finish("stop")
    assert pool.restarts == 1
    assert [event.seq for event in heard.finals] == list(range(1, len(heard.finals) + 1))
    assert heard.words == [event.text for event in expected if isinstance(event, Utterance)]
    assert [type(event) for event in other.finals][-1] is CallEnded


async def test_a_missing_model_is_one_sentence(tmp_path: Path) -> None:
    settings = Settings(models=ModelSettings(recognizer=str(tmp_path / "nothing")))
    pool = WorkerPool(settings)
    await pool.start()
    with pytest.raises(ModelError, match="nothing"):
        await pool.ready()
    await pool.close()
