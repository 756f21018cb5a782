"""Word times from an alignment of tokens and encoder positions (20 ms each)."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from assist.speech.timing import spoken_copies, tightened, word_spans

# Tokens 0 and 1 are one word, token 2 another, token 3 ends the text.
PATH = [(0, 0), (0, 1), (1, 2), (1, 3), (2, 4), (2, 5), (2, 6), (3, 7)]


def test_a_word_lasts_from_its_first_token_to_the_next_words_first() -> None:
    spans = word_spans(PATH, [2, 1], 1.0)
    assert spans == [(0.0, pytest.approx(0.08)), (pytest.approx(0.08), pytest.approx(0.14))]


def test_no_word_reaches_beyond_the_audio() -> None:
    assert word_spans(PATH, [2, 1], 0.1)[-1] == (pytest.approx(0.08), 0.1)


def test_tokens_the_alignment_left_out_end_with_the_audio() -> None:
    assert word_spans([(0, 0), (1, 10)], [1, 1, 1], 2.0)[-1] == (2.0, 2.0)


def test_no_words_have_no_times() -> None:
    assert word_spans([], [], 1.0) == []
    assert tightened([], np.zeros((80, 100), np.float32)) == []


def spans(*starts: float) -> list[tuple[float, float]]:
    return list(pairwise(starts))


def test_a_copy_that_collapses_into_one_moment_was_not_spoken() -> None:
    copied = spans(0.0, 0.5, 0.8, 1.1, 1.3, 1.5, 2.1, 2.42, 2.42, 2.42, 2.42, 2.42, 2.46)
    assert spoken_copies(copied, 6) == 6


def test_what_was_really_said_twice_stays() -> None:
    said = spans(0.0, 0.4, 0.6, 1.0, 1.4, 1.6, 2.3, 2.5, 2.6, 3.0, 3.4, 3.6, 4.4)
    assert spoken_copies(said, 6) == 12
    assert spoken_copies(spans(0.0, 0.45, 0.9), 1) == 2


def test_a_word_with_no_time_of_its_own_was_said_once() -> None:
    assert spoken_copies(spans(0.0, 0.6, 0.62, 0.65), 1) == 1
    assert spoken_copies(spans(0.0, 0.5, 0.62), 1) == 1


def test_silence_around_words_is_no_part_of_them() -> None:
    features = np.zeros((80, 100), np.float32)
    features[:, 20:40] = 1.0
    features[:, 60:90] = 1.0
    (first, second) = tightened([(0.0, 0.5), (0.5, 1.0)], features)
    assert first == (pytest.approx(0.2), pytest.approx(0.4))
    assert second == (pytest.approx(0.6), pytest.approx(0.9))


def test_a_word_in_silence_keeps_its_times() -> None:
    features = np.zeros((80, 100), np.float32)
    features[:, 60:90] = 1.0
    assert tightened([(0.1, 0.3)], features) == [(0.1, 0.3)]
