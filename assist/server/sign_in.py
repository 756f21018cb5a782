"""Nobody unknown gets past this, and the requests by which one becomes known.

Once there are users, whoever is not signed in and has no token gets the page for signing in and
nothing else. What somebody known may do is asked where it is done, by `permitted`.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

import msgspec
from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from assist.config import SignInSettings
from assist.errors import AccessError, ConfigError
from assist.server.answers import answer, problem
from assist.server.people import COOKIE, People
from assist.server.permissions import Action, Reached, Who
from assist.server.sockets import accepted

_OPEN: Final = ("/sign-in", "/welcome", "/healthz", "/api/sign-in", "/api/welcome")
_OPEN_FOLDERS: Final = ("/assets/", "/embed/")
"""Files of the build, which say nothing of any call."""
_LARGEST: Final = 10_000
"""Bytes of a request's body."""
_MOST_LINES: Final = 500


class KnownOnly:
    """ASGI middleware: finds out who asks, and lets nobody unknown in."""

    def __init__(self, app: ASGIApp, *, people: People) -> None:
        self._app = app
        self._people = people

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, with who it is, or refuse."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        asked = HTTPConnection(scope)
        who = self._people.identify(asked.headers, asked.cookies)
        scope.setdefault("state", {})["who"] = who
        path = scope["path"]
        if who is not None or path in _OPEN or path.startswith(_OPEN_FOLDERS):
            await self._app(scope, receive, send)
            return
        unknown = AccessError("Nobody is signed in here; sign in first, or send a token.", 401)
        if scope["type"] == "websocket":
            peer = await accepted(WebSocket(scope, receive, send))
            await peer.refuse(unknown)
        elif _is_page(asked):
            wanted = f"{path}?{asked.url.query}" if asked.url.query else path
            there = f"/sign-in?next={quote(wanted)}"
            await RedirectResponse(there, 303)(scope, receive, send)
        else:
            await problem(401, str(unknown))(scope, receive, send)


def _is_page(asked: HTTPConnection) -> bool:
    return "text/html" in asked.headers.get("accept", "")


def who_asks(asked: HTTPConnection) -> Who:
    """Whose request this is; raises `AccessError` when that is nobody known."""
    who = asked.state.who
    if not isinstance(who, Who):
        raise AccessError("Nobody is signed in here; sign in first.", 401)
    return who


def permitted(asked: HTTPConnection, action: Action) -> Reached:
    """Whose calls the one who asks may do this with; raises `AccessError` for nobody's."""
    who = who_asks(asked)
    if not who.may(action):
        raise AccessError(
            f"{who.name or 'This token'} ({who.role}) may not do this ({action}); an "
            "administrator can give another role."
        )
    return who.reach(action)


class Credentials(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a person signs in with; with `link`, what is chosen by a one-time link."""

    password: str
    name: str = ""
    link: str = ""


class UserFields(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an administrator says of a user; `agent` is the name in the calls, or empty."""

    role: str
    name: str = ""
    team: str = ""
    agent: str = ""
    disabled: bool = False


class TokenFields(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an administrator says of a token."""

    name: str
    role: str


class Me(msgspec.Struct, frozen=True):
    """Who is signed in and what that person may do; `users` is whether there are users at all."""

    name: str
    role: str
    agent: str
    may: tuple[str, ...]
    users: bool


def people_routes(people: People, settings: SignInSettings) -> list[BaseRoute]:
    """Signing in and out, and managing users and tokens."""

    async def sign_in(request: Request) -> Response:
        given = await read(request, Credentials)
        secret = await people.sign_in(given.name.strip(), given.password, _address(request))
        return _come_in(request, secret)

    async def sign_out(request: Request) -> Response:
        await people.sign_out(request.cookies.get(COOKIE, ""))
        response = answer({})
        response.delete_cookie(COOKIE)
        return response

    async def welcome(request: Request) -> Response:
        given = await read(request, Credentials)
        if request.method == "PUT":  # only asked whether the link is good
            return answer({"name": people.invitation(given.link).user})
        secret = await people.accept(
            given.link, given.name.strip(), given.password, _address(request)
        )
        return _come_in(request, secret)

    def _come_in(request: Request, secret: str) -> Response:
        # An extension cannot rely on the cookie: it is not of the server's site.
        extension = request.headers.get("origin", "").startswith("chrome-extension://")
        response = answer({"session": secret} if extension else {})
        response.set_cookie(
            COOKIE,
            secret,
            max_age=round(settings.session_hours * 3600),
            httponly=True,
            samesite="lax",
            secure=settings.https or request.url.scheme == "https",
        )
        return response

    async def me(request: Request) -> Response:
        who = who_asks(request)
        may = tuple(action.value for action in Action if who.may(action))
        return answer(Me(who.name, who.role, who.agent, may, people.any))

    async def users(request: Request) -> Response:
        by = _manager(request)
        if request.method == "GET":
            return answer({"users": people.users()})
        given = await read(request, UserFields)
        link = await people.add(by, given.name.strip(), given.role, given.team, given.agent)
        return answer({"link": f"/welcome#{link}"}, 201)

    async def user(request: Request) -> Response:
        by, name = _manager(request), request.path_params["name"]
        given = await read(request, UserFields)
        await people.change(
            by,
            name,
            role=given.role,
            team=given.team,
            agent=given.agent,
            disabled=given.disabled,
        )
        return answer({})

    async def link(request: Request) -> Response:
        by = _manager(request)
        secret = await people.invite(by, request.path_params["name"])
        return answer({"link": f"/welcome#{secret}"}, 201)

    async def tokens(request: Request) -> Response:
        by = _manager(request)
        if request.method == "GET":
            return answer({"tokens": people.tokens()})
        given = await read(request, TokenFields)
        secret = await people.add_token(by, given.name.strip(), given.role)
        return answer({"token": secret}, 201)

    async def token(request: Request) -> Response:
        await people.revoke(_manager(request), request.path_params["name"])
        return answer({})

    async def record(request: Request) -> Response:
        _manager(request)
        before = request.query_params.get("before", "2147483647")
        if not (before.isascii() and before.isdigit() and len(before) <= 10):
            return problem(400, "The parameter `before` must be the number of a line.")
        return answer({"lines": await people.record(int(before), _MOST_LINES)})

    def _manager(request: Request) -> Who:
        permitted(request, Action.MANAGE)
        return who_asks(request)

    return [
        Route("/api/sign-in", sign_in, methods=["POST"]),
        Route("/api/sign-out", sign_out, methods=["POST"]),
        Route("/api/welcome", welcome, methods=["POST", "PUT"]),
        Route("/api/me", me),
        Route("/api/users", users, methods=["GET", "POST"]),
        Route("/api/users/{name}", user, methods=["PUT"]),
        Route("/api/users/{name}/link", link, methods=["POST"]),
        Route("/api/tokens", tokens, methods=["GET", "POST"]),
        Route("/api/tokens/{name}", token, methods=["DELETE"]),
        Route("/api/record", record),
    ]


async def read(request: Request, kind: type[Any]) -> Any:
    """The body of a request as `kind`; raises `ConfigError` in one sentence."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > _LARGEST:
            raise ConfigError(f"The request is longer than {_LARGEST} bytes.")
    try:
        return msgspec.json.decode(bytes(body), type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"The request cannot be read: {error}.") from None


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
