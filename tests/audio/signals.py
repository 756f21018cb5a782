"""Signals and files for the tests of this room."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import soundfile
from numpy.typing import NDArray


def tones(seconds: float, rate: int, channels: int = 2) -> NDArray[np.int16]:
    """(frames, channels): a different tone on every channel, with a little noise."""
    time = np.arange(int(seconds * rate)) / rate
    pitches = 300 + 170 * np.arange(channels)
    noise = np.random.default_rng(7).standard_normal((len(time), channels))
    wave = 0.3 * np.sin(2 * np.pi * time[:, None] * pitches) + 0.01 * noise
    return np.rint(wave * 32767).astype(np.int16)


def write(path: Path, samples: NDArray[np.int16], rate: int, subtype: str | None = None) -> Path:
    floats = subtype in {"FLOAT", "DOUBLE"}
    soundfile.write(path, samples / 32768 if floats else samples, rate, subtype=subtype)
    return path


def write_compressed(
    path: Path, codec: str, samples: NDArray[np.int16], rate: int, **options: str
) -> Path:
    layout = "stereo" if samples.shape[1] == 2 else "mono"
    with av.open(path, "w", options=options) as container:
        stream = container.add_stream(codec, rate=rate, layout=layout)
        stream.format = stream.codec.audio_formats[0]
        convert = av.AudioResampler(format=stream.format, layout=layout, rate=rate)
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout=layout)
        frame.sample_rate = rate
        for converted in [*convert.resample(frame), *convert.resample(None)]:
            container.mux(stream.encode(converted))
        container.mux(stream.encode(None))
    return path
