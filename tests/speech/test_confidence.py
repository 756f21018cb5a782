"""Confidence is a rising curve within 0…1."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assist.speech.confidence import CONFIDENCE, PROBABILITY, confidence

SHARES = st.floats(0, 1)


def test_the_points_rise_and_stay_within_bounds() -> None:
    assert list(PROBABILITY) == sorted(PROBABILITY)
    assert list(CONFIDENCE) == sorted(CONFIDENCE)
    assert (PROBABILITY[0], PROBABILITY[-1]) == (0.0, 1.0)
    assert 0.0 <= CONFIDENCE[0] < CONFIDENCE[-1] <= 1.0


def test_a_word_without_tokens_has_no_confidence() -> None:
    assert confidence([]) == 0.0


@given(one=SHARES, other=SHARES)
def test_a_likelier_word_is_never_trusted_less(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert confidence([low]) <= confidence([high])


@given(probabilities=st.lists(SHARES, min_size=1, max_size=6))
def test_confidence_is_a_probability(probabilities: list[float]) -> None:
    assert 0.0 <= confidence(probabilities) <= 1.0
