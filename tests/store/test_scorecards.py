"""Scorecards as they are kept, reviews of them, and how far both agree; on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from assist.config import StoreSettings
from assist.guidance.calming import answers
from assist.guidance.quality import formulas
from assist.guidance.scorecard import scorecard
from assist.store import Filters, Store
from assist.store.numbers import alpha, concordance, difference, mean, rising, share
from assist.store.scorecards import Review, agreement, card_of, due, events_of, reviews_of
from tests.guidance.dialogue import Turn
from tests.guidance.test_scorecard import GOOD, scored_events
from tests.store.test_store import info

STARTED = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


@pytest.fixture
async def store(settings: StoreSettings) -> AsyncIterator[Store]:
    opened = Store.open(settings)
    yield opened
    await opened.close()


async def kept(
    store: Store,
    call_id: str,
    turns: list[Turn] = GOOD,
    *,
    at: datetime = STARTED,
    language: str = "en",
    scored: bool = True,
    outcome: str | None = None,
    **known: str,
) -> None:
    """A call that is over, with its events and its card."""
    await store.call_started(info(call_id, language=language, **known), at)
    made = scored_events(turns, language, **({} if outcome is None else {"outcome": outcome}))
    events = [replace(event, call_id=call_id, seq=n) for n, event in enumerate(made, 1)]
    for event in events:
        await store.append(event)
    duration = events[-1].position / 16_000
    await store.call_ended(
        call_id, reason="stop", duration=duration, ended_at=at + timedelta(seconds=duration)
    )
    if scored:
        await store.keep_scorecard(call_id, scorecard(events), answers(events, {}))
    await store.flush()


def review(call_id: str, quality: str, author: str = "", **said: Any) -> Review:
    given = {"verdict": "accept", "machine": 80, "version": formulas()} | said
    review.number += 1  # type: ignore[attr-defined]
    return Review(
        id=f"review-{review.number:04}",  # type: ignore[attr-defined]
        call_id=call_id,
        quality=quality,
        author=author,
        made_at=STARTED.isoformat(),
        **given,
    )


review.number = 0  # type: ignore[attr-defined]


async def score_of(store: Store, call_id: str) -> float | None:
    found = await store.search(Filters())
    return next(call.score for call in found.calls if call.call_id == call_id)


async def test_a_kept_card_is_the_one_that_the_stored_events_give(store: Store) -> None:
    await kept(store, "one")
    card = await store.read(lambda connection: card_of(connection, "one"))
    events = await store.read(lambda connection: events_of(connection, "one"))
    assert card is not None and card == scorecard(events)
    assert card.score == await score_of(store, "one")


async def test_calls_without_a_card_by_the_present_formulas_are_due(store: Store) -> None:
    await kept(store, "with")
    await kept(store, "without", scored=False)
    await kept(store, "old", at=STARTED - timedelta(days=1))
    events = await store.read(lambda connection: events_of(connection, "old"))
    await store.keep_scorecard("old", replace(scorecard(events), version="older"), ())
    await store.call_started(info("running"), STARTED)
    await store.flush()
    assert await store.read(lambda connection: due(connection, 10)) == ["without", "old"]
    assert await store.read(lambda connection: due(connection, 1)) == ["without"]


async def test_a_correction_moves_the_score_that_search_knows(store: Store) -> None:
    await kept(store, "one")
    card = await store.read(lambda connection: card_of(connection, "one"))
    assert card is not None
    known = {one.id: one.score for one in card.qualities if one.score is not None}
    await store.review(review("one", "closing", verdict="correct", value=0))
    expected = sum((known | {"closing": 0}).values()) / len(known)
    assert await score_of(store, "one") == pytest.approx(expected, abs=0.06)
    await store.review(review("one", "closing", verdict="correct", value=None))
    left = [value for name, value in known.items() if name != "closing"]
    assert await score_of(store, "one") == pytest.approx(sum(left) / len(left), abs=0.06)
    await store.review(review("one", "closing"))
    assert await score_of(store, "one") == card.score
    said = await store.read(lambda connection: reviews_of(connection, ["one"]))
    assert [one.verdict for one in said] == ["correct", "correct", "accept"]


async def test_agreement_is_counted_by_the_latest_word_of_each_author(store: Store) -> None:
    for n in range(12):
        await kept(store, f"c{n}", scored=n == 0, agent="ayşe" if n < 11 else "can")
        machine = 50 + 4 * n
        await store.review(
            review(f"c{n}", "clarity", "eda", verdict="correct", value=0, machine=machine)
        )
        await store.review(review(f"c{n}", "clarity", "eda", machine=machine))
    await store.review(review("c0", "clarity", "umut", verdict="correct", value=60, machine=50))

    async def of(quality: str, agents: frozenset[str] | None = None) -> Any:
        found = await store.read(lambda connection: agreement(connection, agents, 1000))
        return next(one for one in found if one.quality == quality)

    clarity = await of("clarity")
    assert clarity.reviewed == 12
    assert (clarity.accepted.count, clarity.accepted.of) == (12, 13)
    assert clarity.difference == pytest.approx(10 / 13, abs=0.06)
    assert clarity.alpha > 0.9 and clarity.low <= clarity.alpha <= clarity.high <= 1
    assert (await of("clarity", frozenset({"can"}))).reviewed == 1
    assert (await of("clarity", frozenset({"can"}))).alpha is None
    assert (await of("closing")).accepted.share is None


# Numbers


def test_alpha_is_krippendorffs() -> None:
    assert alpha([(1, 1), (2, 2), (3, 3)]).alpha == 1
    # Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), section D: interval 0.849
    observers = [
        "1 2 3 3 2 1 4 1 2 * * *",
        "1 2 3 3 2 2 4 1 2 5 * 3",
        "* 3 3 3 2 3 4 2 2 5 1 *",
        "1 2 3 3 2 4 4 1 2 5 1 *",
    ]
    columns = zip(*(line.split() for line in observers), strict=True)
    units = [[float(value) for value in column if value != "*"] for column in columns]
    found = alpha(units)
    assert found.alpha == pytest.approx(0.849, abs=0.001)
    assert found.low is not None and found.high is not None
    assert 0.3 < found.low < found.alpha < found.high <= 1
    assert alpha([]).alpha is None and alpha([(5, 5), (5, 5)]).alpha is None


def test_a_share_has_wilsons_interval() -> None:
    found = share(8, 10)
    assert (found.low, found.high) == (
        pytest.approx(0.4902, abs=1e-3),
        pytest.approx(0.9433, abs=1e-3),
    )
    assert share(0, 0).share is None


@given(st.integers(0, 60), st.integers(1, 60))
def test_a_share_lies_in_its_interval(count: int, more: int) -> None:
    found = share(count, count + more)
    assert found.share is not None
    assert 0 <= found.low <= found.share <= found.high <= 1


def test_a_mean_of_few_has_no_interval() -> None:
    assert mean([]).mean is None
    assert (mean([4.0, 6.0]).mean, mean([4.0, 6.0]).low) == (5.0, None)
    many = mean([float(n % 10) for n in range(50)])
    assert many.low is not None and many.high is not None and many.low < 4.5 < many.high
    more = mean([float(n % 10) for n in range(200)])
    assert more.low is not None and more.high is not None
    assert 3.5 < many.low < more.low < 4.5 < more.high < many.high


def test_a_difference_is_sure_when_the_samples_are_far_apart() -> None:
    apart = difference([10, 12, 14, 11], [30, 29, 33])
    assert apart.difference == pytest.approx(18.9, abs=0.1) and apart.low > 10
    same = difference([float(n % 7) for n in range(60)], [float(n % 7) for n in range(60)])
    assert same.low < 0 == same.difference < same.high


def test_concordance_is_the_area_under_the_curve() -> None:
    assert concordance([3, 4], [1, 2]).chance == 1
    assert concordance([1, 2], [1, 2]).chance == 0.5
    assert concordance([1], [2]).chance == 0
    found = concordance([5] * 5 + [2], [2] * 6)
    assert found.chance == pytest.approx((5 + 0.5) / 6, abs=0.001)
    assert 0.5 < found.low < found.chance < found.high <= 1


def test_words_that_rise_are_those_said_in_more_calls() -> None:
    before = {"fatura": 40, "kargo": 40, "modem": 2}
    now = {"fatura": 42, "kargo": 38, "modem": 30, "nadir": 3}
    found = rising(now, before, least=5, most=10)
    assert [one.word for one in found] == ["modem"]
    assert (found[0].now, found[0].before) == (30, 2) and found[0].z > 1.96
    assert rising(before, before, least=1, most=10) == []
