"""How good results are: their words, tones and situations against references by people.

Everything is counted by call first, and every figure is made of sums over calls, so that its
interval comes from drawing whole calls again (`assist.store.numbers.estimate`): what is said in
one call, and by one customer, hangs together. docs/batch.md says what each figure means.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final, TypeVar

import msgspec
import numpy as np
from rapidfuzz.distance import Levenshtein

from assist.batch.keep import call_id_of
from assist.batch.references import Row
from assist.batch.tables import events_of
from assist.emotion.model import CLASSES
from assist.emotion.training.scores import uar_of
from assist.errors import ConfigError
from assist.events import CallStarted, Event, Role, Situation, Tone, ToneLabel, Utterance
from assist.guidance.figures import in_digits
from assist.run.compare import label_at
from assist.store.labels import hashed
from assist.store.numbers import Doubles, Estimate, estimate
from assist.text import compared_words

TOLERANCE: Final = 2.0
"""Seconds by which the time of a situation may be off."""
_ANSWERS: Final = (*CLASSES, ToneLabel.UNSURE)
_MIXED: Final = Role.MIXED.value
_T = TypeVar("_T")
_F = TypeVar("_F")


class Words(msgspec.Struct, frozen=True):
    """Error rates of words and characters over `calls`; edits over the `words` of the truth."""

    calls: int
    words: int
    wer: Estimate
    cer: Estimate
    substituted: int
    deleted: int
    inserted: int


class CallWords(msgspec.Struct, frozen=True):
    """The words of one channel of a call; rates 0…, None where the truth has no words."""

    call: str
    channel: str
    language: str
    words: int
    edits: int
    wer: float | None
    cer: float | None


class Confused(msgspec.Struct, frozen=True):
    """A word that was taken for another, and how often."""

    truth: str
    heard: str
    count: int


class Transcripts(msgspec.Struct, frozen=True):
    """The words: over all, by channel and language, by call, and what was confused most."""

    all: Words
    by_channel: dict[str, Words]
    by_language: dict[str, Words]
    by_call: tuple[CallWords, ...]
    confused: tuple[Confused, ...]


class Tones(msgspec.Struct, frozen=True):
    """The tone over the seconds that people labelled and the results judged.

    `uar` counts "not sure" as wrong, `uar_when_sure` leaves it out; `unsure` is its share.
    `confusion` maps the truth to seconds by answer; `unjudged` are labelled seconds without one.
    """

    calls: int
    seconds: float
    unjudged: float
    uar: Estimate
    uar_when_sure: Estimate
    unsure: Estimate
    recall: dict[str, Estimate]
    confusion: dict[str, dict[str, float]]


class Found(msgspec.Struct, frozen=True):
    """Situations: of those `found`, `right` are right; of those `wanted`, `recalled` were found."""

    calls: int
    precision: Estimate
    recall: Estimate
    found: int
    right: int
    wanted: int
    recalled: int


class Situations(msgspec.Struct, frozen=True):
    """Over all situations that the references name, and by situation."""

    all: Found
    by_situation: dict[str, Found]


class Evaluation(msgspec.Struct, frozen=True):
    """What was compared; a part that the references do not speak of is None."""

    words: Transcripts | None
    tone: Tones | None
    situations: Situations | None
    without_result: tuple[str, ...]
    without_reference: int


def evaluate(
    folder: Path,
    names: Collection[str],
    rows: Sequence[Row],
    *,
    digits: bool = False,
    tolerance: float = TOLERANCE,
) -> Evaluation:
    """Compare the results called `names` in `folder` with what is known of their calls.

    With `digits`, numbers are compared by their value, however they are written. Raises
    `ConfigError` when the references are about none of the results, or name one ambiguously.
    """
    about, unknown = _assigned(names, rows)
    if not about:
        raise ConfigError(
            f"The references are about none of the results in {folder}; a call is named like its "
            f"result, as in {min(names, default='march/call7')}."
        )
    named = frozenset(tag for row in rows for tag in row.allowed)
    words: list[_Heard] = []
    tones: list[_Felt] = []
    tags: list[_Tagged] = []
    for name, known in about.items():
        events = events_of(folder, name)
        unit = _unit(name, events)
        words += _words(name, unit, events, known, digits)
        tones += _tones(name, unit, events, known)
        tags += _tags(name, unit, events, known, named=named, tolerance=tolerance)
    return Evaluation(
        words=_transcripts(words) if words else None,
        tone=_tone_figures(tones) if tones else None,
        situations=_situations(tags) if tags else None,
        without_result=unknown,
        without_reference=len(names) - len(about),
    )


def _assigned(
    names: Collection[str], rows: Iterable[Row]
) -> tuple[dict[str, list[Row]], tuple[str, ...]]:
    """The rows by result, and the calls that have none."""
    called: dict[str, set[str]] = defaultdict(set)
    for name in names:
        last = name.rpartition("/")[2]
        for other in (last, call_id_of(name), hashed(name), hashed(last), hashed(call_id_of(name))):
            called[other].add(name)
    about: dict[str, list[Row]] = {}
    unknown: dict[str, None] = {}
    for row in rows:
        fits = {row.call} if row.call in names else called.get(row.call, set())
        if len(fits) > 1:
            raise ConfigError(
                f"The references speak of {row.call}, which may be {' or '.join(sorted(fits))}; "
                "name the folder, too."
            )
        if fits:
            about.setdefault(min(fits), []).append(row)
        else:
            unknown[row.call] = None
    return about, tuple(unknown)


def _unit(name: str, events: Sequence[Event]) -> str:
    """What is drawn as one: a customer's calls where the customer is known, else the call."""
    begun = next((one for one in events if isinstance(one, CallStarted)), None)
    return f"customer {begun.customer}" if begun and begun.customer else name


