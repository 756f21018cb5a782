"""What guidance remembers of a call: situations seen, the caller's tone, the mechanics."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence

import msgspec

from assist.events import SAMPLE_RATE, Mechanics, Role, Tone, Utterance
from assist.guidance.attention import Attention
from assist.guidance.mechanics import MechanicsRules
from assist.guidance.situations import Tag

FRESH = 12 * SAMPLE_RATE
"""Samples for which an utterance is what the conversation is about now."""

_TONE_HOLDS = 15 * SAMPLE_RATE
_TONE_STOOD = 5.0
_KEPT = 300


class Sighting(msgspec.Struct):
    """A situation in an utterance; `used` once a suggestion came from it."""

    tag: Tag
    utterance: Utterance
    used: bool = False


class Memory:
    """State of one call; can be pickled."""

    def __init__(
        self,
        thresholds: Mapping[str, MechanicsRules] | None = None,
        history: Sequence[str] = (),
    ) -> None:
        self.language = ""
        self.history = tuple(history)
        self.attention = Attention()
        self._thresholds = dict(thresholds or {})
        self.tone: Tone | None = None
        self.phase = ""
        self.mechanics: Mechanics | None = None
        self.sightings: deque[Sighting] = deque(maxlen=_KEPT)
        self.seen: set[str] = set()
        self._stood: dict[str, float] = {}

    def utterance(self, utterance: Utterance, tags: tuple[Tag, ...]) -> None:
        """Note what was said; its language is now that of the conversation."""
        self.language = utterance.language
        self.sightings.extend(Sighting(tag, utterance) for tag in tags)
        names = frozenset(tag.tag for tag in tags)
        self.seen |= names
        self.attention.utterance(utterance, names, self.thresholds)

    @property
    def thresholds(self) -> MechanicsRules:
        """The thresholds of the conversation's language."""
        return self._thresholds.get(self.language, MechanicsRules())

    def hear(self, tone: Tone) -> None:
        """Note the caller's tone."""
        self.tone = tone
        self.attention.tone(tone)
        label = tone.label.value
        self._stood[label] = self._stood.get(label, 0.0) + tone.end - tone.start

    def tones(self) -> set[str]:
        """What the caller's tone has been for five seconds of speech or more."""
        return {label for label, stood in self._stood.items() if stood >= _TONE_STOOD}

    def fresh(self, speaker: str, now: int) -> list[Sighting]:
        """Unused situations in the recent words of a speaker; mixed channels are anyone's."""
        channels = (speaker, Role.MIXED)
        return [
            seen
            for seen in self.sightings
            if seen.utterance.channel in channels
            and seen.utterance.language == self.language
            and now - seen.utterance.position <= FRESH
            and not seen.used
        ]

    def agent_said(self, name: str, since: float) -> bool:
        """Whether the agent has said that situation after a time (seconds)."""
        return any(
            seen.tag.tag == name and seen.utterance.end > since
            for seen in self.sightings
            if seen.utterance.channel is Role.AGENT
        )

    def tone_now(self, now: int) -> Tone | None:
        """The caller's tone, unless it is too long ago to speak of now."""
        if self.tone is None or now - self.tone.position > _TONE_HOLDS:
            return None
        return self.tone
