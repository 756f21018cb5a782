"""Train the linear models of `likeness.py` from labelled sentences.

    assist guidance train tests/guidance/sentences

reads `<language>.tsv` there and writes `assist/guidance/lexicon/<language>.npz`. Lines of the
parts `tuned` and `learned` are learned from. How patterns and model are weighed against each
other is decided on the part `learned`, which no pattern was written for, by models that were
trained without the sentence in question. The part `held` is never read. The phrases of our own
playbooks teach what is no refusal, no blame and no jargon.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from assist.guidance.lexicon import LANGUAGES, SPEAKERS, lexicon
from assist.guidance.likeness import Fusion, features
from assist.guidance.morphology import words
from assist.guidance.playbook import built_in_packs, load_playbook
from assist.guidance.positive import positive
from assist.guidance.situations import pattern_tags

_FOLDER = Path(__file__).resolve().parent / "lexicon"
_FOLDS = 5
_RAREST = 2
_STRENGTH = 20.0
_WEIGHT_OF_FOUND = 2.0
_LARGEST = 127
_EAGERNESS = 0.2
"""Added to the log odds: 0.90 and 0.80 are wanted, and without it there is more of precision."""
_SENTENCE_END = re.compile(r"(?<=[.!?]) ")
_NEVER_OURS = frozenset({"refusal", "negative_phrasing", "blame", "jargon"})


class Labelled(NamedTuple):
    """A sentence: where it comes from, what must be found in it, and what may be."""

    part: str
    speaker: str
    wanted: frozenset[str]
    allowed: frozenset[str]
    text: str


def read_labelled(path: Path) -> list[Labelled]:
    """The sentences of a file: part, speaker, situations and text, separated by tabs.

    A situation marked `?` may be found, but need not be; `-` stands for none.
    """
    found = []
    for line in path.read_text("utf-8").splitlines():
        part, speaker, tags, text = line.split("\t")
        names = [] if tags == "-" else tags.split(",")
        wanted = frozenset(name for name in names if not name.startswith("?"))
        allowed = frozenset(name.removeprefix("?") for name in names)
        found.append(Labelled(part, speaker, wanted, allowed, text))
    return found


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


def fusion_rows(
    sentences: Sequence[Labelled], odds: NDArray[np.float64], tags: Sequence[str], language: str
) -> list[tuple[float, float, float, bool]]:
    """Log odds, whether a pattern matched, how sure it was, and the truth, by situation."""
    rows = []
    for sentence, row in zip(sentences, odds, strict=True):
        if sentence.part != "learned":
            continue
        found = pattern_tags(sentence.text, speaker=sentence.speaker, language=language)
        for tag, value in zip(tags, row, strict=True):
            if tag in sentence.wanted or tag not in sentence.allowed:
                sure = found.get(tag, 0.0)
                rows.append((float(value), float(sure > 0), sure, tag in sentence.wanted))
    return rows


def fit_fusion(rows: Sequence[tuple[float, float, float, bool]]) -> Fusion:
    """How model and patterns are weighed, so that somewhat less than half is enough."""
    table = np.asarray([row[:3] for row in rows])
    model = LogisticRegression(C=100.0, max_iter=1000).fit(table, [row[3] for row in rows])
    odds, found, confidence = (float(one) for one in model.coef_[0])
    return Fusion(float(model.intercept_[0]) + _EAGERNESS, odds, found, confidence)


def train(sentences: Sequence[Labelled], language: str) -> dict[str, Any]:
    """The arrays of `<language>.npz`."""
    stored: dict[str, Any] = {}
    rows: list[tuple[float, float, float, bool]] = []
    for speaker in SPEAKERS:
        chosen = [one for one in sentences if one.speaker == speaker and one.part != "held"]
        chosen += our_phrases(language) if speaker == "agent" else []
        tags = sorted(lexicon(language).tags[speaker])
        lines = [list(features(words(one.text, language))) for one in chosen]
        rows += fusion_rows(chosen, unseen_odds(lines, chosen, tags), tags, language)
        known, weights, bias = fit(lines, chosen, tags)
        scale = np.abs(weights).max(axis=0) / _LARGEST
        stored |= {
            f"{speaker}_tags": np.asarray(tags),
            f"{speaker}_numbers": known.numbers,
            f"{speaker}_telling": known.telling.astype(np.float16),
            f"{speaker}_weights": np.rint(weights / scale).astype(np.int8),
            f"{speaker}_scale": scale.astype(np.float32),
            f"{speaker}_bias": bias.astype(np.float32),
        }
    stored["fusion"] = np.asarray(fit_fusion(rows))
    return stored


def train_all(folder: Path, to: Path | None = None) -> Iterator[str]:
    """Train the model of each language and say what came of it, a line for each.

    `folder` has the sentences; the models are written to `to`, or to where they are used.
    """
    for language in LANGUAGES:
        stored = train(read_labelled(folder / f"{language}.tsv"), language)
        path = (to or _FOLDER) / f"{language}.npz"
        np.savez_compressed(path, **stored)
        weighed = ", ".join(f"{one:.2f}" for one in stored["fusion"])
        yield f"{path}: {path.stat().st_size / 1e6:.2f} MB; bias, odds, found, sure: {weighed}"
