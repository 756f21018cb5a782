"""What the recogniser answers: words with times and confidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class TranscriptWord:
    """One word with its punctuation; `start` and `end` in seconds from the audio's start.

    `confidence` (0…1) estimates how likely the word is right.
    """

    text: str
    start: float
    end: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Transcript:
    """A finished turn in words; everything is empty when nothing was said.

    `language_probabilities` is the recogniser's own opinion over the languages it was asked
    about, without any prior; `language` is the one the words were recognised in.
    `confidence` (0…1) estimates the share of words that are right.
    """

    text: str
    language: str
    language_probabilities: Mapping[str, float] = field(default_factory=dict)
    words: tuple[TranscriptWord, ...] = ()
    confidence: float = 0.0
