"""Is there anything wrong with the sound of a channel that the user should know?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from assist.events import SAMPLE_RATE

_CLIPPED_LEVEL = 0.999
_CLIPPED_SHARE = 0.01
_MIN_SPEECH = 3 * SAMPLE_RATE


class SignalCheck:
    """State of one channel: clipping within speech, and whether there was speech at all."""

    def __init__(self) -> None:
        self.speech = 0
        self._clipped = 0
        self._told = False

    def push(self, block: NDArray[np.float32], speech: bool) -> bool:
        """Take a block; True once, when more than 1 % of at least 3 s of speech is clipped."""
        if not speech:
            return False
        self.speech += len(block)
        self._clipped += int(np.count_nonzero(np.abs(block) >= _CLIPPED_LEVEL))
        if self._told or self.speech < _MIN_SPEECH:
            return False
        self._told = self._clipped > _CLIPPED_SHARE * self.speech
        return self._told
