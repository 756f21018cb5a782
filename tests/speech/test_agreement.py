"""Settled and pending words of a turn that goes on."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assist.speech.agreement import PartialAgreement
from tests.speech.words import words


def insert_all(*hypotheses: str) -> list[tuple[str, str]]:
    agreement = PartialAgreement()
    return [agreement.insert(words(text)) for text in hypotheses]


def test_nothing_is_settled_by_one_hypothesis() -> None:
    assert insert_all("merhaba ben") == [("", "merhaba ben")]


def test_what_two_hypotheses_agree_on_is_settled() -> None:
    assert insert_all("merhaba ben", "merhaba ben Berke")[-1] == ("merhaba ben", "Berke")


def test_the_first_difference_ends_what_is_settled() -> None:
    last = insert_all("bir ürün sipariş", "bir ürünü sipariş ettim")[-1]
    assert last == ("bir", "ürünü sipariş ettim")


def test_letter_case_and_punctuation_are_no_difference() -> None:
    assert insert_all("Tamam", "tamam, peki")[-1] == ("tamam,", "peki")
    assert insert_all("İade edin", "iade edin lütfen")[-1] == ("iade edin", "lütfen")
    assert insert_all("IŞIK yok", "ışık yok mu")[-1] == ("ışık yok", "mu")


def test_a_settled_word_is_not_taken_back() -> None:
    steps = insert_all("iyi günler", "iyi günler", "hiç günler dilerim", "hiç günler dilerim")
    assert steps[1] == ("iyi günler", "")
    assert steps[-1] == ("iyi günler dilerim", "")


def test_an_empty_hypothesis_keeps_what_is_settled() -> None:
    assert insert_all("evet tabii", "evet tabii", "")[-1] == ("evet tabii", "")


def test_a_word_that_moved_a_little_in_time_is_not_doubled() -> None:
    agreement = PartialAgreement()
    agreement.insert(words("kargo nerede"))
    agreement.insert(words("kargo nerede"))
    moved = agreement.insert(words("nerede kaldı acaba", start=0.7))
    assert moved == ("kargo nerede", "kaldı acaba")


def test_of_a_long_turn_only_the_last_settled_words_are_needed_again() -> None:
    agreement = PartialAgreement()
    assert agreement.needed_from(3.0) == 0.0
    agreement.insert(words("bir iki üç dört", pace=1.0))
    assert agreement.needed_from(3.0) == 0.0
    agreement.insert(words("bir iki üç dört", pace=1.0))
    assert agreement.needed_from(1.5) == 2.0
    assert agreement.needed_from(9.0) == 4.0
    assert agreement.insert(words("dört beş", start=3.0, pace=1.0))[1] == "beş"


WORDS = st.lists(st.sampled_from(["evet", "hayır", "bir", "ürün", "İade", "iade"]), max_size=8)


@given(hypotheses=st.lists(WORDS, max_size=8))
def test_settled_text_only_ever_grows(hypotheses: list[list[str]]) -> None:
    before = ""
    for stable, _ in insert_all(*(" ".join(text) for text in hypotheses)):
        assert stable.startswith(before)
        before = stable


@given(text=WORDS)
def test_the_same_hypothesis_twice_settles_all_of_it(text: list[str]) -> None:
    joined = " ".join(text)
    assert insert_all(joined, joined)[-1] == (joined, "")
