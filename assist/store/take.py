"""The sound of one call as a file that grows: what came of each leg, on one time axis.

The legs are brought onto the time axis of the events by the same `Alignment` that the models hear
through: what is missing is silence, a second of the file is a second of the call. The file is
complete up to the last second at any moment, so it can be played after a crash.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Final, Literal

import av
import msgspec
import numpy as np
from av.audio.stream import AudioStream
from numpy.typing import NDArray

from assist.audio.frames import AudioFrame, CallInfo, Leg
from assist.audio.opus import add_opus
from assist.call.alignment import Alignment
from assist.events import SAMPLE_RATE, Role

Format = Literal["flac", "opus"]

PEAKS_A_SECOND: Final = 100
_BLOCK: Final = SAMPLE_RATE // 10
_ORDER: Final = (Role.AGENT, Role.CALLER, Role.MIXED)
_LAYOUTS: Final = {1: "mono", 2: "stereo"}
_FLAC_TOTAL: Final = slice(21, 26)
"""Where a FLAC file says how many samples it has, in the lower 36 bits."""


def channels_of(roles: Iterable[Role]) -> list[Role]:
    """The channels of a recording in their order: the agent before the caller."""
    return sorted(roles, key=_ORDER.index)


class Take:
    """Writes the recording of a call to `path` and its peaks beside it. Used from one thread.

    The peaks are one byte a channel and hundredth of a second: the loudest sample, 255 for full
    scale. Every method raises `OSError` when the disk cannot take more, and `AudioError` for
    frames that cannot be.
    """

    def __init__(self, path: Path, info: CallInfo, form: Format, max_skew: float) -> None:
        self.path = path
        self._legs = info.legs
        self._alignment = Alignment(info.legs, max_skew)
        self._order = [info.roles.index(role) for role in channels_of(info.roles)]
        self._layout = _LAYOUTS[len(info.roles)]
        self._file = path.open("wb", buffering=0)
        self._peaks = peaks_beside(path).open("wb", buffering=0)
        ogg = form == "opus"
        options = {"flush_packets": "1"} | ({"page_duration": "200000"} if ogg else {})
        self._container = av.open(self._file, "w", "ogg" if ogg else "flac", options=options)
        if ogg:
            self._stream = add_opus(self._container, len(info.roles))
        else:
            stream = self._container.add_stream("flac", rate=SAMPLE_RATE)
            assert isinstance(stream, AudioStream)
            stream.codec_context.layout = self._layout
            self._stream = stream
        self._samples = 0

    def take(self, frames: Iterable[AudioFrame]) -> None:
        """Write what has become complete with these frames."""
        for frame in joined(frames, self._legs):
            self._alignment.push(frame)
            self._write(self._alignment.blocks(_BLOCK))

    def sync(self) -> None:
        """Have what is written survive a power cut."""
        os.fsync(self._file.fileno())

    def finish(self) -> None:
        """Write the rest and close the files."""
        try:
            self._write(self._alignment.finish(_BLOCK))
            self._encode(None)
            self._container.close()
            self.sync()
        finally:
            self.abandon()

    def abandon(self) -> None:
        """Close the files as they are."""
        self._file.close()
        self._peaks.close()

    def _write(self, blocks: Iterator[NDArray[np.float32]]) -> None:
        for block in blocks:
            whole = np.clip(np.rint(block[self._order] * 32768), -32768, 32767).astype(np.int16)
            frame = av.AudioFrame.from_ndarray(
                np.ascontiguousarray(whole.T).reshape(1, -1), "s16", self._layout
            )
            frame.sample_rate, frame.pts = SAMPLE_RATE, self._samples
            frame.time_base = Fraction(1, SAMPLE_RATE)
            self._samples += _BLOCK
            self._encode(frame)
            self._peaks.write(peaks_of(whole))

    def _encode(self, frame: av.AudioFrame | None) -> None:
        for packet in self._stream.encode(frame):
            self._container.mux(packet)


def peaks_of(samples: NDArray[np.int16]) -> bytes:
    """The peaks of (channels, samples), as they lie beside a recording; a rest counts as whole."""
    step = SAMPLE_RATE // PEAKS_A_SECOND
    padded = np.pad(samples, ((0, 0), (0, -samples.shape[1] % step)))
    loudest = np.abs(padded.astype(np.int32)).reshape(len(samples), -1, step).max(axis=2)
    return bytes(np.ceil(loudest / 32768 * 255).astype(np.uint8).T.tobytes())


def peaks_beside(path: Path) -> Path:
    """Where the peaks of a recording lie."""
    return path.with_name(f"{path.name}.peaks")


def mend(path: Path) -> None:
    """Have a FLAC file that a crash cut off say how long it is, so that players can seek in it.

    Raises `OSError` or `av.FFmpegError` when it cannot be read.
    """
    if path.suffix != ".flac":
        return
    with path.open("r+b") as file:
        header = file.read(_FLAC_TOTAL.stop)
        if header[:4] != b"fLaC" or len(header) < _FLAC_TOTAL.stop:
            return
        known = int.from_bytes(header[_FLAC_TOTAL])
        if known % (1 << 36):
            return
        with av.open(str(path)) as container:
            total = sum(packet.duration or 0 for packet in container.demux(audio=0))
        file.seek(_FLAC_TOTAL.start)
        file.write((known + total).to_bytes(_FLAC_TOTAL.stop - _FLAC_TOTAL.start))


def joined(frames: Iterable[AudioFrame], legs: Sequence[Leg]) -> Iterator[AudioFrame]:
    """The same audio in fewer frames, which cost less: half a second of a leg at a time."""
    waiting: dict[int, list[AudioFrame]] = {}
    for frame in frames:
        group, leg = waiting.setdefault(frame.leg, []), legs[frame.leg]
        if group and frame.start != group[-1].start + len(group[-1].data) // leg.frame_bytes:
            yield _one(group)
        group.append(frame)
        if frame.start + len(frame.data) // leg.frame_bytes >= group[0].start + leg.rate // 2:
            yield _one(group)
    for group in waiting.values():
        if group:
            yield _one(group)


def _one(group: list[AudioFrame]) -> AudioFrame:
    one = msgspec.structs.replace(group[0], data=b"".join(frame.data for frame in group))
    group.clear()
    return one
