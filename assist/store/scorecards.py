"""Scorecards as they are kept, what people say of them, and how far both agree.

A card is kept so that search and coaching need not make it anew; it can always be made from the
events. Reviews are only ever added: of one call, quality and author the latest counts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal

import msgspec
from sqlalchemy import Connection, delete, insert, or_, select, update

from assist.events import Event, decode
from assist.guidance.calming import Answer
from assist.guidance.quality import QUALITIES, formulas
from assist.guidance.scorecard import Scorecard
from assist.store.numbers import Alpha, Share, alpha, share
from assist.store.tables import answers, calls, events, reviews, scorecards

_LEAST_FOR_ALPHA: Final = 10
"""Reviewed cards from which on agreement is told as a number: below, it would be mostly chance."""


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """What a person says of one quality of a call.

    `verdict` is "accept", or "correct" with the right `value` (0…100; null means that there is
    not enough evidence). `machine` is the score it was said of, by the formulas `version`. `id`
    may be made up by who sends it, so that what is sent twice is kept once; the server fills in
    `call_id`, `machine`, `version`, `author` and `made_at` (ISO 8601, UTC).
    """

    quality: str
    verdict: Literal["accept", "correct"]
    value: Annotated[int, msgspec.Meta(ge=0, le=100)] | None = None
    comment: Annotated[str, msgspec.Meta(max_length=4000)] = ""
    id: Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9-]{8,64}$")] = ""
    call_id: str = ""
    machine: int | None = None
    version: str = ""
    author: str = ""
    made_at: str = ""

    @property
    def score(self) -> int | None:
        """What the person says the score is."""
        return self.machine if self.verdict == "accept" else self.value


class Agreement(msgspec.Struct, frozen=True):
    """How far people and formulas agree on one quality, over `reviewed` cards.

    `accepted` is the share of reviews that left the score as it was; `difference` the mean
    absolute one where both gave a score, in points. `alpha` is Krippendorff's for intervals, the
    formulas being one of those who judge, with its interval of 95 % by the bootstrap over calls;
    None below ten cards. People who see a score before they judge agree with it more than they
    would otherwise, so all of this is an upper bound.
    """

    quality: str
    reviewed: int
    accepted: Share
    difference: float | None
    alpha: float | None
    low: float | None
    high: float | None


def due(connection: Connection, limit: int) -> list[str]:
    """The latest calls that are over and have no card by the present formulas."""
    query = (
        select(calls.c.call_id)
        .outerjoin(scorecards, scorecards.c.call_id == calls.c.call_id)
        .where(
            calls.c.ended_at.is_not(None),
            or_(scorecards.c.version.is_(None), scorecards.c.version != formulas()),
        )
        .order_by(calls.c.started_at.desc(), calls.c.call_id)
        .limit(limit)
    )
    return list(connection.scalars(query))


def keep(connection: Connection, one: str, card: Scorecard, answered: Iterable[Answer]) -> None:
    """Put the card of the call `one` in the place of the one there is."""
    if connection.scalar(select(calls.c.call_id).where(calls.c.call_id == one)) is None:
        return
    connection.execute(delete(scorecards).where(scorecards.c.call_id == one))
    connection.execute(
        insert(scorecards).values(
            call_id=one,
            version=card.version,
            json=msgspec.json.encode(card).decode(),
            made_at=datetime.now(UTC),
        )
    )
    connection.execute(delete(answers).where(answers.c.call_id == one))
    rows = [{"call_id": one, **msgspec.structs.asdict(answer)} for answer in answered]
    if rows:
        connection.execute(insert(answers), rows)
    rescore(connection, one)


def rescore(connection: Connection, call_id: str) -> None:
    """Write the score that search knows: the mean of the known qualities, as corrected."""
    card = card_of(connection, call_id)
    if card is None:
        return
    known = list(scores(card, reviews_of(connection, [call_id])).values())
    score = round(sum(known) / len(known), 1) if known else None
    connection.execute(update(calls).where(calls.c.call_id == call_id).values(score=score))


def scores(card: Scorecard, said: Iterable[Review]) -> dict[str, int]:
    """The known qualities of a card, those that people corrected as they did; the latest counts."""
    found = {one.id: one.score for one in card.qualities}
    for review in said:
        if review.verdict == "correct":
            found[review.quality] = review.value
        else:
            found[review.quality] = next(
                one.score for one in card.qualities if one.id == review.quality
            )
    return {quality: value for quality, value in found.items() if value is not None}


def card_of(connection: Connection, call_id: str) -> Scorecard | None:
    """The kept card, None when there is none that this version can read."""
    line = connection.scalar(select(scorecards.c.json).where(scorecards.c.call_id == call_id))
    return readable(line) if line else None


def readable(line: str) -> Scorecard | None:
    """A card as it is kept, None when another version wrote it."""
    try:
        return msgspec.json.decode(line, type=Scorecard)
    except msgspec.ValidationError:
        return None


def events_of(connection: Connection, call_id: str) -> list[Event]:
    """The events of a call that this version can read, in order."""
    found: list[Event] = []
    query = select(events.c.json).where(events.c.call_id == call_id).order_by(events.c.seq)
    for (line,) in connection.execute(query):
        try:
            found.append(decode(line))
        except msgspec.ValidationError:
            continue
    return found


def reviews_of(connection: Connection, call_ids: Collection[str]) -> list[Review]:
    """Everything that was said of these calls' cards, in the order of its making."""
    query = (
        select(*(reviews.c[name] for name in Review.__struct_fields__))
        .where(reviews.c.call_id.in_(call_ids))
        .order_by(reviews.c.number)
    )
    return [_review(row._asdict()) for row in connection.execute(query)]


def agreement(
    connection: Connection, agents: frozenset[str] | None, limit: int
) -> tuple[Agreement, ...]:
    """Over the latest `limit` reviews of calls of these agents, for each quality."""
    query = (
        select(*(reviews.c[name] for name in Review.__struct_fields__))
        .join(calls, calls.c.call_id == reviews.c.call_id)
        .order_by(reviews.c.number.desc())
        .limit(limit)
    )
    if agents is not None:
        query = query.where(calls.c.agent.in_(agents))
    rows = [_review(row._asdict()) for row in connection.execute(query)]
    latest = {(one.call_id, one.quality, one.author): one for one in reversed(rows)}
    return tuple(
        _agreement(quality, [one for one in latest.values() if one.quality == quality])
        for quality in QUALITIES
    )


def _agreement(quality: str, said: list[Review]) -> Agreement:
    by_call: dict[str, list[Review]] = {}
    for review in said:
        by_call.setdefault(review.call_id, []).append(review)
    units = [unit for unit in map(_unit, by_call.values()) if len(unit) > 1]
    apart = [
        abs(one.score - one.machine)
        for one in said
        if one.score is not None and one.machine is not None
    ]
    enough = len(units) >= _LEAST_FOR_ALPHA
    agreed = alpha(units) if enough else Alpha(None, None, None)
    return Agreement(
        quality=quality,
        reviewed=len(by_call),
        accepted=share(sum(one.score == one.machine for one in said), len(said)),
        difference=round(sum(apart) / len(apart), 1) if apart else None,
        alpha=agreed.alpha,
        low=agreed.low,
        high=agreed.high,
    )


def _unit(said: list[Review]) -> list[float]:
    """What the formulas and people gave to one quality of one call."""
    machine = said[-1].machine
    given = [one.score for one in said if one.score is not None]
    return [float(value) for value in ([machine] if machine is not None else []) + given]


def _review(row: dict[str, Any]) -> Review:
    return Review(**{**row, "made_at": row["made_at"].isoformat()})
