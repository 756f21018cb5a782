"""Pages on other origins, and lines that can be cut."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping


@contextlib.asynccontextmanager
async def site(pages: Mapping[str, str], policy: str = "") -> AsyncIterator[str]:
    """Somebody else's web server: HTML by path, under a policy of its own; its origin."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        path = request.split(b" ", 2)[1].decode().partition("?")[0]
        body = pages.get(path, "").encode()
        kind = "text/javascript" if path.endswith(".js") else "text/html; charset=utf-8"
        head = [
            f"HTTP/1.1 {200 if path in pages else 404} -",
            f"content-type: {kind}",
            f"content-length: {len(body)}",
            "connection: close",
            *([f"content-security-policy: {policy}"] if policy else []),
        ]
        writer.write("\r\n".join([*head, "", ""]).encode() + body)
        with contextlib.suppress(ConnectionError):
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


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
