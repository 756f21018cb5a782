"""A telephone simulator: what lies between a good microphone and the call centre.

Acted corpora are recorded close and clean; a model trained on that alone falls apart on a
line. A `Line` draws its room, band edges, noise, gain, overdrive, codec (G.711, and before it
AMR as mobile telephones have it or Opus as browsers do) and lost packets from a seeded
generator; all clips of one simulated call go through the same line, so that a speaker's own
normal and what is compared with it have the line in common.
"""

from __future__ import annotations

from typing import Final, cast

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from numpy.typing import NDArray
from scipy import signal

from assist.emotion.spectrum import Floats

_RATE = 8_000
_PACKET = 160
_AMR_RATES: Final = (4_750, 5_900, 7_400, 12_200)
_OPUS_RATES: Final = (8_000, 12_000, 16_000)
Samples = NDArray[np.float64]


class Line:
    """One telephone call: its room, band, noise, gain, codec and losses stay the same.

    Drawn from `rng`; `snr` bounds the signal-to-noise ratio in dB of a voice at the
    speaker's usual level.
    """

    def __init__(self, rng: np.random.Generator, snr: tuple[float, float] = (5.0, 20.0)) -> None:
        self._room = _room_response(rng) if rng.random() < 0.3 else None
        edges = [rng.uniform(150, 350), rng.uniform(3100, 3700)]
        order = int(rng.integers(2, 5))
        self._band = signal.butter(order, edges, "bandpass", fs=_RATE, output="sos")
        self._tilt = rng.uniform(-0.35, 0.35)  # handsets differ in how bright they are
        self._noise = 10 ** (-rng.uniform(*snr) / 20)
        self._noise_kind = int(rng.integers(3))
        self._noise_colour = rng.uniform(0.7, 0.97)
        self._level = 10 ** (rng.uniform(-32, -18) / 20)
        self._overdriven = rng.random() < 0.15
        self._a_law = rng.random() < 0.5
        self._codec, rates = _CODECS[int(rng.choice(len(_CODECS), p=_CODEC_SHARES))]
        self._bit_rate = int(rng.choice(rates))
        self._loss = rng.uniform(0.01, 0.05) if rng.random() < 0.2 else 0.0

    def carry(self, audio: Floats, usual: float, rng: np.random.Generator) -> Floats:
        """`audio` (samples,) at 16 kHz as it leaves the line, at 16 kHz again.

        `usual` is the root mean square of the speaker's voice at the usual level.
        """
        line = signal.resample_poly(audio.astype(np.float64), 1, 2) / max(usual, 1e-6)
        if self._room is not None:
            line = signal.fftconvolve(line, self._room)[: len(line)]
        line = signal.lfilter([1.0, self._tilt], [1.0], signal.sosfilt(self._band, line))
        line = (line + self._murmur(len(line), rng)) * self._level
        if self._overdriven:
            line = np.tanh(line * 4) / 4
        if self._codec:
            line = _through_codec(line, self._codec, self._bit_rate)
        line = _a_law(line) if self._a_law else _mu_law(line)
        line = _lose_packets(line, self._loss, rng)
        return np.asarray(signal.resample_poly(line, 2, 1)[: len(audio)], np.float32)

    def _murmur(self, count: int, rng: np.random.Generator) -> Samples:
        """The line's noise: white, falling with frequency, or rising and falling as voices."""
        noise = rng.standard_normal(count)
        if self._noise_kind > 0:
            noise = signal.lfilter([1.0], [1.0, -self._noise_colour], noise)
        if self._noise_kind > 1:
            time = np.arange(count) / _RATE
            rates, phases = rng.uniform(2, 6, (4, 1)), rng.uniform(0, 2 * np.pi, (4, 1))
            murmur = 1 + 0.4 * np.sin(2 * np.pi * rates * time + phases).sum(0)
            noise = noise * np.maximum(murmur, 0.1)
        sections = signal.butter(2, [200, 3600], "bandpass", fs=_RATE, output="sos")
        noise = signal.sosfilt(sections, noise)
        return np.asarray(noise / (np.sqrt(np.mean(noise**2)) + 1e-12) * self._noise, np.float64)


