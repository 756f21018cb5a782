"""What the caller's words say about how the caller feels, kept apart from the voice.

Agitation is heard in a voice, its sign in the words: anger and joy sound much alike, an insult
and a thank-you do not. Each situation in the caller's words speaks for a feeling with a weight
in log odds; weights add up, fade within a minute and are bounded, so words alone make a state
only when they are strong or many, and tip the scale where the voice is in doubt.
"""

from __future__ import annotations

from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from assist.emotion.model import CLASSES
from assist.events import SAMPLE_RATE, Evidence, ToneLabel

Doubles = NDArray[np.float64]

_ANGRY, _HAPPY, _SAD = (1.0, 0.0, 0.0, 0.0), (0.0, 1.0, 0.0, 0.0), (0.0, 0.0, 1.0, 0.0)
_RELIEVED: Final = (-1.2, 0.5, -0.6, 0.0)
FEELINGS: Final[dict[str, tuple[tuple[float, ...], float]]] = {
    "abuse": (_ANGRY, 2.2),
    "legal_threat": (_ANGRY, 2.0),
    "publicity_threat": (_ANGRY, 2.0),
    "escalation": (_ANGRY, 1.2),
    "complaint": (_ANGRY, 1.2),
    "repeat_contact": (_ANGRY, 0.6),
    "unresolved": (_ANGRY, 0.6),
    "cancellation": (_ANGRY, 0.4),
    "delay": (_ANGRY, 0.3),
    "billing_error": (_ANGRY, 0.3),
    "hardship": (_SAD, 1.2),
    "thanks": (_RELIEVED, 0.7),
    "resolved": (_RELIEVED, 1.0),
}
"""Situations of the caller, the direction they speak for (angry, happy, sad, neutral) and how
strongly. Our own choice: strong words as strong as two clear windows of the voice."""

_HALF_LIFE: Final = 20.0
_FORGOTTEN: Final = 60.0
_MOST: Final = 4.0
_SPEAKS: Final = 0.8


class _Said(msgspec.Struct, frozen=True):
    position: int
    logits: Doubles
    evidence: Evidence


class CallerWords:
    """State of one call: what was said lately that tells of a feeling."""

    def __init__(self) -> None:
        self._said: list[_Said] = []

    def hear(self, situation: str, certainty: float, evidence: Evidence, position: int) -> bool:
        """Take a situation of the caller's words; False when it tells of no feeling."""
        direction, weight = FEELINGS.get(situation, (None, 0.0))
        if direction is None:
            return False
        self._said.append(_Said(position, certainty * weight * np.array(direction), evidence))
        return True

    def logits(self, position: int) -> Doubles:
        """Log odds (4,) that the words add at `position`."""
        self._said = [
            said for said in self._said if position - said.position < _FORGOTTEN * SAMPLE_RATE
        ]
        total = np.zeros(len(CLASSES))
        for said in self._said:
            age = max(position - said.position, 0) / SAMPLE_RATE
            total += said.logits * 0.5 ** (age / _HALF_LIFE)
        return np.asarray(np.clip(total, -_MOST, _MOST))

    def label(self, position: int) -> ToneLabel | None:
        """The feeling the words speak for, if they do clearly."""
        logits = self.logits(position)
        strongest = int(logits.argmax())
        return CLASSES[strongest] if logits[strongest] >= _SPEAKS else None

    def quotes(self, position: int) -> tuple[Evidence, ...]:
        """The words behind `label`, the strongest first, three at most."""
        label = self.label(position)
        if label is None:
            return ()
        column = CLASSES.index(label)
        telling = [said for said in self._said if said.logits[column] > 0]
        telling.sort(key=lambda said: -said.logits[column])
        return tuple(said.evidence for said in telling[:3])
