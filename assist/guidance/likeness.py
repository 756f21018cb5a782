"""How much a sentence sounds like those people say in a situation.

Patterns (`lexicon.py`) know what their authors thought of. A linear model beside them knows what
labelled sentences have in common, word by word and letter by letter, and so also recognises
sentences of which no pattern was written. Both are weighed into one probability.

The model is a logistic regression for each situation on the words, their lemmas, neighbouring
words, words with one between them and the letters within a word. Every feature is its CRC-32,
so that a model is three arrays: the sorted numbers, how telling each one is by itself (its
inverse document frequency), and its weight for each situation. It is trained by `training.py`.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib import resources
from itertools import pairwise
from math import exp
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from assist.guidance.morphology import Form, Word

_PIECE = 24
_LETTERS = (3, 4, 5)
_TELLING = 0.5
_STEEPEST = 30.0


class Likeness(NamedTuple):
    """How a situation sounds in an utterance: log odds, in the piece of it that fits best."""

    odds: float
    piece: tuple[int, int]


class Fusion(NamedTuple):
    """Weights by which log odds and a pattern's confidence make one probability.

    Each situation has its own: of some the patterns know nearly all, of others rather little.
    `found` is added where a pattern matched, and `confidence` times how sure it is.
    """

    bias: float
    odds: float
    found: float
    confidence: float

    def probability(self, odds: float, pattern: float) -> float:
        """Of a situation with these log odds; `pattern` is 0 where no pattern matched."""
        total = self.bias + self.odds * odds + self.confidence * pattern
        total += self.found if pattern else 0.0
        return 1 / (1 + exp(-max(-_STEEPEST, min(total, _STEEPEST))))


def features(line: Sequence[Word]) -> dict[int, tuple[int, ...]]:
    """The features of a piece of an utterance, and the words (indices) each one is made of."""
    found: dict[int, tuple[int, ...]] = {}
    forms = [word.form for word in line]
    for index, form in enumerate(forms):
        for number in _of_word(form):
            found.setdefault(number, (index,))
    last = len(forms) - 1
    padded = ["^", *(form.folded for form in forms), "$"]
    for index, (one, other) in enumerate(pairwise(padded)):
        found.setdefault(_number(f"b {one} {other}"), (max(index - 1, 0), min(index, last)))
        if index < last:
            pair = f"m {forms[index].lemma} {forms[index + 1].lemma}"
            found.setdefault(_number(pair), (index, index + 1))
        if index <= last:
            three = f"t {one} {other} {padded[index + 2]}"
            found.setdefault(_number(three), (max(index - 1, 0), index, min(index + 1, last)))
    for index, (before, behind) in enumerate(zip(forms, forms[2:], strict=False)):
        around = f"s {before.lemma} {behind.lemma}"
        found.setdefault(_number(around), (index, index + 2))
    return found


@lru_cache(maxsize=20_000)
def _of_word(form: Form) -> tuple[int, ...]:
    """The word itself, its lemma and the letters in it."""
    spelt = f" {form.plain} "
    letters = (
        f"c{spelt[start : start + size]}"
        for size in _LETTERS
        for start in range(len(spelt) - size + 1)
    )
    names = dict.fromkeys([f"w {form.folded}", f"l {form.lemma}", *letters])
    return tuple(_number(name) for name in names)


def _number(name: str) -> int:
    return zlib.crc32(name.encode())


def pieces(line: Sequence[Word], *, clauses: bool = False) -> list[tuple[int, int]]:
    """The sentences of an utterance (first word, behind the last), long ones in overlapping parts.

    With `clauses` a comma ends a piece, too.

    A recogniser that sets no full stops makes one sentence of a whole turn, in which a single
    remark would drown.
    """
    found: list[tuple[int, int]] = []
    start = 0
    for place in range(1, len(line) + 1):
        here = line[start]
        ends = place == len(line) or (
            line[place].clause != here.clause if clauses else line[place].sentence != here.sentence
        )
        if ends:
            first = start
            while place - first > _PIECE:
                found.append((first, first + _PIECE))
                first += _PIECE // 2
            found.append((first, place))
            start = place
    return found


_Shares = tuple[NDArray[np.float32], NDArray[np.float32], list[tuple[int, ...]]]


class Trained(NamedTuple):
    """What training leaves: `numbers` and `telling` have one entry a feature, `weights` a row."""

    tags: tuple[str, ...]
    numbers: NDArray[np.uint32]
    telling: NDArray[np.float32]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    def shares(self, line: Sequence[Word]) -> _Shares:
        """Log odds by tag, each known feature's share of them, and the features' words."""
        found = features(line)
        owners = list(found.values())
        wanted = np.fromiter(found, dtype=np.uint32, count=len(found))
        places = np.searchsorted(self.numbers, wanted)
        places[places == len(self.numbers)] = 0
        known = np.flatnonzero(self.numbers[places] == wanted)
        places = places[known]
        telling = self.telling[places]
        size = float(np.sqrt((telling * telling).sum())) or 1.0
        parts = self.weights[places] * (telling / size)[:, None]
        return parts.sum(axis=0) + self.bias, parts, [owners[feature] for feature in known]


class LikenessModel:
    """The trained model of a language and a speaker. It is shared and never changes."""

    def __init__(self, trained: Trained, fusions: Mapping[str, Fusion]) -> None:
        self._fusions = fusions
        self._trained = trained

    def probability(self, tag: str, odds: float, pattern: float) -> float:
        """Of a situation, from how it sounds and how sure a pattern is (0 where none matched)."""
        return self._fusions[tag].probability(odds, pattern)

    def sound(self, line: Sequence[Word]) -> Sound:
        """An utterance as the model hears it."""
        return Sound(self._trained, line)


class Sound:
    """How situations sound in one utterance; what is asked for twice is worked out once."""

    def __init__(self, trained: Trained, line: Sequence[Word]) -> None:
        self._trained = trained
        self._line = line
        self._shares: dict[tuple[int, int], _Shares] = {}

    def likeness(self, *, clauses: bool = False) -> dict[str, Likeness]:
        """Every situation in the sentence (clause) it fits best; empty without words."""
        parts = pieces(self._line, clauses=clauses)
        if not parts:
            return {}
        odds = np.stack([self._of(part)[0] for part in parts])
        best = zip(self._trained.tags, odds.argmax(axis=0), odds.max(axis=0), strict=True)
        return {tag: Likeness(float(most), parts[place]) for tag, place, most in best}

    def words(self, tag: str, piece: tuple[int, int]) -> tuple[int, ...]:
        """The words (indices) of a piece that speak for the situation."""
        _, shares, owners = self._of(piece)
        start, end = piece
        column = shares[:, self._trained.tags.index(tag)]
        return tuple(start + word for word in _telling_words(column, owners, end - start))

    def _of(self, piece: tuple[int, int]) -> _Shares:
        if piece not in self._shares:
            start, end = piece
            self._shares[piece] = self._trained.shares(self._line[start:end])
        return self._shares[piece]


def _telling_words(
    shares: NDArray[np.float32], owners: list[tuple[int, ...]], length: int
) -> tuple[int, ...]:
    """The words that say at least half as much for a situation as the most telling one."""
    said = [0.0] * length
    for share, words in zip(shares, owners, strict=True):
        for word in words:
            said[word] += float(share) / len(words)
    limit = _TELLING * max(said, default=0.0)
    return tuple(word for word, much in enumerate(said) if much >= limit > 0)


@cache
def likeness_model(language: str, speaker: str) -> LikenessModel:
    """The trained model that comes with the program."""
    source = resources.files("assist.guidance") / "lexicon" / f"{language}.npz"
    with source.open("rb") as file, np.load(file) as stored:
        trained = read_trained(stored, speaker)
        weighed = [Fusion(*(float(one) for one in row)) for row in stored[f"{speaker}_fusion"]]
        return LikenessModel(trained, dict(zip(trained.tags, weighed, strict=True)))


def read_trained(stored: Mapping[str, NDArray[Any]], name: str) -> Trained:
    """What training stored under a name."""
    return Trained(
        tags=tuple(str(tag) for tag in stored[f"{name}_tags"]),
        numbers=stored[f"{name}_numbers"],
        telling=stored[f"{name}_telling"].astype(np.float32),
        weights=stored[f"{name}_weights"].astype(np.float32) * stored[f"{name}_scale"][None, :],
        bias=stored[f"{name}_bias"],
    )
