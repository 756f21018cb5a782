"""Claims about usage: what counts as used, and what that does to a rule."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assist.config import GuidanceSettings
from assist.events import Event, Suggestion, SuggestionWithdrawn
from assist.guidance.usage import AT_THE_EDGE, PENALTY, Count, add, count, standing

SETTINGS = GuidanceSettings()


def shown(id_: str, rule: str) -> Suggestion:
    return Suggestion(
        call_id="c", seq=1, position=0, id=id_, situation="", say="", why="", because=(),
        language="en", expires=0, rule=rule,
    )  # fmt: skip


def gone(id_: str, reason: str) -> SuggestionWithdrawn:
    return SuggestionWithdrawn(call_id="c", seq=1, position=0, id=id_, reason=reason)


def test_marked_or_said_is_used_and_what_had_no_time_counts_for_nothing() -> None:
    events: list[Event] = [shown(f"s{n}", f"r{n}") for n in range(1, 7)]
    events += [gone("s1", "said"), gone("s2", "expired"), gone("s3", "replaced")]
    events += [gone("s4", "said"), gone("s5", "replaced")]
    assert count(events, {"s4": "dismissed", "s5": "used"}) == {
        "r1": Count(1, 1),
        "r2": Count(1, 0),
        "r4": Count(1, 0),
        "r5": Count(1, 1),
        "r6": Count(1, 0),
    }


def test_calls_add_up() -> None:
    total = add({"a": Count(3, 1), "b": Count(1, 0)}, {"a": Count(1, 1)})
    assert total == {"a": Count(4, 2), "b": Count(1, 0)}


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (None, 60),
        (Count(11, 0), 60),
        (Count(12, 0), 60 - PENALTY),
        (Count(12, 2), 60),
        (Count(17, 0), 60 - PENALTY),
        (Count(18, 0), None),
        (Count(100, 20), 60),
    ],
)
def test_use_decides_after_enough_showings(known: Count | None, expected: int | None) -> None:
    assert standing(60, known, SETTINGS) == expected


@given(st.integers(0, 100), st.integers(0, 500), st.integers(0, 500))
def test_nothing_rises_and_the_edge_stays(priority: int, times: int, used: int) -> None:
    known = Count(times, min(times, used))
    left = standing(priority, known, SETTINGS)
    assert left is None or 0 <= left <= priority
    assert priority < AT_THE_EDGE or left == priority