def perturb_speed(audio: Floats, factor: float) -> Floats:
    """`audio` played `factor` times as fast: pitch, pace and formants move together."""
    length = max(round(len(audio) / factor), 1)
    position = np.linspace(0, len(audio) - 1, length)
    return np.interp(position, np.arange(len(audio)), audio).astype(np.float32)


def _room_response(rng: np.random.Generator) -> Samples:
    count = int(rng.uniform(0.08, 0.35) * _RATE)
    tail = rng.standard_normal(count) * np.exp(-6.9 * np.arange(count) / count)
    tail *= rng.uniform(0.1, 0.5) / np.sqrt(np.sum(tail**2))
    tail[0] = 1.0
    return np.asarray(tail, np.float64)


def _mu_law(line: Samples) -> Samples:
    """Through the curve of G.711 μ-law at 8 bits."""
    clipped = np.clip(line, -1, 1)
    curve = np.sign(clipped) * np.log1p(255 * np.abs(clipped)) / np.log(256)
    steps = np.round(curve * 127) / 127
    return np.asarray(np.sign(steps) * np.expm1(np.abs(steps) * np.log(256)) / 255, np.float64)


def _a_law(line: Samples) -> Samples:
    """Through the curve of G.711 A-law at 8 bits."""
    a = 87.6
    size = np.clip(np.abs(line), 0, 1)
    root = 1 + np.log(a)
    curve = np.where(size < 1 / a, a * size, 1 + np.log(np.maximum(a * size, 1))) / root
    steps = np.round(curve * 127) / 127
    back = np.where(steps < 1 / root, steps * root / a, np.exp(steps * root - 1) / a)
    return np.asarray(np.sign(line) * back, np.float64)


def _through_codec(line: Samples, name: str, bit_rate: int) -> Samples:
    """What is left of `line` (samples,) at 8 kHz after FFmpeg's encoder `name` and its decoder."""
    encoder = cast(AudioCodecContext, av.CodecContext.create(name, "w"))
    encoder.sample_rate, encoder.layout, encoder.bit_rate = _RATE, "mono", bit_rate
    encoder.format = "flt" if name == "libopus" else "s16"
    encoder.options = {"application": "voip"} if name == "libopus" else {}
    encoder.open()
    decoder = cast(AudioCodecContext, av.CodecContext.create(name, "r"))
    decoder.layout, decoder.sample_rate = "mono", _RATE
    decoder.extradata = encoder.extradata
    size = encoder.frame_size
    padded = np.pad(np.clip(line, -1, 1), (0, -len(line) % size + 3 * size))
    scaled = padded.astype(np.float32) if name == "libopus" else (padded * 32767).astype(np.int16)
    packets = []
    for start in range(0, len(scaled), size):
        frame = av.AudioFrame.from_ndarray(
            scaled[None, start : start + size], format=encoder.format.name, layout="mono"
        )
        frame.sample_rate, frame.pts = _RATE, start
        packets += encoder.encode(frame)
    packets += encoder.encode(None)
    frames = [frame for packet in packets for frame in decoder.decode(packet)]
    decoded = np.concatenate([_as_float(frame) for frame in frames])
    rate = frames[0].sample_rate
    if rate != _RATE:
        decoded = signal.resample_poly(decoded, 1, rate // _RATE)
    return np.asarray(decoded[: len(line)], np.float64)


def _as_float(frame: av.AudioFrame) -> Samples:
    samples = frame.to_ndarray().ravel()
    scale = 1.0 if samples.dtype.kind == "f" else 32768.0
    return np.asarray(samples / scale, np.float64)


_CODECS: Final = (("", (0,)), ("libopencore_amrnb", _AMR_RATES), ("libopus", _OPUS_RATES))
_CODEC_SHARES: Final = (0.6, 0.25, 0.15)


def _lose_packets(line: Samples, loss: float, rng: np.random.Generator) -> Samples:
    """Lose a share of 20 ms packets; a lost one repeats the one before, half as loud."""
    result = line.copy()
    for start in range(_PACKET, len(line) - _PACKET, _PACKET):
        if rng.random() < loss:
            result[start : start + _PACKET] = result[start - _PACKET : start] * 0.5
    return result
