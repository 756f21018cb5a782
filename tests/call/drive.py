"""Feeds a session and answers its jobs, in ways that must make no difference."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from assist.audio.frames import AudioFrame, CallInfo, Encoding, Leg
from assist.call import CallSession, Engine, PartialJob
from assist.config import Settings
from assist.events import Event, Partial, Role

BOTH = (Role.AGENT, Role.CALLER)


def leg(*roles: Role, rate: int = 16_000) -> Leg:
    return Leg(Encoding.PCM_S16LE, rate, roles)


def call(*legs: Leg, language: str = "tr", consent: bool = True) -> CallInfo:
    return CallInfo("c1", legs or (leg(*BOTH),), language=language, consent=consent)


def frames(audio: NDArray[np.int16], sizes: Iterable[int], number: int = 0) -> Iterator[AudioFrame]:
    """`audio` (samples, channels) cut into frames of the given sizes, the last one repeated."""
    at, size = 0, 1600
    remaining = iter(sizes)
    while at < len(audio):
        size = next(remaining, size)
        yield AudioFrame(number, at, audio[at : at + size].astype("<i2").tobytes())
        at += size


def events_of(
    engine: Engine,
    info: CallInfo,
    audio: Iterable[AudioFrame],
    *,
    settings: Settings | None = None,
    partials: bool = False,
    hold: int = 0,
    seed: int = 0,
) -> list[Event]:
    """Every event; up to `hold` answers are kept back and given in random order."""
    session = CallSession(engine, settings or Settings(), info, partials=partials)
    shuffle = random.Random(seed)
    jobs: list[object] = []
    events: list[Event] = []

    def take(output: list[object]) -> None:
        for item in output:
            (events if isinstance(item, Event) else jobs).append(item)  # type: ignore[arg-type]

    def answer(down_to: int) -> None:
        while len(jobs) > down_to:
            job = jobs.pop(shuffle.randrange(len(jobs)))
            take(session.resolve(job, engine.run(job)))  # type: ignore[arg-type]

    take(session.start())
    for frame in audio:
        take(session.feed(frame))
        answer(hold)
    take(session.finish("end_of_file"))
    answer(0)
    assert session.ended
    assert not any(isinstance(job, PartialJob) for job in jobs)
    return events


def finals(events: Iterable[Event]) -> list[Event]:
    return [event for event in events if not isinstance(event, Partial)]


def unnumbered(events: Iterable[Event]) -> list[Event]:
    return [replace(event, seq=0) for event in events]
