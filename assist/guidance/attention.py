"""Attention: holds, questions asked twice, and distress that nobody has answered.

What voice activity cannot tell: these measures need the words. Their thresholds are in the
playbook's `[mechanics]`, and rules ask for them like for any other measure.
"""

from __future__ import annotations

import re
from collections import deque

import msgspec

from assist.events import SAMPLE_RATE, Mechanics, Role, Tone, ToneLabel, Utterance
from assist.guidance.mechanics import MechanicsRules
from assist.guidance.said import keywords
from assist.text import fold

_FRESH = 12 * SAMPLE_RATE
_ANSWER = 10 * SAMPLE_RATE
_KEPT = 40
_LEAST_WORDS = 2
_TROUBLE = "complaint repeat_contact unresolved hardship abuse escalation legal_threat"
_DISTRESS = frozenset([*_TROUBLE.split(), "publicity_threat"])
_COMFORT = frozenset(["empathy", "apology"])
_NO_QUESTIONS = frozenset(["closing_check", "hold_request", "greeting", "farewell"])
_POLITE = frozenset(["please", "again", "lütfen", "tekrar", "acaba", "efendim"])
_UPSET = frozenset([ToneLabel.ANGRY, ToneLabel.SAD])

_SENTENCE = re.compile(r"[^.!?…\n]+[.!?…]*")
_ASKS = {
    "tr": re.compile(
        r"\?|\b(?:m[ıiuü](?:y[ıiuü]m|y[ıiuü]z|s[ıiuü]n[ıiuü]z|d[ıiuü]r|yd[ıiuü]\w*)?|ne|nedir|"
        r"neydi|hangi|hangisi|kaç|kim|nerede|nereye|nasıl|niçin|neden)\b"
    ),
    "en": re.compile(
        r"\?|^(?:and |so |okay |sorry )?(?:what|when|where|which|who|how|why|can|could|may|do|did|"
        r"does|is|are|was|have|has|would|will)\b"
    ),
}
_UNITS = {"saniye": 1.0, "dakika": 60.0, "second": 1.0, "minute": 60.0}
_NUMBERS = {
    "bir": 1, "iki": 2, "üç": 3, "dört": 4, "beş": 5, "on": 10, "yirmi": 20, "otuz": 30,
    "a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "ten": 10, "thirty": 30,
}  # fmt: skip
_LENGTH = re.compile(
    rf"\b(?P<number>\d{{1,3}}|{'|'.join(_NUMBERS)}) (?P<unit>saniye|dakika|second|minute)"
)


class _Hold(msgspec.Struct):
    """A hold that was asked for at `asked` (samples); `promised` seconds, 0 when none."""

    asked: int
    promised: float
    begun: bool = False


class Questions:
    """What the agent has asked so far; can be pickled."""

    def __init__(self) -> None:
        self._asked: deque[tuple[frozenset[str], int]] = deque(maxlen=_KEPT)
        self._caller_spoke = -1

    def answered(self, utterance: Utterance) -> None:
        """The caller spoke: what is asked from now on may have been answered."""
        self._caller_spoke = utterance.position

    def ask(
        self, utterance: Utterance, overlap: float = MechanicsRules().question_overlap.value
    ) -> list[tuple[tuple[int, int], bool]]:
        """The questions in an utterance of the agent: characters, and whether it was asked before.

        Again is after the caller has spoken since; `overlap` is the share of the words of two
        questions from which on they are the same.
        """
        language = utterance.language
        found = []
        for sentence in _SENTENCE.finditer(utterance.text):
            if not _ASKS[language].search(fold(sentence[0], language)):
                continue
            asked = keywords(sentence[0], language) - _POLITE
            if len(asked) < _LEAST_WORDS:
                continue
            again = any(
                at < self._caller_spoke and _overlap(asked, other) >= overlap
                for other, at in self._asked
            )
            found.append((sentence.span(), again))
            self._asked.append((asked, utterance.position))
        return found


class Attention:
    """State of one call; can be pickled."""

    def __init__(self) -> None:
        self._hold: _Hold | None = None
        self._holds = 0
        self._questions = Questions()
        self._asked_again = -1
        self._distress = -1

    def utterance(self, utterance: Utterance, tags: frozenset[str], rules: MechanicsRules) -> None:
        """Take what was said, with the situations in it."""
        if utterance.channel is not Role.AGENT:
            if tags & _DISTRESS:
                self._distress_from(utterance.position)
            self._questions.answered(utterance)
        if utterance.channel is not Role.CALLER and tags & _COMFORT:
            self._distress = -1
        if utterance.channel is Role.AGENT:
            self._agent(utterance, tags, rules)

    def tone(self, tone: Tone) -> None:
        """Take the caller's tone."""
        if tone.label in _UPSET:
            self._distress_from(tone.position)

    def measures(self, now: int, mechanics: Mechanics, rules: MechanicsRules) -> dict[str, float]:
        """What there is to measure now; lengths in seconds."""
        held = self._held(now, mechanics, rules)
        limit = rules.hold_limit.value
        if self._hold is not None and self._hold.promised:
            limit = self._hold.promised
        waited = (now - self._distress) / SAMPLE_RATE if self._distress >= 0 else 0.0
        again = self._asked_again >= 0 and now - self._asked_again <= _FRESH
        return {
            "hold": held,
            "hold_over": max(held - limit, 0.0),
            "holds": float(self._holds),
            "repeated_question": float(again),
            "unacknowledged": waited,
        }

    def _agent(self, utterance: Utterance, tags: frozenset[str], rules: MechanicsRules) -> None:
        if self._hold is not None and self._hold.begun:
            self._holds += 1
        self._hold = None
        if "hold_request" in tags:
            self._hold = _Hold(utterance.position, promised_length(utterance))
        elif not tags & _NO_QUESTIONS:
            asked = self._questions.ask(utterance, rules.question_overlap.value)
            if any(again for _, again in asked):
                self._asked_again = utterance.position

    def _held(self, now: int, mechanics: Mechanics, rules: MechanicsRules) -> float:
        """Seconds of the hold under way: silence that followed the agent's request."""
        hold = self._hold
        if hold is None or mechanics.dead_air < rules.hold.value:
            return 0.0
        silent_from = mechanics.position - round(mechanics.dead_air * SAMPLE_RATE)
        if silent_from > hold.asked + _ANSWER and not hold.begun:
            return 0.0
        hold.begun = True
        return (now - hold.asked) / SAMPLE_RATE

    def _distress_from(self, position: int) -> None:
        if self._distress < 0:
            self._distress = position


def promised_length(utterance: Utterance) -> float:
    """The seconds a hold is asked for ("iki dakika", "thirty seconds"), 0 when not said."""
    found = _LENGTH.search(fold(utterance.text, utterance.language))
    if found is None:
        return 0.0
    number = found["number"]
    return (int(number) if number.isdigit() else _NUMBERS[number]) * _UNITS[found["unit"]]


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of the shorter question's words that are in both, 0…1."""
    shared = len(one & other)
    return shared / min(len(one), len(other)) if shared >= _LEAST_WORDS else 0.0
