"""Stand-ins that tests of several rooms share."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from assist.speech.transcript import Transcript, TranscriptWord


class FakeRecognizer:
    """Answers at once with words made from the audio itself, one for every half second.

    Like the real one it depends on its arguments alone.
    """

    name = "fake"

    def transcribe(
        self,
        audio: NDArray[np.float32],
        languages: tuple[str, ...],
        *,
        languages_prior: Mapping[str, float] | None = None,
    ) -> Transcript:
        words = self.partial(audio, languages[0])
        return Transcript(
            text=" ".join(word.text for word in words),
            language=languages[0],
            language_probabilities={
                language: 0.9 if index == 0 else 0.1 / (len(languages) - 1)
                for index, language in enumerate(languages)
            },
            words=words,
            confidence=0.8,
        )

    def partial(self, audio: NDArray[np.float32], language: str) -> tuple[TranscriptWord, ...]:
        pieces = [audio[at : at + 8000] for at in range(0, len(audio), 8000)]
        return tuple(
            TranscriptWord(
                f"w{int(1000 * np.abs(piece).mean())}", 0.5 * index, 0.5 * index + 0.4, 0.8
            )
            for index, piece in enumerate(pieces)
        )
