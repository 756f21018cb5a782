"""The description of the API in OpenAPI 3.1, from the same types that the server answers with.

`/api/openapi.json` serves it; `python -m assist.server.openapi` prints it, with `--markdown` as
the page docs/api.md.
"""

from __future__ import annotations

import argparse
import inspect
import json
import re
import sys
from collections.abc import Mapping
from typing import Any, Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from assist import __version__
from assist.events import FinalEvent
from assist.server.answers import answer
from assist.server.customers import CustomerFields
from assist.server.insights import Card
from assist.server.messages import CallPage, SampleInfo
from assist.server.people import TokenInfo, UserInfo
from assist.server.permissions import PERMISSIONS, Action
from assist.server.reanalysis import Reanalysis
from assist.server.sign_in import Credentials, Me, TokenFields, UserFields
from assist.server.webhooks import DeliveryInfo
from assist.store import Annotation
from assist.store.coaching import Coaching
from assist.store.earlier import CustomerMemory
from assist.store.people import Done
from assist.store.ratings import Rating
from assist.store.reasons import Reasons
from assist.store.scorecards import Agreement, Review

Answer = Any
"""A type, a mapping of names to types, a media type for what is no JSON, or None for `{}`."""


class Problem(msgspec.Struct, frozen=True):
    """What was wrong, in one sentence."""

    error: str


class Peaks(msgspec.Struct, frozen=True):
    """How loud a channel is: the loudest sample of each step, 0…1."""

    role: str
    peaks: tuple[float, ...]


class Operation(msgspec.Struct, frozen=True):
    """One thing that can be asked for. `parameters` maps those of the query to what they mean."""

    method: str
    path: str
    summary: str
    action: Action | None
    answer: Answer
    body: type[Any] | None = None
    parameters: Mapping[str, str] = {}
    status: int = 200


_PAGED: Final = {
    "limit": "Calls in an answer, 1 to 1000; 100 if not given.",
    "after": "The cursor `next` of the answer before.",
}
_SPAN: Final = {
    "agent": "The agent's name in the calls.",
    "team": "The agents of a team.",
    "from": "A date or a time; four weeks before `to` if not given.",
    "to": "A date, included, or a time; now if not given.",
}
_SEARCH: Final = {
    "q": 'Words that were said, in any form; "in quotes" as they stand.',
    "situation": "A situation of caller or agent, as in cancellation.",
    "tone": "A tone that the caller showed clearly: angry, sad, neutral or happy.",
    "outcome": "solved, unsolved or open.",
    "topic": "A topic or its group, as in delivery/late.",
    "agent": "The agent's name in the call.",
    "customer": "The customer's reference.",
    "language": "tr or en.",
    "from": "A date or a time; UTC if no zone is given.",
    "to": "A date, included, or a time.",
    "min_duration": "Seconds.",
    "max_duration": "Seconds.",
    "min_score": "0 to 100, the mean of the scorecard's known qualities.",
    "max_score": "0 to 100.",
}
_A: Final = Action
_Op: Final = Operation

