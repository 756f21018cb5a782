"""Speech as Opus: small, and played by every browser."""

from __future__ import annotations

import io
from fractions import Fraction
from typing import Final

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import OutputContainer
from numpy.typing import NDArray

from assist.audio.files import Recording
from assist.audio.resample import Resampler
from assist.errors import AudioError
from assist.events import SAMPLE_RATE

_BITS: Final = 24_000
"""A second and channel."""
_LAYOUTS: Final = {1: "mono", 2: "stereo"}


def add_opus(container: OutputContainer, channels: int) -> AudioStream:
    """A stream of one or two channels for 16-bit samples at 16 kHz."""
    stream = container.add_stream("libopus", rate=SAMPLE_RATE)
    assert isinstance(stream, AudioStream)
    stream.codec_context.layout = _LAYOUTS[channels]
    stream.codec_context.bit_rate = _BITS * channels
    stream.codec_context.options = {"application": "voip", "compression_level": "5"}
    return stream


def clip(recording: Recording, start: float, end: float) -> bytes:
    """The part of a recording from `start` to `end` seconds as an Ogg file, all channels as one.

    Raises `AudioError` when the recording has no such part.
    """
    samples = _part(recording, round(start * recording.rate), round(end * recording.rate))
    if not len(samples):
        raise AudioError(f"{recording.path} has no sound from second {start:.1f} on.")
    return _encoded(_resampled(samples.sum(axis=1, keepdims=True), recording.rate))


def _part(recording: Recording, first: int, last: int) -> NDArray[np.float32]:
    """The sample frames from `first` to `last`, (frames, channels); the rest is read over."""
    parts = [np.empty((0, recording.channels), np.int16)]
    position = 0
    for block in recording.blocks():
        parts.append(block[max(first - position, 0) : max(last - position, 0)])
        position += len(block)
        if position >= last:
            break
    return np.concatenate(parts).astype(np.float32) / np.float32(32768)


def _resampled(samples: NDArray[np.float32], rate: int) -> NDArray[np.int16]:
    if rate != SAMPLE_RATE:
        resampler = Resampler(rate, SAMPLE_RATE, 1)
        samples = np.concatenate((resampler.push(samples), resampler.flush()))
    return np.clip(np.rint(samples * 32768), -32768, 32767).astype(np.int16)


def _encoded(samples: NDArray[np.int16]) -> bytes:
    """(frames, 1) samples at 16 kHz as a file."""
    file = io.BytesIO()
    with av.open(file, "w", "ogg") as container:
        stream = add_opus(container, 1)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples.T), "s16", "mono")
        frame.sample_rate, frame.pts = SAMPLE_RATE, 0
        frame.time_base = Fraction(1, SAMPLE_RATE)
        for one in (frame, None):
            container.mux(stream.encode(one))
    return file.getvalue()
