"""A server that takes calls, keeps what it hears, and fails where a test tells it to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from assist.audio.frames import AudioFrame, CallInfo
from assist.config import ServerSettings
from assist.errors import ProtocolError
from assist.sources.native import Reply, ServerProtocol, Started, Stopped, refusal


@dataclass
class Heard:
    """What arrived of a call."""

    info: CallInfo
    live: bool
    legs: list[bytearray]
    chunks: list[int] = field(default_factory=list)

    @property
    def positions(self) -> list[int]:
        return [
            len(data) // leg.frame_bytes
            for data, leg in zip(self.legs, self.info.legs, strict=True)
        ]


class Listener:
    """`drops` are the numbers of messages after which a connection is torn down, in turn."""

    def __init__(self, drops: Iterable[int] = (), settings: ServerSettings | None = None) -> None:
        self.url = ""
        self.calls: dict[str, Heard] = {}
        self.connections = 0
        self.refuse: Callable[[CallInfo], ProtocolError | None] = lambda _: None
        self.reading = asyncio.Event()
        self.reading.set()
        self._drops = iter(drops)
        self._settings = settings or ServerSettings()

    @property
    def only(self) -> Heard:
        (heard,) = self.calls.values()
        return heard

    async def take(self, socket: ServerConnection) -> None:
        self.connections += 1
        protocol = ServerProtocol(self._settings)
        left = next(self._drops, None)
        try:
            async for message in socket:
                await self.reading.wait()
                if left is not None:
                    left -= 1
                    if left < 0:
                        socket.transport.abort()
                        return
                for action in protocol.receive(message):
                    await self._act(socket, protocol, action, len(message))
        except ProtocolError as error:
            await socket.send(refusal(error))
            await socket.close(error.close_code)
        except ConnectionClosed:
            return

    async def _act(
        self, socket: ServerConnection, protocol: ServerProtocol, action: object, size: int
    ) -> None:
        if isinstance(action, Started):
            if error := self.refuse(action.info):
                raise error
            fresh = Heard(action.info, action.live, [bytearray() for _ in action.info.legs])
            heard = self.calls.setdefault(action.info.call_id, fresh)
            await socket.send(protocol.ready(heard.positions))
        elif isinstance(action, AudioFrame):
            heard = self.only
            assert action.start == heard.positions[action.leg]
            heard.legs[action.leg] += action.data
            heard.chunks.append(size)
        elif isinstance(action, Reply):
            await socket.send(action.text)
        elif isinstance(action, Stopped):
            await socket.send(protocol.ended())
            await socket.close(1000)


@asynccontextmanager
async def listening(listener: Listener) -> AsyncIterator[Listener]:
    async with serve(listener.take, "127.0.0.1", 0) as server:
        (socket,) = server.sockets
        listener.url = f"ws://127.0.0.1:{socket.getsockname()[1]}/api/ingest"
        try:
            yield listener
        finally:
            listener.reading.set()  # a test that failed must not leave the server waiting
