"""The audio of a call on its way to a worker, and as far back as a replacement would need it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from assist.audio.frames import AudioFrame, Leg

PIECE_SECONDS = 0.5
"""Longest frame sent to a worker, so that one call's chunk never holds up the others."""


class _Stretch:
    """Frames in order, and how many seconds of call they hold (each leg carries its share)."""

    def __init__(self, legs: Sequence[Leg]) -> None:
        self._legs = legs
        self._frames: deque[AudioFrame] = deque()
        self.seconds = 0.0

    def __len__(self) -> int:
        return len(self._frames)

    def __getitem__(self, index: int) -> AudioFrame:
        return self._frames[index]

    def append(self, frame: AudioFrame) -> None:
        self._frames.append(frame)
        self.seconds += self._length(frame)

    def popleft(self) -> AudioFrame:
        frame = self._frames.popleft()
        self.seconds = self.seconds - self._length(frame) if self._frames else 0.0
        return frame

    def _length(self, frame: AudioFrame) -> float:
        leg = self._legs[frame.leg]
        return len(frame.data) / (leg.frame_bytes * leg.rate * len(self._legs))


class Backlog:
    """Three stretches: waiting to be sent, in flight, and consumed since the last checkpoint."""

    def __init__(self, legs: Sequence[Leg]) -> None:
        self._legs = legs
        self._lost: dict[int, str] = {}
        self._clear()

    def _clear(self) -> None:
        self.waiting = _Stretch(self._legs)
        self._flying = _Stretch(self._legs)
        self._consumed = _Stretch(self._legs)

    def put(self, frame: AudioFrame) -> None:
        """Take a frame from the source; long ones are cut into pieces."""
        for piece in self._pieces(frame):
            self.waiting.append(piece)

    def drop_oldest(self, limit: float, reason: str) -> None:
        """Drop whole waiting frames until no more than `limit` seconds wait."""
        while self.waiting.seconds > limit:
            self._lost[self.waiting.popleft().leg] = reason

    def send(self, limit: float) -> Iterator[AudioFrame]:
        """What may be sent while less than `limit` seconds are in flight."""
        while self.waiting and self._flying.seconds < limit:
            frame = self.waiting.popleft()
            self._flying.append(frame)
            lost = self._lost.pop(frame.leg, None)
            yield replace(frame, lost=lost) if lost else frame

    def consume(self) -> None:
        """The worker has worked through the oldest frame in flight."""
        self._consumed.append(self._flying.popleft())

    def forget(self, received: Sequence[int], limit: float) -> None:
        """Drop consumed audio before sample frame `received` of its leg, or over `limit` s."""
        while self._consumed and (
            self._before(self._consumed[0], received) or self._consumed.seconds > limit
        ):
            self._consumed.popleft()

    def rewind(self) -> None:
        """Everything that is kept has to be sent again."""
        again = _Stretch(self._legs)
        for stretch in (self._consumed, self._flying, self.waiting):
            while stretch:
                again.append(stretch.popleft())
        self._clear()
        self.waiting = again

    def discard(self, reason: str) -> None:
        """Give up all audio that is kept."""
        for index in range(len(self._legs)):
            self._lost[index] = reason
        self._clear()

    def _pieces(self, frame: AudioFrame) -> Iterator[AudioFrame]:
        leg = self._legs[frame.leg]
        size = int(PIECE_SECONDS * leg.rate)
        for offset in range(0, len(frame.data) // leg.frame_bytes, size):
            data = frame.data[offset * leg.frame_bytes : (offset + size) * leg.frame_bytes]
            yield AudioFrame(frame.leg, frame.start + offset, data, frame.lost)

    def _before(self, frame: AudioFrame, received: Sequence[int]) -> bool:
        frames = len(frame.data) // self._legs[frame.leg].frame_bytes
        return frame.start + frames <= received[frame.leg]
