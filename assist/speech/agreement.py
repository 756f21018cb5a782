"""Which words of an unfinished turn can be shown as settled: local agreement.

A word is settled once two successive hypotheses agree on it and on all words before it; it
is never taken back. Source: Macháček, Dabre and Bojar, "Turning Whisper into Real-Time
Transcription System" (2023), after Liu et al., "Low-Latency Sequence-to-Sequence Speech
Recognition and Translation by Partial Hypothesis Selection" (2020).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from assist.speech.transcript import TranscriptWord
from assist.text import fold

_LONGEST_REPEAT = 5
_PUNCTUATION = " .,!?…;:-–—\"'’“”«»()"


class PartialAgreement:
    """State of one open turn; the times of words only have to be on one axis."""

    def __init__(self) -> None:
        self._stable: list[TranscriptWord] = []
        self._pending: list[TranscriptWord] = []

    def insert(self, words: Sequence[TranscriptWord]) -> tuple[str, str]:
        """Take the newest hypothesis of the turn so far; returns (stable, pending) text.

        The hypothesis may leave out words at the beginning of a long turn; what was pending
        there is then settled as it stands.
        """
        new = self._beyond_stable(list(words))
        if new:
            passed = list(takewhile(lambda word: word.end <= new[0].start, self._pending))
            if passed and _same(passed[0], new[0]):
                passed = []
            self._settle(passed)
        agreed = 0
        for before, after in zip(self._pending, new, strict=False):
            if not _same(before, after):
                break
            agreed += 1
        self._pending = new
        self._settle(new[:agreed])
        return _text(self._stable), _text(self._pending)

    def needed_from(self, earliest: float) -> float:
        """From when on the next hypothesis has to know the audio; 0 when nothing is settled.

        That is the first settled word after `earliest`, but nothing unsettled is left out.
        """
        if not self._stable:
            return 0.0
        recent = (word.start for word in self._stable if word.start >= earliest)
        return next(recent, self._stable[-1].end)

    def _settle(self, words: list[TranscriptWord]) -> None:
        self._stable.extend(words)
        self._pending = self._pending[len(words) :]

    def _beyond_stable(self, words: list[TranscriptWord]) -> list[TranscriptWord]:
        """The part of a hypothesis behind the settled words."""
        count = len(self._stable)
        if all(map(_same, self._stable, words)) and len(words) >= count:
            return words[count:]
        end = self._stable[-1].end
        later = [word for word in words if (word.start + word.end) / 2 > end]
        for length in range(min(_LONGEST_REPEAT, len(later), count), 0, -1):
            if all(map(_same, self._stable[-length:], later)):
                return later[length:]
        return later


def _same(one: TranscriptWord, other: TranscriptWord) -> bool:
    return _bare(one.text) == _bare(other.text)


def _bare(text: str) -> str:
    # The language is not asked for: İ and I only have to become one and the same letter.
    return fold(text.translate({0x130: "i", 0x131: "i"}), "en").strip(_PUNCTUATION)


def _text(words: list[TranscriptWord]) -> str:
    return " ".join(word.text for word in words)
