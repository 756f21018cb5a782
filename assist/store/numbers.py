"""Counts with their uncertainty: shares, agreement between people, words that are rising.

Small numbers are the rule here, so nothing is told without an interval.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from math import log, sqrt
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

_Z: Final = 1.959964
"""For intervals of 95 %."""
_RESAMPLES: Final = 1000
_AT_ONCE: Final = 2_000_000
"""Numbers drawn at a time, of 8 bytes each."""
_MANY: Final = 50
"""Values from which on the normal distribution is good enough for a mean."""
_LEAST: Final = 3
_SEED: Final = 6
_SHRUNK: Final = 2
"""Calls' worth of the greatest spread there can be that is added to what was seen."""
_TELLS: Final = 4
"""A call tells no more than as many moments that have nothing to do with each other."""
_PRIOR: Final = 0.1
"""Weight of what both periods have in common, when their words are compared."""
Doubles = NDArray[np.float64]


class Share(msgspec.Struct, frozen=True):
    """`count` of `of`, and the interval of 95 % of the share (Wilson 1927), 0…1."""

    count: int
    of: int
    share: float | None
    low: float
    high: float


class Mean(msgspec.Struct, frozen=True):
    """The mean of `of` values and its interval of 95 %; None where there are too few."""

    of: int
    mean: float | None
    low: float | None
    high: float | None


def share(count: int, of: int) -> Share:
    """A share with its interval; without any cases it is not known."""
    if of == 0:
        return Share(0, 0, None, 0.0, 1.0)
    part = count / of
    return Share(count, of, round(part, 4), *_wilson(part, of))


def _wilson(part: float, of: float) -> tuple[float, float]:
    spread = _Z * sqrt(part * (1 - part) / of + _Z**2 / (4 * of**2))
    middle, size = part + _Z**2 / (2 * of), 1 + _Z**2 / of
    low, high = max((middle - spread) / size, 0.0), min((middle + spread) / size, 1.0)
    return round(low, 4), round(high, 4)


def mean(values: Sequence[float]) -> Mean:
    """The mean, with an interval from three values on."""
    if not values:
        return Mean(0, None, None, None)
    drawn = _drawn(values) if len(values) >= _LEAST else None
    low, high = _middle(drawn) if drawn is not None else (None, None)
    return Mean(len(values), round(sum(values) / len(values), 2), low, high)


class TimeShare(msgspec.Struct):
    """A share of time that is added up call by call.

    What lies within a call hangs together, so its uncertainty is that between calls (the ratio
    estimator of cluster samples, Cochran 1977). Few calls tell little of that; as much as two
    more that were wholly one way or the other is added, so the interval is rather too wide.
    """

    calls: int = 0
    part: float = 0.0
    whole: float = 0.0
    _parts: float = 0.0
    _both: float = 0.0
    _wholes: float = 0.0

    def add(self, part: float, whole: float) -> None:
        """One call, `part` of `whole` seconds; one without any time says nothing."""
        if whole > 0:
            self.calls += 1
            self.part += part
            self.whole += whole
            self._parts += part**2
            self._both += part * whole
            self._wholes += whole**2

    def share(self) -> Mean:
        """The share (0…1) with its interval, None where there was no time; `of` is calls."""
        if not self.calls:
            return Mean(0, None, None, None)
        part = min(self.part / self.whole, 1.0)
        worst = part * (1 - part)
        apart = self._parts - 2 * part * self._both + part**2 * self._wholes
        each = worst * self._wholes / self.calls
        between = (max(apart, 0.0) + _SHRUNK * each) / (self.calls - 1 + _SHRUNK)
        spread = self.calls * between / self.whole**2
        most = _TELLS * self.whole**2 / self._wholes
        of = min(worst / spread, most) if spread > 0 else min(most, self.calls**2 / _SHRUNK)
        return Mean(self.calls, round(part, 4), *_wilson(part, of))


class Difference(msgspec.Struct, frozen=True):
    """How far the mean of one sample lies above that of another; the interval is of 95 %."""

    difference: float
    low: float
    high: float


def difference(before: Sequence[float], after: Sequence[float]) -> Difference:
    """Of two samples of three values at least."""
    low, high = _middle(_drawn(after) - _drawn(before, _SEED + 1))
    return Difference(round(float(np.mean(after) - np.mean(before)), 1), low, high)


def _drawn(values: Sequence[float], seed: int = _SEED) -> NDArray[np.float64]:
    """Means as they might have come out: by the bootstrap (Efron 1979), of many by the normal
    distribution; from a fixed seed, so the same every time."""
    chance = np.random.default_rng(seed)
    given = np.asarray(values, np.float64)
    if len(given) >= _MANY:
        spread = float(given.std(ddof=1)) / sqrt(len(given))
        return chance.normal(float(given.mean()), spread, _RESAMPLES)
    picked = given[chance.integers(0, len(given), (_RESAMPLES, len(given)))]
    means: NDArray[np.float64] = picked.mean(axis=1)
    return means


def _middle(drawn: NDArray[np.float64]) -> tuple[float, float]:
    """Where 95 % of them lie."""
    low, high = np.percentile(drawn, (2.5, 97.5))
    return round(float(low), 3), round(float(high), 3)


class Alpha(msgspec.Struct, frozen=True):
    """Krippendorff's alpha and its interval of 95 %; None where nothing varies."""

    alpha: float | None
    low: float | None
    high: float | None


