"""Taking the speaker's own normal out of the measures.

What is known of a speaker after `count` calm clips is an estimate between the population's
calm mean and the mean of those clips: for each measure the weight is
count·between / (count·between + within), the ratio of the variances between speakers and
within one speaker's calm clips (the usual shrinkage of a random effect). Without calm clips
the difference is the one from the population, so one net serves both.
"""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

from assist.emotion.spectrum import Floats
from assist.emotion.training.dataset import CLASSES

Integers = NDArray[np.int64]
NEUTRAL = CLASSES.index("neutral")
LIMIT = 4.0
"""Standard deviations at which a difference is cut off."""
_FEW = 2


class Corpus(msgspec.Struct, frozen=True):
    """Training data as arrays: measures and level (clips, views, features + 1), labels (clips,),
    and the index of each clip's speaker and corpus (clips,).
    """

    measures: Floats
    labels: Integers
    speakers: Integers
    corpora: Integers

    def take(self, chosen: NDArray[np.bool_]) -> Corpus:
        """The chosen clips."""
        return Corpus(
            self.measures[chosen], self.labels[chosen], self.speakers[chosen], self.corpora[chosen]
        )


class Baselines(msgspec.Struct, frozen=True):
    """Each clip's baseline (clips, views, features + 1), the `count` of clips in it (clips,)
    and which clips were `used` for it (clips,) and must not be scored.
    """

    centre: Floats
    count: Floats
    used: NDArray[np.bool_]


class Normal(msgspec.Struct, frozen=True):
    """Calm mean of the population, variances between and within speakers, scale of differences.

    `relative` is 1 for what means nothing without a baseline, as the level, else 0. All
    (features + 1,).
    """

    mean: Floats
    between: Floats
    within: Floats
    scale: Floats
    relative: Floats

    def __call__(self, measures: Floats, centre: Floats, count: Floats) -> Floats:
        """Standardised differences (n, features + 1) from the speaker's own normal."""
        scaled = self.difference(measures, centre, count) / self.scale
        return np.asarray(np.clip(scaled, -LIMIT, LIMIT), np.float32)

    def difference(self, measures: Floats, centre: Floats, count: Floats) -> Floats:
        """Differences before scaling; `count` (n,) calm clips are behind each `centre`."""
        evidence = count[:, None] * self.between
        weight = evidence / (evidence + self.within)
        difference = measures - self.mean - weight * (centre - self.mean)
        difference *= 1 - self.relative * (1 - np.minimum(count, 1)[:, None])
        return np.asarray(difference, np.float32)


def fit_normal(data: Corpus) -> Normal:
    """Means and variances of the training data; needs speakers with calm clips."""
    calm = [
        np.flatnonzero((data.speakers == speaker) & (data.labels == NEUTRAL))
        for speaker in np.unique(data.speakers)
    ]
    calm = [chosen for chosen in calm if len(chosen) > _FEW] or [np.arange(len(data.labels))]
    means = np.concatenate([data.measures[chosen].mean(axis=0) for chosen in calm])
    within = np.mean([data.measures[chosen].var(axis=0).mean(axis=0) for chosen in calm], axis=0)
    between = means.var(axis=0)
    between[-1] = 1e6  # the gain of a line can be anything
    relative = np.zeros(len(between), np.float32)
    relative[-1] = 1
    return Normal(
        means.mean(axis=0).astype(np.float32),
        (between + 1e-9).astype(np.float32),
        (within + 1e-9).astype(np.float32),
        np.ones(data.measures.shape[2], np.float32),
        relative,
    )


def draw_baselines(data: Corpus, count: int, rng: np.random.Generator) -> Baselines:
    """A baseline of up to `count` calm clips for every speaker; one calm clip is left to score.

    Speakers with fewer than two calm clips get none.
    """
    centre = np.zeros_like(data.measures)
    counts = np.zeros(len(data.labels), np.float32)
    used = np.zeros(len(data.labels), np.bool_)
    for speaker in np.unique(data.speakers):
        own = np.flatnonzero(data.speakers == speaker)
        calm = own[data.labels[own] == NEUTRAL]
        if count < 1 or len(calm) < _FEW:
            continue
        chosen = rng.choice(calm, min(count, len(calm) - 1), replace=False)
        middle = np.median if len(chosen) > _FEW else np.mean
        centre[own] = middle(data.measures[chosen], axis=0)
        counts[own] = len(chosen)
        used[chosen] = True
    return Baselines(centre, counts, used)
