"""The worst and the best moments: where callers were most clearly upset, and most relieved.

A moment is a stretch of some seconds. How clear it is adds up what the tone says (its confidence
over the stretch) and what the caller's words show (the certainty of a complaint, of thanks, …).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

UPSET: Final = frozenset({"angry", "sad"})
TENTHS: Final = 10

_LONGEST: Final = 11.0
"""Seconds of a moment at most, so that its clip is no longer than 15."""
_NEAR: Final = 4.0
"""Seconds around a stretch within which words belong to it."""
_APART: Final = 20.0
"""Seconds between two moments of a call."""
_PER_CALL: Final = 2
_LEAST: Final = 0.2
"""Less clear moments are none."""
_WORST_SIGNS: Final = {
    "abuse": 1.0,
    "legal_threat": 1.0,
    "publicity_threat": 1.0,
    "escalation": 0.9,
    "complaint": 0.7,
    "hardship": 0.6,
    "unresolved": 0.6,
    "repeat_contact": 0.5,
}
"""How much of its certainty something said counts towards a bad moment."""
_BEST_SIGNS: Final = {"thanks": 0.4, "resolved": 0.4}
"""Thanks are often mere courtesy."""
_RECOVERY: Final = 0.9
"""How much it counts that an upset caller has just calmed down."""
_CALM_WEIGHT: Final = 0.3
"""Being calm is no joy, yet it makes thanks more than courtesy."""


class Spoken(msgspec.Struct, frozen=True):
    """A stretch of the caller's speech: `seconds` are those that no stretch before has."""

    label: str
    start: float
    end: float
    seconds: float
    confidence: float
    recovery: str


class Sign(msgspec.Struct, frozen=True):
    """A situation that the caller's words show, and where."""

    name: str
    start: float
    confidence: float


class Call(msgspec.Struct, frozen=True):
    """What is known of a call here; `began` with the time zone it was given in."""

    name: str
    began: datetime | None
    duration: float
    tones: list[Spoken]
    signs: list[Sign]

    def place(self, tone: Spoken) -> int:
        """The hour of day of a stretch, or its tenth of the call where no start is known."""
        if self.began is not None:
            return (self.began + timedelta(seconds=tone.start)).hour
        return min(int(TENTHS * tone.start / max(self.duration, tone.end, 0.001)), TENTHS - 1)


class Moment(msgspec.Struct, frozen=True):
    """`clearness` is what moments are chosen by, `label` and `confidence` the tone at its
    clearest (none where only words speak), `signs` what words show, `recovery` after what the
    caller calmed down.
    """

    call: str
    began: datetime | None
    start: float
    end: float
    clearness: float
    label: str = ""
    confidence: float = 0.0
    signs: tuple[str, ...] = ()
    recovery: str = ""


def spoken(rows: Iterable[dict[str, Any]]) -> list[Spoken]:
    """The stretches of a call from its rows of the table of tone; windows overlap."""
    found: list[Spoken] = []
    heard = 0.0
    for row in rows:
        new = max(0.0, row["end"] - max(row["start"], heard))
        heard = max(heard, row["end"])
        found.append(
            Spoken(
                row["label"],
                row["start"],
                row["end"],
                new,
                row["confidence"],
                row["recovery"] or "",
            )
        )
    return found


def worst_of(call: Call) -> list[Moment]:
    """The clearest moments in which the caller was upset."""
    found = [
        _moment(call, stretch, _strength(stretch), _WORST_SIGNS) for stretch in _runs(call, UPSET)
    ]
    found += _said(call, _WORST_SIGNS)
    return _clearest(found)


def best_of(call: Call) -> list[Moment]:
    """The clearest moments in which the caller was pleased, calmed down, or gave thanks."""
    found = [
        _moment(call, stretch, _strength(stretch), _BEST_SIGNS)
        for stretch in _runs(call, frozenset({"happy"}))
    ]
    for before, tone in itertools.pairwise([None, *call.tones]):
        assert tone is not None
        if tone.recovery and (before is None or before.recovery != tone.recovery):
            found.append(_moment(call, [tone], _RECOVERY, _BEST_SIGNS))
    found += _said(call, _BEST_SIGNS)
    return _clearest(found)


class Chosen:
    """The clearest moments of many calls; of equal ones the first by name and time."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._moments: list[Moment] = []

    def add(self, moments: Iterable[Moment]) -> None:
        """Those of one more call."""
        self._moments = sorted([*self._moments, *moments], key=_order)[: self._most]

    def all(self) -> list[Moment]:
        """The clearest first."""
        return self._moments


def _order(moment: Moment) -> tuple[float, str, float]:
    return -moment.clearness, moment.call, moment.start


def _clearest(moments: Sequence[Moment]) -> list[Moment]:
    chosen: list[Moment] = []
    for moment in sorted(moments, key=_order):
        apart = all(
            moment.start > other.end + _APART or moment.end < other.start - _APART
            for other in chosen
        )
        if apart and moment.clearness >= _LEAST and len(chosen) < _PER_CALL:
            chosen.append(moment)
    return chosen


def _runs(call: Call, labels: frozenset[str]) -> Iterator[list[Spoken]]:
    """Of each run of such stretches the part of some seconds that is clearest."""
    for wanted, group in itertools.groupby(call.tones, key=lambda tone: tone.label in labels):
        if not wanted:
            continue
        run = list(group)
        parts = []
        first = 0
        for last in range(len(run)):
            while run[last].end - run[first].start > _LONGEST and first < last:
                first += 1
            parts.append(run[first : last + 1])
        yield max(parts, key=_strength)


def _strength(stretch: Sequence[Spoken]) -> float:
    """0…1: the confidence over the stretch, less where it is short."""
    weighed = sum(tone.seconds * tone.confidence for tone in stretch)
    return min(weighed / _LONGEST, 1.0)


def _said(call: Call, weights: dict[str, float]) -> Iterator[Moment]:
    """Moments of words, where the tone is another one or none."""
    for sign in call.signs:
        if sign.name in weights:
            near = [
                tone
                for tone in call.tones
                if tone.start < sign.start + _NEAR and tone.end > sign.start
            ]
            calm = [tone for tone in near if tone.label in ("neutral", "happy")]
            bonus = _CALM_WEIGHT * _strength(calm) if weights is _BEST_SIGNS else 0.0
            end = min(sign.start + _NEAR, max(call.duration, sign.start + 1.0))
            yield _finished(call, (sign.start, end), near, bonus, weights)


def _moment(
    call: Call, stretch: Sequence[Spoken], strength: float, weights: dict[str, float]
) -> Moment:
    span = stretch[0].start, stretch[-1].end
    return _finished(call, span, stretch, strength, weights)


def _finished(
    call: Call,
    span: tuple[float, float],
    tones: Sequence[Spoken],
    strength: float,
    weights: dict[str, float],
) -> Moment:
    start, end = span
    near = [
        sign
        for sign in call.signs
        if sign.name in weights and start - _NEAR <= sign.start <= end + _NEAR
    ]
    words = max((weights[sign.name] * sign.confidence for sign in near), default=0.0)
    clearest = max(tones, key=lambda tone: tone.confidence, default=None)
    return Moment(
        call=call.name,
        began=call.began,
        start=start,
        end=end,
        clearness=round(strength + words, 6),
        label=clearest.label if clearest else "",
        confidence=clearest.confidence if clearest else 0.0,
        signs=tuple(dict.fromkeys(sign.name for sign in near)),
        recovery=next((tone.recovery for tone in reversed(tones) if tone.recovery), ""),
    )
