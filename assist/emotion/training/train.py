"""Training of the shipped weights, with the figures that belong to them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from assist.emotion.training.card import tables, update_card
from assist.emotion.training.evaluation import (
    CLEAN,
    TELEPHONE,
    Measured,
    answers_with_baselines,
    load,
    report,
    temperature_of,
)
from assist.emotion.training.export import export, novelty
from assist.emotion.training.learn import Trained, learn
from assist.emotion.training.normal import draw_baselines
from assist.errors import ConfigError

BASELINES = (0, 3)
_FEWEST = 2
_NOVELTY_SHARE = 99.8
_NOVELTY_MARGIN = 1.15


def train(
    manifests: list[Path],
    out: Path,
    *,
    seed: int = 0,
    protocol: str = "all",
    folder: Path,
    jobs: int = 1,
    encoded: bool = True,
) -> dict[str, Any]:
    """Train and evaluate; returns the figures by protocol and size of baseline.

    `within` and `cross` evaluate only. `all` evaluates by both where the data allows, then
    trains on everything, writes `out` (ONNX) and the table of the model card beside it. Without
    `encoded` the model takes acoustic measures alone and goes with every recogniser.
    Raises `ConfigError` when the data is too small for the protocol.
    """
    measured = load(manifests, seed, folder, jobs, encoded=encoded)
    figures: dict[str, Any] = {}
    temperature = 1.0
    for name in _protocols(measured, protocol):
        answered = answers_with_baselines(measured.data, name, BASELINES, seed, jobs)
        for count, answers in answered.items():
            figures[f"{name}/{count}"] = report(measured, answers, count)
        last = answered[BASELINES[-1]]
        temperature = temperature_of(last.raw[last.scored], measured.data.labels[last.scored])
    if protocol == "all":
        trained = learn(measured.data, seed)
        export(
            trained,
            out,
            temperature=temperature,
            threshold=_threshold(measured, trained, seed),
            corpora=tuple(sorted({clip.corpus for clip in measured.clips})),
            seed=seed,
            encoder=measured.encoder,
        )
        update_card(out.with_suffix(".md"), "figures", tables(figures, measured))
    return figures


def _protocols(measured: Measured, protocol: str) -> tuple[str, ...]:
    """The evaluations to run; the last one's answers set the temperature."""
    corpora = len(np.unique(measured.data.corpora))
    speakers = len(np.unique(measured.data.speakers))
    if protocol not in {"within", "cross", "all"}:
        raise ConfigError(f"There is no protocol {protocol}; choose within, cross or all.")
    if speakers < _FEWEST:
        raise ConfigError(
            f"The manifest has {speakers} speaker; speaker-disjoint training needs at least "
            f"{_FEWEST}: add recordings of other people."
        )
    if protocol == "cross" and corpora < _FEWEST:
        raise ConfigError(
            "Protocol cross leaves a corpus out and needs two; add a manifest or take within."
        )
    if protocol != "all":
        return (protocol,)
    return ("within", "cross") if corpora >= _FEWEST else ("within",)


def _threshold(measured: Measured, trained: Trained, seed: int) -> float:
    """Novelty that hardly any training clip reaches, clean or through a telephone."""
    data, distances = measured.data, []
    for count in BASELINES:
        drawn = draw_baselines(data, count, np.random.default_rng([seed, 23]))
        for view in (CLEAN, TELEPHONE):
            difference = trained.normal.difference(
                data.measures[:, view], drawn.centre[:, view], drawn.count
            )
            distances.append(novelty(difference / trained.normal.scale))
    return float(np.percentile(np.concatenate(distances), _NOVELTY_SHARE)) * _NOVELTY_MARGIN
