"""Which language a call is in, found within a declared set and guarded against flapping.

Every recognised turn is evidence: the logarithm of the recogniser's language probabilities,
weighted by how long the person spoke, because a short "tamam" or "okay" tells next to
nothing. The first decision needs little evidence; leaving a decided language needs strong
evidence from several turns.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from assist.config import SpeechSettings
from assist.speech.transcript import Transcript

_FULL_WEIGHT = 3.0
"""Seconds of speech from which on a turn counts fully."""
_LEAST = 0.6
"""Seconds of speech up to which a turn does not count."""
_FLOOR = 0.02
"""No turn makes a language less likely than this."""
_LEAST_SHARE = 0.1
_DECIDE = 1.5
_SWITCH = 3.0
_SWITCH_TURNS = 2
_MEMORY = 6.0
"""How far (natural logarithm of the odds) a language can get ahead of another."""
_PRIOR_SCALE = 0.5


def weight(seconds: float) -> float:
    """How much a turn with so many seconds of speech says about the language, 0…1."""
    return min(max((seconds - _LEAST) / (_FULL_WEIGHT - _LEAST), 0.0), 1.0)


def spoken_language(
    probabilities: Mapping[str, float], prior: Mapping[str, float] | None, seconds: float
) -> str:
    """The likeliest language of a turn: its own probabilities, by its length, and the prior's."""
    share = max(weight(seconds), _LEAST_SHARE)

    def score(name: str) -> float:
        expected = 1.0 if prior is None else prior.get(name, 0.0)
        return share * math.log(max(probabilities[name], _FLOOR)) + math.log(max(expected, 1e-9))

    return max(probabilities, key=score)


class LanguageGuard:
    """State of one call: a pure function of what `observe` was told, in order.

    A `fixed` language is never left.
    """

    def __init__(self, settings: SpeechSettings, fixed: str | None) -> None:
        self._languages = (fixed,) if fixed else tuple(dict.fromkeys(settings.languages))
        self._evidence = dict.fromkeys(self._languages, 0.0)
        self._decided = len(self._languages) == 1
        self._against = 0
        self._current = self._languages[0]

    @property
    def current(self) -> str:
        """The language of the call as far as it is known; the first declared one at first."""
        return self._current

    def languages(self) -> tuple[str, ...]:
        """The languages a turn may be in."""
        return self._languages

    def prior(self) -> Mapping[str, float]:
        """Probability of each language for the next turn, from the turns so far; sums to 1."""
        top = max(self._evidence.values())
        odds = {
            name: math.exp(_PRIOR_SCALE * (value - top)) for name, value in self._evidence.items()
        }
        total = sum(odds.values())
        return {name: value / total for name, value in odds.items()}

    def observe(self, transcript: Transcript, seconds: float) -> None:
        """Take in a recognised turn with `seconds` of speech; an empty one says nothing."""
        probabilities = transcript.language_probabilities
        share = weight(seconds)
        if not transcript.text or not probabilities or share == 0.0 or len(self._languages) == 1:
            return
        for name in self._languages:
            self._evidence[name] += share * math.log(max(probabilities.get(name, 0.0), _FLOOR))
        top = max(self._evidence.values())
        self._evidence = {
            name: max(value - top, -_MEMORY) for name, value in self._evidence.items()
        }
        self._decide(max(self._languages, key=lambda name: probabilities.get(name, 0.0)))

    def _decide(self, heard: str) -> None:
        self._against = 0 if heard == self._current else self._against + 1
        leader = max(self._languages, key=lambda name: self._evidence[name])
        lead = self._evidence[leader] - max(
            value for name, value in self._evidence.items() if name != leader
        )
        if not self._decided:
            self._current, self._decided = leader, lead >= _DECIDE
        elif leader != self._current and lead >= _SWITCH and self._against >= _SWITCH_TURNS:
            self._current, self._against = leader, 0
