"""What differs between two analyses of the same call: other models, other settings, other rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final, TypeVar

import msgspec
from rapidfuzz.distance import Levenshtein

from assist.events import (
    CallEnded,
    CallStarted,
    Event,
    Role,
    Situation,
    Suggestion,
    Tone,
    Utterance,
    seconds,
)
from assist.text import tokens

_SAME_MOMENT: Final = 4.0
"""Seconds apart at which two findings are still about the same words."""
_BRIEF: Final = 1.0
"""Seconds below which a difference of the tone is only one of where a window ended."""
_E = TypeVar("_E", bound=Event)


class Change(msgspec.Struct, frozen=True):
    """One difference. `kind` is outcome, topic, tone, situation, suggestion or words; `start`
    and `end` are seconds; what is only there in one analysis is empty in the other.
    """

    kind: str
    start: float
    end: float
    before: str
    after: str
    channel: str = ""


class Comparison(msgspec.Struct, frozen=True):
    """Two analyses of a call side by side.

    `models` maps what made them differ (parts of the models, the playbook) to before and after;
    `words` is the share of words that changed (insertions, deletions and replacements over the
    words before), `tone` the share of the judged time with another label.
    """

    models: dict[str, tuple[str, str]]
    words: float
    tone: float
    changes: tuple[Change, ...]


def compare(before: Sequence[Event], after: Sequence[Event]) -> Comparison:
    """The differences of two analyses, in the order of the call."""
    tones, tone_share = _tones(list(_of(before, Tone)), list(_of(after, Tone)))
    texts, word_share = _words(list(_of(before, Utterance)), list(_of(after, Utterance)))
    found = [
        *tones,
        *texts,
        *_findings(before, after, Situation, "situation", lambda one: one.situation),
        *_findings(before, after, Suggestion, "suggestion", lambda one: one.say),
        *_endings(before, after),
    ]
    return Comparison(
        models=_models(before, after),
        words=round(word_share, 4),
        tone=round(tone_share, 4),
        changes=tuple(sorted(found, key=lambda change: (change.start, change.kind))),
    )


def _of(events: Iterable[Event], kind: type[_E]) -> Iterator[_E]:
    return (event for event in events if isinstance(event, kind))


def _models(before: Sequence[Event], after: Sequence[Event]) -> dict[str, tuple[str, str]]:
    one, other = (next(_of(events, CallStarted), None) for events in (before, after))
    if one is None or other is None:
        return {}
    parts = {part: (name, "") for part, name in one.models.items()}
    for part, name in other.models.items():
        parts[part] = (parts.get(part, ("", ""))[0], name)
    parts["playbook"] = (one.playbook, other.playbook)
    return {part: pair for part, pair in parts.items() if pair[0] != pair[1]}


def _endings(before: Sequence[Event], after: Sequence[Event]) -> Iterator[Change]:
    one, other = (next(_of(events, CallEnded), None) for events in (before, after))
    if one is None or other is None:
        return
    end = seconds(other.position)
    for kind in ("outcome", "topic"):
        was, is_now = getattr(one, kind), getattr(other, kind)
        if was != is_now:
            yield Change(kind, end, end, was, is_now)


# Tone: over each moment the label of the event that was the last one then


def _tones(before: list[Tone], after: list[Tone]) -> tuple[list[Change], float]:
    edges = sorted({moment for tone in (*before, *after) for moment in (tone.start, tone.end)})
    one, other = label_at(before), label_at(after)
    changes: list[Change] = []
    judged = differing = 0.0
    for start, end in pairwise(edges):
        was, is_now = one(start), other(start)
        if not (was or is_now):
            continue
        judged += end - start
        if was == is_now:
            continue
        differing += end - start
        last = changes[-1] if changes else None
        if last is not None and (last.end, last.before, last.after) == (start, was, is_now):
            changes[-1] = msgspec.structs.replace(last, end=end)
        else:
            changes.append(Change("tone", start, end, was, is_now, Role.CALLER))
    kept = [change for change in changes if change.end - change.start >= _BRIEF]
    return kept, differing / judged if judged else 0.0


def label_at(tones: list[Tone]) -> Callable[[float], str]:
    """The label at a moment that lies in a judged stretch, else empty; ask in rising order."""
    place = 0
    ordered = sorted(tones, key=lambda tone: tone.start)

    def label(moment: float) -> str:
        nonlocal place
        while place + 1 < len(ordered) and ordered[place + 1].start <= moment:
            place += 1
        if not ordered or not ordered[place].start <= moment < ordered[place].end:
            return ""
        return ordered[place].label.value

    return label


# Words: turns of a channel that overlap belong together, however each analysis cut them


def _words(before: list[Utterance], after: list[Utterance]) -> tuple[list[Change], float]:
    changes: list[Change] = []
    said = different = 0
    for channel in sorted({one.channel for one in (*before, *after)}):
        for old, new in _together(
            [one for one in before if one.channel is channel],
            [one for one in after if one.channel is channel],
        ):
            was, is_now = (" ".join(one.text for one in part) for part in (old, new))
            language = (old or new)[0].language
            words, others = _folded(was, language), _folded(is_now, language)
            errors = Levenshtein.distance(words, others)
            said += len(words)
            different += errors
            if errors:
                both = [*old, *new]
                start, end = min(one.start for one in both), max(one.end for one in both)
                changes.append(Change("words", start, end, was, is_now, channel.value))
    return changes, different / said if said else float(different > 0)


def _folded(text: str, language: str) -> list[str]:
    return [token.folded for token in tokens(text, language)]


def _together(
    before: list[Utterance], after: list[Utterance]
) -> Iterator[tuple[list[Utterance], list[Utterance]]]:
    marked = sorted(
        [(one.start, one.end, 0, one) for one in before]
        + [(one.start, one.end, 1, one) for one in after],
        key=lambda item: item[:3],
    )
    group: tuple[list[Utterance], list[Utterance]] = ([], [])
    until = 0.0
    for start, end, side, one in marked:
        if start >= until and any(group):
            yield group
            group = ([], [])
        group[side].append(one)
        until = max(until, end)
    if any(group):
        yield group


# Findings: of the same name and moment are the same


def _findings(
    before: Sequence[Event],
    after: Sequence[Event],
    kind: type[_E],
    name: str,
    text: Callable[[_E], str],
) -> Iterator[Change]:
    left = [(_moment(one), _channel(one), text(one)) for one in _of(after, kind)]
    for one in _of(before, kind):
        start, channel, said = _moment(one), _channel(one), text(one)
        near = [
            other
            for other in left
            if other[1:] == (channel, said) and abs(other[0] - start) <= _SAME_MOMENT
        ]
        if near:
            left.remove(min(near, key=lambda other: abs(other[0] - start)))
        else:
            yield Change(name, start, start, said, "", channel)
    for start, channel, said in left:
        yield Change(name, start, start, "", said, channel)


def _moment(event: Event) -> float:
    return event.start if isinstance(event, Situation) else seconds(event.position)


def _channel(event: Event) -> str:
    return event.channel.value if isinstance(event, Situation) else ""
