"""From measured clips to a trained model, and its answers to clips it has not seen."""

from __future__ import annotations

from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from assist.emotion.features import NAMES
from assist.emotion.model import softmax
from assist.emotion.spectrum import Floats
from assist.emotion.training.net import Examples, Net, NetOptions, together, train_net
from assist.emotion.training.normal import (
    Baselines,
    Corpus,
    Normal,
    draw_baselines,
    fit_normal,
)

_ROUNDS: Final = (0, 1, 3, 8)
"""Calm clips behind the baseline, one round of training data each."""
_ENCODING: Final = NetOptions(hidden=192, members=3, epochs=8, drop_input=0.5)
_ENCODING_SHARE: Final = 0.75
PRIORS: Final = (0.06, 0.02, 0.05, 0.87)
"""Shares of angry, happy, sad and neutral windows expected in a call centre."""


class Trained(msgspec.Struct, frozen=True):
    """A net with the normalisation it was trained on."""

    normal: Normal
    net: Net

    def answer(self, data: Corpus, view: int, baselines: Baselines) -> Floats:
        """Logits and dimensions (clips, 6) of one view of `data`."""
        inputs = self.normal(data.measures[:, view], baselines.centre[:, view], baselines.count)
        return self.net(inputs)


def learn(data: Corpus, seed: int) -> Trained:
    """Train on all views of `data`, with baselines of no, few and many calm clips."""
    rng = np.random.default_rng(seed)
    normal = fit_normal(data)
    differences: list[Floats] = []
    indices: list[NDArray[np.int64]] = []
    others: list[NDArray[np.int64]] = []
    views, rows = data.measures.shape[1], 0
    for count in _ROUNDS:
        baselines = draw_baselines(data, count, rng)
        kept = np.flatnonzero(~baselines.used)
        own = rows + np.arange(views * len(kept)).reshape(views, len(kept))
        rows += own.size
        for view in range(views):
            centre = baselines.centre[kept, view]
            measures = data.measures[kept, view]
            differences.append(normal.difference(measures, centre, baselines.count[kept]))
            indices.append(kept)
            others.append(np.delete(own, view, axis=0).T)
    joined, index = np.concatenate(differences), np.concatenate(indices)
    normal = msgspec.structs.replace(normal, scale=(joined.std(axis=0) + 1e-4).astype(np.float32))
    examples = Examples(
        np.clip(joined / normal.scale, -4, 4).astype(np.float32),
        data.labels[index],
        _weights(data)[index],
        np.concatenate(others),
    )
    width = joined.shape[1]
    parts = _parts(width)
    nets = [
        train_net(examples.of(part), seed, options).spread(part, width)
        for part, options, _ in parts
    ]
    return Trained(normal, together(nets, [share for _, _, share in parts]))


def _parts(width: int) -> list[tuple[NDArray[np.int64], NetOptions, float]]:
    """Which of `width` inputs an ensemble sees, how it is trained, and its share in the answer.

    The acoustic measures apart from the encoding carried over to other corpora better than side
    by side in one net. The level goes with both.
    """
    level = width - 1
    acoustic, encoding = np.r_[: len(NAMES), level], np.r_[len(NAMES) : width]
    if level == len(NAMES):
        return [(acoustic, NetOptions(), 1.0)]
    return [
        (acoustic, NetOptions(), 1 - _ENCODING_SHARE),
        (encoding, _ENCODING, _ENCODING_SHARE),
    ]


def _weights(data: Corpus) -> Floats:
    """Classes weigh alike within a corpus, corpora by the square root of their size."""
    weights = np.zeros(len(data.labels))
    for corpus in np.unique(data.corpora):
        size = np.sqrt((data.corpora == corpus).sum())
        for label in range(4):
            chosen = (data.corpora == corpus) & (data.labels == label)
            if chosen.any():
                weights[chosen] = size / chosen.sum()
    return np.asarray(weights / weights.mean(), np.float32)


def held_out_groups(data: Corpus, protocol: str, folds: int = 5) -> list[NDArray[np.bool_]]:
    """Which clips are left out together: a corpus (`cross`) or some of its speakers (`within`)."""
    groups: list[NDArray[np.bool_]] = []
    for corpus in np.unique(data.corpora):
        inside = data.corpora == corpus
        if protocol == "cross":
            groups.append(inside)
            continue
        speakers = np.unique(data.speakers[inside])
        count = min(folds, len(speakers))
        groups += [np.isin(data.speakers, speakers[fold::count]) for fold in range(count)]
    return groups


def training_part(data: Corpus, held_out: NDArray[np.bool_], protocol: str) -> NDArray[np.bool_]:
    """The clips that may be trained on when `held_out` is scored."""
    if protocol == "cross":
        return ~held_out
    return ~held_out & np.isin(data.corpora, np.unique(data.corpora[held_out]))


def fit_temperature(logits: Floats, labels: NDArray[np.int64], weights: Floats) -> float:
    """Temperature of the least log loss with call-centre priors, from clips not trained on.

    `weights` (n,) make each class as frequent as its prior (Guo et al. 2017, with priors).
    """
    log_priors = np.log(np.array(PRIORS))
    best, lowest = 1.0, np.inf
    for temperature in np.geomspace(0.4, 6.0, 60):
        probabilities = softmax(logits / temperature + log_priors)
        likelihood = np.log(probabilities[np.arange(len(labels)), labels] + 1e-12)
        loss = -float(np.average(likelihood, weights=weights))
        if loss < lowest:
            best, lowest = float(temperature), loss
    return best


def prior_weights(labels: NDArray[np.int64]) -> Floats:
    """Weights (n,) that make the classes as frequent as in a call centre."""
    counts = np.bincount(labels, minlength=4)
    weights = np.array(PRIORS)[labels] / np.maximum(counts[labels], 1)
    return np.asarray(weights / weights.mean(), np.float32)
