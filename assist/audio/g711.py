"""G.711: the 8-bit μ-law and A-law of telephone networks.

Tables and decision values follow ITU-T Recommendation G.711 (11/1988), tables 1a to 2b; the
rounding of 16-bit input to the 14 and 13 bits of the laws follows the ITU-T software tools
(G.191), so that both sides of zero are treated as they are there.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def _mulaw_to_linear() -> NDArray[np.int16]:
    code = ~np.arange(256) & 0xFF  # every bit is inverted on the line
    segment, step = code >> 4 & 7, code & 15
    magnitude = (((2 * step + 33) << segment) - 33) * 4
    return np.where(code & 0x80, -magnitude, magnitude).astype(np.int16)


def _alaw_to_linear() -> NDArray[np.int16]:
    code = np.arange(256) ^ 0x55  # every second bit is inverted on the line
    segment, step = code >> 4 & 7, code & 15
    magnitude = np.where(segment == 0, 2 * step + 1, (2 * step + 33) << np.maximum(segment - 1, 0))
    return np.where(code & 0x80, magnitude * 8, -magnitude * 8).astype(np.int16)


def _linear_to_mulaw() -> NDArray[np.uint8]:
    samples = np.arange(-32768, 32768)
    magnitude = np.minimum((np.where(samples < 0, ~samples, samples) >> 2) + 33, 0x1FFF)
    segment = np.searchsorted(64 << np.arange(7), magnitude, side="right")
    step = magnitude >> (segment + 1) & 15
    codes: NDArray[np.int_] = ~(np.where(samples < 0, 0x80, 0) | segment << 4 | step) & 0xFF
    return codes.astype(np.uint8)


def _linear_to_alaw() -> NDArray[np.uint8]:
    samples = np.arange(-32768, 32768)
    magnitude = np.where(samples < 0, ~samples, samples) >> 4
    segment = np.searchsorted(16 << np.arange(7), magnitude, side="right")
    step = magnitude >> np.maximum(segment - 1, 0) & 15
    codes: NDArray[np.int_] = (np.where(samples < 0, 0, 0x80) | segment << 4 | step) ^ 0x55
    return codes.astype(np.uint8)


_MULAW_TO_LINEAR = _mulaw_to_linear()
_ALAW_TO_LINEAR = _alaw_to_linear()
_LINEAR_TO_MULAW = _linear_to_mulaw()
_LINEAR_TO_ALAW = _linear_to_alaw()


def decode_mulaw(codes: NDArray[np.uint8]) -> NDArray[np.int16]:
    """μ-law codes as 16-bit samples (-32124…32124), in the shape given."""
    return _MULAW_TO_LINEAR[codes]


def decode_alaw(codes: NDArray[np.uint8]) -> NDArray[np.int16]:
    """A-law codes as 16-bit samples (-32256…32256), in the shape given."""
    return _ALAW_TO_LINEAR[codes]


def encode_mulaw(samples: NDArray[np.int16]) -> NDArray[np.uint8]:
    """16-bit samples as μ-law codes, in the shape given."""
    return np.take(_LINEAR_TO_MULAW, samples.astype(np.int32) + 32768)


def encode_alaw(samples: NDArray[np.int16]) -> NDArray[np.uint8]:
    """16-bit samples as A-law codes, in the shape given."""
    return np.take(_LINEAR_TO_ALAW, samples.astype(np.int32) + 32768)
