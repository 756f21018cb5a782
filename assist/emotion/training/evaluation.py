"""Speaker-independent evaluation: by given weights, or by weights trained without the speakers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import repeat
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from assist.emotion.model import ToneModel
from assist.emotion.training.dataset import Clip, Dataset, read_manifest
from assist.emotion.training.learn import (
    Trained,
    fit_temperature,
    held_out_groups,
    learn,
    prior_weights,
    training_part,
)
from assist.emotion.training.normal import Baselines, Corpus, draw_baselines
from assist.emotion.training.scores import score
from assist.emotion.training.views import SCORED_VIEWS, VIEWS, encoder, measure, process_pool
from assist.errors import ModelError

CLEAN: Final = VIEWS.index("clean")
TELEPHONE: Final = VIEWS.index("telephone")
Doubles = NDArray[np.float64]


class Measured(msgspec.Struct, frozen=True):
    """A manifest's clips and their measures; `encoder` names the recogniser behind them, or ""."""

    clips: tuple[Clip, ...]
    data: Corpus
    left_out: dict[str, int]
    encoder: str


class Answers(msgspec.Struct, frozen=True):
    """Calibrated `logits` (clips, 2, 4), clean and telephone, and which clips may be scored.

    `raw` are the logits before any temperature.
    """

    logits: Doubles
    raw: Doubles
    scored: NDArray[np.bool_]


def load(
    manifests: list[Path],
    seed: int,
    folder: Path,
    jobs: int = 1,
    *,
    encoded: bool = True,
    views: int = len(VIEWS),
) -> Measured:
    """Read manifests and measure the first `views` of each clip.

    Raises `ConfigError`, `AudioError` or `ModelError`.
    """
    datasets = [read_manifest(manifest) for manifest in manifests]
    joined = Dataset(
        tuple(clip for dataset in datasets for clip in dataset.clips),
        _add_up([dataset.left_out for dataset in datasets]),
    )
    found = measure(joined.clips, seed, folder, jobs, encoded=encoded, views=views)
    measures = np.concatenate([found.values, found.encoding, found.level[..., None]], axis=2)
    _, speakers = np.unique([clip.speaker for clip in joined.clips], return_inverse=True)
    _, corpora = np.unique([clip.corpus for clip in joined.clips], return_inverse=True)
    labels = np.array([clip.label for clip in joined.clips], np.int64)
    data = Corpus(measures, labels, speakers, corpora)
    name = encoder().name if encoded else ""
    return Measured(joined.clips, data, joined.left_out, name)


def held_out_answers(
    data: Corpus, protocol: str, baseline: int, seed: int, jobs: int = 1
) -> Answers:
    """Answers for every clip by a model that was trained without its speaker (`within`) or
    without its whole corpus (`cross`); the temperature is fitted on the other folds.
    """
    return answers_with_baselines(data, protocol, (baseline,), seed, jobs)[baseline]


def answers_with_baselines(
    data: Corpus, protocol: str, baselines: tuple[int, ...], seed: int, jobs: int = 1
) -> dict[int, Answers]:
    """As `held_out_answers` for several sizes of baseline, training each fold once."""
    groups = held_out_groups(data, protocol)
    raw = {count: np.zeros((len(data.labels), 2, 4)) for count in baselines}
    drawn = {count: _drawn(data, count, seed) for count in baselines}
    for group, trained in zip(groups, _trained(data, groups, protocol, seed, jobs), strict=True):
        for count in baselines:
            for column, view in enumerate((CLEAN, TELEPHONE)):
                answer = trained.answer(data, view, drawn[count])
                raw[count][group, column] = answer[group, :4]
    result: dict[int, Answers] = {}
    for count in baselines:
        logits = raw[count].copy()
        for group in groups:
            others = ~group & ~drawn[count].used if len(groups) > 1 else ~drawn[count].used
            logits[group] /= temperature_of(raw[count][others], data.labels[others])
        result[count] = Answers(logits, raw[count], ~drawn[count].used)
    return result


