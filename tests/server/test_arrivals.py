import pytest

from assist.server.arrivals import Arrivals


def test_an_event_is_timed_from_the_arrival_of_its_last_sample() -> None:
    arrivals = Arrivals(1)
    for step in range(1, 101):
        arrivals.note(0, step * 0.02, now=100 + step * 0.02)
    assert arrivals.when(1.0) == pytest.approx(101.0, abs=0.1)
    assert arrivals.when(9.9) is None


def test_the_later_of_two_legs_counts() -> None:
    arrivals = Arrivals(2)
    arrivals.note(0, 5.0, now=1.0)
    assert arrivals.when(0.5) is None
    arrivals.note(1, 1.0, now=7.0)
    assert arrivals.when(0.5) == 7.0


def test_a_long_call_costs_no_more_than_a_short_one() -> None:
    arrivals = Arrivals(1)
    for step in range(1, 100_000):
        arrivals.note(0, float(step), now=float(step))
    assert len(arrivals._arrivals) == 3000
    assert arrivals.when(5.0) is None
    assert arrivals.when(99_000.0) == 99_000.0
