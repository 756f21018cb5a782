"""Claims about attention: holds and their lengths, questions asked twice, distress unseen."""

from __future__ import annotations

import pickle

import pytest

from assist.events import SAMPLE_RATE, Mechanics, Role
from assist.guidance.attention import Attention, promised_length
from assist.guidance.mechanics import MechanicsRules
from tests.guidance.test_guide import AGENT, CALLER, mechanics, said, tone

RULES = MechanicsRules()


def heard(
    one: Attention, text: str, at: float, *tags: str, who: Role = AGENT, language: str = "en"
) -> None:
    one.utterance(said(text, at, who, language), frozenset(tags), RULES)


def measured(one: Attention, at: float, dead_air: float = 0.0) -> dict[str, float]:
    event: Mechanics = mechanics(at, dead_air=dead_air)
    return one.measures(round(at * SAMPLE_RATE), event, RULES)


@pytest.mark.parametrize(
    ("language", "text", "length"),
    [
        ("tr", "İki dakika bekler misiniz?", 120.0),
        ("tr", "30 saniye rica edeceğim", 30.0),
        ("tr", "Hatta kalır mısınız?", 0.0),
        ("en", "Could you hold for two minutes?", 120.0),
        ("en", "Just a minute please", 60.0),
        ("en", "One moment please", 0.0),
    ],
)
def test_the_promised_length_is_what_was_said(language: str, text: str, length: float) -> None:
    assert promised_length(said(text, 10, AGENT, language)) == length


def test_a_hold_is_silence_that_was_asked_for_and_it_has_a_length() -> None:
    one = Attention()
    heard(one, "could you hold for a minute please", 10, "hold_request")
    assert measured(one, 14, 4.0)["hold"] == 0
    assert measured(one, 30, 20.0)["hold"] == 20
    assert measured(one, 60, 50.0)["hold_over"] == 0
    assert measured(one, 75, 65.0)["hold_over"] == 5
    assert measured(one, 75)["holds"] == 0
    heard(one, "thanks for holding", 80)
    assert measured(one, 81)["holds"] == 1
    assert measured(one, 95, 14.0)["hold"] == 0


def test_without_a_length_the_playbooks_limit_counts() -> None:
    one = Attention()
    heard(one, "one moment please", 10, "hold_request")
    heard(one, "sure", 12, who=CALLER)
    assert measured(one, 50, 38.0)["hold_over"] == 0
    assert measured(one, 60, 48.0)["hold_over"] == pytest.approx(5)


def test_silence_long_after_the_request_is_no_hold() -> None:
    one = Attention()
    heard(one, "one moment please", 10, "hold_request")
    heard(one, "wait before you do that let me tell you what happened", 40, who=CALLER)
    assert measured(one, 60, 20.0)["hold"] == 0


def test_a_question_is_repeated_when_the_caller_has_spoken_since() -> None:
    one = Attention()
    heard(one, "Can I have your order number please?", 10)
    heard(one, "Your order number?", 13)
    assert measured(one, 14)["repeated_question"] == 0
    heard(one, "four four two one nine", 18, who=CALLER)
    heard(one, "What is the new delivery address?", 22)
    assert measured(one, 23)["repeated_question"] == 0
    heard(one, "Oak Street twelve", 26, who=CALLER)
    heard(one, "And the order number, what was it?", 30)
    assert measured(one, 31)["repeated_question"] == 1
    assert measured(one, 43)["repeated_question"] == 0


def test_a_turkish_question_is_known_by_its_words_in_any_form() -> None:
    one = Attention()
    heard(one, "Sipariş numaranızı alabilir miyim?", 10, language="tr")
    heard(one, "kırk iki on dokuz", 14, who=CALLER, language="tr")
    heard(one, "Sipariş numaranız neydi", 30, language="tr")
    assert measured(one, 31)["repeated_question"] == 1


def test_closing_and_holding_may_be_asked_twice() -> None:
    one = Attention()
    for at in (10, 30):
        heard(one, "Is there anything else I can help you with?", at, "closing_check")
        heard(one, "yes", at + 5, who=CALLER)
    assert measured(one, 31)["repeated_question"] == 0


def test_distress_waits_from_its_first_sign_until_it_is_answered() -> None:
    one = Attention()
    assert measured(one, 5)["unacknowledged"] == 0
    heard(one, "this is the third time", 10, "repeat_contact", who=CALLER)
    one.tone(tone("angry", 20))
    assert measured(one, 70)["unacknowledged"] == 60
    heard(one, "I'm so sorry about that", 75, "apology")
    assert measured(one, 76)["unacknowledged"] == 0
    one.tone(tone("neutral", 80))
    assert measured(one, 90)["unacknowledged"] == 0


def test_it_survives_a_checkpoint() -> None:
    one = Attention()
    heard(one, "could you hold for a minute please", 10, "hold_request")
    measured(one, 30, 20.0)
    again: Attention = pickle.loads(pickle.dumps(one))
    assert measured(again, 75, 65.0) == measured(one, 75, 65.0)
