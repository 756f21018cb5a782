"""Words for tests that need no recogniser."""

from __future__ import annotations

from assist.speech.transcript import Transcript, TranscriptWord


def words(text: str, start: float = 0.0, pace: float = 0.4) -> tuple[TranscriptWord, ...]:
    """The words of `text`, one every `pace` seconds from `start` on."""
    return tuple(
        TranscriptWord(word, start + pace * index, start + pace * (index + 1), 0.9)
        for index, word in enumerate(text.split())
    )


def heard(text: str, **probabilities: float) -> Transcript:
    """A transcript with these language probabilities."""
    likeliest = max(probabilities, key=lambda name: probabilities[name])
    return Transcript(text, likeliest, probabilities, words(text), 0.9)
