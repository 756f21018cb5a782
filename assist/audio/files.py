"""Recordings: any common audio file as blocks of 16-bit samples.

What a call played from a file sends and what offline scoring reads both come from here, so
both see the same samples.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import InputContainer
from numpy.typing import NDArray

from assist.audio._ending import announces_length, end_is_missing
from assist.audio.resample import Resampler
from assist.errors import AudioError

MAX_CHANNELS = 8
"""Channels a recording may have."""
MIN_RATE, MAX_RATE = 8_000, 48_000
"""Samples a second that blocks have; other recordings are converted to the nearer one."""

_READABLE_RATES = range(1_000, 192_001)
_SHORTFALL = 0.25
"""Seconds by which encoders' padding may make a whole recording look short."""
_HOLE = (0.05, 60.0)
"""Seconds of a hole in the time stamps: shorter is rounding, longer is a wrong stamp."""
# Playlists and other formats that point to further files or addresses are not in this list.
_FORMATS = "wav,w64,aiff,au,caf,flac,mp3,ogg,mov,matroska,webm,aac,amr,asf"


class Recording:
    """An audio file that was found readable.

    `rate` is 8000…48000 samples a second, `channels` 1…8, `duration` the seconds the file
    announces, or None. `truncated` and `warning` (one sentence, or empty) are known once
    `blocks` has been read to its end.
    """

    def __init__(
        self,
        path: Path,
        rate: int,
        channels: int,
        duration: float | None,
        *,
        together: bool = False,
    ) -> None:
        self.path = path
        self.file_rate = rate
        self.rate = min(max(rate, MIN_RATE), MAX_RATE)
        self.channels = 1 if together else channels
        self._file_channels = channels
        self.duration = duration
        self.truncated = False
        self.warning = ""

    def blocks(self) -> Iterator[NDArray[np.int16]]:
        """The samples from the start, as (frames, channels) of a few thousand frames at most.

        Holds no more than a block in memory. Raises `AudioError` when the file has become
        unreadable since it was opened.
        """
        self.truncated, self.warning = False, ""
        if self.channels == self._file_channels:
            yield from self._all_channels()
            return
        for block in self._all_channels():
            mean = block.astype(np.int32).sum(axis=1, keepdims=True) // self._file_channels
            yield mean.astype(np.int16)

    def _all_channels(self) -> Iterator[NDArray[np.int16]]:
        if self.rate == self.file_rate:
            yield from self._decode()
            return
        resampler = Resampler(self.file_rate, self.rate, self._file_channels)
        for block in self._decode():
            yield _to_int16(resampler.push(block.astype(np.float32) / np.float32(32768)))
        yield _to_int16(resampler.flush())

    def _decode(self) -> Iterator[NDArray[np.int16]]:
        state = _Reading(self.file_rate)
        with _opened(self.path) as (file, container):
            for frame in _frames(container.streams.audio[0], container, state):
                form = (frame.sample_rate, frame.layout.nb_channels)
                if form != (self.file_rate, self._file_channels):
                    state.changed = True
                    break
                yield from self._silence(state.hole_before(frame))
                state.frames += frame.samples
                yield _samples(frame)
            cut = end_is_missing(file, container.format.name)
        self._conclude(state, cut)

    def _silence(self, frames: int) -> Iterator[NDArray[np.int16]]:
        for start in range(0, frames, self.file_rate):
            length = min(frames - start, self.file_rate)
            yield np.zeros((length, self._file_channels), np.int16)

    def _conclude(self, state: _Reading, cut: bool) -> None:
        seconds = state.frames / self.file_rate
        short = self.duration is not None and seconds < self.duration - _SHORTFALL
        self.truncated = (cut or short) and not state.changed
        if state.changed:
            self.warning = (
                f"{self.path} changes its rate or channels after {seconds:.1f} s; only the part "
                "before was used, so split it there."
            )
        elif short:
            self.warning = (
                f"{self.path} is cut short or damaged: of the {self.duration:.1f} s it announces "
                f"only {seconds:.1f} s could be read; they were used."
            )
        elif cut:
            self.warning = (
                f"{self.path} is cut short: its end is missing; the {seconds:.1f} s that are "
                "there were used."
            )
        elif state.holes:
            self.warning = (
                f"{self.path} has holes: {state.holes / self.file_rate:.1f} s in it are missing "
                "and silence was put in their place."
            )
        elif state.broken:
            self.warning = (
                f"{self.path} is damaged: {state.broken} piece(s) of it could not be decoded; the "
                f"{seconds:.1f} s that could were used."
            )


