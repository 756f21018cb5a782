"""What was done when a caller was angry, and whether calm followed."""

from __future__ import annotations

from assist.events import (
    SAMPLE_RATE,
    Event,
    Role,
    Situation,
    Suggestion,
    SuggestionWithdrawn,
    Tone,
    ToneLabel,
)
from assist.guidance.calming import Answer, answers
from tests.guidance.test_scorecard import angry


def tone(at: float, label: ToneLabel) -> Tone:
    return angry(at, label=label)


def situation(name: str, at: float, channel: Role, confidence: float = 0.9) -> Situation:
    return Situation(
        call_id="c", seq=0, position=round(at * SAMPLE_RATE), situation=name, channel=channel,
        start=at, quote=name, confidence=confidence,
    )  # fmt: skip


def suggestion(at: float) -> Suggestion:
    return Suggestion(
        call_id="c", seq=0, position=round(at * SAMPLE_RATE), id="s1", situation="delay",
        say="Özür dilerim.", why="", because=(), language="tr", expires=10**9, rule="delay/warm",
    )  # fmt: skip


DELAY = situation("delay", 9, Role.CALLER)
APOLOGY = situation("apology", 20, Role.AGENT)


def test_an_apology_after_which_the_caller_is_calm_counts_once() -> None:
    again = situation("apology", 22, Role.AGENT)
    events: list[Event] = [DELAY, angry(10), angry(14), APOLOGY, again, tone(40, ToneLabel.NEUTRAL)]
    assert answers(events, {}) == (Answer("delay", "act", "apology", 20, "apology", True),)


def test_anger_that_goes_on_is_one_moment_and_its_end_decides() -> None:
    events: list[Event] = [DELAY, angry(10), APOLOGY, angry(30), tone(60, ToneLabel.SAD)]
    assert [one.calmed for one in answers(events, {})] == [False]


def test_a_moment_whose_end_is_unknown_says_nothing() -> None:
    assert answers([DELAY, angry(10), APOLOGY], {}) == ()
    late = tone(200, ToneLabel.NEUTRAL)
    assert answers([DELAY, angry(10), APOLOGY, late], {}) == ()
    assert answers([angry(10, confidence=0.4), APOLOGY, tone(40, ToneLabel.NEUTRAL)], {}) == ()


def test_doing_nothing_counts_beside_what_was_done() -> None:
    found = answers([angry(10), tone(40, ToneLabel.NEUTRAL)], {})
    assert [(one.about, one.kind, one.calmed) for one in found] == [("", "none", True)]


def test_a_suggestion_counts_when_it_was_said_or_used() -> None:
    said = SuggestionWithdrawn(
        call_id="c", seq=0, position=25 * SAMPLE_RATE, id="s1", reason="said"
    )
    calm = tone(40, ToneLabel.HAPPY)
    by_words = answers([DELAY, angry(10), suggestion(15), said, calm], {})
    by_hand = answers([DELAY, angry(10), suggestion(15), calm], {"s1": "used"})
    neither = answers([DELAY, angry(10), suggestion(15), calm], {"s1": "dismissed"})
    assert [(one.kind, one.name) for one in by_words] == [("rule", "delay/warm")]
    assert [(one.kind, one.name, one.start) for one in by_hand] == [("rule", "delay/warm", 15)]
    assert [one.kind for one in neither] == ["none"]
