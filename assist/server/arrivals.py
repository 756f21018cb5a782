"""When which second of a live call arrived, to tell how late its events are."""

from __future__ import annotations

import bisect
from collections import deque
from typing import NamedTuple

_STEP = 0.1
_KEPT = 3000  # five minutes of steps


class _Arrival(NamedTuple):
    end: float
    at: float


class Arrivals:
    """Arrival times of a call's audio at a resolution of 0.1 s, for its last five minutes.

    With several legs the latest to arrive counts, because no event can come before it.
    """

    def __init__(self, legs: int) -> None:
        self._ends = [0.0] * legs
        self._arrivals: deque[_Arrival] = deque()
        self._forgotten = 0.0

    def note(self, leg: int, end: float, now: float) -> None:
        """Audio of a leg up to `end` seconds of the call is here at `now`."""
        self._ends[leg] = max(self._ends[leg], end)
        here = min(self._ends)
        if self._arrivals and here - self._arrivals[-1].end < _STEP:
            return
        self._arrivals.append(_Arrival(here, now))
        if len(self._arrivals) > _KEPT:
            self._forgotten = self._arrivals.popleft().end

    def when(self, end: float) -> float | None:
        """When the audio up to `end` seconds was here; `None` if that is not known (any more)."""
        index = bisect.bisect_left(self._arrivals, end, key=lambda arrival: arrival.end)
        if end <= self._forgotten or index == len(self._arrivals):
            return None
        return self._arrivals[index].at