def alpha(units: Sequence[Sequence[float]]) -> Alpha:
    """Krippendorff's alpha for intervals: 1 is full agreement, 0 what chance would give.

    A unit has the values that several gave to one thing; one with a single value says nothing.
    The interval comes from the bootstrap over units.
    """
    sums = np.array(
        [_sums(np.asarray(unit, np.float64)) for unit in units if len(unit) > 1]
    ).reshape(-1, 4)
    found = estimate(sums, _alphas)
    value = None if found.value is None else round(found.value, 3)
    return Alpha(value, found.low, found.high)


class Estimate(msgspec.Struct, frozen=True):
    """A figure and its interval of 95 %; None where it is not known, or has too few units."""

    value: float | None
    low: float | None = None
    high: float | None = None


def estimate(sums: Doubles, figure: Callable[[Doubles], Doubles]) -> Estimate:
    """A figure made of sums over independent units, such as edits over words, by call.

    `sums` (units, n) has what each unit adds; `figure` gets (many, n) sums and gives (many,)
    values, nan where there is none. The interval comes from the bootstrap over units (Efron
    1979) with a fixed seed: units drawn again and again, as many as there are, and the 2.5 and
    97.5 percentiles of the figures. It is left out under three units, and where most draws
    give no figure.
    """
    value = float(figure(sums.sum(axis=0, keepdims=True))[0]) if len(sums) else float("nan")
    if np.isnan(value):
        return Estimate(None)
    if len(sums) < _LEAST:
        return Estimate(round(value, 4))
    chance, count = np.random.default_rng(_SEED), len(sums)
    rows = max(_AT_ONCE // count, 1)
    parts = []
    for _ in range(0, _RESAMPLES, rows):
        drawn = chance.multinomial(count, np.full(count, 1 / count), rows)
        parts.append(figure(drawn @ sums))
    found = np.concatenate(parts)[:_RESAMPLES]
    found = found[~np.isnan(found)]
    low, high = _middle(found) if 2 * len(found) > _RESAMPLES else (None, None)
    return Estimate(round(value, 4), low, high)


def _sums(unit: NDArray[np.float64]) -> tuple[float, float, float, float]:
    """Of a unit: values, their sum, the sum of squares, and of squared differences of its pairs.

    The last one is m·Σx² − (Σx)², so no pair has to be walked.
    """
    size, total, squares = len(unit), float(unit.sum()), float((unit**2).sum())
    return size, total, squares, 2 * (size * squares - total**2) / (size - 1)


def _alphas(sums: Doubles) -> Doubles:
    """Alpha from such sums over units, one row each; nan for rows in which nothing varies."""
    count, total, squares, observed = sums.T
    expected = 2 * (count * squares - total**2)
    unknown = np.full(len(sums), np.nan)
    varied = expected > 1e-9
    found: Doubles = 1 - np.divide((count - 1) * observed, expected, out=unknown, where=varied)
    return found


class Concordance(msgspec.Struct, frozen=True):
    """The chance that a value of one group lies above one of the other, and its interval."""

    chance: float
    low: float
    high: float


def concordance(above: Sequence[float], below: Sequence[float]) -> Concordance:
    """How surely values of `above` lie above those of `below`, ties counting half.

    The interval is that of Hanley and McNeil, Radiology 143 (1982), 29-36. Neither is empty.
    """
    counted = Counter(below)
    share_below: dict[float, float] = {}
    passed = 0
    for value in sorted({*above, *below}):
        share_below[value] = (passed + counted[value] / 2) / len(below)
        passed += counted[value]
    area = sum(share_below[value] for value in above) / len(above)
    one, other = area / (2 - area), 2 * area**2 / (1 + area)
    variance = (
        area * (1 - area)
        + (len(above) - 1) * (one - area**2)
        + (len(below) - 1) * (other - area**2)
    ) / (len(above) * len(below))
    spread = _Z * sqrt(max(variance, 0.0))
    return Concordance(
        round(area, 3), round(max(area - spread, 0.0), 3), round(min(area + spread, 1.0), 3)
    )


class Rising(msgspec.Struct, frozen=True):
    """A word that is said more than before: in how many calls now and then, and how surely (z)."""

    word: str
    now: int
    before: int
    z: float


def rising(
    now: Mapping[str, int], before: Mapping[str, int], *, least: int, most: int
) -> list[Rising]:
    """Words by the log-odds ratio with an informative Dirichlet prior, the surest first.

    After Monroe, Colaresi and Quinn, "Fightin' Words", Political Analysis 16 (2008), 372-403:
    the prior are the counts of both periods together, at a tenth of their weight. Words in fewer
    than `least` calls now are left out, and so is what has a z under 1.96.
    """
    prior = Counter(now) + Counter(before)
    all_now, all_before = sum(now.values()), sum(before.values())
    total = _PRIOR * (all_now + all_before)
    found = []
    for word, count in now.items():
        if count < least:
            continue
        known, then = _PRIOR * prior[word], before.get(word, 0)
        ours = count + known, all_now + total - count - known
        theirs = then + known, all_before + total - then - known
        if min(*ours, *theirs) <= 0:
            continue
        difference = log(ours[0] / ours[1]) - log(theirs[0] / theirs[1])
        z = difference / sqrt(1 / ours[0] + 1 / theirs[0])
        if z >= _Z:
            found.append(Rising(word, count, then, round(z, 2)))
    return sorted(found, key=lambda one: (-one.z, one.word))[:most]
