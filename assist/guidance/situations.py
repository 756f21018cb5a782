"""What is going on in an utterance: situations of the caller and of the agent, with evidence."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from math import prod
from typing import NamedTuple

import msgspec

from assist.events import Word as SpokenWord
from assist.guidance.lexicon import SPEAKERS, Lexicon, Rule, lexicon
from assist.guidance.likeness import likeness_model
from assist.guidance.morphology import Word, words
from assist.guidance.patterns import WEIGHT, Hit

MIN_CONFIDENCE = 0.5
"""Situations less certain than this are not reported."""

_MOST_HITS = 3
_MOST_WORDS = 500
_SLACK = 40
_MOST_CERTAIN = 0.99
_FRAGMENT = 3
_SURE = 0.9
"""What likeness alone must reach in a fragment: "and die." is mostly a misheard one."""

_CERTAIN = 0.95
"""A pattern of this weight says it by itself, whatever else the sentence is about."""

_Key = tuple[str, str]
_Found = list[tuple[Rule, Hit]]


class _Said(NamedTuple):
    """An utterance: its words, its text, and how well each word was heard (0.6…1)."""

    line: list[Word]
    text: str
    heard: list[float]


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
    recogniser's words: poorly heard ones make what rests on them less certain. What the
    patterns of the lexicon say and how the utterance sounds beside labelled ones are weighed
    together; with `book`, another lexicon, its patterns alone count. Any text is accepted; only
    its first 500 words are looked at. Raises `PlaybookError` for a language there is no
    lexicon for.
    """
    patterns = book or lexicon(language)
    line = words(text, language)[:_MOST_WORDS]
    said = _Said(line, text, _confidences(line, text, spoken))
    matches, taken_back = _hits(patterns, line, speaker)
    tags: dict[str, Tag] = {}
    if book is None:
        for who in _speakers(speaker):
            model = likeness_model(language, who)
            sound = model.sound(line)
            whole = sound.likeness()
            clauses = sound.likeness(clauses=True) if matches else {}
            for name in whole:
                if (who, name) not in taken_back:
                    hits = matches.get((who, name), [])
                    # "it's broken, and I need it by noon": the other half says nothing against it
                    like = max(whole[name], clauses[name]) if hits else whole[name]
                    sure = _certainty(hits, [1.0] * len(line)) if hits else 0.0
                    certain = max(model.probability(name, like.odds, sure), _by_itself(hits))
                    if certain >= (MIN_CONFIDENCE if hits or len(line) > _FRAGMENT else _SURE):
                        telling = () if hits else sound.words(name, like.piece)
                        _keep(tags, _fused(name, certain, telling, hits, said))
    else:
        for (_, name), hits in matches.items():
            _keep(tags, _tag(name, hits, said))
    found = [tag for tag in tags.values() if tag.confidence >= MIN_CONFIDENCE]
    return tuple(sorted(found, key=lambda tag: (-tag.confidence, tag.tag)))


def pattern_tags(text: str, *, speaker: str, language: str) -> dict[str, float]:
    """How sure the patterns alone are of each situation they match."""
    line = words(text, language)[:_MOST_WORDS]
    matches, _ = _hits(lexicon(language), line, speaker)
    return {name: _certainty(hits, [1.0] * len(line)) for (_, name), hits in matches.items()}


def _speakers(speaker: str) -> tuple[str, ...]:
    return (speaker,) if speaker in SPEAKERS else SPEAKERS


def _keep(tags: dict[str, Tag], tag: Tag) -> None:
    known = tags.get(tag.tag)
    if known is None or tag.confidence > known.confidence:
        tags[tag.tag] = tag


