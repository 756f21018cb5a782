"""Which measures moved an estimate, in plain words.

Measures are grouped into what a listener can hear. A group's contribution is found by
ablation: its measures are put back to the caller's own (or, before there is a baseline, to
those of ordinary calm speech), the model is asked again, and the fall of the state's
log-odds is what the group had contributed. So a reason that is named has truly moved the
state; none is named that merely differs.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from assist.emotion.features import NAMES
from assist.emotion.model import Estimates, ToneModel, softmax
from assist.emotion.spectrum import Floats

MOST: Final = 3
"""Reasons given at most."""
_LEAST: Final = 0.15
_LEVEL: Final = -1


class _Phrases(msgspec.Struct, frozen=True):
    """How a change is said; `{0}` is its size without sign."""

    more: str
    less: str


class Measure(msgspec.Struct, frozen=True):
    """A group of measures that is named by one of them.

    `members` are the prefixes of the names in the group, `shown` the measure whose change is
    told, `least` the smallest change that is worth telling.
    """

    key: str
    members: tuple[str, ...]
    shown: str
    least: float
    phrases: dict[str, _Phrases]
    relative: bool = False


def _measure(
    key: str,
    members: str,
    shown: str,
    least: float,
    *,
    tr: tuple[str, str],
    en: tuple[str, str],
    relative: bool = False,
) -> Measure:
    phrases = {"tr": _Phrases(*tr), "en": _Phrases(*en)}
    return Measure(key, tuple(members.split()), shown, least, phrases, relative)


MEASURES: Final = (
    _measure(
        "pitch",
        "pitch_median pitch_low pitch_high",
        "pitch_median",
        0.8,
        tr=("ses {0} yarım ton daha tiz", "ses {0} yarım ton daha pes"),
        en=("pitch {0} semitones higher", "pitch {0} semitones lower"),
    ),
    _measure(
        "melody",
        "pitch_range pitch_spread pitch_deviation pitch_skew pitch_motion pitch_rising "
        "pitch_falling pitch_third",
        "pitch_range",
        0.8,
        tr=("tonlama {0} yarım ton daha geniş", "tonlama {0} yarım ton daha dar, ses tekdüze"),
        en=("melody {0} semitones wider", "melody {0} semitones narrower, more monotonous"),
    ),
    _measure(
        "loudness",
        "level",
        "level",
        1.5,
        tr=("ses {0} dB daha yüksek", "ses {0} dB daha alçak"),
        en=("{0} dB louder", "{0} dB quieter"),
    ),
    _measure(
        "emphasis",
        "energy_ shimmer modulation_",
        "energy_deviation",
        0.5,
        tr=("vurgular {0} dB daha sert", "vurgular {0} dB daha zayıf"),
        en=("stress {0} dB stronger", "stress {0} dB weaker"),
    ),
    _measure(
        "pace",
        "pace voiced_rate voiced_length voiced_longest",
        "pace",
        0.08,
        tr=("%{0} daha hızlı konuşuyor", "%{0} daha yavaş konuşuyor"),
        en=("speaking {0} % faster", "speaking {0} % slower"),
        relative=True,
    ),
    _measure(
        "pauses",
        "pause_",
        "pause_share",
        0.05,
        tr=("daha çok duraklıyor (sürenin %{0} fazlası)", "daha az duraklıyor (sürenin %{0} azı)"),
        en=("pausing more, by {0} % of the time", "pausing less, by {0} % of the time"),
    ),
    _measure(
        "sharpness",
        "alpha_ratio hammarberg centroid spread rolloff slope mfcc_1 mfcc_2 mfcc_3 mfcc_4 mfcc_5 "
        "mfcc_6 mfcc_7 mfcc_8 mfcc_9 brightness_",
        "alpha_ratio",
        0.8,
        tr=("ses tınısı {0} dB daha yumuşak", "ses tınısı {0} dB daha keskin"),
        en=("voice {0} dB softer in colour", "voice {0} dB sharper in colour"),
    ),
    _measure(
        "clarity",
        "hnr jitter voiced_share pitch_confidence flatness",
        "hnr",
        0.6,
        tr=("ses {0} dB daha pürüzsüz", "ses {0} dB daha pürüzlü"),
        en=("voice {0} dB clearer", "voice {0} dB rougher"),
    ),
    _measure(
        "articulation",
        "mfcc_deviation mfcc_motion flux",
        "flux",
        0.06,
        tr=("söyleyiş %{0} daha keskin", "söyleyiş %{0} daha yumuşak"),
        en=("articulation {0} % crisper", "articulation {0} % softer"),
        relative=True,
    ),
)

_AGAINST: Final = {
    "tr": (" (konuşmanın başına göre)", " (alışılmış sakin seslere göre)"),
    "en": (" than at the start", " than calm voices usually are"),
}


@cache
def members(width: int = len(NAMES) + 1) -> NDArray[np.bool_]:
    """Which measures and the level (features + 1) belong to which of `MEASURES` (groups, width).

    A name belongs to the group with the longest matching prefix, an encoding to none.
    """
    table = np.zeros((len(MEASURES), width), np.bool_)
    columns = {name: column for column, name in enumerate(NAMES)} | {"level": width - 1}
    for name, column in columns.items():
        lengths = [
            max((len(prefix) for prefix in group.members if name.startswith(prefix)), default=0)
            for group in MEASURES
        ]
        table[int(np.argmax(lengths)), column] = True
        assert max(lengths) > 0, name
    return table


def contributions(
    model: ToneModel, observed: Floats, reference: Floats, count: float, state: int
) -> NDArray[np.float64]:
    """How much each of `MEASURES` raises the log-odds of class `state` (groups,).

    `observed` and `reference` are (features + 1,); `count` as for `ToneModel.estimate`.
    """
    ablated = np.where(members(len(observed)), reference, observed)
    estimates = model.estimate(np.vstack([observed[None], ablated]), reference, count)
    odds = _log_odds(estimates, model, state)
    result: NDArray[np.float64] = odds[0] - odds[1:]
    return result


def _log_odds(estimates: Estimates, model: ToneModel, state: int) -> NDArray[np.float64]:
    probability = softmax(estimates.logits + model.log_priors)[:, state]
    probability = np.clip(probability, 1e-9, 1 - 1e-9)
    odds: NDArray[np.float64] = np.log(probability / (1 - probability))
    return odds


def reasons(
    gains: NDArray[np.float64], observed: Floats, reference: Floats, known: bool, language: str
) -> tuple[str, ...]:
    """Plain words for the measures with the largest contributions, strongest first.

    A measure is named when it truly raised the state (0.15 in log-odds) and its change is
    large enough to be heard. `known` tells whether `reference` is the caller's own.
    """
    language = language if language in _AGAINST else "en"
    against = _AGAINST[language][0 if known else 1]
    found: list[str] = []
    for index in np.argsort(-gains):
        if gains[index] < _LEAST or len(found) == MOST:
            break
        phrase = _phrase(MEASURES[index], observed, reference, language)
        if phrase:
            found.append(phrase + against)
    return tuple(found)


def _phrase(measure: Measure, observed: Floats, reference: Floats, language: str) -> str | None:
    column = _LEVEL if measure.shown == "level" else NAMES.index(measure.shown)
    change = float(observed[column] - reference[column])
    if measure.relative:
        change /= max(abs(float(reference[column])), 1e-3)
    if abs(change) < measure.least:
        return None
    phrases = measure.phrases[language]
    size = _size(abs(change), measure)
    text = (phrases.more if change > 0 else phrases.less).format(size)
    return text.replace("semitones", "semitone") if size == "1" else text


def _size(change: float, measure: Measure) -> str:
    if measure.relative or measure.shown == "pause_share":
        return f"{min(change * 100, 200):.0f}"
    return f"{change:.0f}" if change >= 0.95 else "1"
