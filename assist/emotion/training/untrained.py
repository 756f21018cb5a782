"""Weights that nobody trained: arousal and strain by rule, against the caller's own normal.

For who may not use weights trained on the emotional corpora. A voice that is louder, higher,
livelier, faster and brighter than the caller's own calm speech is aroused (Scherer 2003, doi
10.1016/S0167-6393(02)00084-5; Juslin & Laukka 2003, doi 10.1037/0033-2909.129.5.770); one that
is bright and rough besides is strained, which speaks for anger rather than joy. One change
alone says nothing: people talk louder on a bad line and faster in a hurry. Before there is a
normal to compare with, nothing is said. The result is a tone model as any other.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from assist.emotion.features import NAMES
from assist.emotion.spectrum import Floats
from assist.emotion.training.export import NOVELTY_LIMIT, export
from assist.emotion.training.learn import Trained
from assist.emotion.training.net import Net
from assist.emotion.training.normal import Normal

_AROUSAL: Final = {
    "level": 1.0,
    "pitch_median": 1.0,
    "pitch_high": 0.7,
    "pitch_range": 0.5,
    "alpha_ratio": -1.0,
    "energy_deviation": 0.5,
    "pace": 0.4,
    "pause_share": -0.4,
}
"""Parts in arousal; what lies in the bright half of the spectrum lowers the alpha ratio."""
_STRAIN: Final = {"alpha_ratio": -1.0, "hammarberg": -1.0, "hnr": -0.6, "jitter": 0.4}
_SCALE: Final = {
    "level": 3.0,  # dB
    "pitch_median": 2.5,  # semitones
    "pitch_high": 3.0,
    "pitch_range": 3.0,
    "alpha_ratio": 2.5,  # dB
    "hammarberg": 3.0,
    "energy_deviation": 0.8,
    "hnr": 2.0,
    "jitter": 0.3,  # semitones
    "pace": 1.5,  # syllables a second
    "pause_share": 0.12,
}
"""How far calm speech strays from second to second, in each measure's unit, in round numbers."""
_DEAD_ZONE: Final = 0.4
_CALM: Final = 1.2
_ANCHORS: Final = (2.0, 1.2, 2.0)
"""Evidence (log odds a unit) for anger or joy of arousal, anger of strain, sadness of its lack."""


def write_untrained(path: Path) -> None:
    """Write the untrained weights as a tone model that goes with every recogniser."""
    names = [*NAMES, "level"]
    width = len(names)
    scale = np.array([_SCALE.get(name, 1e6) for name in names], np.float32)
    ones = np.ones(width, np.float32)
    normal = Normal(
        mean=np.zeros(width, np.float32),
        between=ones * np.float32(1e9),
        within=np.square(np.minimum(scale, 1e3)),
        scale=scale,
        relative=ones,
    )
    export(
        Trained(normal, _net(names)),
        path,
        temperature=1.0,
        threshold=NOVELTY_LIMIT,
        corpora=(),
        seed=0,
    )


def _net(names: list[str]) -> Net:
    """Four ramps: excited, dull, strained, relaxed; nothing within the dead zone."""
    arousal, strain = _direction(names, _AROUSAL), _direction(names, _STRAIN)
    hidden = np.stack([arousal, -arousal, strain, -strain], axis=1).astype(np.float32)
    excited, strained, dull = _ANCHORS
    output = np.array(
        # angry, happy, sad, neutral, valence, arousal
        [
            [excited, excited, -excited, 0, 0, 0.6],
            [-dull, -dull, dull, 0, -0.2, -0.6],
            [strained, -strained, 0, 0, -0.5, 0.1],
            [-strained, strained / 2, 0, 0, 0.2, 0],
        ],
        np.float32,
    )
    bias = np.full(4, -_DEAD_ZONE, np.float32)
    return Net(hidden, bias, output, np.array([0, 0, 0, _CALM, 0, 0], np.float32))


def _direction(names: list[str], parts: dict[str, float]) -> Floats:
    weights = np.array([parts.get(name, 0.0) for name in names], np.float32)
    return np.asarray(weights / np.abs(weights).sum(), np.float32)
