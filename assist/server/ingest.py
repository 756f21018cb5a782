"""`/api/ingest`: the native telephony protocol over a websocket (docs/native-protocol.md)."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog
from msgspec.structs import replace
from starlette.websockets import WebSocket

from assist.audio.frames import AudioFrame, CallInfo
from assist.config import ServerSettings
from assist.errors import AccessError, AssistError, ProtocolError
from assist.server.permissions import Action, Reached
from assist.server.running import RunningCall, RunningCalls
from assist.server.sign_in import permitted, who_asks
from assist.server.sockets import FAILED, Peer, accepted
from assist.sources.native import Action as Said
from assist.sources.native import Reply, ServerProtocol, Started, Stopped

_SUPERSEDED = 4001
_STOPPING = 1012

_log = structlog.get_logger(__name__)


class Ingest:
    """Takes calls in; what one connection does wrong never touches another's call."""

    def __init__(self, settings: ServerSettings, calls: RunningCalls) -> None:
        self._settings = settings
        self._calls = calls

    async def connection(self, websocket: WebSocket) -> None:
        """One connection, from its first message to its end."""
        peer = await accepted(websocket)
        try:
            reached = permitted(websocket, Action.BRING)
        except AccessError as error:
            await peer.refuse(error)
            return
        own = who_asks(websocket).agent
        await _Connection(peer, self._settings, self._calls, reached, own).run()


class _Connection:
    def __init__(
        self,
        peer: Peer,
        settings: ServerSettings,
        calls: RunningCalls,
        reached: Reached,
        own: str,
    ) -> None:
        self._reached = reached
        self._own = own
        self._peer = peer
        self._settings = settings
        self._calls = calls
        self._protocol = ServerProtocol(settings)
        self._call: RunningCall | None = None
        self._stopped = False
        self._farewells: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        try:
            await self._converse()
        except AssistError as error:
            _log.warning("connection refused", reason=str(error))
            await self._peer.refuse(error)
        finally:
            if self._call is not None:
                self._call.detach(self)
            await asyncio.gather(*self._farewells)

    async def _converse(self) -> None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._settings.start_timeout
        while (message := await self._next(deadline)) is not None:
            for action in self._protocol.receive(message):
                await self._act(action)
                if isinstance(action, Started | AudioFrame):
                    deadline = loop.time() + self._settings.idle_timeout

    async def _next(self, deadline: float) -> str | bytes | None:
        """The next message, `None` when the connection is lost."""
        try:
            async with asyncio.timeout_at(None if self._stopped else deadline):
                return await self._peer.receive()
        except TimeoutError:
            raise self._too_quiet() from None

    def _too_quiet(self) -> ProtocolError:
        if self._call is None:
            return ProtocolError(
                f"No start message came within {self._settings.start_timeout:g} s; "
                "send it first (server.start_timeout)."
            )
        return ProtocolError(
            f"No audio came for {self._settings.idle_timeout:g} s (server.idle_timeout); connect "
            "again with the same start message to go on."
        )

    async def _act(self, action: Said) -> None:
        if isinstance(action, Started):
            call = await self._calls.open(self._signed(action.info), live=action.live)
            self._call = call
            positions = await call.attach(self)
            await self._peer.send(self._protocol.ready(positions))
        elif isinstance(action, AudioFrame):
            assert self._call is not None
            await self._call.feed(self, action)
        elif isinstance(action, Reply):
            await self._peer.send(action.text)
        elif isinstance(action, Stopped):
            assert self._call is not None
            self._stopped = True
            self._call.stop(self)

    def _signed(self, info: CallInfo) -> CallInfo:
        """A call that names no agent is that of whoever brings it."""
        info = info if info.agent else replace(info, agent=self._own)
        if info.agent not in self._reached:
            raise AccessError(
                f"The call {info.call_id} is of the agent {info.agent!r}, and you may bring "
                "your own alone; leave the agent out or use a token for telephony."
            )
        return info

    # What the call says to its connection

    def supersede(self) -> None:
        self._say(self._peer.close(_SUPERSEDED, "A newer connection of this call took over."))

    def call_over(self, reason: str, error: AssistError | None) -> None:
        if error is not None:
            self._say(self._peer.refuse(error))
        elif reason == "stop":
            self._say(self._end())
        elif reason == "shutdown":
            sentence = "The server is stopping; the call ends here and is kept."
            self._say(self._peer.refuse(ProtocolError(sentence, _STOPPING)))
        else:
            sentence = f"The server had to end the call ({reason}); it is kept up to here."
            self._say(self._peer.refuse(ProtocolError(sentence, FAILED)))

    async def _end(self) -> None:
        await self._peer.send(self._protocol.ended())
        await self._peer.close(1000)

    def _say(self, words: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(words)
        self._farewells.add(task)
        task.add_done_callback(self._farewells.discard)
