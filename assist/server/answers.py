"""How plain requests are answered: JSON, or what was wrong in one sentence."""

from __future__ import annotations

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from assist.errors import AccessError, ConfigError


def answer(content: Any, status: int = 200) -> Response:
    """Structs and plain values as JSON."""
    return as_json(msgspec.json.encode(content), status)


def problem(status: int, sentence: str) -> Response:
    """What was wrong, in one sentence."""
    return answer({"error": sentence}, status)


async def failed(_request: Request, error: Exception) -> Response:
    """A request that its sender may not make, or that our own house could not serve."""
    match error:
        case AccessError():
            return problem(error.status, str(error))
        case ConfigError():
            return problem(400, str(error))
        case _:
            return problem(503, str(error))


def as_json(body: str | bytes, status: int = 200) -> Response:
    """JSON that is written already."""
    headers = {"cache-control": "no-store"}
    return Response(body, status, headers, media_type="application/json")
