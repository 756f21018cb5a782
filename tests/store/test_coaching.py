"""Coaching: what got better, what to work on, what calmed callers down; on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from assist.events import Role
from assist.guidance.calming import Answer
from assist.guidance.scorecard import scorecard
from assist.store import Store
from assist.store.coaching import Coaching, coaching
from assist.store.scorecards import events_of
from tests.guidance.dialogue import Turn
from tests.guidance.test_scorecard import GOOD
from tests.store.test_scorecards import kept, review, store

__all__ = ["store"]

AGENT, CALLER = Role.AGENT, Role.CALLER
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
BAD: list[Turn] = [
    *GOOD[:4],
    (AGENT, "I can't do that, there is nothing I can do about it."),
    (CALLER, "That's a pity."),
    (AGENT, "You should have read the contract. We don't do refunds."),
    (CALLER, "Right. Goodbye."),
    (AGENT, "Goodbye."),
]


async def coached(store: Store, agents: frozenset[str] | None = None, **more: int) -> Coaching:
    return await store.read(
        lambda connection: coaching(
            connection, agents, START, START + 28 * DAY, **{"limit": 1000, "least": 2} | more
        )
    )


async def test_what_got_better_is_told_by_half_and_week(store: Store) -> None:
    for n in range(6):
        await kept(store, f"bad{n}", BAD, at=START + n * DAY, agent="ayşe")
        await kept(store, f"good{n}", GOOD, at=START + (16 + n) * DAY, agent="ayşe")
    (found,) = (await coached(store)).agents
    assert (found.agent, found.calls, found.by) == ("ayşe", 12, "week")
    assert [one.start for one in found.periods] == ["2026-03-02", "2026-03-16", "2026-03-23"]
    assert sum(one.calls for one in found.periods) == 12
    best = {one.quality: one for one in found.changes}
    closing = best["closing"]
    assert closing.sure and closing.low > 0 and closing.difference > 20
    assert closing.earlier.of == closing.later.of == 6
    assert found.changes[0].difference >= found.changes[-1].difference
    assert not best["timing"].sure and best["timing"].difference == 0


async def test_two_things_to_work_on_with_three_real_moments_and_a_better_phrasing(
    store: Store,
) -> None:
    for n in range(4):
        await kept(store, f"c{n}", BAD, at=START + n * DAY, agent="ayşe")
    await kept(store, "fine", GOOD, at=START, agent="can")
    ayse, can = (await coached(store)).agents
    assert (ayse.agent, can.agent) == ("ayşe", "can")
    assert can.work_on == ()
    assert len(ayse.work_on) == 2
    assert len({one.quality for one in ayse.work_on}) == 2
    for thing in ayse.work_on:
        assert thing.points < 0 and thing.times >= 3 and thing.better
        assert len(thing.moments) == 3
        assert [one.call_id for one in thing.moments] == ["c1", "c2", "c3"]
    quotes = {one.quote for thing in ayse.work_on for one in thing.moments if one.quote}
    said = {text for _, text in BAD}
    assert quotes and quotes <= said
    assert all(one.better for thing in ayse.work_on for one in thing.moments)


async def test_what_a_person_called_fine_is_nothing_to_work_on(store: Store) -> None:
    for n in range(3):
        await kept(store, f"c{n}", BAD, at=START + n * DAY, agent="ayşe")
    (before,) = (await coached(store)).agents
    first = before.work_on[0].quality
    for n in range(3):
        await store.review(review(f"c{n}", first, verdict="correct", value=100))
    (after,) = (await coached(store)).agents
    assert first not in {one.quality for one in after.work_on}
    assert after.periods[0].qualities[first].mean == 100


async def test_only_calls_of_those_who_may_be_seen_and_of_the_time_count(store: Store) -> None:
    await kept(store, "mine", GOOD, at=START, agent="ayşe")
    await kept(store, "theirs", GOOD, at=START, agent="can")
    await kept(store, "before", GOOD, at=START - DAY, agent="ayşe")
    await kept(store, "end", GOOD, at=START + 28 * DAY, agent="ayşe")
    await kept(store, "unscored", GOOD, at=START, agent="ayşe", scored=False)
    (found,) = (await coached(store, frozenset({"ayşe", "nobody"}))).agents
    assert (found.agent, found.calls) == ("ayşe", 1)
    assert (await coached(store, frozenset())).agents == ()


async def test_what_is_left_out_is_said(store: Store) -> None:
    for n in range(3):
        await kept(store, f"c{n}", GOOD, at=START + n * DAY, agent="ayşe")
    assert (await coached(store)).complete
    cut = await coached(store, limit=2)
    assert not cut.complete and cut.agents[0].calls == 2


async def test_what_calmed_callers_is_counted_over_everybody_from_a_few_calls_on(
    store: Store,
) -> None:
    for n in range(4):
        await kept(store, f"c{n}", GOOD, at=START, agent="ayşe" if n % 2 else "can", scored=False)
        events = await store.read(lambda connection, n=n: events_of(connection, f"c{n}"))
        said = [Answer("delay", "act", "apology", 20.0, "üzgünüm", n > 0)]
        if n == 0:
            said.append(Answer("delay", "act", "transfer", 30.0, "aktarıyorum", False))
        await store.keep_scorecard(f"c{n}", scorecard(events), tuple(said))
    found = await coached(store, frozenset({"ayşe"}))
    (apology,) = found.worked
    assert (apology.about, apology.kind, apology.name, apology.calls) == (
        "delay", "act", "apology", 4,
    )  # fmt: skip
    assert (apology.calmed.count, apology.calmed.of) == (3, 4)
    assert 0.3 < apology.calmed.low < 0.75 < apology.calmed.high < 1
    assert (await coached(store, least=5)).worked == ()
