"""Train the linear models of `likeness.py` from labelled sentences.

    assist guidance train tests/guidance/sentences

reads `<language>.tsv` there and writes `assist/guidance/lexicon/<language>.npz`, and beside it
`speakers.<language>.npz`, which tells the agent's sentences from the caller's (`speakers.py`).
Lines of the parts `tuned` and `learned` are learned from. How patterns and model are weighed
against each other is decided on the part `learned`, which no pattern was written for, by models
that were trained without the sentence in question. The part `held` is never read. The phrases of
our own playbooks teach what is no refusal, no blame and no jargon.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression

from assist.guidance.labelled import Labelled, read_labelled
from assist.guidance.lexicon import LANGUAGES, SPEAKERS, lexicon
from assist.guidance.likeness import Fusion, features
from assist.guidance.morphology import words
from assist.guidance.playbook import built_in_packs, load_playbook
from assist.guidance.positive import positive
from assist.guidance.situations import pattern_tags
from assist.guidance.speakers import SAID_BY

_FOLDER = Path(__file__).resolve().parent / "lexicon"
_FOLDS = 5
_RAREST = 2
_STRENGTH = 20.0
_WEIGHT_OF_FOUND = 2.0
_SPEAKERS_STRENGTH = 1.0
_LARGEST = 127
_OWN = 0.3
"""How freely a situation may deviate from the weights that all share."""
_SENTENCE_END = re.compile(r"(?<=[.!?]) ")
_NEVER_OURS = frozenset({"refusal", "negative_phrasing", "blame", "jargon"})


class Features(NamedTuple):
    """What sentences have in common: features by number, and how telling each one is."""

    numbers: NDArray[np.uint32]
    telling: NDArray[np.float32]

    def matrix(self, lines: Iterable[Sequence[int]]) -> csr_matrix:
        """A row of length one for each sentence."""
        place = {int(number): column for column, number in enumerate(self.numbers)}
        columns: list[int] = []
        values: list[float] = []
        ends = [0]
        for line in lines:
            known = [place[number] for number in line if number in place]
            row = self.telling[known]
            columns += known
            values += list(row / (float(np.sqrt((row * row).sum())) or 1.0))
            ends.append(len(columns))
        shape = (len(ends) - 1, len(self.numbers))
        return csr_matrix((np.asarray(values, np.float32), columns, ends), shape=shape)


def our_phrases(language: str) -> list[Labelled]:
    """What our playbooks suggest, of which nothing is known but what it is not."""
    packs = built_in_packs()
    rules = load_playbook(language, packs=packs).rules
    texts = [text for rule in rules for text in (*rule.warm, *rule.factual)]
    texts += [one.say for one in positive(language).templates if not one.shape]
    open_questions = lexicon(language).tags["agent"] - _NEVER_OURS
    sentences = [part for text in texts for part in _SENTENCE_END.split(text)]
    return [Labelled("ours", "agent", frozenset(), open_questions, one) for one in sentences]


def common_features(lines: Sequence[Sequence[int]]) -> Features:
    """The features that at least two sentences have."""
    counts = Counter(number for line in lines for number in line)
    numbers = sorted(number for number, count in counts.items() if count >= _RAREST)
    telling = [np.log((1 + len(lines)) / (1 + counts[number])) + 1 for number in numbers]
    return Features(np.asarray(numbers, np.uint32), np.asarray(telling, np.float32))


def fit(
    lines: Sequence[Sequence[int]], sentences: Sequence[Labelled], tags: Sequence[str]
) -> tuple[Features, NDArray[np.float64], NDArray[np.float64]]:
    """Features, weights (a row a feature) and biases of one model."""
    known = common_features(lines)
    matrix = known.matrix(lines)
    weights = np.zeros((len(known.numbers), len(tags)))
    bias = np.zeros(len(tags))
    for column, tag in enumerate(tags):
        # a situation that may be found, but need not be, teaches nothing
        sure = [
            row
            for row, sentence in enumerate(sentences)
            if tag in sentence.wanted or tag not in sentence.allowed
        ]
        wanted = [tag in sentences[row].wanted for row in sure]
        model = LogisticRegression(
            C=_STRENGTH, class_weight={True: _WEIGHT_OF_FOUND, False: 1.0}, solver="liblinear"
        )
        model.fit(matrix[sure], wanted)
        weights[:, column] = model.coef_[0]
        bias[column] = model.intercept_[0]
    return known, weights, bias


def unseen_odds(
    lines: Sequence[Sequence[int]], sentences: Sequence[Labelled], tags: Sequence[str]
) -> NDArray[np.float64]:
    """Log odds of each sentence (row) by models that were trained without it."""
    odds = np.zeros((len(lines), len(tags)))
    for fold in range(_FOLDS):
        inside = [row for row in range(len(lines)) if row % _FOLDS != fold]
        outside = range(fold, len(lines), _FOLDS)
        known, weights, bias = fit(
            [lines[row] for row in inside], [sentences[row] for row in inside], tags
        )
        odds[list(outside)] = known.matrix([lines[row] for row in outside]) @ weights + bias
    return odds


class FusionRow(NamedTuple):
    """A situation of a sentence as both see it: log odds, how sure a pattern is, the truth."""

    key: tuple[str, str]
    odds: float
    sure: float
    wanted: bool


def fusion_rows(
    sentences: Sequence[Labelled], odds: NDArray[np.float64], tags: Sequence[str], language: str
) -> list[FusionRow]:
    """What model and patterns say of the sentences that no pattern was written for."""
    rows = []
    for sentence, row in zip(sentences, odds, strict=True):
        if sentence.part != "learned":
            continue
        found = pattern_tags(sentence.text, speaker=sentence.speaker, language=language)
        for tag, value in zip(tags, row, strict=True):
            if tag in sentence.wanted or tag not in sentence.allowed:
                key = (sentence.speaker, tag)
                rows.append(
                    FusionRow(key, float(value), found.get(tag, 0.0), tag in sentence.wanted)
                )
    return rows


def fit_fusions(
    rows: Sequence[FusionRow], keys: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], Fusion]:
    """How model and patterns are weighed.

    All situations share the weights, and each has its own small deviation from them, so that
    a situation of which there are few sentences stays near the others.
    """
    place = {key: number for number, key in enumerate(keys)}
    own = np.asarray([place[row.key] for row in rows])
    shared = np.asarray([[row.odds, float(row.sure > 0), row.sure] for row in rows])
    line = np.arange(len(rows))
    terms = [_OWN * np.ones(len(rows)), _OWN * shared[:, 1], _OWN * shared[:, 2]]
    parts = [csr_matrix((term, (line, own)), shape=(len(rows), len(keys))) for term in terms]
    model = LogisticRegression(C=1.0, max_iter=3000)
    model.fit(hstack([csr_matrix(shared), *parts]).tocsr(), [row.wanted for row in rows])
    odds, found, sure = (float(one) for one in model.coef_[0][:3])
    bias, more_found, more_sure = _OWN * model.coef_[0][3:].reshape(3, len(keys))
    start = float(model.intercept_[0])
    return {
        key: Fusion(
            start + float(bias[number]),
            odds,
            found + float(more_found[number]),
            sure + float(more_sure[number]),
        )
        for key, number in place.items()
    }


def train(sentences: Sequence[Labelled], language: str) -> dict[str, Any]:
    """The arrays of `<language>.npz`; the same sentences give the same arrays."""
    stored: dict[str, Any] = {}
    rows: list[FusionRow] = []
    tags = {speaker: sorted(lexicon(language).tags[speaker]) for speaker in SPEAKERS}
    for speaker in SPEAKERS:
        chosen = [one for one in sentences if one.speaker == speaker and one.part != "held"]
        chosen += our_phrases(language) if speaker == "agent" else []
        lines = [list(features(words(one.text, language))) for one in chosen]
        unseen = unseen_odds(lines, chosen, tags[speaker])
        rows += fusion_rows(chosen, unseen, tags[speaker], language)
        stored |= _stored(speaker, tags[speaker], *fit(lines, chosen, tags[speaker]))
    keys = [(speaker, tag) for speaker in SPEAKERS for tag in tags[speaker]]
    fusions = fit_fusions(rows, keys)
    for speaker in SPEAKERS:
        mine = [fusions[speaker, tag] for tag in tags[speaker]]
        stored[f"{speaker}_fusion"] = np.asarray(mine, np.float32)
    return stored


def _stored(
    name: str,
    tags: Sequence[str],
    known: Features,
    weights: NDArray[np.float64],
    bias: NDArray[np.float64],
) -> dict[str, Any]:
    """The arrays of one model, as `likeness.read_trained` reads them."""
    scale = np.abs(weights).max(axis=0) / _LARGEST
    return {
        f"{name}_tags": np.asarray(tags),
        f"{name}_numbers": known.numbers,
        f"{name}_telling": known.telling.astype(np.float16),
        f"{name}_weights": np.rint(weights / scale).astype(np.int8),
        f"{name}_scale": scale.astype(np.float32),
        f"{name}_bias": bias.astype(np.float32),
    }


def train_speakers(sentences: Sequence[Labelled], language: str) -> dict[str, Any]:
    """The arrays of `speakers.<language>.npz`; the same sentences give the same arrays."""
    chosen = [one for one in sentences if one.part != "held"] + our_phrases(language)
    lines = [list(features(words(one.text, language))) for one in chosen]
    known = common_features(lines)
    model = LogisticRegression(C=_SPEAKERS_STRENGTH, class_weight="balanced", solver="liblinear")
    model.fit(known.matrix(lines), [one.speaker == "agent" for one in chosen])
    return _stored(SAID_BY, ["agent"], known, model.coef_.T, model.intercept_)


def train_all(folder: Path, to: Path | None = None) -> Iterator[str]:
    """Train the model of each language and say what came of it, a line for each.

    `folder` has the sentences; the models are written to `to`, or to where they are used.
    """
    for language in LANGUAGES:
        sentences = read_labelled(folder / f"{language}.tsv")
        stored = train(sentences, language)
        path = (to or _FOLDER) / f"{language}.npz"
        np.savez_compressed(path, **stored)
        np.savez_compressed(
            path.with_name(f"speakers.{path.name}"), **train_speakers(sentences, language)
        )
        both = np.concatenate([stored[f"{speaker}_fusion"] for speaker in SPEAKERS])
        weighed = ", ".join(f"{one:.2f}" for one in both.mean(axis=0))
        yield f"{path}: {path.stat().st_size / 1e6:.2f} MB; bias, odds, found, sure: {weighed}"
