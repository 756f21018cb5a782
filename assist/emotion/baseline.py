"""The caller's own normal: what every window is compared with."""

from __future__ import annotations

from typing import Final

import numpy as np

from assist.emotion.features import WindowFeatures
from assist.emotion.spectrum import Floats

ENOUGH: Final = 3
"""Windows from which on there is a normal to compare with."""
FULL: Final = 16
"""Windows (about as many seconds of speech) after which it only shifts slowly."""
_REMEMBERED: Final = 4
"""Windows that an earlier call is worth: enough to begin with, soon outvoted by this one."""
_RATE: Final = 0.06
_LEASH: Final = 1.5


class CallerBaseline:
    """Robust centre of the caller's first calm seconds; state of one call.

    Gathers `FULL` calm windows, takes their median, and from then on follows calm speech by
    6 % a window, never further than one and a half times the usual spread from where it began.
    What is calm is for the tracker to say: windows that sound upset are never offered.
    """

    def __init__(self, remembered: Floats | None = None) -> None:
        """With `remembered`, the `settled` one of an earlier call, some of it is known at once.

        How loud the line is has to be heard anew: until then a window is taken as usual in that.
        """
        self._gathered: list[Floats] = []
        self._anchor: Floats | None = None
        self._centre: Floats | None = None
        self._levelled = remembered is None
        self._remembered = 0 if remembered is None else _REMEMBERED
        if remembered is not None:
            self._gathered = [remembered.copy() for _ in range(self._remembered)]
            self._anchor = self._centre = remembered

    @property
    def known(self) -> bool:
        """There is enough calm speech to compare with."""
        return self._centre is not None

    @property
    def centre(self) -> Floats | None:
        """The caller's usual measures and level (features + 1,), or None while unknown."""
        return self._centre

    @property
    def settled(self) -> Floats | None:
        """The centre once half of what makes it has been gathered in this call, or None."""
        own = len(self._gathered) - self._remembered
        return self._centre if 2 * own >= FULL else None

    def reference(self, observed: Floats) -> Floats | None:
        """What a window `observed` (features + 1,) is compared with, or None while unknown."""
        if self._centre is None or self._levelled:
            return self._centre
        return np.append(self._centre[:-1], observed[-1:])

    @property
    def share(self) -> float:
        """How far gathering has come (0…1); a young baseline deserves less trust."""
        return len(self._gathered) / FULL

    @property
    def count(self) -> float:
        """How many separate clips the baseline is worth; 0 while unknown.

        Windows overlap by half and more, so two of them say little more than one clip.
        """
        return len(self._gathered) / 2 if self.known else 0.0

    def learn(self, features: WindowFeatures, spread: Floats) -> None:
        """Take a calm window; `spread` (features + 1,) bounds how far the centre may drift."""
        observed = with_level(features)
        if not self._levelled:
            self._levelled = True
            for window in self._gathered:
                window[-1] = observed[-1]
        if len(self._gathered) < FULL:
            self._gathered.append(observed)
            if len(self._gathered) >= ENOUGH:
                self._anchor = np.median(self._gathered, axis=0).astype(np.float32)
                self._centre = self._anchor
        elif self._anchor is not None and self._centre is not None:
            moved = self._centre + np.float32(_RATE) * (observed - self._centre)
            leash = np.float32(_LEASH) * spread
            self._centre = np.clip(moved, self._anchor - leash, self._anchor + leash)


def with_level(features: WindowFeatures) -> Floats:
    """Measures, encoding if there is one, and the level (features + 1,)."""
    return np.concatenate([features.values, features.encoding, [np.float32(features.level)]])
