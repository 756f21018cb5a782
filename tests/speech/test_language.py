"""The language of a call: found early, left late."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assist.config import SpeechSettings
from assist.speech.language import LanguageGuard, spoken_language, weight
from tests.speech.words import heard

TURKISH = heard("merhaba size nasıl yardımcı olabilirim", tr=0.98, en=0.02)
ENGLISH = heard("hello how can I help you", tr=0.02, en=0.98)
OKAY = heard("ok", tr=0.1, en=0.9)


def guard(fixed: str | None = None) -> LanguageGuard:
    return LanguageGuard(SpeechSettings(), fixed)


def after(*turns: tuple[object, float]) -> LanguageGuard:
    told = guard()
    for transcript, seconds in turns:
        told.observe(transcript, seconds)  # type: ignore[arg-type]
    return told


def test_a_fixed_language_is_never_left() -> None:
    told = guard("tr")
    for _ in range(20):
        told.observe(ENGLISH, 10.0)
    assert (told.current, told.languages(), dict(told.prior())) == ("tr", ("tr",), {"tr": 1.0})


def test_before_anything_was_said_every_language_is_as_likely() -> None:
    assert guard().prior() == {"tr": 0.5, "en": 0.5}
    assert guard().current == "tr"


def test_one_good_turn_is_enough_to_begin_with() -> None:
    assert after((ENGLISH, 3.0)).current == "en"
    assert after((TURKISH, 3.0)).current == "tr"


def test_short_answers_decide_nothing() -> None:
    told = after(*[(OKAY, 0.5)] * 30)
    assert told.prior() == {"tr": 0.5, "en": 0.5}


def test_okay_in_a_turkish_call_changes_nothing() -> None:
    assert after((TURKISH, 4.0), *[(OKAY, 0.9)] * 3).current == "tr"


def test_a_wrong_first_guess_is_soon_mended() -> None:
    unsure = heard("ehm", tr=0.4, en=0.6)
    told = after((unsure, 1.2))
    assert told.current == "en"
    told.observe(TURKISH, 3.0)
    assert told.current == "tr"


def test_one_turn_in_the_other_language_does_not_switch() -> None:
    told = after(*[(TURKISH, 4.0)] * 5, (ENGLISH, 20.0))
    assert told.current == "tr"


def test_a_caller_who_goes_on_in_english_is_followed_within_four_turns() -> None:
    told = after(*[(TURKISH, 4.0)] * 10)
    turns = 0
    while told.current == "tr":
        told.observe(ENGLISH, 4.0)
        turns += 1
    assert 2 <= turns <= 4


def test_turns_in_either_language_do_not_make_it_flap() -> None:
    told = after((TURKISH, 4.0), (TURKISH, 4.0))
    seen = []
    for index in range(40):
        told.observe(ENGLISH if index % 2 else TURKISH, 4.0)
        seen.append(told.current)
    assert set(seen) == {"tr"}


def test_an_empty_transcript_says_nothing() -> None:
    assert after((heard("", tr=0.0, en=1.0), 10.0)).prior() == {"tr": 0.5, "en": 0.5}


def test_the_prior_follows_the_call() -> None:
    assert after(*[(TURKISH, 4.0)] * 3).prior()["tr"] > 0.9


def test_a_doubtful_turn_goes_to_the_language_of_the_call() -> None:
    prior = after(*[(TURKISH, 4.0)] * 3).prior()
    assert spoken_language({"tr": 0.3, "en": 0.7}, prior, 3.0) == "tr"
    assert spoken_language({"tr": 0.3, "en": 0.7}, None, 3.0) == "en"


def test_a_short_turn_is_judged_by_the_call_and_not_by_itself() -> None:
    prior = after(*[(TURKISH, 4.0)] * 3).prior()
    assert spoken_language({"tr": 0.01, "en": 0.99}, prior, 0.7) == "tr"


def test_without_a_prior_a_short_turn_still_has_its_own_language() -> None:
    assert spoken_language({"tr": 0.2, "en": 0.8}, None, 0.3) == "en"


@pytest.mark.parametrize(("seconds", "share"), [(0.0, 0.0), (0.6, 0.0), (1.8, 0.5), (9.0, 1.0)])
def test_a_turn_counts_by_its_length(seconds: float, share: float) -> None:
    assert weight(seconds) == pytest.approx(share)


TURNS = st.lists(st.tuples(st.floats(0, 1), st.floats(0, 30)), max_size=30)


@given(turns=TURNS)
def test_prior_is_a_distribution_and_current_is_declared(turns: list[tuple[float, float]]) -> None:
    told = guard()
    for probability, seconds in turns:
        told.observe(heard("söz", tr=probability, en=1 - probability), seconds)
        assert sum(told.prior().values()) == pytest.approx(1.0)
        assert min(told.prior().values()) > 0
        assert told.current in told.languages()


@given(turns=TURNS)
def test_the_same_turns_give_the_same_state(turns: list[tuple[float, float]]) -> None:
    one, other = guard(), guard()
    for told in (one, other):
        for probability, seconds in turns:
            told.observe(heard("söz", tr=probability, en=1 - probability), seconds)
    assert (one.current, one.prior()) == (other.current, other.prior())
