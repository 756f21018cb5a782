"""What customers suffer from: reasons for calls on two levels, and what became of them.

From what search knows of each call (`assist.store.facts`), so people's corrections count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from math import sqrt
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Select, select

from assist.events import Role
from assist.guidance.lexicon import LANGUAGES
from assist.guidance.neutral import NEUTRAL
from assist.guidance.said import keywords
from assist.store.numbers import Concordance, Mean, Rising, Share, concordance, mean, rising, share
from assist.store.tables import calls, ratings, utterances

AGAIN: Final = timedelta(days=7)
"""Another call of the same customer so soon is one call too many."""

_SURE: Final = 1.96
_SATISFIED: Final = 0.75
"""Of a scale, from 0 to 1: the two upper of five boxes."""
_LEAST_RATED: Final = 5
_LEAST_WORD_CALLS: Final = 5
_MOST_WORDS: Final = 30
_AT_ONCE: Final = 500


class Reason(msgspec.Struct, frozen=True):
    """Calls about one thing. `topic` is an area ("delivery"), or a problem in it
    ("delivery/late"), empty where it is not known.

    `before` counts calls in as long a time before; `trend` is "up" or "down" where the part of
    all calls changed surely (95 %), else empty. `angry` and `sad` are calls in which the caller
    was clearly so; `solved`, `unsolved` and `open` are of those with an outcome. `again` counts
    calls after which the same customer called within seven days, of those where that can be
    known. `satisfied` are ratings in the upper quarter of their scale.
    """

    topic: str
    calls: int
    part: Share
    before: int
    trend: str
    angry: Share
    sad: Share
    solved: Share
    unsolved: Share
    open: Share
    again: Share
    satisfied: Share


class Area(Reason, frozen=True, kw_only=True):
    """A reason on the upper level, with its problems."""

    problems: tuple[Reason, ...]


class Rated(msgspec.Struct, frozen=True):
    """Ratings of one kind, each brought to 0…100 of its scale, by the outcome of the call.

    `agreement` is the chance that a call said to be solved is rated above one said to be
    unsolved (ties count half): 0.5 is none, 1 is full; with its interval of 95 %, None below
    five ratings on either side. `promoters` less `detractors` is `nps`, for the kind "nps" alone.
    """

    kind: str
    all: Mean
    solved: Mean
    unsolved: Mean
    open: Mean
    agreement: float | None
    low: float | None
    high: float | None
    nps: int | None = None


class Reasons(msgspec.Struct, frozen=True):
    """`complete` is False where there were more calls than `store.analysis_calls`."""

    since: str
    until: str
    calls: int
    before: int
    reasons: tuple[Area, ...]
    words: dict[str, tuple[Rising, ...]]
    ratings: tuple[Rated, ...]
    complete: bool


class _Call(msgspec.Struct, frozen=True):
    call_id: str
    customer: str
    started_at: datetime
    topic: str
    outcome: str
    tones: frozenset[str]
    again: bool | None = None


class _Rating(msgspec.Struct, frozen=True):
    kind: str
    value: float
    """0…1 of its scale."""
    outcome: str


def reasons(
    connection: Connection,
    agents: frozenset[str] | None,
    since: datetime,
    until: datetime,
    *,
    now: datetime,
    limit: int,
) -> Reasons:
    """The calls of `agents` (None: everybody's) in a span of time, the end not included, beside
    as long a time before. At most the latest `limit` calls of each are looked at.
    """
    length = until - since
    ours, complete = _calls(connection, agents, since, until, limit)
    then, all_then = _calls(connection, agents, since - length, since, limit)
    ours = _with_again(connection, ours, now)
    rated = _ratings(connection, ours)
    return Reasons(
        since=since.isoformat(),
        until=until.isoformat(),
        calls=len(ours),
        before=len(then),
        reasons=_reasons(ours, then, rated),
        words=_words(connection, ours, then),
        ratings=_rated([one for some in rated.values() for one in some]),
        complete=complete and all_then,
    )


def _calls(
    connection: Connection,
    agents: frozenset[str] | None,
    since: datetime,
    until: datetime,
    limit: int,
) -> tuple[list[_Call], bool]:
    query: Select[Any] = (
        select(
            calls.c.call_id,
            calls.c.customer,
            calls.c.started_at,
            calls.c.topic,
            calls.c.outcome,
            calls.c.tones,
        )
        .where(
            calls.c.started_at >= since,
            calls.c.started_at < until,
            calls.c.ended_at.is_not(None),
        )
        .order_by(calls.c.started_at.desc(), calls.c.call_id)
        .limit(limit + 1)
    )
    if agents is not None:
        query = query.where(calls.c.agent.in_(agents))
    rows = connection.execute(query).all()
    found = [
        _Call(**row._asdict() | {"tones": frozenset(row.tones.split(","))}) for row in rows[:limit]
    ]
    return found, len(rows) <= limit


def _with_again(connection: Connection, ours: list[_Call], now: datetime) -> list[_Call]:
    """Each call with whether the customer called again, with anybody; None is not known yet."""
    customers = sorted({one.customer for one in ours if one.customer})
    times: dict[str, list[datetime]] = {}
    for part in _parts(customers):
        query = select(calls.c.customer, calls.c.started_at).where(calls.c.customer.in_(part))
        if ours:
            query = query.where(calls.c.started_at > min(one.started_at for one in ours))
        for customer, started_at in connection.execute(query):
            times.setdefault(customer, []).append(started_at)

    def again(one: _Call) -> bool | None:
        if not one.customer:
            return None
        soon = one.started_at + AGAIN
        if any(one.started_at < time <= soon for time in times.get(one.customer, ())):
            return True
        return False if soon <= now else None

    return [msgspec.structs.replace(one, again=again(one)) for one in ours]


def _parts(items: Sequence[str]) -> Iterable[Sequence[str]]:
    """Databases take so many parameters and no more."""
    return (items[place : place + _AT_ONCE] for place in range(0, len(items), _AT_ONCE))


# Reasons


def _reasons(
    ours: list[_Call], then: list[_Call], rated: dict[str, list[_Rating]]
) -> tuple[Area, ...]:
    """Areas, the most frequent first, each with its problems."""

    def level(calls: list[_Call], key: Any) -> dict[str, list[_Call]]:
        groups: dict[str, list[_Call]] = {}
        for one in calls:
            groups.setdefault(key(one.topic), []).append(one)
        return groups

    def reason(name: str, some: list[_Call], before: int) -> Reason:
        values = [one.value for call in some for one in rated.get(call.call_id, ())]
        known = [one for one in some if one.outcome]
        counted = Counter(one.outcome for one in known)
        again = [one.again for one in some if one.again is not None]
        return Reason(
            topic=name,
            calls=len(some),
            part=share(len(some), len(ours)),
            before=before,
            trend=_trend(len(some), len(ours), before, len(then)),
            angry=share(sum("angry" in one.tones for one in some), len(some)),
            sad=share(sum("sad" in one.tones for one in some), len(some)),
            solved=share(counted["solved"], len(known)),
            unsolved=share(counted["unsolved"], len(known)),
            open=share(counted["open"], len(known)),
            again=share(sum(again), len(again)),
            satisfied=share(sum(value >= _SATISFIED for value in values), len(values)),
        )

    def area_of(topic: str) -> str:
        return topic.partition("/")[0]

    before_areas = Counter(area_of(one.topic) for one in then)
    before = Counter(one.topic for one in then)
    found = []
    for area, some in level(ours, area_of).items():
        problems = [
            reason(topic, part, before[topic])
            for topic, part in level(some, str).items()
            if topic != area
        ]
        whole = msgspec.structs.asdict(reason(area, some, before_areas[area]))
        found.append(Area(**whole, problems=tuple(sorted(problems, key=_most_frequent))))
    return tuple(sorted(found, key=_most_frequent))


def _most_frequent(reason: Reason) -> tuple[bool, int, str]:
    return not reason.topic, -reason.calls, reason.topic


def _trend(now: int, all_now: int, before: int, all_before: int) -> str:
    """By the test of two shares; without a time to compare with there is no trend."""
    if not all_now or not all_before:
        return ""
    pooled = (now + before) / (all_now + all_before)
    spread = sqrt(pooled * (1 - pooled) * (1 / all_now + 1 / all_before))
    if spread == 0:
        return ""
    z = (now / all_now - before / all_before) / spread
    return "up" if z >= _SURE else "down" if z <= -_SURE else ""


# Words


def _words(
    connection: Connection, ours: list[_Call], then: list[_Call]
) -> dict[str, tuple[Rising, ...]]:
    """By language, the words of callers that come up in more calls than before."""
    now, before = _heard(connection, ours), _heard(connection, then)
    found = {
        language: tuple(
            rising(
                now[language],
                before.get(language, Counter()),
                least=_LEAST_WORD_CALLS,
                most=_MOST_WORDS,
            )
        )
        for language in sorted(now)
        if before.get(language)
    }
    return {language: words for language, words in found.items() if words}


def _heard(connection: Connection, some: list[_Call]) -> dict[str, Counter[str]]:
    """In how many calls callers said a word (its lemma), by language."""
    counts: dict[str, Counter[str]] = {}
    for part in _parts([one.call_id for one in some]):
        query = select(utterances.c.call_id, utterances.c.language, utterances.c.text).where(
            utterances.c.call_id.in_(part), utterances.c.channel == Role.CALLER.value
        )
        heard: dict[tuple[str, str], set[str]] = {}
        for call_id, language, text in connection.execute(query):
            if language in LANGUAGES:
                heard.setdefault((call_id, language), set()).update(keywords(text, language))
        for (_, language), words in heard.items():
            kept = words - NEUTRAL[language]
            counts.setdefault(language, Counter()).update(
                word for word in kept if not word.isdigit()
            )
    return counts


# Ratings


def _ratings(connection: Connection, ours: list[_Call]) -> dict[str, list[_Rating]]:
    """By call, the latest rating of each kind."""
    outcomes = {one.call_id: one.outcome for one in ours}
    latest: dict[tuple[str, str], _Rating] = {}
    for part in _parts(list(outcomes)):
        query = (
            select(
                ratings.c.call_id,
                ratings.c.kind,
                ratings.c.value,
                ratings.c.lowest,
                ratings.c.highest,
            )
            .where(ratings.c.call_id.in_(part))
            .order_by(ratings.c.number)
        )
        for call_id, kind, value, lowest, highest in connection.execute(query):
            place = (value - lowest) / (highest - lowest)
            latest[call_id, kind] = _Rating(kind, place, outcomes[call_id])
    found: dict[str, list[_Rating]] = {}
    for (call_id, _), rating in latest.items():
        found.setdefault(call_id, []).append(rating)
    return found


def _rated(all_ratings: list[_Rating]) -> tuple[Rated, ...]:
    kinds: dict[str, list[_Rating]] = {}
    for one in all_ratings:
        kinds.setdefault(one.kind, []).append(one)
    return tuple(_kind(kind, some) for kind, some in sorted(kinds.items()))


def _kind(kind: str, some: list[_Rating]) -> Rated:
    by_outcome = {
        outcome: [100 * one.value for one in some if one.outcome == outcome]
        for outcome in ("solved", "unsolved", "open")
    }
    enough = min(len(by_outcome["solved"]), len(by_outcome["unsolved"])) >= _LEAST_RATED
    agreed: Concordance | None = None
    if enough:
        agreed = concordance(by_outcome["solved"], by_outcome["unsolved"])
    return Rated(
        kind=kind,
        all=mean([100 * one.value for one in some]),
        solved=mean(by_outcome["solved"]),
        unsolved=mean(by_outcome["unsolved"]),
        open=mean(by_outcome["open"]),
        agreement=agreed.chance if agreed else None,
        low=agreed.low if agreed else None,
        high=agreed.high if agreed else None,
        nps=_nps(some) if kind == "nps" else None,
    )


def _nps(some: Sequence[_Rating]) -> int:
    """Reichheld 2003: nine and ten promote, six and below detract, on a scale of 0 to 10."""
    points = [round(10 * one.value) for one in some]
    promoters, detractors = sum(p >= 9 for p in points), sum(p <= 6 for p in points)
    return round(100 * (promoters - detractors) / len(points))
