"""Counts with their uncertainty: shares, agreement between people, words that are rising.

Small numbers are the rule here, so nothing is told without an interval.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from math import log, sqrt
from typing import Final, TypeVar

import msgspec

_T = TypeVar("_T")

_Z: Final = 1.959964
"""For intervals of 95 %."""
_RESAMPLES: Final = 1000
_SEED: Final = 6
_PRIOR: Final = 0.1
"""Weight of what both periods have in common, when their words are compared."""


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
    spread = _Z * sqrt(part * (1 - part) / of + _Z**2 / (4 * of**2))
    middle, size = part + _Z**2 / (2 * of), 1 + _Z**2 / of
    low, high = max((middle - spread) / size, 0.0), min((middle + spread) / size, 1.0)
    return Share(count, of, round(part, 4), round(low, 4), round(high, 4))


def mean(values: Sequence[float]) -> Mean:
    """The mean, with an interval from three values on (by resampling, the same every time)."""
    if not values:
        return Mean(0, None, None, None)
    middle = round(sum(values) / len(values), 2)
    if len(values) < 3:
        return Mean(len(values), middle, None, None)
    low, high = interval(values, lambda some: sum(some) / len(some)) or (None, None)
    return Mean(len(values), middle, low, high)


def interval(
    cases: Sequence[_T], statistic: Callable[[Sequence[_T]], float | None]
) -> tuple[float, float] | None:
    """The interval of 95 % by the bootstrap (Efron 1979), from a fixed seed; None if undefined."""
    chance = random.Random(_SEED)  # noqa: S311 - resampling, no secret
    found = []
    for _ in range(_RESAMPLES):
        value = statistic(chance.choices(cases, k=len(cases)))
        if value is not None:
            found.append(value)
    if len(found) < _RESAMPLES / 2:
        return None
    found.sort()
    return (
        round(found[round(0.025 * (len(found) - 1))], 3),
        round(found[round(0.975 * (len(found) - 1))], 3),
    )


def alpha(units: Sequence[Sequence[float]]) -> float | None:
    """Krippendorff's alpha for intervals: 1 is full agreement, 0 what chance would give.

    A unit has the values that several gave to one thing; one with a single value says nothing.
    None where nothing varies, or nothing was judged twice.
    """
    judged = [unit for unit in units if len(unit) > 1]
    values = [value for unit in judged for value in unit]
    count = len(values)
    if count < 2:
        return None
    # The sum of squared differences of all pairs is n·Σx² − (Σx)², so no pair has to be walked.
    expected = 2 * (count * sum(value**2 for value in values) - sum(values) ** 2)
    if expected <= 0:
        return None
    observed = sum(
        2 * (len(unit) * sum(value**2 for value in unit) - sum(unit) ** 2) / (len(unit) - 1)
        for unit in judged
    )
    return round(1 - (count - 1) * observed / expected, 3)


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
