"""Resampling of a stream whose result does not depend on how the stream was cut.

Only whole blocks at fixed positions are converted, each together with the samples before and
after it, by soxr. A block reaches far enough to either side that the filter never sees its
edge, so joined blocks equal a conversion in one go to about -120 dB. Compared with
`soxr.ResampleStream` this answers sooner (40 ms instead of 115 ms from 8 to 16 kHz), and the
state is a short array, which can be pickled.
"""

from __future__ import annotations

from math import gcd

import numpy as np
import soxr
from numpy.typing import NDArray

_CONTEXT = 0.02
"""Seconds on either side of a block; beyond them the filter's response is below -120 dB."""
_BLOCK = 0.02
"""Seconds converted at once: a compromise of delay and cost."""


class Resampler:
    """Converts `channels` interleaved channels from `source` to `target` samples a second.

    Delay is 40 ms where both rates are whole multiples of 50 (11 025 and its multiples: up to
    80 ms); for rates with no common measure it grows, to two seconds at most.
    """

    def __init__(self, source: int, target: int, channels: int) -> None:
        self.source, self.target, self.channels = source, target, channels
        # Blocks begin where a sample of either rate lies, so no block needs a fraction of one.
        grid = source // gcd(source, target)
        self._context = _whole(_CONTEXT * source, grid)
        self._block = _whole(_BLOCK * source, grid)
        self._pending = np.zeros((self._context, channels), np.float32)
        self._read = 0
        self._written = 0

    def push(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Take (n, channels) samples, give the (m, channels) that are ready, m ≥ 0."""
        self._read += len(samples)
        return self._convert(samples)

    def flush(self) -> NDArray[np.float32]:
        """Give what is left; in all, ⌈n · target / source⌉ samples come from n.

        Nothing may be pushed after it.
        """
        total = -(-self._read * self.target // self.source)
        missing = total - self._written
        rest = self._convert(np.zeros((self._block + self._context, self.channels), np.float32))
        return rest[:missing]

    def _convert(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        self._pending = np.concatenate((self._pending, samples))
        window = self._block + 2 * self._context
        blocks = max(0, (len(self._pending) - window) // self._block + 1)
        skip, length = (n * self.target // self.source for n in (self._context, self._block))
        parts = [np.empty((0, self.channels), np.float32)]
        for start in range(0, blocks * self._block, self._block):
            around = self._pending[start : start + window]
            parts.append(soxr.resample(around, self.source, self.target)[skip : skip + length])
        self._pending = self._pending[blocks * self._block :].copy()
        self._written += blocks * length
        return np.concatenate(parts)


def _whole(samples: float, grid: int) -> int:
    return grid * max(1, -int(-samples // grid))
