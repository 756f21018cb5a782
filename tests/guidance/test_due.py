"""When what was promised is due; the page counts by the same list."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assist.events import Due
from assist.guidance.due import due_at

CASES = json.loads(
    (Path(__file__).parents[2] / "web" / "tests" / "due-dates.json").read_text(encoding="utf-8")
)
SAID = datetime(2026, 11, 12, 15, 30, tzinfo=ZoneInfo("Europe/Istanbul"))
"""A Thursday."""


@pytest.mark.parametrize(("fields", "expected"), CASES, ids=[json.dumps(f) for f, _ in CASES])
def test_it_is_counted_from_the_moment_of_saying(fields: dict[str, Any], expected: str) -> None:
    found = due_at(Due(text="", **fields), SAID)
    assert found is not None
    assert f"{found.month}-{found:%d %H:%M}" == expected
    assert found.tzinfo is SAID.tzinfo


def test_it_is_unknown_where_nothing_was_named() -> None:
    assert due_at(Due(text="en kısa zamanda"), SAID) is None
    assert due_at(None, SAID) is None


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "days": st.integers(0, 60),
            "working": st.booleans(),
            "weeks": st.integers(0, 8),
            "months": st.integers(0, 24),
            "weekday": st.integers(1, 7),
            "date": st.builds("{:02}-{:02}".format, st.integers(1, 12), st.integers(1, 31))
            | st.integers(1, 31).map("{:02}".format),
            "end_of": st.sampled_from(["day", "week", "month"]),
        },
    ),
    st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(SAID.tzinfo)),
)
def test_no_day_is_before_the_promise(fields: dict[str, Any], said: datetime) -> None:
    found = due_at(Due(text="", **fields), said)
    this_week = "weekday" in fields and fields.get("weeks") == 0
    assert found is None or this_week or found.date() >= said.date()
