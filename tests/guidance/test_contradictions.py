"""No suggestion contradicts the transcript: written dialogues, and their lines in any order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from assist.config import GuidanceSettings
from assist.events import Event, Phase, Role, Suggestion
from assist.guidance.conversation import Conversation, PhaseDraft
from assist.guidance.guide import Guide, SuggestionDraft
from benchmarks.contradictions import contradictions
from tests.guidance.dialogue import BOOKS, LANGUAGES, Turn, dialogues, spoken, started

AGENT, CALLER = Role.AGENT, Role.CALLER
ALL = {
    language: [one for part in ("tuned", "held") for one in dialogues(language, part)]
    for language in LANGUAGES
}
LINES = {
    language: sorted({turn for one in ALL[language] for turn in one.turns if turn[0] != Role.MIXED})
    for language in LANGUAGES
}


def played(turns: Iterable[Turn], language: str) -> list[Event]:
    """The turns and what is suggested on them."""
    guide, conversation = Guide(GuidanceSettings(), BOOKS), Conversation(BOOKS)
    events: list[Event] = []
    waiting: list[Event] = [started(language), *spoken(turns, language)]
    while waiting:
        event = waiting.pop(0)
        events.append(event)
        for draft in guide.observe(event):
            if isinstance(draft, SuggestionDraft):
                events.append(shown(draft, event))
        phases = [
            Phase(call_id="c", seq=0, position=event.position, phase=draft.phase)
            for draft in conversation.observe(event, guide.heard)
            if isinstance(draft, PhaseDraft)
        ]
        waiting = [*phases, *waiting]
    return events


def shown(draft: SuggestionDraft, event: Event) -> Suggestion:
    fields = {name: getattr(draft, name) for name in SuggestionDraft.__struct_fields__}
    return Suggestion(call_id="c", seq=0, position=event.position, **fields)


def suggestion(say: str, language: str, situation: str = "delay", rule: str = "") -> Suggestion:
    draft = SuggestionDraft("s1", situation, say, "", (), language, 0, rule=rule)
    return shown(draft, started(language))


@pytest.mark.parametrize(
    ("turns", "wrong", "name"),
    [
        (
            [(CALLER, "My parcel is late."), (AGENT, "I'm so sorry about that.")],
            suggestion("I'm very sorry about this.", "en"),
            "repeats",
        ),
        (
            [(CALLER, "My name is Sarah Jones.")],
            suggestion("May I have your name?", "en"),
            "asks_again",
        ),
        (
            [(CALLER, "My parcel is late."), (AGENT, "I'll call you on Friday.")],
            suggestion("You'll have it on [date].", "en"),
            "dates_again",
        ),
        (
            [(CALLER, "I want a refund."), (AGENT, "I can't refund the ticket.")],
            suggestion("I'm refunding the ticket.", "en"),
            "denied",
        ),
        (
            [(CALLER, "My parcel is late."), (CALLER, "Ah, it's just arrived, it's solved.")],
            suggestion("Let's look where it is.", "en"),
            "solved",
        ),
        (
            [(CALLER, "Thanks, bye."), (AGENT, "Goodbye, have a nice day.")],
            suggestion("Anything else?", "en"),
            "over",
        ),
    ],
)
def test_what_contradicts_the_transcript_is_named(
    turns: Sequence[Turn], wrong: Suggestion, name: str
) -> None:
    events = [*spoken(turns, "en"), wrong]
    assert [line.split(":")[0] for line in contradictions(events, BOOKS)] == [name]
    assert contradictions([*spoken([(CALLER, "Hello.")], "en"), wrong], BOOKS) == []


def test_a_positive_form_is_held_against_what_it_turns() -> None:
    turned = structs.replace(suggestion("You'll have it on [date].", "en"), kind="rephrase")
    promise, refusal = "I'll call you on Friday.", "I can't give you a date."
    apart = spoken([(AGENT, promise), (AGENT, refusal)], "en")
    in_one_breath = spoken([(AGENT, f"{promise} {refusal}")], "en")
    assert contradictions([*apart, turned], BOOKS) == []
    found = contradictions([*in_one_breath, turned], BOOKS)
    assert [line.split(":")[0] for line in found] == ["dates_again"]


def test_a_value_that_nobody_said_is_named() -> None:
    rule = next(
        rule for rule in BOOKS["en"].rules if any("[amount named]" in one for one in rule.warm)
    )
    text = next(one for one in rule.warm if "[amount named]" in one)
    wrong = suggestion(text.replace("[amount named]", "£45.50"), "en", rule=rule.id)
    said = spoken([(CALLER, "You took £45.50 from me.")], "en")
    unsaid = spoken([(CALLER, "You took £60 from me.")], "en")
    assert contradictions([*said, wrong], BOOKS) == []
    assert [line.split(":")[0] for line in contradictions([*unsaid, wrong], BOOKS)] == ["not_said"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_suggestion_contradicts_a_dialogue(language: str) -> None:
    shown_in_all = 0
    for one in ALL[language]:
        events = played(one.turns, language)
        shown_in_all += sum(isinstance(event, Suggestion) for event in events)
        assert contradictions(events, BOOKS) == [], one.id
    assert shown_in_all >= len(ALL[language])


@given(st.data())
@settings(deadline=None, max_examples=60)
def test_no_suggestion_contradicts_lines_in_any_order(data: st.DataObject) -> None:
    language = data.draw(st.sampled_from(LANGUAGES))
    turns = data.draw(st.lists(st.sampled_from(LINES[language]), min_size=2, max_size=8))
    assert contradictions(played(turns, language), BOOKS) == []
