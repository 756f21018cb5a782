"""`assist serve` as a process of its own, and a network that can be cut."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path

ASSIST = Path(sys.executable).with_name("assist")


@contextlib.asynccontextmanager
async def served(folder: Path, *arguments: str, **settings: str) -> AsyncIterator[str]:
    """The host:port of a server with its models loaded and its database in `folder`."""
    process = await asyncio.create_subprocess_exec(
        ASSIST,
        "serve",
        "--port",
        "0",
        *arguments,
        env={**os.environ, "ASSIST_STORE__URL": f"sqlite:///{folder}/calls.db", **settings},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        assert process.stdout is not None
        printed = b""
        while not (found := re.search(rb"http://([\d.]+:\d+)", printed)):
            line = await process.stdout.readline()
            assert line, f"the server ended after printing {printed!r}"
            printed += line
        yield found[1].decode()
    finally:
        if process.returncode is None:
            process.terminate()
        await process.communicate()


class CutNetwork:
    """Passes bytes on to a server and cuts the connection after given amounts, once each."""

    def __init__(self, target: str, cuts: list[int]) -> None:
        self._host, port = target.split(":")
        self._port = int(port)
        self._cuts = list(cuts)
        self.cut = 0

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator[str]:
        async with await asyncio.start_server(self._pass_on, "127.0.0.1", 0) as server:
            yield "{}:{}".format(*server.sockets[0].getsockname())

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        up_reader, up_writer = await asyncio.open_connection(self._host, self._port)
        left = self._cuts.pop(0) if self._cuts else None
        back = asyncio.create_task(_copy(up_reader, writer))
        while data := await reader.read(4096):
            if left is not None and len(data) >= left:
                up_writer.write(data[: left // 2])
                self.cut += 1
                up_writer.transport.abort()
                writer.transport.abort()
                break
            left = None if left is None else left - len(data)
            up_writer.write(data)
            with contextlib.suppress(ConnectionError):
                await up_writer.drain()
        back.cancel()
        await asyncio.gather(back, return_exceptions=True)
        up_writer.close()
        writer.close()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(4096):
            writer.write(data)
            await writer.drain()
        writer.close()
