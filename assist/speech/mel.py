"""Log-mel spectrogram as Whisper was trained on it, for audio of any length.

Source: Radford et al., "Robust Speech Recognition via Large-Scale Weak Supervision" (2022),
section 2.2: windows of 25 ms every 10 ms, mel filters of Slaney's scale up to 8 kHz, base-10
logarithm, clipped 8 below the maximum, scaled to about −1…1.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from assist.events import SAMPLE_RATE

HOP = 160
"""Samples between two frames; 100 frames are a second."""
FRAMES_PER_SECOND = SAMPLE_RATE // HOP
MAX_FRAMES = 30 * FRAMES_PER_SECOND
"""The longest input of the encoder."""

_WINDOW = 400
_LINEAR_END = 1000.0
_LINEAR_STEP = 200.0 / 3
_LOG_STEP = np.log(6.4) / 27.0

Features = NDArray[np.float32]


def _hz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    """Slaney's mel scale: linear up to 1 kHz, logarithmic above."""
    corner = _LINEAR_END / _LINEAR_STEP
    above = _LINEAR_END * np.exp(_LOG_STEP * (np.maximum(mel, corner) - corner))
    return np.where(mel < corner, mel * _LINEAR_STEP, above)


def mel_filters(bins: int) -> Features:
    """Triangular filters of equal area, shape (bins, 201), for 0…8 kHz."""
    top = _LINEAR_END / _LINEAR_STEP + np.log(SAMPLE_RATE / 2 / _LINEAR_END) / _LOG_STEP
    edges = _hz(np.linspace(0.0, top, bins + 2))
    bands = np.fft.rfftfreq(_WINDOW, 1 / SAMPLE_RATE)
    rising = (bands - edges[:-2, None]) / np.diff(edges)[:-1, None]
    falling = (edges[2:, None] - bands) / np.diff(edges)[1:, None]
    triangles = np.maximum(0.0, np.minimum(rising, falling))
    return (triangles * (2.0 / (edges[2:] - edges[:-2]))[:, None]).astype(np.float32)


class LogMel:
    """Spectrogram of `bins` mel bands."""

    def __init__(self, bins: int) -> None:
        self._filters = mel_filters(bins)
        self._window = np.hanning(_WINDOW + 1)[:-1].astype(np.float32)

    def __call__(self, audio: Features, frames: int) -> Features:
        """Features of shape (bins, frames) of `audio` (16 kHz), silence behind it.

        Audio longer than `frames` is cut.
        """
        samples = np.zeros(frames * HOP + _WINDOW // 2, dtype=np.float32)
        length = min(len(audio), len(samples))
        samples[:length] = audio[:length]
        padded = np.concatenate([samples[_WINDOW // 2 : 0 : -1], samples])
        windows = sliding_window_view(padded, _WINDOW)[::HOP][:frames]
        spectrum = np.fft.rfft(windows * self._window, axis=1).astype(np.complex64, copy=False)
        power = np.square(spectrum.real) + np.square(spectrum.imag)
        logarithm = np.log10(np.maximum(self._filters @ power.T, 1e-10))
        floor = logarithm.max() - 8.0
        return np.ascontiguousarray((np.maximum(logarithm, floor) + 4.0) / 4.0, dtype=np.float32)