OPERATIONS: Final = (
    _Op(
        "GET",
        "/api/calls",
        "Calls, the latest first, found by what is known of them",
        _A.SEE,
        CallPage,
        parameters=_SEARCH | _PAGED,
    ),
    _Op(
        "GET",
        "/api/calls/export",
        "The calls found, as a file",
        _A.EXPORT,
        "text/csv",
        parameters=_SEARCH | {"format": "csv, json or parquet."},
    ),
    _Op(
        "GET",
        "/api/calls/{call_id}/events",
        "The events of a call, in order",
        _A.SEE,
        list[FinalEvent],
        parameters={"after": "Only events with a higher seq."},
    ),
    _Op(
        "GET",
        "/api/calls/{call_id}/annotations",
        "Everything that people marked on a call",
        _A.SEE,
        {"annotations": list[Annotation]},
    ),
    _Op(
        "GET",
        "/api/calls/{call_id}/recording",
        "The sound of a call, agent before caller; ranges are answered",
        _A.HEAR,
        "audio/flac",
    ),
    _Op(
        "GET",
        "/api/calls/{call_id}/peaks",
        "How loud a recording is over time",
        _A.HEAR,
        {"per_second": int, "duration": float, "channels": list[Peaks]},
        parameters={"per_second": "Steps a second; 10 if not given."},
    ),
    _Op(
        "GET",
        "/api/calls/{call_id}/reanalyses",
        "What later analyses of a recording found otherwise",
        _A.SEE,
        {"running": bool, "failed": str, "reanalyses": list[Reanalysis]},
    ),
    _Op(
        "POST",
        "/api/calls/{call_id}/reanalyses",
        "Have a recorded call analysed again",
        _A.REVIEW,
        None,
        status=202,
    ),
    _Op(
        "GET",
        "/api/calls/{call_id}/reanalyses/{number}/events",
        "The events of a later analysis",
        _A.SEE,
        list[FinalEvent],
    ),
    _Op(
        "GET",
        "/api/calls/{call_id}/scorecard",
        "The scorecard of a call that is over, and its reviews",
        _A.SEE,
        Card,
    ),
    _Op(
        "POST",
        "/api/calls/{call_id}/reviews",
        "Accept or correct a quality of a scorecard",
        _A.REVIEW,
        Review,
        Review,
        status=201,
    ),
    _Op(
        "GET",
        "/api/calls/{call_id}/ratings",
        "What customers said of a call afterwards",
        _A.SEE,
        {"ratings": list[Rating]},
    ),
    _Op(
        "POST",
        "/api/calls/{call_id}/ratings",
        "Add a rating, such as CSAT or NPS",
        _A.EXPORT,
        Rating,
        Rating,
        status=201,
    ),
    _Op(
        "GET",
        "/api/scorecard/agreement",
        "How well people and the machine agree, by quality",
        _A.SEE,
        {"agreement": list[Agreement]},
        parameters={name: _SPAN[name] for name in ("agent", "team")},
    ),
    _Op(
        "GET",
        "/api/scorecard/names",
        "What qualities and findings are called",
        _A.SEE,
        dict[str, Any],
    ),
    _Op(
        "GET",
        "/api/coaching",
        "What agents can be told, from real moments",
        _A.SEE,
        Coaching,
        parameters=_SPAN,
    ),
    _Op(
        "GET",
        "/api/reasons",
        "What customers call for, how often, how it ends",
        _A.SEE,
        Reasons,
        parameters=_SPAN,
    ),
    _Op("GET", "/api/customers/{customer}", "What is known of a customer", _A.SEE, CustomerMemory),
    _Op(
        "PUT",
        "/api/customers/{customer}",
        "Choose the brand's tone that suits a customer",
        _A.MARK,
        None,
        CustomerFields,
    ),
    _Op(
        "GET",
        "/api/webhooks",
        "Messages on their way, and those given up",
        _A.MANAGE,
        {"waiting": int, "given_up": list[DeliveryInfo]},
    ),
    _Op(
        "POST",
        "/api/webhooks/{id}/retry",
        "Send once more what was given up",
        _A.MANAGE,
        None,
        status=202,
    ),
    _Op("GET", "/api/samples", "The sample calls", None, {"samples": list[SampleInfo]}),
    _Op(
        "POST",
        "/api/samples/{name}",
        "Play a sample as a live call",
        _A.BRING,
        {"call_id": str},
        status=202,
    ),
    _Op("POST", "/api/sign-in", "Sign in; the answer sets a cookie", None, None, Credentials),
    _Op("POST", "/api/sign-out", "Sign out", None, None),
    _Op("PUT", "/api/welcome", "Whose a one-time link is", None, {"name": str}, Credentials),
    _Op("POST", "/api/welcome", "Choose a password by a one-time link", None, None, Credentials),
    _Op("GET", "/api/me", "Who asks, and what that one may do", None, Me),
    _Op("GET", "/api/users", "All users", _A.MANAGE, {"users": list[UserInfo]}),
    _Op(
        "POST",
        "/api/users",
        "Add a user; the answer has the one-time link",
        _A.MANAGE,
        {"link": str},
        UserFields,
        status=201,
    ),
    _Op("PUT", "/api/users/{name}", "Change a user", _A.MANAGE, None, UserFields),
    _Op(
        "POST",
        "/api/users/{name}/link",
        "A new one-time link for a user",
        _A.MANAGE,
        {"link": str},
        status=201,
    ),
    _Op(
        "GET",
        "/api/tokens",
        "All tokens, without their secrets",
        _A.MANAGE,
        {"tokens": list[TokenInfo]},
    ),
    _Op(
        "POST",
        "/api/tokens",
        "Make a token; the answer has its secret, this once",
        _A.MANAGE,
        {"token": str},
        TokenFields,
        status=201,
    ),
    _Op("DELETE", "/api/tokens/{name}", "Revoke a token", _A.MANAGE, None),
    _Op(
        "GET",
        "/api/record",
        "What people did, newest first",
        _A.MANAGE,
        {"lines": list[Done]},
        parameters={"before": "Only lines with a lower number."},
    ),
    _Op("GET", "/api/openapi.json", "This description", None, dict[str, Any]),
)


