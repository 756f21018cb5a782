"""What every request has to pass, and the headers every answer carries.

There is no sign-in yet, so the server answers programs on this machine and pages it served
itself. A page of another site must not get in through the browser of somebody who runs the
server: neither with a websocket or a POST of its own (`Origin`), nor by a name of its own
that it points at the loopback address (`Host`, DNS rebinding).
"""

from __future__ import annotations

import ipaddress

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assist.config import ServerSettings
from assist.errors import ConfigError

_POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "img-src 'self' data:",
        "frame-ancestors 'self'",
        "base-uri 'none'",
        "form-action 'self'",
    ]
)
HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}
_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


class Guard:
    """ASGI middleware: refuses requests of other sites, adds the security headers."""

    def __init__(self, app: ASGIApp, *, allow_remote: bool) -> None:
        self._app = app
        self._allow_remote = allow_remote

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or pass on."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        refusal = self._refusal(scope)
        if refusal:
            await PlainTextResponse(refusal, 403, HEADERS)(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._app(scope, receive, send)
        else:
            await self._app(scope, receive, send_with_headers)

    def _refusal(self, scope: Scope) -> str | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if not self._allow_remote and not _is_loopback_name(_host_name(host)):
            return "This server answers on the loopback address only; open it as 127.0.0.1.\n"
        changes = scope["type"] == "websocket" or scope["method"] not in _SAFE_METHODS
        origin = headers.get("origin")
        if changes and origin is not None and origin.partition("://")[2] != host:
            return "This request comes from a page of another site and is refused.\n"
        return None


def check_address(settings: ServerSettings) -> None:
    """Raise `ConfigError` when others could reach the server and nobody allowed that."""
    if settings.allow_remote or _is_loopback_name(settings.host):
        return
    raise ConfigError(
        f"server.host is {settings.host or 'every address'}, which others can reach, and there "
        "is no sign-in yet; use 127.0.0.1 or, if you mean it, set server.allow_remote to true."
    )


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
