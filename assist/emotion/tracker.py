"""From window estimates and words to a state of the caller that an agent can use.

The state is the belief of a hidden Markov model with the four classes: it stays as it is
from window to window unless evidence adds up, it falls back to what is usual in a call
centre, and it needs `min_confidence` to take a new state but less to keep one. That is what
keeps it silent on calm calls, and what lets it turn within seconds when a voice truly turns.

What the caller's words say is added to that belief, never mixed into it: the state, what the
voice alone says and what the words alone say are given side by side.
"""

from __future__ import annotations

from collections.abc import Sequence
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
from assist.emotion.words import CallerWords
from assist.events import SAMPLE_RATE, Evidence, ToneLabel

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
_WORDS_VALENCE: Final = 0.2
_NEVER_LESS: Final = 0.05
"""A calm voice does not unsay what was said."""
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
    "crosstalk": (
        "Müşterinin hattında sizin sesiniz duyuluyor",
        "your own voice is on the caller's line",
    ),
    "undecided": (
        "Belirtiler tek bir duyguya işaret etmiyor",
        "the signs do not point to one feeling",
    ),
}


_NEGATIVE: Final = frozenset({ToneLabel.ANGRY, ToneLabel.SAD})
_MAKES_GOOD: Final = ("apology", "compensation", "ownership", "empathy", "promise")
_SOOTHED: Final = 45 * SAMPLE_RATE
_LASTED: Final = 4 * SAMPLE_RATE
_TOLD: Final = 15 * SAMPLE_RATE
_AFTER: Final = {
    "tr": {
        "apology": "özrünüzden sonra sakinleşti",
        "compensation": "telafi önerinizden sonra sakinleşti",
        "ownership": "konuyu üstlenmenizden sonra sakinleşti",
        "empathy": "anlayış göstermenizden sonra sakinleşti",
        "promise": "verdiğiniz sözden sonra sakinleşti",
    },
    "en": {
        "apology": "calmed down after your apology",
        "compensation": "calmed down after your offer to make good",
        "ownership": "calmed down after you took charge",
        "empathy": "calmed down after you showed understanding",
        "promise": "calmed down after your promise",
    },
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
    voice: ToneLabel
    words: ToneLabel | None
    quotes: tuple[Evidence, ...]
    since: float
    recovery: str


class _Course(msgspec.Struct):
    """How long the state has lasted, and what the agent did before a caller calmed down."""

    since: int = 0
    upset_since: int | None = None
    soothed: str = ""
    soothed_at: int = 0
    recovery: str = ""

    def agent_said(self, situations: Sequence[str], position: int) -> None:
        """Of several things the one that weighs most with a caller counts."""
        for name in _MAKES_GOOD:
            if name in situations:
                self.soothed, self.soothed_at = name, position
                return

    def turned(self, after: ToneLabel, position: int) -> None:
        """The state is another one from `position` on; doubt neither upsets nor calms."""
        self.since, self.recovery = position, ""
        if after in _NEGATIVE:
            self.upset_since = position if self.upset_since is None else self.upset_since
        elif after is not ToneLabel.UNSURE:
            begun, self.upset_since = self.upset_since, None
            if begun is None or position - begun < _LASTED:
                return
            if begun < self.soothed_at and position - self.soothed_at < _SOOTHED:
                self.recovery = self.soothed

    def recovered(self, position: int) -> str:
        """What the caller calmed down after, while that is news."""
        return self.recovery if position - self.since < _TOLD else ""


class ToneTracker:
    """Tone of the caller of one call; can be pickled, the model is passed to each update."""

    def __init__(self, settings: ToneSettings, voice: Floats | None = None) -> None:
        """`voice` is the `voice` of the tracker of an earlier call of the same customer."""
        self._settings = settings
        self._baseline = CallerBaseline(voice)
        self._belief: Doubles | None = None
        self._dimensions = np.zeros(2)
        self._fast = self._slow = 0.0
        self._label = self._voice = ToneLabel.UNSURE
        self._words = CallerWords()
        self._course = _Course()
        self._reasons: tuple[str, ...] = ()
        self._bad = self._heard = 0
        self._end = 0

    def update(
        self,
        model: ToneModel,
        features: WindowFeatures,
        start: int,
        end: int,
        language: str,
        *,
        crosstalk: bool = False,
    ) -> ToneState:
        """Take the measures of the window from `start` to `end` (positions in samples).

        With `crosstalk` the agent's voice is on the caller's line: nothing is judged or learnt.
        """
        if self._belief is None:
            self._belief = np.exp(model.log_priors)
        if crosstalk:
            return self._doubt("crosstalk", end, language)
        observed = with_level(features)
        reference = self._reference(model, observed)
        estimates = model.estimate(observed[None], reference, self._baseline.count)
        problem = _problem(model, features, float(estimates.novelty[0]))
        if problem is not None:
            return self._doubt(problem, end, language)
        self._bad = 0
        self._believe(model, estimates, max(start - self._end, 0) / SAMPLE_RATE)
        self._end = end
        self._heard += 1
        before = self._label
        self._settle(end)
        answer = self._state(model, observed, reference, before, language)
        self._learn(model, features, estimates)
        return answer

    def hear(
        self, model: ToneModel, said: Sequence[tuple[str, float, Evidence]], end: int, language: str
    ) -> ToneState | None:
        """Take the situations of the caller's words up to `end`, each with its certainty.

        Returns the state with them, or None when none of them tells of a feeling.
        """
        if self._belief is None:
            self._belief = np.exp(model.log_priors)
        heard = [self._words.hear(*situation, end) for situation in said]
        if not any(heard):
            return None
        self._end = max(self._end, end)
        before = self._label
        self._settle(end)
        if self._label is ToneLabel.UNSURE:
            return self._answer(self._label, (_why("undecided", language),), language)
        if self._label is not before:
            self._reasons = ()
        return self._answer(self._label, self._reasons, language)

    def agent_said(self, situations: Sequence[str], end: int) -> None:
        """What the agent did up to `end`; of the agent nothing but the words is known here."""
        self._course.agent_said(situations, end)

    def _settle(self, end: int) -> None:
        """Decide anew, by the voice alone and by voice and words together."""
        assert self._belief is not None
        aroused = self._dimensions[1] >= _AROUSED
        self._voice = self._decide(self._belief, self._voice, aroused)
        before = self._label
        angry_words = self._words.label(end) is ToneLabel.ANGRY
        fused = self._fused()
        mood = float(fused[_HAPPY] - fused[_ANGRY] - fused[_SAD])
        self._fast += 0.5 * (mood - self._fast)
        self._slow += 0.1 * (mood - self._slow)
        self._label = self._decide(fused, before, aroused or angry_words)
        if self._label is not before:
            self._course.turned(self._label, end)

    def _fused(self) -> Doubles:
        """The belief of the voice with what the words add.

        Whether agitation is anger or joy the voice hardly tells, so the words share it out.
        """
        assert self._belief is not None
        words, voice = self._words.logits(self._end), self._belief.copy()
        sign = np.array([1.0, -1.0]) * (words[_ANGRY] - words[_HAPPY])
        pair = voice[[_ANGRY, _HAPPY]]
        voice[[_ANGRY, _HAPPY]] = pair.sum() * softmax(np.log(pair + 1e-9) + sign)
        joined = np.maximum(voice, _NEVER_LESS) * np.exp(words)
        return np.asarray(joined / joined.sum())

    @property
    def voice(self) -> Floats | None:
        """How the caller sounds when calm (features + 1,), or None while that is uncertain."""
        return self._baseline.settled

    def _reference(self, model: ToneModel, observed: Floats) -> Floats:
        """What the window is compared with: the caller's own, or calm speech as it is usual."""
        own = self._baseline.reference(observed)
        return model.usual if own is None else own

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

    def _learn(self, model: ToneModel, features: WindowFeatures, estimates: Estimates) -> None:
        """Calm windows make the caller's normal; what sounds upset never does."""
        assert self._belief is not None
        now = softmax(estimates.logits[0] + model.log_priors)
        upset = float(max(now[_ANGRY], now[_HAPPY], now[_SAD]))
        calm = upset < (_UPSET if self._baseline.share < 1 else _UPSET_LATER)
        if self._baseline.share >= 1:
            calm = calm and self._fused()[_NEUTRAL] > _CALM
        if calm:
            self._baseline.learn(features, model.spread)

    def _decide(self, belief: Doubles, before: ToneLabel, aroused: bool) -> ToneLabel:
        """The label with hysteresis: more is needed to take it than to keep it."""
        strongest = int(belief.argmax())
        if belief[strongest] >= self._settings.min_confidence:
            if strongest == _ANGRY and before is not ToneLabel.ANGRY and not aroused:
                return ToneLabel.UNSURE  # anger that can be heard raises the voice
            if strongest == _NEUTRAL and self._heard < ENOUGH:
                return ToneLabel.UNSURE  # so far that is only what most callers are
            return CLASSES[strongest]
        if before is not ToneLabel.UNSURE:
            held = CLASSES.index(before)
            if held == strongest and belief[held] >= _KEEP:
                return before
        return ToneLabel.UNSURE

    def _doubt(self, problem: str, end: int, language: str) -> ToneState:
        """A window that cannot be judged keeps the state for a moment, then it is unsure."""
        self._bad += 1
        self._end = end
        if self._bad > _HOLD:
            self._voice = ToneLabel.UNSURE
            if self._label is not ToneLabel.UNSURE:
                self._label = ToneLabel.UNSURE
                self._course.turned(self._label, end)
        if self._label is ToneLabel.UNSURE:
            return self._answer(self._label, (_why(problem, language),), language)
        return self._answer(self._label, self._reasons, language)

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
            return self._answer(self._label, (_why(problem, language),), language)
        state = CLASSES.index(self._label)
        if state == _NEUTRAL:
            self._reasons = ()
            return self._answer(self._label, self._reasons, language)
        count = self._baseline.count
        gains = contributions(model, observed, reference, count, state)
        why = reasons(gains, observed, reference, self._baseline.known, language)
        if why or self._label is not before:
            self._reasons = why  # a state kept through an ordinary second keeps its reasons
        return self._answer(self._label, self._reasons, language)

    def _answer(self, label: ToneLabel, why: tuple[str, ...], language: str) -> ToneState:
        probabilities = {
            str(name): round(float(value), 4)
            for name, value in zip(CLASSES, self._fused(), strict=True)
        }
        recovery = self._course.recovered(self._end)
        if recovery:
            why = (_AFTER["tr" if language == "tr" else "en"][recovery], *why)
        known = label is not ToneLabel.UNSURE
        words = self._words.logits(self._end)
        spoken = _WORDS_VALENCE * float(words[_HAPPY] - words[_ANGRY] - words[_SAD])
        return ToneState(
            label=label,
            probabilities=probabilities,
            valence=round(float(np.clip(self._dimensions[0] + spoken, -1, 1)), 3),
            arousal=round(float(self._dimensions[1]), 3),
            confidence=probabilities[str(label)] if known else 0.0,
            trend=round(float(np.clip(self._fast - self._slow, -1, 1)), 3),
            reasons=why,
            voice=self._voice,
            words=self._words.label(self._end),
            quotes=self._words.quotes(self._end),
            since=round(self._course.since / SAMPLE_RATE, 3),
            recovery=recovery,
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
