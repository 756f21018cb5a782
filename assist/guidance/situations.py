"""What is going on in an utterance: situations of the caller and of the agent, with evidence."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import msgspec

from assist.events import Word as SpokenWord
from assist.guidance.lexicon import SPEAKERS, Lexicon, Rule, lexicon
from assist.guidance.morphology import Word, words
from assist.guidance.patterns import Hit, Line

MIN_CONFIDENCE = 0.5
"""Situations less certain than this are not reported."""

_MOST_HITS = 3
_MOST_WORDS = 500
_SLACK = 40
_MOST_CERTAIN = 0.99


class Span(msgspec.Struct, frozen=True):
    """Words of the utterance: the text itself and its characters `start`…`end`."""

    text: str
    start: int
    end: int


class Tag(msgspec.Struct, frozen=True):
    """A situation, how sure that is (0.5…1) and the words that show it."""

    tag: str
    confidence: float
    evidence: tuple[Span, ...]


def classify(
    text: str,
    *,
    speaker: str,
    language: str,
    spoken: Sequence[SpokenWord] = (),
    book: Lexicon | None = None,
) -> tuple[Tag, ...]:
    """The situations of an utterance, most certain first.

    `speaker` is "caller", "agent" or "mixed" (both sets are then looked for). `spoken` are the
    recogniser's words: poorly heard ones make what rests on them less certain. `book` is
    another lexicon of that language to look in. Any text is accepted; only its first 500
    words are looked at. Raises `PlaybookError` for a language there is no lexicon for.
    """
    book = book or lexicon(language)
    line = words(text, language)[:_MOST_WORDS]
    heard = _confidences(line, text, spoken)
    tags: dict[str, Tag] = {}
    for (_, name), hits in _hits(book, line, speaker).items():
        tag = _tag(name, hits, line, text, heard)
        known = tags.get(name)
        if tag.confidence >= MIN_CONFIDENCE and (
            known is None or tag.confidence > known.confidence
        ):
            tags[name] = tag
    return tuple(sorted(tags.values(), key=lambda tag: (-tag.confidence, tag.tag)))


_Found = list[tuple[Rule, Hit]]


def _hits(book: Lexicon, line: list[Word], speaker: str) -> dict[tuple[str, str], _Found]:
    """Matches by speaker and situation, without those an exception overlaps."""
    wanted = (speaker,) if speaker in SPEAKERS else SPEAKERS
    view = book.line(line)
    matches: dict[tuple[str, str], _Found] = {}
    exceptions: dict[tuple[str, str], set[int]] = {}
    left: dict[int, int] = {}
    possible: dict[str, list[Rule]] = {}
    for index, atoms in enumerate(view.atoms):
        tried = set[int]()
        for atom in atoms:
            if atom not in possible:
                possible[atom] = _possible(book, view, atom, wanted)
            for rule in possible[atom]:
                name = id(rule)
                if name in tried or left.get(name) == 0:
                    continue
                tried.add(name)
                hit = view.match_at(rule.pattern, index)
                if hit is None:
                    continue
                left[name] = left.get(name, _MOST_HITS) - 1
                key = (rule.speaker, rule.tag)
                if rule.is_exception:
                    exceptions.setdefault(key, set()).update(range(hit.words[0], hit.words[-1] + 1))
                else:
                    matches.setdefault(key, []).append((rule, hit))
    for key, taken in exceptions.items():
        kept = [found for found in matches.get(key, ()) if taken.isdisjoint(found[1].words)]
        matches[key] = kept
    for key in book.yields.keys() & matches.keys():
        better = _sentences(book, key, matches, line)
        matches[key] = [
            found for found in matches[key] if line[found[1].words[0]].sentence not in better
        ]
    if book.in_passing is not None:
        matches = _without_outdone(matches, line, book.in_passing)
    return {key: found for key, found in matches.items() if found}


def _without_outdone(
    matches: dict[tuple[str, str], _Found], line: list[Word], in_passing: frozenset[str]
) -> dict[tuple[str, str], _Found]:
    """The matches without what one pattern alone says, where several say something else.

    Of such lone ones beside a well-supported situation of the same sentence, two in three were
    wrong in sentences that the patterns had not been written for.
    """
    sources: dict[tuple[str, str], dict[int, set[str]]] = {}
    for key, found in matches.items():
        for rule, hit in found:
            by_sentence = sources.setdefault(key, {})
            by_sentence.setdefault(line[hit.words[0]].sentence, set()).add(rule.pattern.source)
    kept = dict(matches)
    for key, by_sentence in sources.items():
        if key[1] in in_passing or len(set[str]().union(*by_sentence.values())) > 1:
            continue
        strong = {
            sentence
            for other, others in sources.items()
            if other != key and other[0] == key[0]
            for sentence, patterns in others.items()
            if len(patterns) > 1
        }
        kept[key] = [
            found for found in matches[key] if line[found[1].words[0]].sentence not in strong
        ]
    return kept


def _sentences(
    book: Lexicon, key: tuple[str, str], matches: dict[tuple[str, str], _Found], line: list[Word]
) -> set[int]:
    """The sentences that have a situation which this one gives way to."""
    speaker, tag = key
    return {
        line[hit.words[0]].sentence
        for other in book.yields[speaker, tag]
        for rule, hit in matches.get((speaker, other), ())
        if rule.pattern.weight * hit.quality >= MIN_CONFIDENCE
    }


def _possible(book: Lexicon, view: Line, atom: str, wanted: Sequence[str]) -> list[Rule]:
    """The rules that begin with the atom and whose other words are all there."""
    return [
        rule
        for rule in book.starts.get(atom, ())
        if rule.speaker in wanted and view.may_match(rule.pattern)
    ]


def _tag(name: str, hits: _Found, line: list[Word], text: str, heard: list[float]) -> Tag:
    best: dict[str, float] = {}
    for rule, hit in hits:
        certain = rule.pattern.weight * hit.quality * min(heard[word] for word in hit.words)
        source = rule.pattern.source
        best[source] = max(best.get(source, 0.0), certain)
    confidence = min(1 - prod(1 - certain for certain in sorted(best.values())), _MOST_CERTAIN)
    return Tag(name, round(confidence, 3), _evidence([hit for _, hit in hits], line, text))


def _evidence(hits: list[Hit], line: list[Word], text: str) -> tuple[Span, ...]:
    spans: list[tuple[int, int]] = []
    for start, end in sorted((line[hit.words[0]].start, line[hit.words[-1]].end) for hit in hits):
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return tuple(Span(text[start:end], start, end) for start, end in spans)


def _confidences(line: list[Word], text: str, spoken: Sequence[SpokenWord]) -> list[float]:
    """A factor 0.6…1 per word: how well it was heard, 1 where nothing is known."""
    factors = [1.0] * len(line)
    position = index = 0
    for word in spoken:
        bare = word.text.strip()
        place = text.find(bare, position, position + len(bare) + _SLACK) if bare else -1
        if place < 0:
            continue
        position = place + len(bare)
        while index < len(line) and line[index].end <= place:
            index += 1
        heard = min(max(word.confidence, 0.0), 1.0)
        for other in range(index, len(line)):
            if line[other].start >= position:
                break
            factors[other] = 0.6 + 0.4 * heard
    return factors
