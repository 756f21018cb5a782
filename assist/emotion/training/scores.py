"""Figures of merit of labelled answers."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from assist.emotion.model import softmax
from assist.emotion.training.dataset import CLASSES
from assist.emotion.training.learn import PRIORS, prior_weights

Integers = NDArray[np.int64]
Doubles = NDArray[np.float64]
_COVERAGES: Final = (1.0, 0.8, 0.6, 0.4)
_BINS: Final = 10


def uar(labels: Integers, answers: Integers) -> float:
    """Unweighted average recall 0…1 over the classes that occur in `labels`."""
    return float(uar_of(_confusion(labels, answers)))


def uar_of(confusion: NDArray[Any]) -> Doubles:
    """Unweighted average recall (…) of weights by truth and answer (…, classes, answers).

    The answers come in the order of the classes; there may be more of them ("not sure"), which
    are then never right. Classes without any truth are left out; nan where there is none.
    """
    truth = confusion.sum(axis=-1)
    right = np.diagonal(confusion, axis1=-2, axis2=-1)
    known = truth > 0
    recalls = np.divide(right, truth, out=np.zeros(truth.shape), where=known)
    counted = known.sum(axis=-1)
    mean: Doubles = np.full(counted.shape, np.nan)
    np.divide(recalls.sum(axis=-1), counted, out=mean, where=counted > 0)
    return mean


def _confusion(labels: Integers, answers: Integers) -> Integers:
    """How often (truth, answer) each answer was given (4, 4)."""
    counts = np.zeros((len(CLASSES), len(CLASSES)), np.int64)
    np.add.at(counts, (labels, answers), 1)
    return counts


def score(labels: Integers, logits: Doubles) -> dict[str, Any]:
    """UAR, weighted accuracy, confusion, calibration and selective UAR.

    `logits` (n, 4) are calibrated, over evenly frequent classes; decisions are made on them as
    they are. `ece` is the expected calibration error with call-centre priors: the clips are
    weighted to those priors and the probabilities carry them.
    """
    answers = logits.argmax(axis=1)
    recalls = {
        name: round(float((answers[labels == index] == index).mean()), 4)
        for index, name in enumerate(CLASSES)
        if (labels == index).any()
    }
    confidence = softmax(logits).max(axis=1)
    order = np.argsort(-confidence, kind="stable")
    selective = {
        f"{coverage:g}": round(uar(labels[kept], answers[kept]), 4)
        for coverage in _COVERAGES
        for kept in (order[: max(int(len(order) * coverage), 1)],)
    }
    return {
        "uar": round(uar(labels, answers), 4),
        "n": len(labels),
        "weighted_accuracy": round(float((answers == labels).mean()), 4),
        "recall": recalls,
        "confusion": _confusion(labels, answers).tolist(),
        "ece": round(calibration_error(labels, logits), 4),
        "selective_uar": selective,
    }


def calibration_error(labels: Integers, logits: Doubles) -> float:
    """Expected calibration error (Naeini et al. 2015; ten bins) at call-centre priors."""
    probabilities = softmax(logits + np.log(np.array(PRIORS)))
    confidence, answers = probabilities.max(axis=1), probabilities.argmax(axis=1)
    weights = prior_weights(labels).astype(np.float64)
    weights /= weights.sum()
    bins = np.minimum((confidence * _BINS).astype(int), _BINS - 1)
    error = 0.0
    for index in np.unique(bins):
        inside = bins == index
        gap = (weights[inside] * (confidence[inside] - (answers == labels)[inside])).sum()
        error += abs(float(gap))
    return error
