"""The answers to plain requests: calls, samples, health and figures."""

from __future__ import annotations

from typing import Any

import msgspec
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from assist.errors import AssistError, ProtocolError
from assist.server.feed import sequence
from assist.server.hub import Hub
from assist.server.metrics import Metrics
from assist.server.readiness import Readiness
from assist.server.samples import Samples

_MOST_CALLS = 1000


def api_routes(
    hub: Hub, samples: Samples, metrics: Metrics, readiness: Readiness
) -> list[BaseRoute]:
    """Everything under `/api` that is not a websocket, `/healthz` and `/metrics`."""

    async def calls(request: Request) -> Response:
        limit = request.query_params.get("limit", "100")
        if not (limit.isascii() and limit.isdigit() and 1 <= int(limit[:9]) <= _MOST_CALLS):
            return problem(400, f"The parameter `limit` must be 1 to {_MOST_CALLS}.")
        return answer({"calls": await hub.summaries(int(limit))})

    async def events(request: Request) -> Response:
        try:
            after = sequence(request)
        except ProtocolError as error:
            return problem(400, str(error))
        call_id = request.path_params["call_id"]
        log = await hub.log(call_id)
        if log is None:
            return problem(404, f"There is no call {call_id[:40]!r}.")
        records = log.records[log.index_after(after) :]
        return _json("[" + ",".join(record.json for record in records) + "]")

    async def annotations(request: Request) -> Response:
        call_id = request.path_params["call_id"]
        log = await hub.log(call_id)
        if log is None:
            return problem(404, f"There is no call {call_id[:40]!r}.")
        return answer({"annotations": log.annotations.all})

    async def list_samples(_request: Request) -> Response:
        return answer({"samples": samples.list()})

    async def play_sample(request: Request) -> Response:
        name = request.path_params["name"]
        if not samples.exists(name):
            return problem(404, f"There is no sample {name[:40]!r}; GET /api/samples lists them.")
        if samples.is_playing(name):
            return problem(409, f"The sample {name} is playing already; wait for its end.")
        call_id = await samples.play(name, _own_address(request))
        return answer({"call_id": call_id}, status=202)

    async def health(_request: Request) -> Response:
        state, reason = readiness.state()
        status = 200 if state == "ok" else 503
        return answer({"status": state, "reason": reason}, status=status)

    async def figures(_request: Request) -> Response:
        return Response(metrics.page(), media_type=CONTENT_TYPE_LATEST)

    return [
        Route("/api/calls", calls),
        Route("/api/calls/{call_id}/events", events),
        Route("/api/calls/{call_id}/annotations", annotations),
        Route("/api/samples", list_samples),
        Route("/api/samples/{name}", play_sample, methods=["POST"]),
        Route("/healthz", health),
        Route("/metrics", figures),
    ]


def answer(content: Any, status: int = 200) -> Response:
    """Structs and plain values as JSON."""
    return _json(msgspec.json.encode(content), status)


def problem(status: int, sentence: str) -> Response:
    """What was wrong, in one sentence."""
    return answer({"error": sentence}, status)


async def failed(_request: Request, error: Exception) -> Response:
    """A request that our own house could not serve, such as a database that cannot be read."""
    assert isinstance(error, AssistError)
    return problem(503, str(error))


def _json(body: str | bytes, status: int = 200) -> Response:
    headers = {"cache-control": "no-store"}
    return Response(body, status, headers, media_type="application/json")


def _own_address(request: Request) -> str:
    """Where this server listens, as a websocket address; the Host header is not to be trusted."""
    host, port = request.scope["server"]
    return f"ws://[{host}]:{port}" if ":" in host else f"ws://{host}:{port}"
