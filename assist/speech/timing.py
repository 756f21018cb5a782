"""When each word was spoken, from the cross attention of the decoder and the sound's level."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from assist.speech.mel import FRAMES_PER_SECOND, Features

_STEP = 0.02
"""Seconds of one position of the encoder."""
_COLLAPSED = 0.06
"""Seconds below which an aligned word cannot have been spoken."""
_SHORT_COPY = 0.35
_SILENCE_SHARE = 0.35

Span = tuple[float, float]


def word_spans(
    alignment: Sequence[tuple[int, int]], counts: Sequence[int], seconds: float
) -> list[Span]:
    """Start and end of each word in seconds.

    `alignment` is the path of (token, position) through the cross attention (dynamic time
    warping; Radford et al., "Robust Speech Recognition via Large-Scale Weak Supervision",
    2022, appendix); `counts` has the number of tokens of each word.
    """
    path = np.asarray(alignment, dtype=np.int64).reshape(-1, 2)
    first = np.concatenate([[True], np.diff(path[:, 0]) > 0])[: len(path)]
    token_starts = np.minimum(path[first, 1] * _STEP, seconds)
    bounds = np.cumsum([0, *counts])
    starts = [float(token_starts[at]) if at < len(token_starts) else seconds for at in bounds]
    return list(pairwise(starts))


def spoken_copies(spans: Sequence[Span], length: int) -> int:
    """How many of the words were really spoken, when every `length` words repeat.

    The attention of an invented copy has nothing left to look at: its words collapse into
    one moment.
    """
    first = spans[length - 1][1] - spans[0][0]
    for start in range(length, len(spans), length):
        copy = spans[start : start + length]
        collapsed = sum(end - begin < _COLLAPSED for begin, end in copy)
        if 2 * collapsed >= len(copy) or (
            length == 1 and copy[0][1] - copy[0][0] < _SHORT_COPY * first
        ):
            return start
    return len(spans)


def tightened(spans: Sequence[Span], features: Features) -> list[Span]:
    """The spans without the silence at their ends; `features` is the log-mel (bins, frames)."""
    if not spans:
        return []
    level: NDArray[np.float32] = features.mean(axis=0)
    top, bottom = np.quantile(level, 0.95), np.quantile(level, 0.05)
    loud = level > bottom + _SILENCE_SHARE * (top - bottom)
    return [_tighten(start, end, loud) for start, end in spans]


def _tighten(start: float, end: float, loud: NDArray[np.bool_]) -> Span:
    first = round(start * FRAMES_PER_SECOND)
    found = np.flatnonzero(loud[first : max(round(end * FRAMES_PER_SECOND), first + 1)])
    if not len(found):
        return start, end
    return (first + int(found[0])) / FRAMES_PER_SECOND, (
        first + int(found[-1]) + 1
    ) / FRAMES_PER_SECOND
