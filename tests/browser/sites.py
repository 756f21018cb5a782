"""Pages on other origins, and lines that can be cut."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

KINDS = {".js": "text/javascript", ".css": "text/css", "": "text/html"}


class Site:
    """Somebody else's web server: files by path, under a policy of its own."""

    def __init__(self) -> None:
        self.origin = ""
        self.files: dict[str, str] = {}
        self.policy = ""

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request."""
        try:
            request = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:  # a connection that was opened for nothing
            writer.close()
            return
        path = request.split(b" ", 2)[1].decode().partition("?")[0]
        body = self.files.get(path, "").encode()
        head = [
            f"HTTP/1.1 {200 if path in self.files else 404} -",
            f"content-type: {KINDS.get(Path(path).suffix, 'text/plain')}; charset=utf-8",
            f"content-length: {len(body)}",
            "connection: close",
            *([f"content-security-policy: {self.policy}"] if self.policy else []),
        ]
        writer.write("\r\n".join([*head, "", ""]).encode() + body)
        with contextlib.suppress(ConnectionError):
            await writer.drain()
        writer.close()


@contextlib.asynccontextmanager
async def a_site() -> AsyncIterator[Site]:
    """A site on an origin of its own."""
    site = Site()
    server = await asyncio.start_server(site.answer, "127.0.0.1", 0)
    async with server:
        site.origin = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield site


class Line:
    """A way to a server that can be cut, and is there again at once."""

    def __init__(self, address: str) -> None:
        self._host, _, port = address.partition(":")
        self._port = int(port)
        self._open: set[asyncio.StreamWriter] = set()
        self.address = ""

    def cut(self) -> None:
        """Break everything that goes over it."""
        for writer in self._open:
            writer.transport.abort()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, both ways."""
        far_reader, far_writer = await asyncio.open_connection(self._host, self._port)
        both = {writer, far_writer}
        self._open |= both
        with contextlib.suppress(ConnectionError):
            await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer))
        self._open -= both


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()


@contextlib.asynccontextmanager
async def line_to(address: str) -> AsyncIterator[Line]:
    """A line to the server at `address` (host:port)."""
    line = Line(address)
    server = await asyncio.start_server(line.carry, "127.0.0.1", 0)
    async with server:
        line.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield line
        line.cut()