def _fused(name: str, certain: float, telling: tuple[int, ...], hits: _Found, said: _Said) -> Tag:
    """A situation as both see it; quoted are the patterns' words, without any the telling ones."""
    line, heard = said.line, said.heard
    if hits:
        clear = max(min(heard[word] for word in hit.words) for _, hit in hits)
        quoted = _evidence(hits, said)
    else:
        clear = min((heard[word] for word in telling), default=1.0)
        quoted = _spans([(line[word].start, line[word].end) for word in telling], said.text)
    return Tag(name, round(min(certain, _MOST_CERTAIN) * clear, 3), quoted)


def _hits(book: Lexicon, line: list[Word], speaker: str) -> tuple[dict[_Key, _Found], set[_Key]]:
    """Matches by speaker and situation, and the situations whose matches were all taken back.

    An exception that overlaps a match takes it back, and so does a situation that explains the
    words better.
    """
    view = book.line(line)
    matches: dict[_Key, _Found] = {}
    exceptions: dict[_Key, set[int]] = {}
    for rule in book.possible(view, _speakers(speaker)):
        tried = (view.match_at(rule.pattern, index) for index in view.beginnings(rule.pattern))
        hits = list(islice((hit for hit in tried if hit is not None), _MOST_HITS))
        key = (rule.speaker, rule.tag)
        for hit in hits:
            if rule.is_exception:
                covered = range(hit.words[0], hit.words[-1] + 1)
                exceptions.setdefault(key, set()).update(covered)
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
    taken_back = {key for key, found in matches.items() if not found}
    if book.in_passing is not None:
        matches = _without_outdone(matches, line, book.in_passing)
    return {key: found for key, found in matches.items() if found}, taken_back


def _without_outdone(
    matches: dict[tuple[str, str], _Found], line: list[Word], in_passing: frozenset[str]
) -> dict[tuple[str, str], _Found]:
    """The matches without what one pattern alone says, where several say something else.

    Of such lone ones beside a well-supported situation of the same sentence, two in three were
    wrong in sentences that the patterns had not been written for; what is no mere hint
    (weight 0.9) stays all the same.
    """
    sources: dict[tuple[str, str], dict[int, set[str]]] = {}
    for key, found in matches.items():
        for rule, hit in found:
            by_sentence = sources.setdefault(key, {})
            by_sentence.setdefault(line[hit.words[0]].sentence, set()).add(rule.pattern.source)
    kept = dict(matches)
    for key, by_sentence in sources.items():
        alone = len(set[str]().union(*by_sentence.values())) == 1
        if key[1] in in_passing or not alone or _is_plain(matches[key]):
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


def _is_plain(found: _Found) -> bool:
    """Whether one of the patterns is no mere hint."""
    return any(rule.pattern.weight >= WEIGHT for rule, _ in found)


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


def _tag(name: str, hits: _Found, said: _Said) -> Tag:
    return Tag(name, round(_certainty(hits, said.heard), 3), _evidence(hits, said))


def _certainty(hits: _Found, heard: list[float]) -> float:
    """How sure several patterns make a situation together."""
    best: dict[str, float] = {}
    for rule, hit in hits:
        certain = rule.pattern.weight * hit.quality * min(heard[word] for word in hit.words)
        source = rule.pattern.source
        best[source] = max(best.get(source, 0.0), certain)
    return min(1 - prod(1 - certain for certain in sorted(best.values())), _MOST_CERTAIN)


def _by_itself(hits: _Found) -> float:
    """How sure the patterns are that nothing can outvote."""
    strong = [
        rule.pattern.weight * hit.quality for rule, hit in hits if rule.pattern.weight >= _CERTAIN
    ]
    return max(strong, default=0.0)


def _evidence(hits: _Found, said: _Said) -> tuple[Span, ...]:
    line = said.line
    places = [(line[hit.words[0]].start, line[hit.words[-1]].end) for _, hit in hits]
    return _spans(places, said.text)


def _spans(places: list[tuple[int, int]], text: str) -> tuple[Span, ...]:
    """Places of the text (characters) in order, those that touch as one."""
    spans: list[tuple[int, int]] = []
    for start, end in sorted(places):
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