# Words


class _Heard(msgspec.Struct):
    """One channel of a call."""

    call: str
    unit: str
    channel: str
    language: str
    truth: list[str]
    heard: list[str]

    def sums(self) -> list[float]:
        """Edits and words, edits and characters, and the edits by kind."""
        kinds = Counter(step.tag for step in Levenshtein.editops(self.truth, self.heard))
        one, other = " ".join(self.truth), " ".join(self.heard)
        return [
            kinds.total(),
            len(self.truth),
            Levenshtein.distance(one, other),
            len(one),
            kinds["replace"],
            kinds["delete"],
            kinds["insert"],
        ]


def _words(
    name: str, unit: str, events: Sequence[Event], rows: Sequence[Row], digits: bool
) -> Iterator[_Heard]:
    said = [one for one in events if isinstance(one, Utterance)]
    known = sorted((row for row in rows if row.text), key=lambda row: row.start or 0.0)
    mixed = any(one.channel is Role.MIXED for one in said)
    by_channel: dict[str, list[Row]] = defaultdict(list)
    for row in known:
        by_channel[_MIXED if mixed else row.channel].append(row)
    for channel, texts in by_channel.items():
        mine = [one for one in said if channel in (one.channel, _MIXED)]
        mine.sort(key=lambda one: one.start)
        languages = [row.language for row in texts if row.language]
        languages = languages or [one.language for one in said]
        language = Counter(languages).most_common(1)[0][0] if languages else "en"

        def compared(text: str, language: str = language) -> list[str]:
            return compared_words(in_digits(text, language) if digits else text, language)

        yield _Heard(
            name,
            unit,
            channel,
            language,
            compared(" ".join(row.text for row in texts)),
            compared(" ".join(one.text for one in mine)),
        )


def _transcripts(heard: list[_Heard]) -> Transcripts:
    counted = [(one, one.sums()) for one in heard]
    pairs = Counter(
        (one.truth[step.src_pos], one.heard[step.dest_pos])
        for one in heard
        for step in Levenshtein.editops(one.truth, one.heard)
        if step.tag == "replace"
    )
    ordered = sorted(pairs.items(), key=lambda pair: (-pair[1], pair[0]))
    return Transcripts(
        all=_word_figures(counted),
        by_channel=_each(counted, lambda one: one[0].channel, _word_figures),
        by_language=_each(counted, lambda one: one[0].language, _word_figures),
        by_call=tuple(_call_words(one, sums) for one, sums in counted),
        confused=tuple(Confused(truth, word, count) for (truth, word), count in ordered),
    )


