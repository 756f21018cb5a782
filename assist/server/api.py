"""The answers to plain requests: calls, samples, health and figures."""

from __future__ import annotations

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from assist.errors import AccessError, ProtocolError
from assist.server.answers import answer, as_json, problem
from assist.server.feed import sequence
from assist.server.hub import Hub
from assist.server.log import CallLog
from assist.server.metrics import Metrics
from assist.server.permissions import Action
from assist.server.readiness import Readiness
from assist.server.samples import Samples
from assist.server.sign_in import permitted, who_asks

_MOST_CALLS = 1000


def api_routes(
    hub: Hub, samples: Samples, metrics: Metrics, readiness: Readiness
) -> list[BaseRoute]:
    """Everything under `/api` that is not a websocket, `/healthz` and `/metrics`."""

    async def calls(request: Request) -> Response:
        limit = request.query_params.get("limit", "100")
        if not (limit.isascii() and limit.isdigit() and 1 <= int(limit[:9]) <= _MOST_CALLS):
            return problem(400, f"The parameter `limit` must be 1 to {_MOST_CALLS}.")
        reached = permitted(request, Action.SEE)
        return answer({"calls": await hub.summaries(int(limit), reached)})

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

    async def list_samples(_request: Request) -> Response:
        return answer({"samples": samples.list()})

    async def play_sample(request: Request) -> Response:
        name = request.path_params["name"]
        if not samples.exists(name):
            return problem(404, f"There is no sample {name[:40]!r}; GET /api/samples lists them.")
        if samples.is_playing(name):
            return problem(409, f"The sample {name} is playing already; wait for its end.")
        permitted(request, Action.BRING)
        agent = who_asks(request).agent
        call_id = await samples.play(name, _own_address(request), agent=agent)
        return answer({"call_id": call_id}, status=202)

    async def health(_request: Request) -> Response:
        state, reason = readiness.state()
        status = 200 if state == "ok" else 503
        return answer({"status": state, "reason": reason}, status=status)

    async def figures(request: Request) -> Response:
        permitted(request, Action.MEASURE)
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


async def call_log(request: Request, hub: Hub, action: Action) -> CallLog:
    """The log of the call that the path names; raises `AccessError` (404) for somebody else's."""
    reached, call_id = permitted(request, action), request.path_params["call_id"]
    log = await hub.log(call_id)
    if log is None or log.call.agent not in reached:
        raise AccessError(f"There is no call {call_id[:40]!r}.", 404)
    return log


def _own_address(request: Request) -> str:
    """Where this server listens, as a websocket address; the Host header is not to be trusted."""
    host, port = request.scope["server"]
    return f"ws://[{host}]:{port}" if ":" in host else f"ws://{host}:{port}"