def openapi_routes() -> list[BaseRoute]:
    """`/api/openapi.json`."""
    described = description()

    async def openapi(_request: Request) -> Response:
        return answer(described)

    return [Route("/api/openapi.json", openapi)]


def description() -> dict[str, Any]:
    """The API in OpenAPI 3.1."""
    wanted = [kind for one in OPERATIONS for kind in _types(one)]
    schemas, components = msgspec.json.schema_components(
        [Problem, *wanted], ref_template="#/components/schemas/{name}"
    )
    known = {repr(kind): schema for kind, schema in zip([Problem, *wanted], schemas, strict=True)}
    paths: dict[str, dict[str, Any]] = {}
    for one in OPERATIONS:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one, known)
    return {
        "openapi": "3.1.0",
        "info": {"title": "assist", "version": __version__, "license": {"name": "Apache-2.0"}},
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "assist_session"},
            },
        },
    }


def _types(one: Operation) -> list[Any]:
    given = list(one.answer.values()) if isinstance(one.answer, dict) else [one.answer]
    found = [kind for kind in given if kind is not None and not isinstance(kind, str)]
    return found if one.body is None else [*found, one.body]


def _operation(one: Operation, known: Mapping[str, Any]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "summary": one.summary,
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in re.findall(r"{(\w+)}", one.path)
        ]
        + [
            {"name": name, "in": "query", "description": text, "schema": {"type": "string"}}
            for name, text in one.parameters.items()
        ],
        "responses": {
            str(one.status): {"description": "What was asked for.", **_content(one.answer, known)},
            "4XX": {"description": "Not possible.", **_json(known[repr(Problem)])},
        },
    }
    if one.body is not None:
        described["requestBody"] = {"required": True, **_json(known[repr(one.body)])}
    if one.action is not None:
        described["security"] = [{"token": []}, {"session": []}]
        described["x-roles"] = who_may(one.action)
    return described


def who_may(action: Action) -> list[str]:
    """The roles, of people and of machines, that may do something."""
    return [role for role, actions in PERMISSIONS.items() if action in actions]


def _content(kind: Answer, known: Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(kind, str):
        return {"content": {kind: {}}}
    if kind is None:
        return _json({"type": "object"})
    if isinstance(kind, dict):
        properties = {name: known[repr(part)] for name, part in kind.items()}
        whole = {"type": "object", "properties": properties, "required": list(kind)}
        return _json(whole)
    return _json(known[repr(kind)])


def _json(schema: Any) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": schema}}}


def markdown() -> str:
    """The page of the documents."""
    lines = [
        "# API",
        "",
        "Written by `python -m assist.server.openapi --markdown`; do not edit by hand.",
        "",
        "Everything the pages do goes through this. `/api/openapi.json` is the same in OpenAPI 3.1,"
        " with the types of bodies and answers. Programs send a token"
        " (`Authorization: Bearer TOKEN`), browsers the cookie of who is signed in:"
        " [people.md](people.md). What is wrong is answered with a status of 400 to 499 and"
        ' `{"error": "one sentence"}`; 503 means that the database cannot be read or written now.'
        " Ids of calls are those they came with and never change. Live calls come by websocket:"
        " `/api/events?call=ID` (or `latest`), `/api/wall`;"
        " they are brought by `/api/ingest`: [native-protocol.md](native-protocol.md).",
        "",
        "| | what it does | who may |",
        "|---|---|---|",
    ]
    for one in OPERATIONS:
        may = ", ".join(who_may(one.action)) if one.action else "everybody"
        lines.append(f"| `{one.method} {one.path}` | {one.summary} | {may} |")
    for one in OPERATIONS:
        if one.parameters:
            lines += ["", f"## Parameters of `{one.path}`", "", "| parameter | |", "|---|---|"]
            lines += [f"| `{name}` | {text} |" for name, text in one.parameters.items()]
    return "\n".join(lines) + "\n"


def main(arguments: list[str] | None = None) -> int:
    """Print the description; the exit code of the command."""
    parser = argparse.ArgumentParser(
        prog="assist.server.openapi", description=inspect.cleandoc(__doc__ or "")
    )
    parser.add_argument("--markdown", action="store_true")
    given = parser.parse_args(arguments)
    text = markdown() if given.markdown else json.dumps(description(), indent=2) + "\n"
    sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
