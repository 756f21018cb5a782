"""What the agent did when a caller was angry, and whether the caller calmed down after it.

Collected over many calls this tells what was followed by calm, and how often; it does not tell
that it was the reason. From the final events alone, and what agents did with suggestions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

import msgspec

from assist.events import (
    SAMPLE_RATE,
    Event,
    Role,
    Situation,
    Suggestion,
    SuggestionWithdrawn,
    Tone,
    ToneLabel,
    Utterance,
)

_ACTS = """
    empathy apology ownership compensation promise summary clarification interruption_apology
    refusal blame negative_phrasing hold_request transfer
"""
ACTS = frozenset(_ACTS.split())
"""Situations of the agent that may have to do with it."""

_PROBLEMS = """
    abuse escalation legal_threat publicity_threat complaint repeat_contact hardship cancellation
    delay defect billing_error refund unresolved price_objection
"""
_SIGNS = frozenset(_PROBLEMS.split())
_CERTAIN = 0.6
_ANSWER = 45.0
"""Seconds after the first sign within which an act is an answer to it."""
_CALM_BY = 90.0
"""Seconds after that in which the tone tells what came of it."""
_APART = 30.0
_CALM = frozenset({ToneLabel.NEUTRAL, ToneLabel.HAPPY})


class Answer(msgspec.Struct, frozen=True):
    """Something done while the caller was angry: `kind` is "act" (a situation of the agent),
    "rule" (a suggestion of that rule, used or said) or "none" (no act at all, `name` empty).

    `about` is what the caller had brought up ("" where only the voice was angry), `start` the
    second of the act, `quote` its words, `calmed` whether the tone was calm afterwards.
    """

    about: str
    kind: Literal["act", "rule", "none"]
    name: str
    start: float
    quote: str
    calmed: bool


def answers(events: Iterable[Event], feedback: Mapping[str, str]) -> tuple[Answer, ...]:
    """Every act that followed an angry moment whose end is known.

    `feedback` maps the ids of suggestions to "used" or "dismissed".
    """
    call = list(events)
    tones = [event for event in call if isinstance(event, Tone)]
    acts = sorted([*_acts(call), *_used(call, feedback)], key=lambda act: act.start)
    found: list[Answer] = []
    for start, last in _angry(tones):
        calmed = _calmed(tones, last)
        if calmed is None:
            continue
        about = _about(call, start)
        near = [act for act in acts if start <= act.start <= start + _ANSWER]
        if not near:
            found.append(Answer(about, "none", "", start, "", calmed))
        seen: set[tuple[str, str]] = set()
        for act in near:
            if (act.kind, act.name) not in seen:
                seen.add((act.kind, act.name))
                found.append(msgspec.structs.replace(act, about=about, calmed=calmed))
    return tuple(found)


def _angry(tones: Iterable[Tone]) -> Iterator[tuple[float, float]]:
    """Angry moments as (first sign, last sign), in seconds; near signs are one moment."""
    moments: list[list[float]] = []
    for tone in tones:
        if tone.label is ToneLabel.ANGRY and tone.confidence >= _CERTAIN:
            if moments and tone.start - moments[-1][1] <= _APART:
                moments[-1][1] = tone.end
            else:
                moments.append([tone.start, tone.end])
    return ((first, last) for first, last in moments)


def _calmed(tones: Iterable[Tone], last: float) -> bool | None:
    """Whether the first clear tone after the last angry one was calm; None when nothing is known.

    A moment that ends with the call, or without a word more of the caller, says nothing.
    """
    after = [
        tone
        for tone in tones
        if last <= tone.start <= last + _CALM_BY and tone.label is not ToneLabel.UNSURE
    ]
    return after[0].label in _CALM if after else None


def _about(call: Iterable[Event], start: float) -> str:
    """What the caller brought up last before the moment, or with it."""
    near = [
        event
        for event in call
        if isinstance(event, Situation)
        and event.channel is Role.CALLER
        and event.situation in _SIGNS
        and event.start <= start + _APART
    ]
    return near[-1].situation if near else ""


def _acts(call: Iterable[Event]) -> Iterator[Answer]:
    for event in call:
        if (
            isinstance(event, Situation)
            and event.channel is Role.AGENT
            and event.situation in ACTS
            and event.confidence >= _CERTAIN
        ):
            yield Answer("", "act", event.situation, event.start, event.quote, False)


def _used(call: Iterable[Event], feedback: Mapping[str, str]) -> Iterator[Answer]:
    shown: dict[str, Suggestion] = {}
    said: dict[str, float] = {}
    words = ""
    for event in call:
        match event:
            case Suggestion():
                shown[event.id] = event
            case Utterance() if event.channel is Role.AGENT:
                words = event.text
            case SuggestionWithdrawn() if event.reason == "said" and event.id in shown:
                said[event.id] = event.position / SAMPLE_RATE
                one = shown[event.id]
                yield Answer("", "rule", one.rule, said[event.id], words[:140], False)
            case _:
                pass
    for id_, one in shown.items():
        if feedback.get(id_) == "used" and id_ not in said:
            yield Answer("", "rule", one.rule, one.position / SAMPLE_RATE, one.say, False)
