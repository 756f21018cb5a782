"""`/api/calls`: the calls there are, found and taken out, and what is kept of each."""

from __future__ import annotations

import asyncio
import math
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

import numpy as np
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from assist.config import StoreSettings
from assist.errors import AccessError, ProtocolError
from assist.events import ToneLabel
from assist.server.answers import answer, as_json, problem
from assist.server.export import FORMATS
from assist.server.feed import sequence
from assist.server.hub import Hub
from assist.server.log import CallLog
from assist.server.permissions import Action
from assist.server.ranges import part_of_file
from assist.server.sign_in import permitted
from assist.store import Filters, Recordings
from assist.store.take import PEAKS_A_SECOND, channels_of

_MOST_CALLS: Final = 1000
_LONGEST: Final = 500
"""Letters of a parameter."""
_TONES: Final = tuple(label.value for label in ToneLabel if label is not ToneLabel.UNSURE)
_WORDS: Final = ("q", "situation", "tone", "outcome", "topic", "agent", "customer", "language")
_NUMBERS: Final = ("min_duration", "max_duration", "min_score", "max_score")
_SOUNDS: Final = {".flac": "audio/flac", ".opus": "audio/ogg"}
_PEAK_RATES: Final = tuple(str(n) for n in range(1, PEAKS_A_SECOND + 1) if PEAKS_A_SECOND % n == 0)
_ONE_DAY: Final = timedelta(days=1)


def call_routes(hub: Hub, settings: StoreSettings, recordings: Recordings) -> list[BaseRoute]:
    """Everything under `/api/calls`."""

    async def calls(request: Request) -> Response:
        try:
            after = request.query_params.get("after")
            filters, limit = filters_of(request), _limit(request)
            reached = permitted(request, Action.SEE)
            return answer(await hub.calls(filters, reached, limit, after))
        except ProtocolError as error:
            return problem(400, str(error))

    async def export(request: Request) -> Response:
        name = request.query_params.get("format", "csv")
        form = FORMATS.get(name)
        if form is None:
            return problem(400, f"The parameter `format` must be one of {', '.join(FORMATS)}.")
        try:
            filters = filters_of(request)
        except ProtocolError as error:
            return problem(400, str(error))
        page = await hub.calls(filters, permitted(request, Action.EXPORT), settings.export_rows)
        if page.next is not None:
            return problem(
                413,
                f"More than {settings.export_rows} calls were found; narrow the search down, for "
                "instance by `from` and `to`, or raise the setting store.export_rows.",
            )
        body = await asyncio.to_thread(form.write, page.calls)
        headers = {
            "cache-control": "no-store",
            "content-disposition": f'attachment; filename="calls.{name}"',
        }
        return Response(body, headers=headers, media_type=form.media_type)

    async def events(request: Request) -> Response:
        try:
            after = sequence(request)
        except ProtocolError as error:
            return problem(400, str(error))
        log = await call_log(request, hub, Action.SEE)
        records = log.records[log.index_after(after) :]
        return as_json("[" + ",".join(record.json for record in records) + "]")

    async def annotations(request: Request) -> Response:
        log = await call_log(request, hub, Action.SEE)
        return answer({"annotations": log.annotations.all})

    async def recording(request: Request) -> Response:
        log = await call_log(request, hub, Action.HEAR)
        name = log.call.recording
        size = await recordings.size(name) if name else None
        if size is None:
            return _not_recorded(log)
        return part_of_file(
            request, size, lambda start, end: recordings.read(name, start, end), _SOUNDS[name[-5:]]
        )

    async def peaks(request: Request) -> Response:
        log = await call_log(request, hub, Action.HEAR)
        given = request.query_params.get("per_second", "10")
        if given not in _PEAK_RATES:
            return problem(
                400, f"The parameter `per_second` must be one of {', '.join(_PEAK_RATES)}."
            )
        roles = channels_of(log.roles)
        found = None
        if log.call.recording and roles:
            found = await recordings.peaks(log.call.recording, len(roles), int(given))
        if found is None:
            return _not_recorded(log)
        channels = [
            {"role": role, "peaks": np.round(peaks, 3).tolist()}
            for role, peaks in zip(roles, found, strict=True)
        ]
        duration = found.shape[1] / int(given)
        return answer({"per_second": int(given), "duration": duration, "channels": channels})

    return [
        Route("/api/calls", calls),
        Route("/api/calls/export", export),
        Route("/api/calls/{call_id}/events", events),
        Route("/api/calls/{call_id}/annotations", annotations),
        Route("/api/calls/{call_id}/recording", recording),
        Route("/api/calls/{call_id}/peaks", peaks),
    ]


def filters_of(request: Request) -> Filters:
    """What is asked for; raises `ProtocolError` naming the first parameter that is wrong.

    A time without a zone is in UTC. `from` and `to` are both included, the whole day of a date.
    """
    given = request.query_params
    asked: dict[str, Any] = {name: _word(name, given.get(name, "")) for name in _WORDS}
    if asked["tone"] not in ("", *_TONES):
        raise ProtocolError(f"The parameter `tone` must be one of {', '.join(_TONES)}.")
    asked |= {name: _number(name, given[name]) for name in _NUMBERS if given.get(name)}
    return Filters(
        **asked,
        since=moment("from", given.get("from", "")),
        until=moment("to", given.get("to", ""), end=True),
    )


def _word(name: str, value: str) -> str:
    if len(value) > _LONGEST or "\0" in value:
        raise ProtocolError(f"The parameter `{name}` must be a text of {_LONGEST} letters at most.")
    return value


def _number(name: str, value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not 0 <= number < math.inf:
        raise ProtocolError(f"The parameter `{name}` must be a number from 0 on.")
    return number


def moment(name: str, value: str, *, end: bool = False) -> datetime | None:
    """A time as given in the parameter `name`, None when empty; of a day, its start or `end`.

    A time without a zone is in UTC. Raises `ProtocolError` for anything else.
    """
    if not value:
        return None
    try:
        if len(value) == len("2026-03-01"):
            day = datetime.combine(date.fromisoformat(value), time(), UTC)
            return day + _ONE_DAY if end else day
        found = datetime.fromisoformat(value.replace(" ", "+"))  # a plus sign sent as it is
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise ProtocolError(
            f"The parameter `{name}` must be a date or a time, as in 2026-03-01 or "
            "2026-03-01T09:30:00+03:00."
        ) from None


def _limit(request: Request) -> int:
    limit = request.query_params.get("limit", "100")
    if not (limit.isascii() and limit.isdigit() and 1 <= int(limit[:9]) <= _MOST_CALLS):
        raise ProtocolError(f"The parameter `limit` must be 1 to {_MOST_CALLS}.")
    return int(limit)


async def call_log(request: Request, hub: Hub, action: Action) -> CallLog:
    """The log of the call that the path names; raises `AccessError` (404) for somebody else's."""
    reached, call_id = permitted(request, action), request.path_params["call_id"]
    log = await hub.log(call_id)
    if log is None or log.call.agent not in reached:
        raise AccessError(f"There is no call {call_id[:40]!r}.", 404)
    return log


def _not_recorded(log: CallLog) -> Response:
    return problem(404, f"There is no recording of the call {log.call_id[:40]!r}.")
