"""Frames, band-limited spectra and periodicity of a window of speech, by NumPy alone.

Everything is computed from 300–3400 Hz, which is what every telephone carries, so that a
wide-band recording and the same voice through a telephone give nearly the same measures.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from assist.events import SAMPLE_RATE

Floats = NDArray[np.float32]

LOW, HIGH = 300.0, 3400.0
"""Edges of the telephone band in Hz."""
HOP: Final = 256
"""Samples between two frames (16 ms); the pitch detector's own grid."""
FRAME: Final = 512
PERIODIC_FRAME: Final = 640
"""Samples (40 ms) that hold three periods of a low voice."""
MELS: Final = 26
FRAME_RATE: Final = SAMPLE_RATE / HOP

BINS = np.fft.rfftfreq(FRAME, 1 / SAMPLE_RATE).astype(np.float32)
BAND = np.flatnonzero((BINS >= LOW) & (BINS <= HIGH))
BAND_HZ: Floats = BINS[BAND]
POWER_SCALE: Final = 2 / (FRAME * 3 / 8 * FRAME)
"""Turns a sum of Hann power spectra into the mean square of the samples."""


def telephone_band(audio: Floats) -> Floats:
    """The part of `audio` (samples,) at 16 kHz within 300–3400 Hz, with soft edges."""
    spectrum = np.fft.rfft(audio)
    hz = np.fft.rfftfreq(len(audio), 1 / SAMPLE_RATE)
    rise = np.clip((hz - (LOW - 60)) / 60, 0, 1)
    fall = np.clip(((HIGH + 200) - hz) / 200, 0, 1)
    return np.fft.irfft(spectrum * (rise * fall), len(audio)).astype(np.float32)


def frames(audio: Floats, size: int) -> Floats:
    """Overlapping frames (frames, size), centred on multiples of `HOP`."""
    count = len(audio) // HOP
    padded = np.pad(audio, (size // 2, size))
    windows = np.lib.stride_tricks.sliding_window_view(padded, size)
    result: Floats = windows[: count * HOP : HOP]
    return result


def power_spectra(audio: Floats) -> Floats:
    """Hann power spectra (frames, len(BAND)) within the telephone band."""
    windowed = frames(audio, FRAME) * _hann(FRAME)
    spectrum = np.fft.rfft(windowed, axis=1)[:, BAND]
    power: Floats = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
    return power


def log_mel(power: Floats) -> Floats:
    """Log-mel energies in dB (frames, MELS), floored 45 dB below the window's mean.

    The floor keeps the measures of a quiet room and of a slightly noisy line alike.
    """
    mel = power @ _mel_filters()
    floor = float(mel.mean()) * 10**-4.5 + 1e-12
    result: Floats = (10 * np.log10(mel + floor)).astype(np.float32)
    return result


def cepstrum(mel_db: Floats, count: int) -> Floats:
    """Mel-frequency cepstral coefficients 1…count (frames, count) of log-mel energies."""
    result: Floats = mel_db @ _cosines(mel_db.shape[1], count)
    return result


def harmonicity(audio: Floats, pitch: Floats, chosen: NDArray[np.bool_]) -> Floats:
    """Harmonics-to-noise ratio in dB (frames,) at the given pitch in Hz; 0 where not `chosen`.

    The autocorrelation is divided by that of its window (Boersma 1993); values are limited
    to −10…25 dB.
    """
    size = 1024
    result = np.zeros(len(pitch), np.float32)
    pitch = pitch[chosen]
    windowed = frames(audio, PERIODIC_FRAME)[chosen] * _hann(PERIODIC_FRAME)
    spectrum = np.fft.rfft(windowed, size, axis=1)
    power = spectrum.real**2 + spectrum.imag**2
    correlation = np.fft.irfft(power, axis=1)[:, : size // 2] / _window_correlation(size)
    lags = np.clip(np.rint(SAMPLE_RATE / np.maximum(pitch, 1)), 8, 400).astype(int)
    near = lags[:, None] + np.arange(-3, 4)
    best = np.take_along_axis(correlation, near, axis=1).max(axis=1)
    ratio = np.clip(best / np.maximum(correlation[:, 0], 1e-12), 0.09, 0.997)
    result[chosen] = 10 * np.log10(ratio / (1 - ratio))
    return result


@cache
def _hann(size: int) -> Floats:
    return np.asarray(np.hanning(size + 1)[:size], np.float32)


@cache
def _window_correlation(size: int) -> Floats:
    spectrum = np.fft.rfft(_hann(PERIODIC_FRAME), size)
    correlation = np.fft.irfft(np.abs(spectrum) ** 2)[: size // 2]
    normal = np.maximum(correlation / correlation[0], 0.05)
    return np.asarray(normal, np.float32)


@cache
def _mel_filters() -> Floats:
    """Triangles (len(BAND), MELS) evenly spaced on the mel scale (O'Shaughnessy 1987)."""
    low, high = (2595 * np.log10(1 + edge / 700) for edge in (LOW, HIGH))
    edges = 700 * (10 ** (np.linspace(low, high, MELS + 2) / 2595) - 1)
    left, centre, right = edges[:-2], edges[1:-1], edges[2:]
    hz = BAND_HZ[:, None]
    triangles = np.minimum((hz - left) / (centre - left), (right - hz) / (right - centre))
    filters = np.maximum(triangles, 0)
    total = filters.sum(axis=0)
    nearest = np.abs(hz - centre).argmin(axis=0)
    empty = total < 1e-6
    filters[nearest[empty], np.flatnonzero(empty)] = 1.0
    return np.asarray(filters / filters.sum(axis=0), np.float32)


@cache
def _cosines(size: int, count: int) -> Floats:
    """Orthonormal DCT-II basis (size, count) without the constant."""
    index = np.arange(1, count + 1)
    basis = np.cos(np.pi / size * (np.arange(size)[:, None] + 0.5) * index)
    return np.asarray(basis * np.sqrt(2 / size), np.float32)