class _Reading:
    """How far a file was read, in its own sample frames, and what was wrong on the way."""

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self.frames = 0
        self.holes = 0
        self.broken = 0
        self.changed = False
        self._first: float | None = None

    def hole_before(self, frame: av.AudioFrame) -> int:
        """Sample frames that the time stamps say are missing before this decoded frame."""
        if frame.time is None:
            return 0
        if self._first is None:
            self._first = frame.time
        hole = round((frame.time - self._first) * self.rate) - self.frames
        if not _HOLE[0] * self.rate <= hole <= _HOLE[1] * self.rate:
            return 0
        self.frames += hole
        self.holes += hole
        return hole


def open_recording(path: Path, *, together: bool = False) -> Recording:
    """Open an audio file: WAV, FLAC, MP3, Ogg, M4A and other common formats, up to 192 kHz.

    With `together` its channels are read as one, their mean.

    Raises `AudioError` when there is no such file, it is empty, is no audio, holds no sound,
    or has more than `MAX_CHANNELS` channels.
    """
    with _opened(path) as (file, container):
        if not container.streams.audio:
            raise AudioError(f"{path} has no audio track; give a recording of a call.")
        stream = container.streams.audio[0]
        duration = _announced(stream, container)
        first = next(_frames(stream, container, _Reading(1)), None)
        if first is None:
            raise AudioError(
                f"{path} holds no sound: not one sample could be decoded; record or export it "
                "again."
            )
        rate, channels = first.sample_rate, first.layout.nb_channels
        if not announces_length(file, container.format.name):
            duration = None
    if channels > MAX_CHANNELS:
        raise AudioError(
            f"{path} has {channels} channels, and at most {MAX_CHANNELS} can be read; export the "
            "agent's and the caller's channel to a file with two."
        )
    if rate not in _READABLE_RATES:
        raise AudioError(
            f"{path} has {rate} samples a second, and {_READABLE_RATES[0]} to "
            f"{_READABLE_RATES[-1]} can be read; convert it to 16000."
        )
    return Recording(path, rate, channels, duration, together=together)


@contextmanager
def _opened(path: Path) -> Iterator[tuple[BinaryIO, InputContainer]]:
    """The file and its demuxer; every reason not to get one becomes an `AudioError`."""
    if path.exists() and not path.is_file():
        raise AudioError(f"{path} is not a file; give the path of one recording.")
    try:
        file = path.open("rb")
    except FileNotFoundError:
        raise AudioError(f"There is no file {path}; check its name.") from None
    except OSError as error:
        raise AudioError(f"{path} cannot be opened: {error.strerror}; check its rights.") from None
    with file:
        if not file.read(1):
            raise AudioError(f"{path} is empty (0 bytes); record or export it again.")
        file.seek(0)
        # A file object instead of a name: a recording can make the decoder open nothing else.
        try:
            container = av.open(
                file, mode="r", options={"format_whitelist": _FORMATS}, metadata_errors="replace"
            )
        except av.FFmpegError:
            raise AudioError(
                f"{path} cannot be read as audio: it is damaged or no recording; give WAV, FLAC, "
                "MP3, Ogg or M4A."
            ) from None
        with container:
            yield file, container


def _frames(
    stream: AudioStream, container: InputContainer, state: _Reading
) -> Iterator[av.AudioFrame]:
    """Every frame that can be decoded; what cannot is counted and left out."""
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
        except StopIteration:
            return
        except av.FFmpegError:  # the container itself is broken from here on
            state.broken += 1
            return
        try:
            yield from packet.decode()
        except av.FFmpegError:
            state.broken += 1


def _announced(stream: AudioStream, container: InputContainer) -> float | None:
    if stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    return None if container.duration is None else container.duration / av.time_base


def _samples(frame: av.AudioFrame) -> NDArray[np.int16]:
    """A decoded frame as (frames, channels) of 16-bit samples."""
    data: NDArray[Any] = frame.to_ndarray()
    data = data.T if frame.format.is_planar else data.reshape(-1, frame.layout.nb_channels)
    if data.dtype == np.int16:
        return np.ascontiguousarray(data)
    if data.dtype == np.uint8:
        return (data.astype(np.int16) - 128) << 8
    if data.dtype.kind == "i":  # 24, 32 and 64 bits, left-justified
        spare = 8 * data.dtype.itemsize - 16
        return (((data >> (spare - 1)) + 1) >> 1).clip(-32768, 32767).astype(np.int16)
    return _to_int16(np.nan_to_num(data, nan=0.0, posinf=1.0, neginf=-1.0))


def _to_int16(samples: NDArray[np.floating]) -> NDArray[np.int16]:
    scaled: NDArray[np.floating] = np.rint(samples * 32768)
    return scaled.clip(-32768, 32767).astype(np.int16)
