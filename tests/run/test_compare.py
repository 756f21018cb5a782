"""Two analyses of a call side by side: what counts as the same, and what as a difference."""

from __future__ import annotations

from typing import Any

from assist.events import (
    SAMPLE_RATE,
    CallEnded,
    CallStarted,
    Event,
    Role,
    Situation,
    Suggestion,
    Tone,
    ToneLabel,
    Utterance,
)
from assist.run.compare import Change, Comparison, compare

CALLER, AGENT = Role.CALLER, Role.AGENT


def event(kind: type[Event], at: float, **fields: Any) -> Any:
    return kind(call_id="one", seq=1, position=round(at * SAMPLE_RATE), **fields)


def said(start: float, end: float, text: str, channel: Role = CALLER) -> Utterance:
    fields = {"channel": channel, "start": start, "end": end, "text": text}
    return event(Utterance, end, language="tr", confidence=0.9, words=(), **fields)


def tone(start: float, label: ToneLabel, end: float | None = None) -> Tone:
    return event(
        Tone,
        start,
        start=start,
        end=end or start + 2,
        label=label,
        probabilities={},
        valence=0.0,
        arousal=0.0,
        confidence=0.9,
        trend=0.0,
        reasons=(),
    )


def found(at: float, situation: str, channel: Role = CALLER) -> Situation:
    fields = {"situation": situation, "channel": channel, "start": at, "quote": situation}
    return event(Situation, at, confidence=0.9, **fields)


def suggested(at: float, say: str) -> Suggestion:
    fields = {"id": f"s{at}", "situation": "x", "say": say, "why": "", "because": ()}
    return event(Suggestion, at, language="tr", expires=0, **fields)


def call(*events: Event, outcome: str = "open", tone_model: str = "a") -> list[Event]:
    started = event(
        CallStarted, 0, channels=(AGENT, CALLER), language="tr", models={"tone": tone_model}
    )
    ended = event(CallEnded, 60, reason="stop", duration=60.0, outcome=outcome)
    return [started, *events, ended]


def kinds(comparison: Comparison) -> list[tuple[str, str, str]]:
    return [(one.kind, one.before, one.after) for one in comparison.changes]


def test_the_same_analysis_differs_in_nothing() -> None:
    events = call(
        said(1, 3, "İptal etmek istiyorum."),
        found(1, "cancellation"),
        tone(1, ToneLabel.ANGRY),
        suggested(3, "Sizi anlıyorum."),
    )
    assert compare(events, events) == Comparison(models={}, words=0, tone=0, changes=())
    assert compare([], []) == Comparison(models={}, words=0, tone=0, changes=())


def test_what_made_the_difference_is_named() -> None:
    comparison = compare(call(tone_model="a"), call(tone_model="b", outcome="solved"))
    assert comparison.models == {"tone": ("a", "b")}
    assert comparison.changes == (Change("outcome", 60, 60, "open", "solved"),)


def test_words_are_compared_however_the_turns_were_cut() -> None:
    one = call(said(1, 8, "Siparişim gelmedi, iki hafta oldu."))
    cut = call(said(1, 4, "siparişim gelmedi"), said(4, 8, "İki hafta oldu"))
    assert compare(one, cut).changes == ()
    other = call(said(1, 8, "Siparişim gelmedi, üç hafta oldu."))
    comparison = compare(one, other)
    assert comparison.words == 0.2
    assert [change.kind for change in comparison.changes] == ["words"]
    assert compare(one, call(said(1, 8, "Siparişim gelmedi, iki hafta oldu.", AGENT))).words > 0.9


def test_the_tone_differs_by_stretches_of_time() -> None:
    calm = [tone(at, ToneLabel.NEUTRAL) for at in range(0, 20, 2)]
    turned = [
        tone(at, ToneLabel.ANGRY if 6 <= at < 12 else ToneLabel.NEUTRAL) for at in range(0, 20, 2)
    ]
    comparison = compare(call(*calm), call(*turned))
    assert comparison.tone == 0.3
    assert comparison.changes == (Change("tone", 6, 12, "neutral", "angry", "caller"),)
    late = [tone(at + 0.4, ToneLabel.NEUTRAL) for at in range(0, 20, 2)]
    assert compare(call(*calm), call(*late)).changes == ()


def test_findings_are_the_same_by_name_and_moment() -> None:
    before = call(found(5, "complaint"), found(30, "complaint"), suggested(6, "A"))
    after = call(found(6.5, "complaint"), found(30, "refund"), suggested(7, "A"))
    assert kinds(compare(before, after)) == [
        ("situation", "complaint", ""),
        ("situation", "", "refund"),
    ]


def test_a_finding_is_matched_once() -> None:
    twice = call(found(5, "thanks"), found(6, "thanks"))
    once = call(found(5.5, "thanks"))
    assert len(compare(twice, once).changes) == len(compare(once, twice).changes) == 1
