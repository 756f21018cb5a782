"""Calls that turn: calm clips of a speaker, then angry ones, over one telephone line.

Nobody hands out real calls with the second marked in which the caller lost patience; this is
the nearest that acted corpora allow, and it tests window cutting, baseline and tracker
together. Each speaker is judged by weights trained without that speaker's corpus.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from assist.config import ToneSettings
from assist.emotion.features import Encoder, WindowFeatures, extract
from assist.emotion.model import Estimates, ToneModel
from assist.emotion.spectrum import Floats
from assist.emotion.tracker import ToneTracker
from assist.emotion.training.dataset import CLASSES, Clip, read_clip
from assist.emotion.training.evaluation import CLEAN, TELEPHONE, Measured, load, temperature_of
from assist.emotion.training.export import export
from assist.emotion.training.learn import held_out_groups, learn
from assist.emotion.training.normal import draw_baselines
from assist.emotion.training.telephone import Line
from assist.emotion.training.views import encoder, process_pool
from assist.emotion.windows import SpeechWindows, Window
from assist.errors import ConfigError
from assist.events import SAMPLE_RATE, ToneLabel

HALF: Final = 12.0
"""Seconds of speech before and after the turn."""
SOON: Final = 6.0
_LEAST_CALM: Final = 18.0
_LEAST_ANGRY: Final = 8.0
_BLOCK: Final = 512
_TURN: Final = 5 * SAMPLE_RATE
_PAUSE: Final = 30
_NOVELTY: Final = 1e3


class Sequence(msgspec.Struct, frozen=True):
    """Windows of one speaker: calm ones, then those of the class `then`; `turn` in samples."""

    speaker: str
    corpus: str
    then: int
    windows: list[tuple[int, int, WindowFeatures]]
    turn: int


def turning_points(
    manifests: list[Path], *, seed: int = 0, folder: Path, jobs: int = 1, encoded: bool = True
) -> dict[str, Any]:
    """How soon callers who turn angry are found, and how often calm ones are called upset.

    Returns by corpus: `n`, `soon` (share found within six seconds), `ever`, `median` seconds
    (None when fewer than half are found), `calm_negative` (share of windows of calm calls in
    a negative state), `without`: the same where the caller's own normal is never learnt, and
    `next_call`: of callers who are angry from the first word on, the share found within six
    seconds when the voice of a calm call is `remembered`, and when nothing is known (`first`).
    Raises `ConfigError` when there is but one corpus.
    """
    measured = load(manifests, seed, folder, jobs, encoded=encoded)
    groups = held_out_groups(measured.data, "cross")
    if len(groups) < 2:
        raise ConfigError("Sequences leave a corpus out and need two; name another manifest.")
    sequences = _sequences(measured, seed, jobs, encoded)
    result: dict[str, Any] = {}
    with TemporaryDirectory() as scratch:
        for group in groups:
            corpus = measured.clips[int(np.flatnonzero(group)[0])].corpus
            model = _model_without(measured, group, seed, Path(scratch) / f"{corpus}.onnx")
            chosen = [sequence for sequence in sequences if sequence.corpus == corpus]
            result[corpus] = _figures(model, chosen, ToneTracker)
            result[corpus]["without"] = _figures(model, chosen, _Forgetful)
            result[corpus]["next_call"] = _next_call(model, chosen)
    return result


def _model_without(
    measured: Measured, group: NDArray[np.bool_], seed: int, path: Path
) -> ToneModel:
    """Weights trained without `group`.

    Their temperature is fitted on another corpus left out, the largest, as that of the shipped
    weights is: on other speakers of known corpora a model would look surer than it may be.
    """
    rest = measured.data.take(~group)
    aside = rest.corpora == np.bincount(rest.corpora).argmax()
    if aside.all():  # there are but two corpora
        aside = np.isin(rest.speakers, np.unique(rest.speakers)[::4])
    first = learn(rest.take(~aside), seed)
    drawn = draw_baselines(rest, 3, np.random.default_rng(seed))
    views = [first.answer(rest, view, drawn)[:, :4] for view in (CLEAN, TELEPHONE)]
    scored = aside & ~drawn.used
    logits = np.stack(views, axis=1)[scored].astype(np.float64)
    temperature = temperature_of(logits, rest.labels[scored])
    trained = learn(rest, seed)
    export(
        trained,
        path,
        temperature=temperature,
        threshold=_NOVELTY,
        corpora=(),
        seed=seed,
        encoder=measured.encoder,
    )
    return ToneModel.load(path)


def _sequences(measured: Measured, seed: int, jobs: int, encoded: bool) -> list[Sequence]:
    speakers: dict[str, list[Clip]] = {}
    for clip in measured.clips:
        speakers.setdefault(clip.speaker, []).append(clip)
    work = [(clips, seed, number, encoded) for number, clips in enumerate(speakers.values())]
    if jobs > 1:
        with process_pool(jobs) as pool:
            parts = list(pool.map(_speaker_sequences, work))
    else:
        parts = [_speaker_sequences(item) for item in work]
    return [sequence for part in parts for sequence in part]


def _speaker_sequences(work: tuple[list[Clip], int, int, bool]) -> list[Sequence]:
    clips, seed, number, encoded = work
    encode = encoder() if encoded else None
    rng = np.random.default_rng([seed, 29, number])
    calm = _speech([clip for clip in clips if CLASSES[clip.label] == "neutral"], 2 * HALF, rng)
    angry = _speech([clip for clip in clips if CLASSES[clip.label] == "angry"], HALF, rng)
    enough = sum(map(len, calm)) >= _LEAST_CALM * SAMPLE_RATE
    if not enough or sum(map(len, angry)) < _LEAST_ANGRY * SAMPLE_RATE:
        return []
    usual = float(np.median([np.sqrt(np.mean(np.square(x))) for x in calm]))
    line = Line(rng, (10, 25))
    calm, angry = ([line.carry(x, usual, rng) for x in part] for part in (calm, angry))
    middle = int(np.searchsorted(np.cumsum([len(x) for x in calm]), HALF * SAMPLE_RATE)) + 1
    before, turn = _windows(calm[:middle], 0, encode)
    corpus, speaker = clips[0].corpus, clips[0].speaker
    return [
        Sequence(
            speaker, corpus, CLASSES.index(name), before + _windows(part, turn, encode)[0], turn
        )
        for name, part in (("neutral", calm[middle:]), ("angry", angry))
    ]


def _speech(clips: list[Clip], seconds: float, rng: np.random.Generator) -> list[Floats]:
    """Clips in random order until there are `seconds` of speech."""
    chosen: list[Floats] = []
    for index in rng.permutation(len(clips)):
        if sum(map(len, chosen)) >= seconds * SAMPLE_RATE:
            break
        chosen.append(read_clip(clips[index].path))
    return chosen


def _windows(
    clips: list[Floats], position: int, encode: Encoder | None
) -> tuple[list[tuple[int, int, WindowFeatures]], int]:
    """Windows of clips that are said in turns of about five seconds, and where they end."""
    cutter = SpeechWindows()
    found: list[Window | None] = []
    said = 0
    for clip in clips:
        for start in range(0, len(clip) - _BLOCK + 1, _BLOCK):
            found.append(cutter.push(clip[start : start + _BLOCK], position, True))
            position += _BLOCK
        said += len(clip)
        if said >= _TURN:
            found.append(cutter.turn_ended())
            position, said = position + _PAUSE * _BLOCK, 0
    found.append(cutter.turn_ended())
    measured = [
        (window.start, window.end, extract(window.audio, encode)) for window in found if window
    ]
    return measured, position + _PAUSE * _BLOCK


def _next_call(model: ToneModel, sequences: list[Sequence]) -> dict[str, float]:
    """How soon those who turned would be found if they called again, and angry at once."""
    soon: dict[str, list[bool]] = {"remembered": [], "first": []}
    for sequence in sequences:
        if CLASSES[sequence.then] != "angry":
            continue
        calm = ToneTracker(ToneSettings())
        for start, end, features in sequence.windows:
            if end <= sequence.turn:
                calm.update(model, features, start, end, "en")
        for name, voice in (("remembered", calm.voice), ("first", None)):
            tracker = ToneTracker(ToneSettings(), voice)
            found = [
                end - sequence.turn
                for start, end, features in sequence.windows
                if end > sequence.turn
                and tracker.update(model, features, start, end, "en").label == "angry"
            ]
            soon[name].append(bool(found) and found[0] <= SOON * SAMPLE_RATE)
    return {name: round(float(np.mean(hits)), 3) if hits else 0.0 for name, hits in soon.items()}


class _Forgetful(ToneTracker):
    """Compares every window with calm speech as it is usual, never with the caller's own."""

    def _learn(self, model: ToneModel, features: WindowFeatures, estimates: Estimates) -> None:
        pass


def _figures(
    model: ToneModel, sequences: list[Sequence], kind: type[ToneTracker]
) -> dict[str, Any]:
    delays: list[float] = []
    upset: list[bool] = []
    for sequence in sequences:
        tracker = kind(ToneSettings())
        states = [
            (end, tracker.update(model, features, start, end, "en").label)
            for start, end, features in sequence.windows
        ]
        if CLASSES[sequence.then] == "neutral":
            upset += [label in {ToneLabel.ANGRY, ToneLabel.SAD} for _, label in states]
            continue
        found = [end for end, label in states if end > sequence.turn and label == "angry"]
        delays.append((found[0] - sequence.turn) / SAMPLE_RATE if found else float("inf"))
    median = float(np.median(delays)) if delays else float("inf")
    return {
        "n": len(delays),
        "soon": round(float(np.mean(np.array(delays) <= SOON)), 3) if delays else 0.0,
        "ever": round(float(np.mean(np.isfinite(delays))), 3) if delays else 0.0,
        "median": round(median, 1) if np.isfinite(median) else None,
        "calm_negative": round(float(np.mean(upset)), 4) if upset else 0.0,
    }
