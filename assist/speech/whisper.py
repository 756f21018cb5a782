"""Recognition with Whisper on CTranslate2: a turn of audio in, words with times out.

Whisper was trained on windows of 30 s, but its encoder takes less, and a short turn is then
far cheaper. Cut short, it tends to say a short turn twice; a hypothesis that runs in circles
is therefore recognised once more with the full window, and copies that the cross attention
finds no sound for are dropped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from assist.config import ModelSettings, SpeechSettings
from assist.errors import ModelError
from assist.events import SAMPLE_RATE
from assist.models import recognizer_path, revision
from assist.speech.confidence import confidence
from assist.speech.hypothesis import Hypothesis, doubtful, nothing_said, period, silence
from assist.speech.language import spoken_language
from assist.speech.mel import FRAMES_PER_SECOND, MAX_FRAMES, Features, LogMel
from assist.speech.timing import spoken_copies, tightened, word_spans
from assist.speech.tokens import WhisperTokens
from assist.speech.transcript import Transcript, TranscriptWord

if TYPE_CHECKING:
    from ctranslate2.models import Whisper

__all__ = ["Recognizer", "Transcript", "TranscriptWord"]

MAX_SECONDS = 30.0
"""The longest turn that can be recognised."""

_SHORTEST = 0.1
_WINDOW = 10.0
_MARGIN = 3.0
_TOKENS = (10, 12)
"""A turn may have so many tokens, and so many more for every second."""
_MAX_LENGTH = 448
_PARTIAL_BEAM = 1
_PLAIN_LANGUAGE = 0.8
"""Probability below which a turn is recognised in each language to see which fits."""
_FIT = 6.0
"""How much better words count for a language: factor on the mean log probability per token."""


@dataclass(frozen=True, slots=True)
class _Heard:
    """A turn as the decoder sees it: its own features, without the window's empty rest."""

    encoded: Any
    features: Features
    seconds: float


