"""Does the caller's line carry the agent's voice? Then its tone is not the caller's.

A telephone, a loudspeaker or a bridge may send the agent's voice back. What returns rises and
falls as the agent's own line does, a little later and more quietly. So the loudness of both
lines is compared over a window; no more than that is ever taken from the agent's channel.
"""

from __future__ import annotations

from collections import deque
from typing import Final

import numpy as np
from numpy.typing import NDArray

from assist.emotion.windows import LONGEST
from assist.events import SAMPLE_RATE
from assist.speech.turns import BLOCK

_LATEST: Final = 16
"""Blocks by which an echo may come later: half a second, a long way round by mobile phone."""
_KEPT: Final = LONGEST // BLOCK + SAMPLE_RATE // BLOCK + _LATEST
_ALIKE: Final = 0.8
_QUIETER: Final = 0.7


class Crosstalk:
    """Loudness of the caller's line and of the agent's over the last seconds of a call."""

    def __init__(self) -> None:
        self._caller: deque[float] = deque(maxlen=_KEPT)
        self._agent: deque[float] = deque(maxlen=_KEPT)
        self._end = 0

    def push(self, position: int, caller: NDArray[np.float32], agent: NDArray[np.float32]) -> None:
        """Take a block of both lines that ends at `position`."""
        self._caller.append(_loudness(caller))
        self._agent.append(_loudness(agent))
        self._end = position

    def heard(self, start: int, end: int) -> bool:
        """True when what is on the caller's line from `start` to `end` is the agent's voice."""
        behind = (self._end - end) // BLOCK
        last = len(self._caller) - behind
        first = max(last - (end - start) // BLOCK, 0)
        caller = np.array(self._caller)[first:last]
        for delay in range(min(_LATEST, first) + 1):
            agent = np.array(self._agent)[first - delay : last - delay]
            if caller.mean() < _QUIETER * agent.mean() and _correlation(caller, agent) > _ALIKE:
                return True
        return False


def _loudness(block: NDArray[np.float32]) -> float:
    return float(np.sqrt(np.mean(np.square(block))))


def _correlation(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    spread = one.std() * other.std()
    return float(np.mean((one - one.mean()) * (other - other.mean())) / spread) if spread else 0.0
