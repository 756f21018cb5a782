"""How a mood changes a voice.

An upset speaker's pitch rises and moves in wider steps, the words come faster and louder, and the
spectrum tilts: the vocal folds close harder, so the upper partials gain on the fundamental
(Scherer, "Vocal communication of emotion", Speech Communication 40, 2003). A mood is one number,
0 for calm and 1 for furious; everything grows with it in proportion.
"""

from __future__ import annotations

import numpy as np
from kokoro import RATE, VOICED, Audio, Curve
from scipy.signal import lfilter

SEMITONES = 4.5
"""Rise of the pitch at mood 1."""
WIDER = 0.5
"""Share by which the pitch moves more widely around its median at mood 1."""
FASTER = 0.25
"""Share by which the speech is faster at mood 1."""
LOUDER_DB = 7.0
"""Rise of the level at mood 1."""
HARDER_DB = 6.0
"""Rise of the spectrum above `SHELF` Hz at mood 1, before the level is set."""
SHELF = 1200.0


def shape_pitch(curve: Curve, calm: float, mood: float) -> Curve:
    """The pitch curve (Hz) with its median where a voice of `calm` Hz has it in this mood.

    The engine sets some sentences higher than others for their words alone; the mood decides here.
    """
    voiced = curve > VOICED
    if not voiced.any():
        return curve
    steps = np.log2(np.where(voiced, curve, 1.0))
    around = (steps - np.median(steps[voiced])) * (1 + WIDER * mood)
    moved = calm * 2 ** (around + SEMITONES * mood / 12)
    return np.where(voiced, moved, curve).astype(np.float32)


def pace(speed: float, mood: float) -> float:
    """The engine's speed for a voice that speaks at `speed` when calm."""
    return speed * (1 + FASTER * mood)


def level(calm_db: float, mood: float) -> float:
    """Level in dB for a voice that speaks at `calm_db` when calm."""
    return calm_db + LOUDER_DB * mood


def harden(audio: Audio, mood: float) -> Audio:
    """Tilt the spectrum up by a high shelf (Bristow-Johnson's audio EQ cookbook, slope 0.5)."""
    amplitude = 10 ** (HARDER_DB * mood / 40)
    cosine, sine = np.cos(2 * np.pi * SHELF / RATE), np.sin(2 * np.pi * SHELF / RATE)
    more, less = amplitude + 1, amplitude - 1
    root = sine * np.sqrt(amplitude * (amplitude + 1 / amplitude + 2))
    rising = [more + less * cosine + root, -2 * (less + more * cosine), more + less * cosine - root]
    falling = [more - less * cosine + root, 2 * (less - more * cosine), more - less * cosine - root]
    return np.asarray(lfilter(amplitude * np.array(rising), falling, audio), dtype=np.float32)