class Recognizer:
    """A loaded model; shared by all calls, without state, safe to use from several threads.

    The same audio gives the same words, whatever was recognised before.
    """

    def __init__(self, model: Whisper, tokens: WhisperTokens, name: str, beam_size: int) -> None:
        self.name = name
        self._model = model
        self._tokens = tokens
        self._beam_size = beam_size
        self._mel = LogMel(model.n_mels)

    @classmethod
    def load(cls, settings: ModelSettings, speech: SpeechSettings) -> Recognizer:
        """Load the recogniser that is set; raises `ModelError` when it cannot be used."""
        # The web server's process imports this module for its types and never loads a model.
        from ctranslate2.models import Whisper  # noqa: PLC0415
        from tokenizers import Tokenizer  # noqa: PLC0415

        folder = recognizer_path(settings)
        try:
            model = Whisper(
                str(folder),
                device="cpu",
                compute_type=settings.compute_type,
                inter_threads=settings.lanes,
                intra_threads=settings.threads,
            )
            tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            tokens = WhisperTokens(tokenizer, multilingual=model.is_multilingual)
        except Exception as error:  # noqa: BLE001 - tokenizers raises nothing more special
            reason = next(iter(str(error).splitlines()), type(error).__name__)
            raise ModelError(
                f"The recogniser in {folder} cannot be loaded ({reason}); run `assist models "
                "fetch`, or set models.recognizer and models.compute_type anew."
            ) from None
        for language in speech.languages:
            if not tokens.knows(language):
                raise ModelError(
                    f"The recogniser in {folder} does not know the language {language!r}; set "
                    "models.recognizer to a multilingual model or leave it out of speech.languages."
                )
        name = f"{folder.name} {settings.compute_type} {revision(settings)}".strip()
        return cls(model, tokens, name, speech.beam_size)

    def transcribe(
        self,
        audio: Features,
        languages: tuple[str, ...],
        *,
        languages_prior: Mapping[str, float] | None = None,
    ) -> Transcript:
        """Recognise a finished turn: mono float32 at 16 kHz, at most `MAX_SECONDS` long.

        The language is the likeliest of `languages`, weighed with `languages_prior`. The text
        is empty when nothing was said.
        """
        if len(audio) < _SHORTEST * SAMPLE_RATE:
            return Transcript("", languages[0])
        heard = self._listen(audio, _window(len(audio)))
        probabilities = self._language_probabilities(heard, languages)
        tried: dict[str, Hypothesis] = {}
        if max(probabilities.values()) < _PLAIN_LANGUAGE:
            tried = {name: self._decode(heard, name, self._beam_size) for name in languages}
            probabilities = _by_fit(tried)
        language = spoken_language(probabilities, languages_prior, heard.seconds)
        hypothesis = tried.get(language) or self._decode(heard, language, self._beam_size)
        if doubtful(hypothesis) and not silence(hypothesis):
            heard = self._listen(audio, MAX_FRAMES)
            hypothesis = self._decode(heard, language, self._beam_size)
        if nothing_said(hypothesis):
            return Transcript("", language, probabilities)
        words = self._words(heard, hypothesis)
        return Transcript(
            text=" ".join(word.text for word in words),
            language=language,
            language_probabilities=probabilities,
            words=words,
            confidence=float(np.mean([word.confidence for word in words])),
        )

    def partial(self, audio: Features, language: str) -> tuple[TranscriptWord, ...]:
        """The words of a turn that goes on: cheaper, and less right than `transcribe`."""
        if len(audio) < _SHORTEST * SAMPLE_RATE:
            return ()
        heard = self._listen(audio, _window(len(audio)))
        hypothesis = self._decode(heard, language, _PARTIAL_BEAM)
        return () if nothing_said(hypothesis) else self._words(heard, hypothesis)

    def _listen(self, audio: Features, frames: int) -> _Heard:
        from ctranslate2 import StorageView  # noqa: PLC0415

        if len(audio) > MAX_SECONDS * SAMPLE_RATE:
            raise ValueError(f"a turn has at most {MAX_SECONDS:.0f} s, not {len(audio)} samples")
        spoken = min(-(-len(audio) * FRAMES_PER_SECOND // SAMPLE_RATE), frames)
        features = self._mel(audio, spoken)
        # Behind the turn zeros, not the features of silence: that is what the decoder takes best.
        window = np.zeros((1, len(features), frames), dtype=np.float32)
        window[0, :, :spoken] = features
        encoded = self._model.encode(StorageView.from_array(window))
        return _Heard(encoded, features, len(audio) / SAMPLE_RATE)

    def _language_probabilities(
        self, heard: _Heard, languages: tuple[str, ...]
    ) -> Mapping[str, float]:
        if len(languages) == 1:
            return {languages[0]: 1.0}
        found = {
            token[2:-2]: float(probability)
            for token, probability in self._model.detect_language(heard.encoded)[0]
        }
        # What went to other languages says nothing about these, so it is shared out evenly.
        rest = max(1.0 - sum(found.get(language, 0.0) for language in languages), 0.0)
        return {name: found.get(name, 0.0) + rest / len(languages) for name in languages}

    def _decode(self, heard: _Heard, language: str, beam_size: int) -> Hypothesis:
        prompt = self._tokens.prompt(language)
        limit = min(_TOKENS[0] + int(_TOKENS[1] * heard.seconds), _MAX_LENGTH - len(prompt))
        result = self._model.generate(
            heard.encoded,
            [prompt],
            beam_size=beam_size,
            max_length=len(prompt) + limit,
            return_scores=True,
            return_no_speech_prob=True,
        )[0]
        tokens = result.sequences_ids[0]
        spoken = self._tokens.spoken(tokens)
        return Hypothesis(
            tokens=tuple(spoken),
            words=tuple(self._tokens.words(spoken)),
            language=language,
            log_probability=result.scores[0] * len(tokens) / (len(tokens) + 1),
            no_speech=result.no_speech_prob,
            cut=len(tokens) >= limit,
        )

    def _words(self, heard: _Heard, hypothesis: Hypothesis) -> tuple[TranscriptWord, ...]:
        aligned = self._model.align(
            heard.encoded,
            self._tokens.start(hypothesis.language),
            [list(hypothesis.tokens)],
            heard.features.shape[1],
        )[0]
        counts = [count for _, count in hypothesis.words]
        spans = word_spans(aligned.alignments, counts, heard.seconds)
        length = period(hypothesis.folded())
        spans = spans[: spoken_copies(spans, length)] if length < len(spans) else spans
        bounds = np.cumsum([0, *counts])
        return tuple(
            TranscriptWord(
                text, start, end, confidence(aligned.text_token_probs[bounds[at] : bounds[at + 1]])
            )
            for at, ((text, _), (start, end)) in enumerate(
                zip(hypothesis.words, tightened(spans, heard.features), strict=False)
            )
        )


def _by_fit(tried: Mapping[str, Hypothesis]) -> dict[str, float]:
    """Probability of each language by how well its words fit the sound.

    Accents and poor lines make Whisper hear a third language; the words still tell.
    """
    scores = np.array([_FIT * hypothesis.log_probability for hypothesis in tried.values()])
    odds = np.exp(scores - scores.max())
    return dict(zip(tried, (odds / odds.sum()).tolist(), strict=True))


def _window(samples: int) -> int:
    """Frames of the window for a turn: its own and a margin, and not too few."""
    seconds = max(samples / SAMPLE_RATE + _MARGIN, _WINDOW)
    return min(round(seconds * FRAMES_PER_SECOND / 2) * 2, MAX_FRAMES)
