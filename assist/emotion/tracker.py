"""From window estimates to a state of the caller that an agent can use.

The state is the belief of a hidden Markov model with the four classes: it stays as it is
from window to window unless evidence adds up, it falls back to what is usual in a call
centre, and it needs `min_confidence` to take a new state but less to keep one. That is what
keeps it silent on calm calls, and what lets it turn within seconds when a voice truly turns.
"""

from __future__ import annotations

from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from assist.config import ToneSettings
from assist.emotion.baseline import ENOUGH, CallerBaseline, with_level
from assist.emotion.explanation import contributions, reasons
from assist.emotion.features import WindowFeatures
from assist.emotion.model import CLASSES, Estimates, ToneModel, softmax
from assist.emotion.spectrum import Floats
from assist.events import SAMPLE_RATE, ToneLabel

Doubles = NDArray[np.float64]

_ANGRY, _HAPPY, _SAD, _NEUTRAL = range(4)
_STAY: Final = 0.95
_STAY_SILENT: Final = 0.99
_KEEP: Final = 0.35
_HOLD: Final = 2
_TRUST: Final = 0.8
_UNKNOWN_TRUST: Final = 0.4
_LIMIT: Final = 3.0
_LEAN: Final = 0.3
_UPSET: Final = 0.5
_UPSET_LATER: Final = 0.3
_CALM: Final = 0.6
_AROUSED: Final = 0.3

_SHORTEST = 0.9
_VOICED = 0.15
_CONTRAST = 8.0

_WHY_UNSURE: Final = {
    "short": ("Konuşma henüz çok kısa", "too little speech yet"),
    "noisy": ("Ses anlaşılamayacak kadar gürültülü", "the line is too noisy to judge the voice"),
    "unvoiced": ("Ses tonu seçilemiyor", "there is hardly any voice to judge"),
    "unlike": (
        "Ses, modelin tanıdığı seslere benzemiyor",
        "this voice is unlike those the model knows",
    ),
    "undecided": (
        "Belirtiler tek bir duyguya işaret etmiyor",
        "the signs do not point to one feeling",
    ),
}


class ToneState(msgspec.Struct, frozen=True):
    """The caller's tone now: the fields of `assist.events.Tone` without times."""

    label: ToneLabel
    probabilities: dict[str, float]
    valence: float
    arousal: float
    confidence: float
    trend: float
    reasons: tuple[str, ...]


