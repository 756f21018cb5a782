"""Recognition with Whisper on CTranslate2: a turn of audio in, words with times out.

Whisper was trained on windows of 30 s, but its encoder takes less, and a short turn is then
far cheaper. Cut short, it tends to say a short turn twice; a hypothesis that runs in circles
is therefore recognised once more with the full window, and copies that the cross attention
finds no sound for are dropped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
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
_STEP = 2.5
"""Seconds by which windows grow: turns that share a size can be recognised together."""
_TOKENS = (10, 12)
"""A turn may have so many tokens, and so many more for every second."""
_MAX_LENGTH = 448
_PARTIAL_BEAM = 1
_TOGETHER = 8
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
        return self.transcribe_all([audio], languages, languages_prior=languages_prior)[0]

    def transcribe_all(
        self,
        turns: Sequence[Features],
        languages: tuple[str, ...],
        *,
        languages_prior: Mapping[str, float] | None = None,
    ) -> list[Transcript]:
        """Recognise turns together: the transcripts of `transcribe`, to the last digit.

        The decoder's steps are taken for up to `_TOGETHER` turns at once, for which its weights
        are read only once; the encoder would gain nothing from that.
        """
        found = [Transcript("", languages[0])] * len(turns)
        for places in _batches(turns):
            together = [turns[place] for place in places]
            heard = self._transcribe(together, languages, languages_prior)
            for place, transcript in zip(places, heard, strict=True):
                found[place] = transcript
        return found

    def _transcribe(
        self,
        turns: Sequence[Features],
        languages: tuple[str, ...],
        prior: Mapping[str, float] | None,
    ) -> list[Transcript]:
        heard = [self._listen(audio, _window(len(audio))) for audio in turns]
        known = [self._language_probabilities(turn, languages) for turn in heard]
        asked = [
            (place, name)
            for place, (turn, probabilities) in enumerate(zip(heard, known, strict=True))
            for name in (
                languages
                if max(probabilities.values()) < _PLAIN_LANGUAGE
                else (spoken_language(probabilities, prior, turn.seconds),)
            )
        ]
        tried: list[dict[str, Hypothesis]] = [{} for _ in heard]
        found = self._decode([(heard[place], name) for place, name in asked], self._beam_size)
        for (place, name), hypothesis in zip(asked, found, strict=True):
            tried[place][name] = hypothesis
        return [
            self._settled(*turn, prior) for turn in zip(turns, heard, known, tried, strict=True)
        ]

    def _settled(
        self,
        audio: Features,
        heard: _Heard,
        probabilities: Mapping[str, float],
        tried: Mapping[str, Hypothesis],
        prior: Mapping[str, float] | None,
    ) -> Transcript:
        """The transcript of a turn by what was `tried`; a doubtful one is heard once more."""
        if len(tried) > 1:
            probabilities = _by_fit(tried)
        language = spoken_language(probabilities, prior, heard.seconds)
        hypothesis = tried[language]
        if doubtful(hypothesis) and not silence(hypothesis):
            heard = self._listen(audio, MAX_FRAMES)
            (hypothesis,) = self._decode([(heard, language)], self._beam_size)
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
        (hypothesis,) = self._decode([(heard, language)], _PARTIAL_BEAM)
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

    def _decode(self, asked: Sequence[tuple[_Heard, str]], beam_size: int) -> list[Hypothesis]:
        """What each turn says in a language; their windows are of one size."""
        prompts = [self._tokens.prompt(language) for _, language in asked]
        limits = [
            min(_TOKENS[0] + int(_TOKENS[1] * heard.seconds), _MAX_LENGTH - len(prompt))
            for (heard, _), prompt in zip(asked, prompts, strict=True)
        ]
        results = self._model.generate(
            _side_by_side([heard.encoded for heard, _ in asked]),
            prompts,
            beam_size=beam_size,
            max_length=len(prompts[0]) + max(limits),
            return_scores=True,
            return_no_speech_prob=True,
        )
        found: list[Hypothesis] = []
        for turn, result, limit in zip(asked, results, limits, strict=True):
            tokens = result.sequences_ids[0]
            if len(tokens) >= limit and limit < max(limits):  # alone it would have been stopped
                found += self._decode([turn], beam_size)
                continue
            spoken = self._tokens.spoken(tokens)
            hypothesis = Hypothesis(
                tokens=tuple(spoken),
                words=tuple(self._tokens.words(spoken)),
                language=turn[1],
                log_probability=result.scores[0] * len(tokens) / (len(tokens) + 1),
                no_speech=result.no_speech_prob,
                cut=len(tokens) >= limit,
            )
            found.append(hypothesis)
        return found

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


def stands(transcript: Transcript, audio: Features, prior: Mapping[str, float] | None) -> bool:
    """Whether the transcript of `audio`, found with another prior, is the one with this."""
    probabilities = transcript.language_probabilities
    seconds = len(audio) / SAMPLE_RATE
    return not probabilities or (
        spoken_language(probabilities, prior, seconds) == transcript.language
    )


def _batches(turns: Sequence[Features]) -> Iterator[list[int]]:
    """The places of turns that are recognised together: one size of window, alike in length."""
    long_enough = [
        place for place, audio in enumerate(turns) if len(audio) >= _SHORTEST * SAMPLE_RATE
    ]
    long_enough.sort(key=lambda place: len(turns[place]))
    for _, group in groupby(long_enough, key=lambda place: _window(len(turns[place]))):
        places = list(group)
        for first in range(0, len(places), _TOGETHER):
            yield places[first : first + _TOGETHER]


def _side_by_side(encoded: Sequence[Any]) -> Any:
    """Encodings of one size as the encoding of a batch."""
    from ctranslate2 import StorageView  # noqa: PLC0415

    if len(encoded) == 1:
        return encoded[0]
    return StorageView.from_array(np.concatenate([np.asarray(one) for one in encoded]))


def _window(samples: int) -> int:
    """Frames of the window for a turn: its own and a margin, and not too few."""
    seconds = max(samples / SAMPLE_RATE + _MARGIN, _WINDOW)
    return min(round(-(-seconds // _STEP) * _STEP * FRAMES_PER_SECOND), MAX_FRAMES)