def _word_figures(counted: list[tuple[_Heard, list[float]]]) -> Words:
    sums = _by_unit((one.unit, row) for one, row in counted)
    _, words, _, _, substituted, deleted, inserted = (int(total) for total in sums.sum(axis=0))
    return Words(
        calls=len({one.call for one, _ in counted}),
        words=words,
        wer=estimate(sums, _ratio(0, 1)),
        cer=estimate(sums, _ratio(2, 3)),
        substituted=substituted,
        deleted=deleted,
        inserted=inserted,
    )


def _call_words(one: _Heard, sums: list[float]) -> CallWords:
    edits, words, character_edits, characters = sums[:4]
    return CallWords(
        call=one.call,
        channel=one.channel,
        language=one.language,
        words=int(words),
        edits=int(edits),
        wer=round(edits / words, 4) if words else None,
        cer=round(character_edits / characters, 4) if characters else None,
    )


# Tone


class _Felt(msgspec.Struct):
    """A labelled stretch: seconds of each answer to what is true, and seconds without any."""

    unit: str
    call: str
    truth: int
    seconds: list[float]
    unjudged: float

    def sums(self) -> list[float]:
        """The confusion, flat."""
        confusion = np.zeros((len(CLASSES), len(_ANSWERS)))
        confusion[self.truth] = self.seconds
        return list(confusion.ravel())


def _tones(name: str, unit: str, events: Sequence[Event], rows: Sequence[Row]) -> Iterator[_Felt]:
    tones = [one for one in events if isinstance(one, Tone)]
    edges = sorted({moment for one in tones for moment in (one.start, one.end)})
    for row in rows:
        if not row.tone or row.start is None or row.end is None:
            continue
        label = label_at(tones)
        inside = [moment for moment in edges if row.start < moment < row.end]
        seconds, unjudged = [0.0] * len(_ANSWERS), 0.0
        for start, end in pairwise([row.start, *inside, row.end]):
            found = label(start)
            if found:
                seconds[_ANSWERS.index(ToneLabel(found))] += end - start
            else:
                unjudged += end - start
        yield _Felt(unit, name, CLASSES.index(ToneLabel(row.tone)), seconds, unjudged)


def _tone_figures(felt: list[_Felt]) -> Tones:
    sums = _by_unit((one.unit, one.sums()) for one in felt)
    shape = (-1, len(CLASSES), len(_ANSWERS))
    unsure = len(CLASSES)
    total = sums.sum(axis=0).reshape(shape)[0]

    def share(row: int, answer: int) -> Callable[[Doubles], Doubles]:
        def figure(some: Doubles) -> Doubles:
            confusion = some.reshape(shape)
            return _divided(confusion[:, row, answer], confusion[:, row].sum(axis=-1))

        return figure

    def unsure_share(some: Doubles) -> Doubles:
        confusion = some.reshape(shape)
        return _divided(confusion[:, :, unsure].sum(axis=-1), confusion.sum(axis=(-2, -1)))

    return Tones(
        calls=len({one.call for one in felt}),
        seconds=round(float(total.sum()), 1),
        unjudged=round(sum(one.unjudged for one in felt), 1),
        uar=estimate(sums, lambda some: uar_of(some.reshape(shape))),
        uar_when_sure=estimate(sums, lambda some: uar_of(some.reshape(shape)[:, :, :unsure])),
        unsure=estimate(sums, unsure_share),
        recall={
            label.value: estimate(sums, share(index, index))
            for index, label in enumerate(CLASSES)
            if total[index].sum()
        },
        confusion={
            label.value: {
                answer.value: round(float(total[index, column]), 1)
                for column, answer in enumerate(_ANSWERS)
            }
            for index, label in enumerate(CLASSES)
            if total[index].sum()
        },
    )


# Situations


