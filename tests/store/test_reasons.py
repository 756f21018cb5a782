"""What customers suffer from: reasons, calls again within a week, ratings; on both databases."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from assist.events import Role
from assist.store import Annotation, Store
from assist.store.ratings import Rating, ratings_of
from assist.store.reasons import Reason, Reasons, reasons
from tests.guidance.dialogue import Turn
from tests.store.test_scorecards import kept, store

__all__ = ["store"]

AGENT, CALLER = Role.AGENT, Role.CALLER
START = datetime(2026, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)
NUMBERS = itertools.count(1)


def about(problem: str) -> list[Turn]:
    return [
        (AGENT, "Hello, how can I help you?"),
        (CALLER, problem),
        (AGENT, "Let me have a look at that for you right now."),
        (CALLER, "Okay, thank you."),
        (AGENT, "Goodbye."),
    ]


LATE = about("My parcel still hasn't arrived, the delivery is late.")
TWICE = about("You've billed me twice for the same month.")


async def found(store: Store, agents: frozenset[str] | None = None, **more: Any) -> Reasons:
    given = {"now": START + 60 * DAY, "limit": 1000} | more
    return await store.read(
        lambda connection: reasons(connection, agents, START, START + 14 * DAY, **given)
    )


def by_topic(found: Reasons) -> dict[str, Reason]:
    every: list[Reason] = [
        *found.reasons,
        *(one for area in found.reasons for one in area.problems),
    ]
    return {one.topic: one for one in every}


async def rate(
    store: Store, call_id: str, value: float, kind: str = "csat", high: float = 5
) -> None:
    await store.rate(
        Rating(
            kind=kind,
            value=value,
            scale=(0 if kind == "nps" else 1, high),
            call_id=call_id,
            id=f"rating-{next(NUMBERS):04}",
            made_at=START.isoformat(),
        )
    )


async def test_reasons_are_counted_on_two_levels_beside_the_time_before(store: Store) -> None:
    for n in range(9):
        await kept(store, f"late{n}", LATE, at=START + DAY, outcome="solved" if n else "unsolved")
    await kept(store, "twice", TWICE, at=START + DAY)
    for n in range(2):
        await kept(store, f"then{n}", LATE, at=START - DAY)
    for n in range(8):
        await kept(store, f"bill{n}", TWICE, at=START - DAY)
    every = await found(store)
    assert (every.calls, every.before, every.complete) == (10, 10, True)
    assert [one.topic for one in every.reasons] == ["delivery", "billing"]
    one = by_topic(every)
    assert (one["delivery/late"].calls, one["delivery/late"].before) == (9, 2)
    assert (one["delivery"].trend, one["billing"].trend) == ("up", "down")
    assert (one["delivery"].solved.count, one["delivery"].solved.of) == (8, 9)
    assert one["delivery"].unsolved.count == 1
    assert one["delivery"].part.share == 0.9


async def test_what_people_corrected_counts(store: Store) -> None:
    await kept(store, "one", LATE, at=START)
    fields: dict[str, str] = {"call_id": "one", "made_at": START.isoformat()}
    await store.annotate(
        Annotation(id="mark-0001", kind="topic", value="service/attitude", **fields)  # type: ignore[arg-type]
    )
    await store.annotate(
        Annotation(id="mark-0002", kind="outcome", value="unsolved", **fields)  # type: ignore[arg-type]
    )
    await store.flush()
    one = by_topic(await found(store))
    assert one.keys() == {"service", "service/attitude"}
    assert one["service"].unsolved.count == 1


async def test_again_is_another_call_of_the_same_customer_within_a_week(store: Store) -> None:
    for call_id, customer, day in (
        ("first", "a", 0), ("second", "a", 5), ("late", "b", 0), ("later", "b", 8),
        ("unknown", "", 0), ("recent", "c", 13),
    ):  # fmt: skip
        await kept(store, call_id, LATE, at=START + day * DAY, customer=customer)
    again = by_topic(await found(store))["delivery"].again
    assert (again.count, again.of) == (1, 5)
    early = by_topic(await found(store, now=START + 14 * DAY))["delivery"].again
    assert (early.count, early.of) == (1, 3)  # of the others a week is not over yet


async def test_ratings_stand_beside_the_outcome_they_were_given_for(store: Store) -> None:
    for n in range(6):
        await kept(store, f"yes{n}", LATE, at=START, outcome="solved")
        await kept(store, f"no{n}", LATE, at=START, outcome="unsolved")
        await rate(store, f"yes{n}", 5 if n else 2)
        await rate(store, f"no{n}", 2 if n else 1)
        await rate(store, f"yes{n}", 10 if n else 6, "nps", 10)
    await rate(store, "no0", 2)  # corrected
    csat, nps = (await found(store)).ratings
    assert (csat.kind, csat.all.of, csat.solved.of) == ("csat", 12, 6)
    assert csat.unsolved.mean == 25 and csat.solved.mean is not None and csat.solved.mean > 85
    # five of six solved calls above all unsolved ones, one level with them
    assert csat.agreement is not None and abs(csat.agreement - (5 + 0.5) / 6) < 0.001
    assert csat.low is not None and csat.high is not None and csat.low < csat.agreement <= csat.high
    assert (nps.nps, nps.agreement) == (67, None)
    assert by_topic(await found(store))["delivery"].satisfied.of == 18
    kept_ratings = await store.read(lambda connection: ratings_of(connection, "no0"))
    assert [(one.value, one.scale) for one in kept_ratings] == [(1, (1, 5)), (2, (1, 5))]


async def test_words_that_rise_are_the_callers(store: Store) -> None:
    for n in range(12):
        await kept(store, f"then{n}", LATE, at=START - DAY)
        modem = about("My parcel is late and the gateway blinks red.")
        await kept(store, f"now{n}", modem, at=START + DAY)
    words = (await found(store)).words["en"]
    assert {"gateway", "blink", "red"} <= {one.word for one in words} | {"blinks"} | {"blink"}
    assert "parcel" not in {one.word for one in words}
    assert all(one.before == 0 and one.now == 12 for one in words if one.word == "gateway")


async def test_calls_of_others_and_what_is_too_much_are_left_out(store: Store) -> None:
    await kept(store, "mine", LATE, at=START, agent="ayşe")
    await kept(store, "theirs", TWICE, at=START, agent="can")
    assert by_topic(await found(store, frozenset({"ayşe"}))).keys() == {"delivery", "delivery/late"}
    assert (await found(store, frozenset())).calls == 0
    cut = await found(store, limit=1)
    assert (cut.calls, cut.complete) == (1, False)