class ToneTracker:
    """Tone of the caller of one call; can be pickled, the model is passed to each update."""

    def __init__(self, settings: ToneSettings) -> None:
        self._settings = settings
        self._baseline = CallerBaseline()
        self._belief: Doubles | None = None
        self._dimensions = np.zeros(2)
        self._fast = self._slow = 0.0
        self._label = ToneLabel.UNSURE
        self._reasons: tuple[str, ...] = ()
        self._bad = self._heard = 0
        self._end = 0

    def update(
        self, model: ToneModel, features: WindowFeatures, start: int, end: int, language: str
    ) -> ToneState:
        """Take the measures of the window from `start` to `end` (positions in samples)."""
        if self._belief is None:
            self._belief = np.exp(model.log_priors)
        observed = with_level(features)
        reference = self._reference(model)
        estimates = model.estimate(observed[None], reference, self._baseline.count)
        problem = _problem(model, features, float(estimates.novelty[0]))
        if problem is not None:
            return self._doubt(problem, language)
        self._bad = 0
        self._believe(model, estimates, max(start - self._end, 0) / SAMPLE_RATE)
        self._end = end
        self._heard += 1
        before, self._label = self._label, self._decide()
        answer = self._state(model, observed, reference, before, language)
        self._learn(model, features, estimates)
        return answer

    def _reference(self, model: ToneModel) -> Floats:
        """What the window is compared with: the caller's own, or calm speech as it is usual."""
        centre = self._baseline.centre
        return model.usual if centre is None else centre

    def _believe(self, model: ToneModel, estimates: Estimates, silence: float) -> None:
        """One step of the forward algorithm after `silence` seconds without a window.

        Overlapping windows are trusted in part, and less while the baseline is young; one
        window alone can never turn the belief.
        """
        assert self._belief is not None
        trust = _UNKNOWN_TRUST + (_TRUST - _UNKNOWN_TRUST) * self._baseline.share
        evidence = trust * _doubt_joy(estimates.logits[0])
        evidence = np.maximum(evidence - evidence.max(), -_LIMIT)
        stay = _STAY * _STAY_SILENT**silence
        before = stay * self._belief + (1 - stay) * np.exp(model.log_priors)
        after = before * np.exp(evidence)
        self._belief = after / after.sum()
        self._dimensions += 0.4 * (estimates.dimensions[0] - self._dimensions)
        mood = float(self._belief[_HAPPY] - self._belief[_ANGRY] - self._belief[_SAD])
        self._fast += 0.5 * (mood - self._fast)
        self._slow += 0.1 * (mood - self._slow)

    def _learn(self, model: ToneModel, features: WindowFeatures, estimates: Estimates) -> None:
        """Calm windows make the caller's normal; what sounds upset never does."""
        assert self._belief is not None
        now = softmax(estimates.logits[0] + model.log_priors)
        upset = float(max(now[_ANGRY], now[_HAPPY], now[_SAD]))
        calm = upset < (_UPSET if self._baseline.share < 1 else _UPSET_LATER)
        if self._baseline.share >= 1:
            calm = calm and self._belief[_NEUTRAL] > _CALM
        if calm:
            self._baseline.learn(features, model.spread)

    def _decide(self) -> ToneLabel:
        """The label with hysteresis: more is needed to take it than to keep it."""
        assert self._belief is not None
        strongest = int(self._belief.argmax())
        if self._belief[strongest] >= self._settings.min_confidence:
            calm_voice = self._dimensions[1] < _AROUSED
            if strongest == _ANGRY and self._label is not ToneLabel.ANGRY and calm_voice:
                return ToneLabel.UNSURE  # anger that can be heard raises the voice
            if strongest == _NEUTRAL and self._heard < ENOUGH:
                return ToneLabel.UNSURE  # so far that is only what most callers are
            return CLASSES[strongest]
        if self._label is not ToneLabel.UNSURE:
            held = CLASSES.index(self._label)
            if held == strongest and self._belief[held] >= _KEEP:
                return self._label
        return ToneLabel.UNSURE

    def _doubt(self, problem: str, language: str) -> ToneState:
        """A window that cannot be judged keeps the state for a moment, then it is unsure."""
        assert self._belief is not None
        self._bad += 1
        if self._bad > _HOLD:
            self._label = ToneLabel.UNSURE
        if self._label is ToneLabel.UNSURE:
            return self._answer(self._label, (_why(problem, language),))
        return self._answer(self._label, self._reasons)

    def _state(
        self,
        model: ToneModel,
        observed: Floats,
        reference: Floats,
        before: ToneLabel,
        language: str,
    ) -> ToneState:
        """The answer with its reasons; `before` is the label of the window before."""
        if self._label is ToneLabel.UNSURE:
            problem = "short" if self._heard < ENOUGH else "undecided"
            return self._answer(self._label, (_why(problem, language),))
        state = CLASSES.index(self._label)
        if state == _NEUTRAL:
            self._reasons = ()
            return self._answer(self._label, self._reasons)
        count = self._baseline.count
        gains = contributions(model, observed, reference, count, state)
        why = reasons(gains, observed, reference, self._baseline.known, language)
        if why or self._label is not before:
            self._reasons = why  # a state kept through an ordinary second keeps its reasons
        return self._answer(self._label, self._reasons)

    def _answer(self, label: ToneLabel, why: tuple[str, ...]) -> ToneState:
        assert self._belief is not None
        probabilities = {
            str(name): round(float(value), 4)
            for name, value in zip(CLASSES, self._belief, strict=True)
        }
        known = label is not ToneLabel.UNSURE
        return ToneState(
            label=label,
            probabilities=probabilities,
            valence=round(float(self._dimensions[0]), 3),
            arousal=round(float(self._dimensions[1]), 3),
            confidence=probabilities[str(label)] if known else 0.0,
            trend=round(float(np.clip(self._fast - self._slow, -1, 1)), 3),
            reasons=why,
        )


def _doubt_joy(logits: Doubles) -> Doubles:
    """The logits (4,) with less between anger and joy, the evidence for either left as it is.

    Agitation is heard reliably, its sign is not: across corpora anger and joy are confused
    most, so how usual each is in a call centre has to weigh more between these two.
    """
    angry, happy = float(logits[_ANGRY]), float(logits[_HAPPY])
    either = float(np.logaddexp(angry, happy)) - np.log(2)
    lean = _LEAN * (angry - happy) / 2
    result = logits.copy()
    result[[_ANGRY, _HAPPY]] = either + lean, either - lean
    return result


def _problem(model: ToneModel, features: WindowFeatures, novelty: float) -> str | None:
    """Why a window cannot be judged, or None."""
    if features.seconds < _SHORTEST:
        return "short"
    if features.contrast < _CONTRAST:
        return "noisy"
    if features.voiced < _VOICED:
        return "unvoiced"
    if novelty > model.meta.novelty:
        return "unlike"
    return None


def _why(problem: str, language: str) -> str:
    turkish, english = _WHY_UNSURE[problem]
    return turkish if language == "tr" else english
