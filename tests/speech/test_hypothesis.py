"""Which hypotheses are looked at again, and which are dropped."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assist.speech.hypothesis import Hypothesis, doubtful, loops, nothing_said, period


def hypothesis(
    text: str,
    *,
    log_probability: float = -0.3,
    no_speech: float = 0.05,
    cut: bool = False,
    tokens: tuple[int, ...] | None = None,
) -> Hypothesis:
    words = tuple((word, 1) for word in text.split())
    ids = tuple(range(len(words))) if tokens is None else tokens
    return Hypothesis(ids, words, "tr", log_probability, no_speech, cut)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("evet", 1),
        ("evet evet", 1),
        ("iyi günler dilerim iyi günler", 3),
        ("iyi günler iyi akşamlar", 4),
        ("", 0),
    ],
)
def test_the_period_of_words(text: str, expected: int) -> None:
    assert period(text.split()) == expected


@given(words=st.lists(st.sampled_from("abc"), min_size=1, max_size=12), times=st.integers(2, 4))
def test_what_is_said_several_times_has_a_period_of_at_most_once(
    words: list[str], times: int
) -> None:
    assert period(words * times) <= len(words)


def test_a_turn_said_twice_is_looked_at_again_whatever_its_punctuation() -> None:
    assert doubtful(hypothesis("İyi günler dilerim. İyi günler dilerim"))
    assert not doubtful(hypothesis("Rica ederim, iyi günler dilerim."))


def test_a_hypothesis_that_had_to_be_stopped_is_looked_at_again() -> None:
    assert doubtful(hypothesis("bir iki", cut=True))


@pytest.mark.parametrize("tail", [[7], [7, 8], [7, 8, 9, 5]])
def test_the_same_few_tokens_without_end_are_a_loop(tail: list[int]) -> None:
    assert loops([1, 2, 3, *tail * 6])
    assert not loops([1, 2, 3, *tail * 3, 4])


def test_plain_words_are_said() -> None:
    assert not nothing_said(hypothesis("Merhaba, nasıl yardımcı olabilirim?"))


def test_a_hard_to_hear_word_is_still_said() -> None:
    assert not nothing_said(hypothesis("Tamam.", log_probability=-1.2, no_speech=0.2))


def test_unlikely_words_where_nobody_seems_to_speak_were_not_said() -> None:
    assert nothing_said(hypothesis("you", log_probability=-1.9, no_speech=0.6))
    assert nothing_said(hypothesis("Çekil!", log_probability=-1.9, no_speech=0.6))


def test_nothing_but_punctuation_is_nothing() -> None:
    assert nothing_said(hypothesis("..."))
    assert nothing_said(hypothesis(""))


def test_a_loop_that_had_to_be_stopped_is_nothing() -> None:
    assert nothing_said(hypothesis("aaaaaaaa", tokens=(5,) * 40, cut=True))


SUBTITLES = [
    "Altyazı M.K.",
    "Thanks for watching!",
    "Thank you for watching.",
    "İzlediğiniz için teşekkürler.",
    "İzlediğiniz için teşekkür ederim.",
    "Bu videoyu izlediğiniz için teşekkürler.",
    "Bu dizinin betimlemesi TRT tarafından Sesli Betimleme Derneği'ne yaptırılmıştır.",
    "Abone olmayı unutmayın.",
    "Bu videoyu beğenmeyi unutmayın.",
    "Hey guys, welcome back to my channel.",
    "Please subscribe to my channel.",
]


@pytest.mark.parametrize("text", SUBTITLES)
def test_phrases_of_subtitles_on_doubtful_sound_were_not_said(text: str) -> None:
    assert nothing_said(hypothesis(text, log_probability=-0.5, no_speech=0.45))
    assert nothing_said(hypothesis(text, log_probability=-1.0, no_speech=0.1))


@pytest.mark.parametrize("text", ["Teşekkürler.", "Çok teşekkür ederim.", "Thank you.", "Bye."])
def test_thanks_are_not_taken_for_subtitles(text: str) -> None:
    assert not nothing_said(hypothesis(text, log_probability=-0.9, no_speech=0.35))
