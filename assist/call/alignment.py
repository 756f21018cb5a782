"""Brings the legs of a call onto one time axis and hands them out block by block."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assist.audio.decode import LegDecoder
from assist.audio.frames import AudioFrame, Encoding, Leg
from assist.errors import AudioError

_SILENCE = {Encoding.PCM_S16LE: b"\0\0", Encoding.MULAW: b"\xff", Encoding.ALAW: b"\xd5"}
_MAX_HOLE_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True)
class Hole:
    """Audio of a leg that never arrived and was taken as silence; seconds of the call."""

    leg: int
    start: float
    length: float
    reason: str


class _LegInput:
    """One leg: how much of it has come, and its decoded audio not yet handed out."""

    def __init__(self, index: int, leg: Leg) -> None:
        self.index = index
        self.leg = leg
        self.received = 0
        self._decoder = LegDecoder(leg)
        self._parts: list[NDArray[np.float32]] = []
        self.buffered = 0

    @property
    def seconds(self) -> float:
        """How far the leg's audio reaches."""
        return self.received / self.leg.rate

    def push(self, frame: AudioFrame) -> Hole | None:
        """Take a frame: what is already there is dropped, what is missing becomes silence."""
        hole = None
        missing = frame.start - self.received
        if missing > 0:
            hole = self.fill(missing, frame.lost)
        data = frame.data[max(0, -missing) * self.leg.frame_bytes :]
        self._decode(data, len(data) // self.leg.frame_bytes)
        return hole

    def fill(self, frames: int, reason: str) -> Hole:
        """Append `frames` sample frames of silence."""
        if frames > _MAX_HOLE_SECONDS * self.leg.rate:
            raise AudioError(
                f"Leg {self.index} jumps ahead by {frames / self.leg.rate:.0f} s; "
                "check the positions that the telephony system sends."
            )
        start = self.seconds
        left = frames
        while left > 0:
            count = min(left, self.leg.rate)
            self._decode(_SILENCE[self.leg.encoding] * (count * len(self.leg.roles)), count)
            left -= count
        return Hole(self.index, round(start, 3), round(frames / self.leg.rate, 3), reason)

    def flush(self) -> None:
        """Get the last samples out of the resampler."""
        self._append(self._decoder.flush())

    def pad(self, samples: int) -> None:
        """Append silence at 16 kHz, for the end of a call."""
        self._append(np.zeros((len(self.leg.roles), samples), np.float32))

    def take(self, samples: int) -> NDArray[np.float32]:
        """The next `samples` samples of all channels of the leg."""
        joined = self._parts[0] if len(self._parts) == 1 else np.concatenate(self._parts, axis=1)
        self._parts = [joined[:, samples:]]
        self.buffered -= samples
        return joined[:, :samples]

    def _decode(self, data: bytes, frames: int) -> None:
        self.received += frames
        self._append(self._decoder.push(data))

    def _append(self, samples: NDArray[np.float32]) -> None:
        if samples.shape[1]:
            self._parts.append(samples)
            self.buffered += samples.shape[1]


class Alignment:
    """All legs of a call in lockstep, so that the cutting into chunks leaves no trace.

    A leg that lags more than `max_skew` seconds behind the foremost one is filled up with
    silence, because the other party's words cannot wait.
    """

    def __init__(self, legs: Sequence[Leg], max_skew: float) -> None:
        self._legs = [_LegInput(index, leg) for index, leg in enumerate(legs)]
        self._max_skew = max_skew
        self.position = 0
        """Samples handed out so far."""

    def push(self, frame: AudioFrame) -> list[Hole]:
        """Take a frame; returns what had to be taken as silence."""
        hole = self._legs[frame.leg].push(frame)
        holes = [hole] if hole else []
        foremost = max(leg.seconds for leg in self._legs)
        for leg in self._legs:
            lag = foremost - leg.seconds
            if lag > self._max_skew:
                holes.append(leg.fill(int(lag * leg.leg.rate), "missing"))
        return holes

    def blocks(self, size: int) -> Iterator[NDArray[np.float32]]:
        """Every complete block: (channels, `size`) at 16 kHz."""
        while all(leg.buffered >= size for leg in self._legs):
            yield self._next(size)

    def finish(self, size: int) -> Iterator[NDArray[np.float32]]:
        """The rest, the shorter legs and the last block filled up with silence."""
        for leg in self._legs:
            leg.flush()
        longest = max(leg.buffered for leg in self._legs)
        longest += -longest % size
        for leg in self._legs:
            leg.pad(longest - leg.buffered)
        yield from self.blocks(size)

    @property
    def received(self) -> tuple[int, ...]:
        """Sample frames taken of each leg, at the leg's own rate."""
        return tuple(leg.received for leg in self._legs)

    @property
    def duration(self) -> float:
        """Seconds of audio taken so far, by the longest leg."""
        return max(leg.seconds for leg in self._legs)

    def _next(self, size: int) -> NDArray[np.float32]:
        self.position += size
        return np.concatenate([leg.take(size) for leg in self._legs], axis=0)