def _trained(
    data: Corpus, groups: list[NDArray[np.bool_]], protocol: str, seed: int, jobs: int
) -> Iterator[Trained]:
    """What is learnt without each of `groups`, in their order."""
    parts = (data.take(training_part(data, group, protocol)) for group in groups)
    if jobs == 1:
        yield from (learn(part, seed) for part in parts)
        return
    with process_pool(jobs) as pool:
        yield from pool.map(learn, parts, repeat(seed))


def temperature_of(logits: Doubles, labels: NDArray[np.int64]) -> float:
    """Temperature for clean and telephone answers (clips, 2, 4) together."""
    both = logits.transpose(1, 0, 2).reshape(-1, 4).astype(np.float32)
    twice = np.concatenate([labels, labels])
    return fit_temperature(both, twice, prior_weights(twice))


def model_answers(model: ToneModel, data: Corpus, baseline: int, seed: int) -> Answers:
    """Answers of given weights."""
    drawn = _drawn(data, baseline, seed)
    logits = np.zeros((len(data.labels), 2, 4))
    for column, view in enumerate((CLEAN, TELEPHONE)):
        for index in range(len(data.labels)):
            estimate = model.estimate(
                data.measures[index, view][None],
                drawn.centre[index, view],
                float(drawn.count[index]),
            )
            logits[index, column] = estimate.logits[0]
    return Answers(logits, logits * model.meta.temperature, ~drawn.used)


def _drawn(data: Corpus, count: int, seed: int) -> Baselines:
    return draw_baselines(data, count, np.random.default_rng([seed, 17]))


def report(measured: Measured, answers: Answers, baseline: int) -> dict[str, Any]:
    """All figures as plain data: by corpus, language and gender, clean and by telephone."""
    parts: dict[str, dict[str, Any]] = {}
    for title, attribute in (
        ("corpora", "corpus"),
        ("languages", "language"),
        ("genders", "gender"),
    ):
        values = np.array([getattr(clip, attribute) or "?" for clip in measured.clips])
        parts[title] = {
            str(value): _part(measured, answers, (values == value) & answers.scored)
            for value in np.unique(values)
            if ((values == value) & answers.scored).any()
        }
    return {**parts, "left_out": measured.left_out, "baseline": baseline}


def _part(measured: Measured, answers: Answers, chosen: NDArray[np.bool_]) -> dict[str, Any]:
    labels, logits = measured.data.labels[chosen], answers.logits[chosen]
    decisions = logits.argmax(axis=2)
    unchanged = float((decisions[:, 0] == decisions[:, 1]).mean())
    telephone = score(labels, logits[:, 1])
    return {
        **score(labels, logits[:, 0]),
        "telephone": {**telephone, "unchanged": round(unchanged, 4)},
    }


def _add_up(counts: list[dict[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for part in counts:
        for name, count in part.items():
            total[name] = total.get(name, 0) + count
    return total


def evaluate(
    manifest: Path,
    *,
    model: Path | None = None,
    protocol: str | None = None,
    baseline: int = 0,
    seed: int = 0,
    folder: Path,
    jobs: int = 1,
) -> dict[str, Any]:
    """Figures of `model`, or of models trained by `protocol` ("within" or "cross").

    With `baseline` N, N calm clips of each speaker, which are not scored, make the speaker's
    normal. Raises `ConfigError`, `AudioError` or `ModelError`.
    """
    loaded = None if model is None else ToneModel.load(model)
    encoded = loaded is None or loaded.meta.encoder != ""
    views = len(VIEWS) if loaded is None else SCORED_VIEWS
    measured = load([manifest], seed, folder, jobs, encoded=encoded, views=views)
    if loaded is None:
        assert protocol is not None
        answers = held_out_answers(measured.data, protocol, baseline, seed, jobs)
        return {"protocol": protocol, **report(measured, answers, baseline)}
    if loaded.meta.encoder not in ("", measured.encoder):
        raise ModelError(
            f"{model} was trained with the recogniser {loaded.meta.encoder}, not with "
            f"{measured.encoder}; set models.recognizer to that one."
        )
    answers = model_answers(loaded, measured.data, baseline, seed)
    seen = sorted({clip.corpus for clip in measured.clips} & set(loaded.meta.corpora))
    return {
        "model": loaded.name,
        "trained_on": list(loaded.meta.corpora),
        "seen_in_training": seen,
        **report(measured, answers, baseline),
    }
