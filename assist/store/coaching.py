"""Coaching: what got better, two things to work on with real moments, what calmed callers down.

Read from kept scorecards as people corrected them. Nothing here ranks anybody: there is no total,
agents come in the order of their names, and figures stand with their uncertainty.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Select, and_, case, func, select

from assist.events import Role
from assist.guidance.positive import NEGATIVE, positive
from assist.guidance.quality import QUALITIES, RULES, quality_names
from assist.guidance.scorecard import LANGUAGES, Piece, Scorecard
from assist.store.numbers import Mean, Share, difference, mean, share
from assist.store.scorecards import Review, readable, reviews_of, scores
from assist.store.tables import answers, calls, scorecards, utterances

THINGS: Final = 2
"""To work on at a time: more are not kept in mind."""
MOMENTS: Final = 3

_WEEKS: Final = timedelta(weeks=16)
"""Longer spans are told by month."""
_LEAST_CALLS: Final = 3
"""In each half of the time, before anything is called better."""
_AROUND: Final = 1.0
_LONGEST: Final = 200
_AT_ONCE: Final = 500
_REPHRASED: Final = frozenset({"refusal", *NEGATIVE, "negative"})


class Period(msgspec.Struct, frozen=True):
    """The cards of a week (from its Monday) or of a month: the mean of each quality."""

    start: str
    calls: int
    qualities: dict[str, Mean]


class Change(msgspec.Struct, frozen=True):
    """A quality in the later half of the time against the earlier one, in points.

    `difference` has an interval of 95 %; `sure` is whether it leaves no change out.
    """

    quality: str
    earlier: Mean
    later: Mean
    difference: float
    low: float
    high: float
    sure: bool


class Moment(msgspec.Struct, frozen=True):
    """A place in a call: `start` in seconds, `quote` what was said, `better` how it could be."""

    call_id: str
    language: str
    started_at: str
    start: float
    channel: str
    quote: str
    better: str
    value: float


class Thing(msgspec.Struct, frozen=True):
    """Something to work on: a rule of the scorecard, how often it came up in how many calls,
    and the points it cost in a call on average."""

    rule: str
    quality: str
    times: int
    calls: int
    points: float
    better: str
    moments: tuple[Moment, ...]


class Coached(msgspec.Struct, frozen=True):
    """What there is to say to one agent. `calls` have a card; `by` is "week" or "month"."""

    agent: str
    calls: int
    by: str
    periods: tuple[Period, ...]
    changes: tuple[Change, ...]
    work_on: tuple[Thing, ...]


class Worked(msgspec.Struct, frozen=True):
    """What was done when a caller was angry about something, and how often calm followed.

    `kind` is "act" (a situation of the agent), "rule" (a suggestion used) or "none" (nothing of
    that); `calmed` counts angry moments. It was followed by calm; that it was the reason is not
    shown.
    """

    about: str
    kind: str
    name: str
    calls: int
    calmed: Share


class Coaching(msgspec.Struct, frozen=True):
    """`complete` is False where there were more calls than `store.analysis_calls`."""

    since: str
    until: str
    agents: tuple[Coached, ...]
    worked: tuple[Worked, ...]
    complete: bool


class _Card(msgspec.Struct, frozen=True):
    call_id: str
    agent: str
    started_at: datetime
    card: Scorecard
    scores: dict[str, int]


def coaching(
    connection: Connection,
    agents: frozenset[str] | None,
    since: datetime,
    until: datetime,
    *,
    limit: int,
    least: int,
) -> Coaching:
    """For `agents` (None: all who have calls) in a span of time, the end not included.

    At most the latest `limit` calls are looked at. What worked is counted over everybody's calls,
    without names or quotes, and told from `least` angry moments in as many calls on.
    """
    found, complete = _cards(connection, agents, since, until, limit)
    by_agent: dict[str, list[_Card]] = {}
    for one in found:
        by_agent.setdefault(one.agent, []).append(one)
    return Coaching(
        since=since.isoformat(),
        until=until.isoformat(),
        agents=tuple(
            _coached(connection, agent, cards, since, until)
            for agent, cards in sorted(by_agent.items())
            if agent
        ),
        worked=_worked(connection, since, until, least),
        complete=complete,
    )


def _cards(
    connection: Connection,
    agents: frozenset[str] | None,
    since: datetime,
    until: datetime,
    limit: int,
) -> tuple[list[_Card], bool]:
    """The cards in the order of their calls, and whether these are all."""
    query: Select[Any] = (
        select(calls.c.call_id, calls.c.agent, calls.c.started_at, scorecards.c.json)
        .join(scorecards, scorecards.c.call_id == calls.c.call_id)
        .where(calls.c.started_at >= since, calls.c.started_at < until)
        .order_by(calls.c.started_at.desc(), calls.c.call_id)
        .limit(limit + 1)
    )
    if agents is not None:
        query = query.where(calls.c.agent.in_(agents))
    rows = connection.execute(query).all()
    said: dict[str, list[Review]] = {}
    for part in _parts([row.call_id for row in rows[:limit]]):
        for review in reviews_of(connection, part):
            said.setdefault(review.call_id, []).append(review)
    found = []
    for row in reversed(rows[:limit]):
        card = readable(row.json)
        if card is not None and card.score is not None:
            known = scores(card, said.get(row.call_id, []))
            found.append(_Card(row.call_id, row.agent, row.started_at, card, known))
    return found, len(rows) <= limit


def _parts(ids: Sequence[str]) -> Iterable[Sequence[str]]:
    """Databases take so many parameters and no more."""
    return (ids[place : place + _AT_ONCE] for place in range(0, len(ids), _AT_ONCE))


def _coached(
    connection: Connection, agent: str, cards: list[_Card], since: datetime, until: datetime
) -> Coached:
    by = "week" if until - since <= _WEEKS else "month"
    return Coached(
        agent=agent,
        calls=len(cards),
        by=by,
        periods=_periods(cards, by),
        changes=_changes(cards, since + (until - since) / 2),
        work_on=_work_on(connection, cards),
    )


# Over time


def _periods(cards: list[_Card], by: str) -> tuple[Period, ...]:
    spans: dict[str, list[_Card]] = {}
    for one in cards:
        day = one.started_at.date()
        first = day - timedelta(days=day.weekday()) if by == "week" else day.replace(day=1)
        spans.setdefault(first.isoformat(), []).append(one)
    return tuple(
        Period(
            start,
            len(some),
            {quality: mean(_values(some, quality)) for quality in QUALITIES},
        )
        for start, some in spans.items()
    )


def _values(cards: Iterable[_Card], quality: str) -> list[float]:
    return [float(one.scores[quality]) for one in cards if quality in one.scores]


def _changes(cards: list[_Card], middle: datetime) -> tuple[Change, ...]:
    """Qualities that can be compared, the greatest improvement first."""
    found = []
    for quality in QUALITIES:
        halves: tuple[list[float], list[float]] = ([], [])
        for one in cards:
            if quality in one.scores:
                halves[one.started_at >= middle].append(float(one.scores[quality]))
        before, after = halves
        if min(len(before), len(after)) < _LEAST_CALLS:
            continue
        change = difference(before, after)
        sure = change.low > 0 or change.high < 0
        found.append(
            Change(
                quality=quality,
                earlier=mean(before),
                later=mean(after),
                difference=change.difference,
                low=change.low,
                high=change.high,
                sure=sure,
            )
        )
    return tuple(sorted(found, key=lambda one: -one.difference))


# Two things to work on


def _work_on(connection: Connection, cards: list[_Card]) -> tuple[Thing, ...]:
    """What costs most points, of different qualities, with real moments of it.

    Only what the agent did: how the call ended may be anybody's doing. A quality at 100, by
    itself or because a person said so, costs nothing.
    """
    lost: dict[str, list[tuple[_Card, Piece]]] = {}
    for one in cards:
        for quality in one.card.qualities:
            if one.scores.get(quality.id, 100) >= 100:
                continue
            for piece in quality.evidence:
                if piece.points < 0 and piece.kind != "outcome":
                    lost.setdefault(piece.rule, []).append((one, piece))
    ranked = sorted(lost.items(), key=lambda item: (sum(p.points for _, p in item[1]), item[0]))
    things: list[Thing] = []
    for rule, pieces in ranked:
        taken = {one.quality for one in things}
        if rule not in RULES or len(pieces) < MOMENTS or RULES[rule].quality in taken:
            continue
        things.append(_thing(connection, rule, pieces, len(cards)))
        if len(things) == THINGS:
            break
    return tuple(things)


def _thing(
    connection: Connection, rule: str, pieces: list[tuple[_Card, Piece]], count: int
) -> Thing:
    chosen = _telling(pieces)
    language = chosen[0][0].card.language
    better = quality_names(language).rules[rule].better if language in LANGUAGES else ""
    return Thing(
        rule=rule,
        quality=RULES[rule].quality,
        times=len(pieces),
        calls=len({one.call_id for one, _ in pieces}),
        points=round(sum(piece.points for _, piece in pieces) / count, 1),
        better=better,
        moments=tuple(_moment(connection, one, piece) for one, piece in chosen),
    )


def _telling(pieces: list[tuple[_Card, Piece]]) -> list[tuple[_Card, Piece]]:
    """Three of them: the latest, of different calls as far as there are, quotes before measures."""
    latest = sorted(
        pieces, key=lambda one: (bool(one[1].text), one[0].started_at, one[1].start), reverse=True
    )
    first: dict[str, tuple[_Card, Piece]] = {}
    for one in latest:
        first.setdefault(one[0].call_id, one)
    rest = [one for one in latest if one not in first.values()]
    chosen = [*first.values(), *rest][:MOMENTS]
    return sorted(chosen, key=lambda one: (one[0].started_at, one[1].start))


def _moment(connection: Connection, one: _Card, piece: Piece) -> Moment:
    language = one.card.language
    better = quality_names(language).rules[piece.rule].better
    said = _said(connection, one.call_id, piece)
    if piece.rule.removesuffix("_under_pressure") in _REPHRASED and said:
        turned = positive(language).rephrase(said)
        better = turned.say if turned else better
    return Moment(
        call_id=one.call_id,
        language=language,
        started_at=one.started_at.isoformat(),
        start=piece.start,
        channel=piece.channel,
        quote=(said or piece.text)[:_LONGEST],
        better=better,
        value=piece.value,
    )


def _said(connection: Connection, call_id: str, piece: Piece) -> str:
    """The utterance that the piece is about; empty where it is about none."""
    channel = piece.channel or Role.AGENT.value
    query = (
        select(utterances.c.text)
        .where(
            utterances.c.call_id == call_id,
            utterances.c.channel == channel,
            utterances.c.start <= piece.start + _AROUND,
        )
        .order_by(utterances.c.start.desc())
        .limit(1)
    )
    return str(connection.scalar(query) or "") if piece.start else ""


# What worked


def _worked(
    connection: Connection, since: datetime, until: datetime, least: int
) -> tuple[Worked, ...]:
    """By what it was about, the most certain calm first; what is seldom is left out."""
    group = (answers.c.about, answers.c.kind, answers.c.name)
    count = func.count()
    in_calls = func.count(answers.c.call_id.distinct())
    query = (
        select(
            *group,
            in_calls.label("calls"),
            func.sum(case((answers.c.calmed, 1), else_=0)).label("calmed"),
            count.label("of"),
        )
        .join(
            calls,
            and_(
                calls.c.call_id == answers.c.call_id,
                calls.c.started_at >= since,
                calls.c.started_at < until,
            ),
        )
        .group_by(*group)
        .having(in_calls >= least)
    )
    found = [
        Worked(row.about, row.kind, row.name, row.calls, share(int(row.calmed), row.of))
        for row in connection.execute(query)
    ]
    return tuple(sorted(found, key=lambda one: (one.about, -one.calmed.low, one.name)))