class _Tagged(msgspec.Struct):
    """A situation in a channel of a call: how often it was found, rightly; wanted, and found."""

    unit: str
    call: str
    situation: str
    counts: tuple[int, int, int, int]


class _Place(msgspec.Struct, frozen=True):
    """A found situation: where its words begin, and the utterance they are in."""

    situation: str
    channel: str
    start: float
    said_from: float
    said_to: float

    def fits(self, row: Row, tolerance: float) -> bool:
        """Whether a row may be about this utterance."""
        if self.channel not in (row.channel, _MIXED):
            return False
        if row.start is None:
            return True
        end = row.start if row.end is None else row.end
        return self.said_from <= end + tolerance and row.start - tolerance <= self.said_to

    def judged(self, rows: Iterable[Row]) -> bool:
        """Whether somebody has looked for situations there.

        A row without an end is of a channel that was gone through as a whole, one with an end of
        that stretch alone.
        """
        return any(
            self.channel in (row.channel, _MIXED)
            and (row.end is None or (row.start or 0.0) <= self.start <= row.end)
            for row in rows
        )


def _tags(
    name: str,
    unit: str,
    events: Sequence[Event],
    rows: Sequence[Row],
    *,
    named: frozenset[str],
    tolerance: float,
) -> Iterator[_Tagged]:
    known = [row for row in rows if row.tags]
    places = [place for place in _places(events) if place.situation in named]
    for place in places:
        about = [row for row in known if place.fits(row, tolerance)]
        right = any(place.situation in row.wanted for row in about)
        allowed = any(place.situation in row.allowed for row in about)
        if place.judged(known) and (right or not allowed):
            yield _Tagged(unit, name, place.situation, (1, int(right), 0, 0))
    for row in known:
        for tag in row.wanted:
            recalled = any(
                place.situation == tag and place.fits(row, tolerance) for place in places
            )
            yield _Tagged(unit, name, tag, (0, 0, 1, int(recalled)))


def _places(events: Iterable[Event]) -> Iterator[_Place]:
    said: Utterance | None = None
    for one in events:
        if isinstance(one, Utterance):
            said = one
        elif isinstance(one, Situation) and said is not None:
            channel = one.channel.value
            yield _Place(one.situation, channel, one.start, said.start, said.end)


def _situations(tagged: list[_Tagged]) -> Situations:
    return Situations(
        all=_found(tagged), by_situation=_each(tagged, lambda one: one.situation, _found)
    )


def _found(tagged: list[_Tagged]) -> Found:
    sums = _by_unit((one.unit, one.counts) for one in tagged)
    found, right, wanted, recalled = (int(total) for total in sums.sum(axis=0))
    return Found(
        calls=len({one.call for one in tagged}),
        precision=estimate(sums, _ratio(1, 0)),
        recall=estimate(sums, _ratio(3, 2)),
        found=found,
        right=right,
        wanted=wanted,
        recalled=recalled,
    )


# Sums over calls


def _by_unit(counted: Iterable[tuple[str, Sequence[float]]]) -> Doubles:
    """The sums of each unit, (units, n)."""
    sums: dict[str, Doubles] = {}
    for unit, row in counted:
        given = np.asarray(row, np.float64)
        sums[unit] = sums[unit] + given if unit in sums else given
    return np.array([sums[unit] for unit in sorted(sums)])


def _each(
    items: list[_T], key: Callable[[_T], str], figures: Callable[[list[_T]], _F]
) -> dict[str, _F]:
    """The figures of each part of the items, by what they have in common."""
    parts: dict[str, list[_T]] = defaultdict(list)
    for one in items:
        parts[key(one)].append(one)
    return {name: figures(parts[name]) for name in sorted(parts)}


def _ratio(part: int, whole: int) -> Callable[[Doubles], Doubles]:
    return lambda sums: _divided(sums[:, part], sums[:, whole])


def _divided(part: Doubles, whole: Doubles) -> Doubles:
    found: Doubles = np.full(whole.shape, np.nan)
    np.divide(part, whole, out=found, where=whole > 0)
    return found
