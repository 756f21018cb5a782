"""The listening server: its socket, its signals, and the order in which it stops."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import threading
from collections.abc import AsyncIterator, Iterator

import uvicorn
from starlette.applications import Starlette

from assist.config import ServerSettings
from assist.errors import ConfigError

_CONFIRMED_WITHIN = 2.0
"""Seconds that clients get to confirm the end of their call before they are cut off."""


def listen(settings: ServerSettings) -> socket.socket:
    """The listening socket; raises `ConfigError` when the address cannot be had."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=256)
    except (OSError, OverflowError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise ConfigError(
            f"The server cannot listen on {settings.host} port {settings.port} ({reason}); end "
            "the program that holds it or choose another server.port (0 takes a free one)."
        ) from None


def address_of(listener: socket.socket) -> str:
    """Host and port of a listening socket as they stand in an address."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


@contextlib.asynccontextmanager
async def running(
    app: Starlette, settings: ServerSettings, listener: socket.socket
) -> AsyncIterator[asyncio.Task[None]]:
    """The application listening; yields the task that ends when a signal stops the server."""
    async with app.router.lifespan_context(app):
        server = _Server(app, settings)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            yield serving
        finally:
            server.should_exit = True
            await serving


class _Server(uvicorn.Server):
    """Ends the calls before it ends their connections, so that everyone hears the last word."""

    def __init__(self, app: Starlette, settings: ServerSettings) -> None:
        self._app = app
        super().__init__(
            uvicorn.Config(
                app,
                loop="asyncio",
                http="h11",
                ws="websockets-sansio",
                # The protocol refuses what is over the limit with a sentence; far over it,
                # the connection is closed with 1009 before the rest is even read.
                ws_max_size=2 * settings.max_message_bytes,
                ws_per_message_deflate=False,
                # A file that is being played is not read from while a worker is busy, and
                # then its pongs are not seen either.
                ws_ping_timeout=2 * settings.job_timeout,
                lifespan="off",  # `running` holds it, so that its errors stay what they are
                log_config=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                timeout_graceful_shutdown=5,
            )
        )

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop."""
        await self._app.state.calls.close()
        await self._let_hear()
        await super().shutdown(sockets)

    async def _let_hear(self) -> None:
        """Wait a moment until those who were told of the end have confirmed it.

        A connection that is cut while the other side still sends is reset, and a reset throws
        away what was said to it last.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + _CONFIRMED_WITHIN
        while loop.time() < deadline:
            told = (getattr(one, "close_sent", False) for one in self.server_state.connections)
            if not any(told):
                return
            await asyncio.sleep(0.02)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop at SIGINT and SIGTERM, and let the process end by itself afterwards."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        loop = asyncio.get_running_loop()
        signals = (signal.SIGINT, signal.SIGTERM)
        for number in signals:
            loop.add_signal_handler(number, self.handle_exit, number, None)
        try:
            yield
        finally:
            for number in signals:
                loop.remove_signal_handler(number)
