"""Turns laid out in time on two channels, over the noise of two quiet rooms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import soxr
from dialogue import CHANNELS, Line
from numpy.typing import NDArray

RATE = 16_000
EDGE = 0.5
"""Seconds of quiet before the first turn and after the last."""
NOISE_DB = -60.0
QUANTUM = 16 / 32768
"""Twelve bits are kept of sixteen: the error lies 17 dB below the rooms' noise, and files halve."""

Audio = NDArray[np.float32]
Pcm = NDArray[np.int16]


@dataclass(frozen=True)
class Placed:
    """A turn with its samples at 16 kHz and the sample at which it begins."""

    line: Line
    audio: Audio
    start: int

    @property
    def end(self) -> int:
        """The sample after its last."""
        return self.start + len(self.audio)


def finish(audio: Audio, rate: int, level_db: float) -> Audio:
    """Bring a turn to 16 kHz, cut its silent ends and set the level of its speech (RMS, dB)."""
    speech = soxr.resample(audio, rate, RATE)
    loud = np.flatnonzero(np.abs(speech) > 0.01 * np.max(np.abs(speech)))
    speech = speech[loud[0] : loud[-1] + 1]
    ramp = np.linspace(0, 1, RATE // 200, dtype=np.float32)
    speech[: len(ramp)] *= ramp
    speech[-len(ramp) :] *= ramp[::-1]
    gain = 10 ** (level_db / 20) / _speech_rms(speech)
    return _limited(speech * gain)


def place(turns: Sequence[tuple[Line, Audio]]) -> list[Placed]:
    """Lay the turns out, each by its `after` from the end of the one before."""
    placed: list[Placed] = []
    end = round(EDGE * RATE)
    for line, audio in turns:
        placed.append(Placed(line, audio, end + round(line.after * RATE) if placed else end))
        end = placed[-1].end
    return placed


def mix(placed: Sequence[Placed], seed: int) -> Pcm:
    """Both channels as 16-bit samples, (samples, 2)."""
    length = max(turn.end for turn in placed) + round(EDGE * RATE)
    random = np.random.default_rng(seed)
    channels = np.stack([room_noise(length, random) for _ in CHANNELS], axis=1)
    for turn in placed:
        channels[turn.start : turn.end, CHANNELS.index(turn.line.channel)] += turn.audio
    kept = np.round(np.clip(channels, -1, 1 - QUANTUM) / QUANTUM) * QUANTUM
    return (kept * 32768).astype(np.int16)


def room_noise(length: int, random: np.random.Generator) -> NDArray[np.float64]:
    """Noise that falls by 6 dB an octave above 100 Hz, like the hum and rumble of a room."""
    spectrum = np.fft.rfft(random.standard_normal(length))
    frequency = np.fft.rfftfreq(length, 1 / RATE)
    noise = np.fft.irfft(spectrum / np.maximum(frequency, 100.0), length)
    return noise * (10 ** (NOISE_DB / 20) / np.sqrt(np.mean(noise**2)))


def _speech_rms(speech: Audio) -> float:
    """RMS over the blocks within 25 dB of the loudest, so that pauses don't count."""
    blocks = speech[: len(speech) // 320 * 320].reshape(-1, 320).astype(np.float64)
    power = np.mean(blocks**2, axis=1)
    return float(np.sqrt(np.mean(power[power > power.max() * 10**-2.5])))


def _limited(speech: Audio) -> Audio:
    """Bend peaks above 0.7 smoothly towards 0.95, so that a loud turn doesn't clip."""
    knee, ceiling = 0.7, 0.95
    size = np.abs(speech)
    bent = knee + (ceiling - knee) * np.tanh((size - knee) / (ceiling - knee))
    return (np.sign(speech) * np.where(size > knee, bent, size)).astype(np.float32)
