"""Scorecards and what is learned from many of them: reviews, ratings, coaching, reasons."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import uuid4

import msgspec
from msgspec.structs import replace
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from assist.config import StoreSettings
from assist.errors import AccessError, ConfigError, ProtocolError
from assist.guidance.quality import QUALITIES, quality_names
from assist.guidance.scorecard import LANGUAGES, Scorecard
from assist.server.answers import answer, problem
from assist.server.calls import call_log, moment
from assist.server.hub import Hub
from assist.server.people import People
from assist.server.permissions import Action
from assist.server.scoring import Scorer
from assist.server.sign_in import permitted, read, who_asks
from assist.store import Store
from assist.store.coaching import coaching
from assist.store.ratings import Rating, ratings_of
from assist.store.reasons import reasons
from assist.store.scorecards import Review, agreement, reviews_of, scores

_SPAN: Final = timedelta(weeks=4)
"""How far back is looked where no `from` is given."""
_LONGEST: Final = timedelta(days=3 * 366)
_MOST: Final = 1000
"""Reviews, and ratings, of one call."""


class Card(msgspec.Struct, frozen=True):
    """The answer of `/api/calls/{id}/scorecard`.

    `score` is the mean of the known qualities as people corrected them; `corrected` has those.
    """

    scorecard: Scorecard
    score: float | None
    corrected: dict[str, int]
    reviews: tuple[Review, ...]


def insight_routes(
    store: Store, hub: Hub, people: People, scorer: Scorer, settings: StoreSettings
) -> list[BaseRoute]:
    """Everything about scorecards, `/api/coaching` and `/api/reasons`."""

    async def ended(request: Request, action: Action) -> str:
        """The id of a call that may be looked at and is over."""
        log = await call_log(request, hub, action)
        if log.running:
            raise AccessError("The call is still running; its scorecard comes with its end.", 409)
        return log.call.call_id

    async def card(request: Request) -> Response:
        call_id = await ended(request, Action.SEE)
        made = await scorer.card(call_id)
        said = await store.read(lambda connection: reviews_of(connection, [call_id]))
        known = scores(made, said)
        mean = round(sum(known.values()) / len(known), 1) if known else None
        return answer(Card(made, mean, known, tuple(said)))

    async def review(request: Request) -> Response:
        call_id = await ended(request, Action.REVIEW)
        given: Review = await read(request, Review)
        _check_review(given)
        there = await store.read(lambda connection: reviews_of(connection, [call_id]))
        for one in there:
            if one.id == given.id:
                return answer(one)
        if len(there) >= _MOST:
            return problem(409, f"The call has {_MOST} reviews already.")
        made = await scorer.card(call_id)
        said = replace(
            given,
            id=given.id or uuid4().hex,
            call_id=call_id,
            machine=made[given.quality].score,
            version=made.version,
            author=who_asks(request).name,
            made_at=datetime.now(UTC).isoformat(),
        )
        await store.review(said)
        return answer(said, status=201)

    async def rate(request: Request) -> Response:
        log = await call_log(request, hub, Action.EXPORT)
        call_id = log.call.call_id
        given: Rating = await read(request, Rating)
        _check_rating(given)
        there = await store.read(lambda connection: ratings_of(connection, call_id))
        for one in there:
            if one.id == given.id:
                return answer(one)
        if len(there) >= _MOST:
            return problem(409, f"The call has {_MOST} ratings already.")
        rated = replace(
            given,
            id=given.id or uuid4().hex,
            call_id=call_id,
            author=who_asks(request).name,
            made_at=datetime.now(UTC).isoformat(),
        )
        await store.rate(rated)
        return answer(rated, status=201)

    async def rated(request: Request) -> Response:
        log = await call_log(request, hub, Action.SEE)
        call_id = log.call.call_id
        found = await store.read(lambda connection: ratings_of(connection, call_id))
        return answer({"ratings": found})

    async def agreed(request: Request) -> Response:
        agents = _agents(request, people)
        limit = settings.analysis_calls
        found = await store.read(lambda connection: agreement(connection, agents, limit))
        return answer({"agreement": found})

    async def names(request: Request) -> Response:
        permitted(request, Action.SEE)
        return answer({language: quality_names(language) for language in LANGUAGES})

    async def coach(request: Request) -> Response:
        agents = _agents(request, people)
        since, until = _span(request)
        return answer(
            await store.read(
                lambda connection: coaching(
                    connection,
                    agents,
                    since,
                    until,
                    limit=settings.analysis_calls,
                    least=settings.analysis_least,
                )
            )
        )

    async def why(request: Request) -> Response:
        agents = _agents(request, people)
        since, until = _span(request)
        now = datetime.now(UTC)
        return answer(
            await store.read(
                lambda connection: reasons(
                    connection, agents, since, until, now=now, limit=settings.analysis_calls
                )
            )
        )

    return [
        Route("/api/calls/{call_id}/scorecard", card),
        Route("/api/calls/{call_id}/reviews", review, methods=["POST"]),
        Route("/api/calls/{call_id}/ratings", rated),
        Route("/api/calls/{call_id}/ratings", rate, methods=["POST"]),
        Route("/api/scorecard/agreement", agreed),
        Route("/api/scorecard/names", names),
        Route("/api/coaching", coach),
        Route("/api/reasons", why),
    ]


def _agents(request: Request, people: People) -> frozenset[str] | None:
    """Whose calls are meant and may be seen; None is everybody's."""
    reached = permitted(request, Action.SEE).agents
    agent, team = (request.query_params.get(name, "") for name in ("agent", "team"))
    for asked in [frozenset({agent})] * bool(agent) + [people.team(team)] * bool(team):
        reached = asked if reached is None else reached & asked
    return reached


def _span(request: Request) -> tuple[datetime, datetime]:
    """From when to when, the last four weeks if not said; a day given as `to` is included."""
    given = request.query_params
    try:
        until = moment("to", given.get("to", ""), end=True) or datetime.now(UTC)
        since = moment("from", given.get("from", "")) or until - _SPAN
    except ProtocolError as error:
        raise ConfigError(str(error)) from None
    if not timedelta() < until - since <= _LONGEST:
        raise ConfigError("`from` must be before `to`, and not more than three years before.")
    return since, until


def _check_review(given: Review) -> None:
    if given.quality not in QUALITIES:
        raise ConfigError(f"The quality must be one of {', '.join(QUALITIES)}.")
    if given.verdict == "accept" and given.value is not None:
        raise ConfigError('A score that is accepted has no `value`; send "correct" with it.')


def _check_rating(given: Rating) -> None:
    low, high = given.scale
    if not -1e6 <= low < high <= 1e6 or not low <= given.value <= high:
        raise ConfigError("The `value` must lie on the `scale`, as in 4 on [1, 5].")
