"""A recording as the bytes of each leg of a call, in chunks for the wire."""

from __future__ import annotations

import asyncio
from collections.abc import Generator, Iterator

import numpy as np
from numpy.typing import NDArray

from assist.audio.decode import encode_samples
from assist.audio.files import Recording
from assist.audio.frames import Leg
from assist.audio.resample import Resampler

_PIECE = 1.0
"""Seconds of a recording that are read at once."""


class Chunks:
    """The bytes of each leg of a recording, handed out in chunks of the same length in time.

    `legs` are one with all channels or one for each, all of one rate and encoding; `chunk_ms`
    need not be a whole number of samples.
    """

    def __init__(self, recording: Recording, legs: tuple[Leg, ...], chunk_ms: float) -> None:
        self._pieces = _pieces(recording, legs)
        self._second = legs[0].rate * legs[0].frame_bytes
        self._size = max(1, round(chunk_ms / 1000 * self._second))
        self._waiting = [bytearray() for _ in legs]
        self._reading: asyncio.Future[list[bytes] | None] | None = None
        self._taken = 0

    @property
    def position(self) -> float:
        """Seconds handed out."""
        return self._taken / self._second

    @property
    def end(self) -> float:
        """Seconds at which the next chunk ends."""
        return (self._taken + min(self._size, len(self._waiting[0]))) / self._second

    async def fill(self) -> bool:
        """Read until a chunk is there; False when nothing is left.

        May be cancelled: what is being read then is there at the next call.
        """
        while len(self._waiting[0]) < self._size:
            if self._reading is None:
                # Decoding is work for a thread: a server may play a sample into itself.
                reading = asyncio.to_thread(next, self._pieces, None)
                self._reading = asyncio.ensure_future(reading)
            piece = await asyncio.shield(self._reading)
            if piece is None:
                break
            self._reading = None
            for waiting, data in zip(self._waiting, piece, strict=True):
                waiting.extend(data)
        return bool(self._waiting[0])

    def take(self) -> list[tuple[int, bytes]]:
        """The next chunk of every leg."""
        chunks = [(leg, bytes(waiting[: self._size])) for leg, waiting in enumerate(self._waiting)]
        for waiting in self._waiting:
            del waiting[: self._size]
        self._taken += len(chunks[0][1])
        return chunks

    async def close(self) -> None:
        """Close the recording, once nothing is read from it any more."""
        if self._reading is not None:
            await asyncio.gather(self._reading, return_exceptions=True)
        self._pieces.close()


def _pieces(recording: Recording, legs: tuple[Leg, ...]) -> Generator[list[bytes]]:
    """About a second of the recording at a time, as the bytes of each leg."""
    rate = legs[0].rate
    waiting: list[NDArray[np.int16]] = []
    for block in _at_rate(recording, rate):
        waiting.append(block)
        if sum(map(len, waiting)) >= _PIECE * rate:
            yield _encoded(np.concatenate(waiting), legs)
            waiting = []
    if waiting:
        yield _encoded(np.concatenate(waiting), legs)


def _at_rate(recording: Recording, rate: int) -> Iterator[NDArray[np.int16]]:
    if rate == recording.rate:
        yield from recording.blocks()
        return
    resampler = Resampler(recording.rate, rate, recording.channels)
    for block in recording.blocks():
        yield _to_int16(resampler.push(block.astype(np.float32)))
    yield _to_int16(resampler.flush())


def _to_int16(samples: NDArray[np.float32]) -> NDArray[np.int16]:
    return np.rint(samples).clip(-32768, 32767).astype(np.int16)


def _encoded(samples: NDArray[np.int16], legs: tuple[Leg, ...]) -> list[bytes]:
    if len(legs) == 1:
        return [encode_samples(samples, legs[0].encoding)]
    return [encode_samples(samples[:, index], leg.encoding) for index, leg in enumerate(legs)]
