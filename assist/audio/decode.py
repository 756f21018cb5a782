"""Bytes of a leg, as they come off the wire, to float samples at 16 kHz."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from assist.audio import g711
from assist.audio.frames import Encoding, Leg
from assist.audio.resample import Resampler
from assist.events import SAMPLE_RATE


def decode_samples(data: bytes, encoding: Encoding) -> NDArray[np.int16]:
    """Whole samples on the wire as 16-bit samples."""
    if encoding is Encoding.PCM_S16LE:
        return np.frombuffer(data, "<i2").astype(np.int16)
    codes = np.frombuffer(data, np.uint8)
    return g711.decode_mulaw(codes) if encoding is Encoding.MULAW else g711.decode_alaw(codes)


def encode_samples(samples: NDArray[np.int16], encoding: Encoding) -> bytes:
    """16-bit samples as they go on the wire; interleaves (frames, channels)."""
    if encoding is Encoding.PCM_S16LE:
        return samples.astype("<i2").tobytes()
    encode = g711.encode_mulaw if encoding is Encoding.MULAW else g711.encode_alaw
    return encode(samples).tobytes()


class LegDecoder:
    """State of one leg: its bytes in, its channels at 16 kHz out.

    The samples are the same bits however the bytes were cut, within a sample too. A leg at
    16 kHz is not resampled.
    """

    def __init__(self, leg: Leg) -> None:
        self.leg = leg
        self._cut = b""
        self._resampler = (
            None if leg.rate == SAMPLE_RATE else Resampler(leg.rate, SAMPLE_RATE, len(leg.roles))
        )

    def push(self, data: bytes) -> NDArray[np.float32]:
        """Take any number of bytes, give (channels, samples) in -1…1 that are ready."""
        data = self._cut + data
        whole = len(data) - len(data) % self.leg.frame_bytes
        data, self._cut = data[:whole], data[whole:]
        samples = decode_samples(data, self.leg.encoding).reshape(-1, len(self.leg.roles))
        floats = samples.astype(np.float32) / np.float32(32768)
        return _by_channel(self._resampler.push(floats) if self._resampler else floats)

    def flush(self) -> NDArray[np.float32]:
        """Give the (channels, samples) still held; bytes of a sample cut off are dropped.

        Nothing may be pushed after it.
        """
        if self._resampler is None:
            return np.empty((len(self.leg.roles), 0), np.float32)
        return _by_channel(self._resampler.flush())


def _by_channel(interleaved: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.ascontiguousarray(interleaved.T)
