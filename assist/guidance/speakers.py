"""Which of two people is the agent, by what both say.

A linear model, trained by `training.py` on labelled sentences of agents and callers, says how
much each sentence sounds like an agent's. "My order" and "your order" tell as much as greetings.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Final

import numpy as np

from assist.guidance.lexicon import LANGUAGES
from assist.guidance.likeness import Trained, pieces, read_trained
from assist.guidance.morphology import words

SAID_BY: Final = "said_by"
"""The name of the model in its file."""
_MOST: Final = 2.0
"""Log odds that one sentence counts at most: none decides alone."""
_LEAST: Final = 2
"""Sentences of each person, at least."""


class AgentFinder:
    """Takes what is said on channels 0 and 1 and tells which one is the agent's.

    Each channel must by itself sound like one role, by `margin` (log odds, summed over its
    sentences), so that two agents are hardly ever taken for an agent and a caller.
    """

    def __init__(self, margin: float) -> None:
        self._margin = margin
        self._odds = [0.0, 0.0]
        self._sentences = [0, 0]

    def observe(self, channel: int, text: str, language: str) -> None:
        """An utterance; one in a language without a model tells nothing."""
        for odds in agent_odds(text, language):
            self._odds[channel] += max(-_MOST, min(odds, _MOST))
            self._sentences[channel] += 1

    @property
    def agent(self) -> int | None:
        """The agent's channel, None as long as that is not certain."""
        if min(self._sentences) < _LEAST:
            return None
        agent, caller = (0, 1) if self._odds[0] > self._odds[1] else (1, 0)
        certain = self._odds[agent] >= self._margin and self._odds[caller] <= -self._margin
        return agent if certain else None


def agent_odds(text: str, language: str) -> list[float]:
    """Log odds that an agent said it, of each sentence; none in a language without a model."""
    if language not in LANGUAGES:
        return []
    line = words(text, language)
    parts = (line[start:end] for start, end in pieces(line))
    return [float(_model(language).shares(part)[0][0]) for part in parts]


@cache
def _model(language: str) -> Trained:
    source = resources.files("assist.guidance") / "lexicon" / f"speakers.{language}.npz"
    with source.open("rb") as file, np.load(file) as stored:
        return read_trained(stored, SAID_BY)
