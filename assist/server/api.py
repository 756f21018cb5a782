"""The answers to plain requests: samples, health and figures."""

from __future__ import annotations

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from assist.server.answers import answer, problem
from assist.server.metrics import Metrics
from assist.server.permissions import Action
from assist.server.readiness import Readiness
from assist.server.samples import Samples
from assist.server.sign_in import permitted, who_asks


def api_routes(samples: Samples, metrics: Metrics, readiness: Readiness) -> list[BaseRoute]:
    """Samples under `/api`, `/healthz` and `/metrics`."""

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
        Route("/api/samples", list_samples),
        Route("/api/samples/{name}", play_sample, methods=["POST"]),
        Route("/healthz", health),
        Route("/metrics", figures),
    ]


def _own_address(request: Request) -> str:
    """Where this server listens, as a websocket address; the Host header is not to be trusted."""
    host, port = request.scope["server"]
    return f"ws://[{host}]:{port}" if ":" in host else f"ws://{host}:{port}"
