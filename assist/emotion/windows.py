"""Cuts the caller's speech into overlapping windows, about one a second."""

from __future__ import annotations

import msgspec
import numpy as np

from assist.emotion.spectrum import Floats
from assist.events import SAMPLE_RATE

STEP = SAMPLE_RATE
"""Samples of new speech between two windows."""
SHORTEST = SAMPLE_RATE
"""Samples of speech in a turn before it has a window at all."""
LONGEST = 2 * SAMPLE_RATE
"""Samples that a window looks back over at most."""
_REMAINDER = SAMPLE_RATE * 2 // 5
_PAUSE = SAMPLE_RATE // 4


class Window(msgspec.Struct, frozen=True):
    """Speech of one turn: `audio` (samples,) 16 kHz from position `start` to `end`."""

    start: int
    end: int
    audio: Floats


class SpeechWindows:
    """State of one channel: the last seconds of the turn that is being spoken.

    Windows depend on the blocks alone and never reach over the end of a turn; silence behind
    the last word is left out, pauses between words are kept.
    """

    def __init__(self) -> None:
        self._blocks: list[Floats] = []
        self._next = 0
        self._silent = 0
        self._spoken = 0
        self._new = 0

    def push(self, block: Floats, position: int, speech: bool) -> Window | None:
        """Take a `block` (samples,) that begins at `position`; `speech` is the VAD's decision.

        Returns a window when a second of new speech is there, and what there is at a pause,
        which may be the end of the turn. A jump of `position` (lost audio) ends what was
        collected as the end of a turn would, without a window.
        """
        if self._blocks and position != self._next:
            self._clear()
        if not speech and not self._blocks:
            return None
        self._blocks.append(np.array(block, np.float32))
        self._next = position + len(block)
        if not speech:
            self._silent += 1
            return self._rest() if self._silent * len(block) >= _PAUSE else None
        self._silent = 0
        self._spoken += len(block)
        self._new += len(block)
        self._forget()
        if self._new < STEP or self._spoken < SHORTEST:
            return None
        return self._cut()

    def turn_ended(self) -> Window | None:
        """The turn is over: a window of what no window has covered, if that is enough."""
        window = self._rest()
        self._clear()
        return window

    def _rest(self) -> Window | None:
        enough = self._new >= _REMAINDER and self._spoken >= SHORTEST
        return self._cut() if enough else None

    def _cut(self) -> Window:
        kept = self._blocks[: len(self._blocks) - self._silent]
        audio = np.concatenate(kept)
        trailing = sum(len(block) for block in self._blocks[len(kept) :])
        end = self._next - trailing
        self._new = 0
        return Window(end - len(audio), end, audio)

    def _forget(self) -> None:
        size = sum(len(block) for block in self._blocks)
        while size > LONGEST:
            size -= len(self._blocks.pop(0))

    def _clear(self) -> None:
        self._blocks.clear()
        self._silent = self._spoken = self._new = 0
