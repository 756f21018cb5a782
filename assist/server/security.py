"""What every request has to pass, and the headers every answer carries.

A page of another site must not get in through the browser of somebody who is signed in, or who
runs a server without users: neither with a websocket or a request of its own (`Origin`), nor by
framing our pages (`frame-ancestors`), nor by a name of its own that it points at the loopback
address (`Host`, DNS rebinding; where people sign in, their cookie is not sent to such a name).
The sites in `server.allowed_origins` may.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Sequence

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assist.config import ServerSettings
from assist.errors import ConfigError

_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "img-src 'self' data:",
        "media-src 'self'",
        "frame-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        # A string never becomes HTML or code; lit's templates are the one exception.
        "require-trusted-types-for 'script'",
        "trusted-types lit-html",
    ]
)
_REMEMBERED = 600
"""Seconds that a browser may keep the answer to its question what a site may do."""

_log = structlog.get_logger(__name__)


class Guard:
    """ASGI middleware: refuses requests of other sites, adds the security headers."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        signs_in: Callable[[], bool],
        allowed_origins: Sequence[str] = (),
    ) -> None:
        self._app = app
        self._signs_in = signs_in
        self._allowed = frozenset(allowed_origins)
        self._headers = security_headers(allowed_origins)
        self._told: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or pass on."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        asked = Headers(scope=scope)
        origin = asked.get("origin")
        sharing = _sharing(origin) if origin in self._allowed else {}
        added = self._headers | sharing

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in added.items():
                    headers.setdefault(name, value)
                if self._allowed:
                    headers.add_vary_header("origin")
            await send(message)

        refusal = self._refusal(asked)
        if refusal:
            await PlainTextResponse(refusal, 403, self._headers)(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._app(scope, receive, send)
        elif sharing and scope["method"] == "OPTIONS":
            await Response(status_code=204)(scope, receive, send_with_headers)
        else:
            await self._app(scope, receive, send_with_headers)

    def _refusal(self, asked: Headers) -> str | None:
        host = asked.get("host", "")
        if not self._signs_in() and not _is_loopback_name(_host_name(host)):
            return "This server answers on the loopback address only; open it as 127.0.0.1.\n"
        origin = asked.get("origin")
        if origin is None or origin in self._allowed or origin.partition("://")[2] == host:
            return None
        self._tell(origin)
        return (
            "This request comes from a page of another site and is refused; if that site may "
            "embed the sidebar, add its origin to server.allowed_origins.\n"
        )

    def _tell(self, origin: str) -> None:
        """Say it once of each site where the operator looks: browsers hide refusals from pages."""
        if origin not in self._told and len(self._told) < 100:
            self._told.add(origin)
            _log.warning("site refused", origin=origin[:200], setting="server.allowed_origins")


def security_headers(allowed_origins: Sequence[str] = ()) -> dict[str, str]:
    """The headers of every answer, where pages of `allowed_origins` may frame ours."""
    pages = [origin for origin in allowed_origins if origin.startswith("http")]
    ancestors = " ".join(["frame-ancestors 'self'", *pages])
    return {
        "content-security-policy": f"{_POLICY}; {ancestors}",
        "permissions-policy": "microphone=(self), camera=(), geolocation=()",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        # What is shared goes by `access-control-allow-origin`; a plain <script> gets nothing.
        "cross-origin-resource-policy": "same-origin",
    }


def check_address(settings: ServerSettings, *, signs_in: bool) -> None:
    """Raise `ConfigError` when others could reach the server and nobody would have to sign in."""
    if signs_in or _is_loopback_name(settings.host):
        return
    raise ConfigError(
        f"server.host is {settings.host or 'every address'}, which others can reach, and there "
        "are no users yet; make the first with `assist administrator NAME`, or use 127.0.0.1."
    )


def _sharing(origin: str) -> dict[str, str]:
    """The headers by which a browser gives an answer to a page of `origin`."""
    return {
        "access-control-allow-origin": origin,
        "access-control-allow-credentials": "true",
        "access-control-allow-methods": "GET, POST, PUT, PATCH, DELETE",
        "access-control-allow-headers": "content-type",
        "access-control-max-age": str(_REMEMBERED),
    }


def _host_name(host: str) -> str:
    """The name of a Host header, without its port."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


def _is_loopback_name(name: str) -> bool:
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
