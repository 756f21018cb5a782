"""`/api/events`: the events of a call for a page, and what its reader does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import msgspec
from starlette.requests import HTTPConnection
from starlette.websockets import WebSocket

from assist.errors import AssistError, ProtocolError
from assist.server.hub import Hub
from assist.server.log import CallLog, Cursor, as_text
from assist.server.messages import Feedback, Hello
from assist.server.people import People
from assist.server.permissions import Action, Reached, Who
from assist.server.sign_in import permitted, who_asks
from assist.server.sockets import Peer, accepted
from assist.store import Annotation

_UNKNOWN_CALL = 4404
_BURST = 50
_decoder: msgspec.json.Decoder[Feedback | Annotation] = msgspec.json.Decoder(Feedback | Annotation)


class Feed:
    """Sends pages what they have not had and takes what their readers do."""

    def __init__(self, hub: Hub, people: People, *, backlog: int) -> None:
        self._hub = hub
        self._people = people
        self._backlog = backlog

    async def page(self, websocket: WebSocket) -> None:
        """One page, from its connection to its end."""
        peer = await accepted(websocket)
        try:
            after = sequence(websocket)
            reached = permitted(websocket, Action.SEE)
            shown = await self._shown(websocket.query_params.get("call", "latest"), reached)
        except AssistError as error:
            await peer.refuse(error)
            return
        async with asyncio.TaskGroup() as both:
            sending = both.create_task(self._send(peer, shown, after))
            watching = both.create_task(self._people.watch(websocket, peer))
            await self._receive(peer, who_asks(websocket))
            sending.cancel()
            watching.cancel()

    async def _shown(self, call: str, reached: Reached) -> Callable[[], CallLog | None]:
        """Which log the page looks at, asked again at every change."""
        if call == "latest":
            held = await self._hub.latest(reached)

            def latest() -> CallLog | None:
                nonlocal held  # nobody else may hold it
                held = self._hub.newest(reached) or held
                return held

            return latest
        log = await self._hub.log(call)
        if log is None or log.call.agent not in reached:
            raise ProtocolError(f"There is no call {call[:40]!r}.", _UNKNOWN_CALL)
        return lambda: log

    async def _send(self, peer: Peer, shown: Callable[[], CallLog | None], after: int) -> None:
        wake = asyncio.Event()
        with self._hub.changes.listen(wake):
            while True:
                wake.clear()
                log = shown()
                if log is None:
                    if not await peer.send(as_text(Hello(call_id=None))):
                        return
                    await wake.wait()
                elif not await self._send_call(peer, log, shown, wake, after):
                    return
                after = 0  # the next call is shown from its beginning

    async def _send_call(
        self,
        peer: Peer,
        log: CallLog,
        shown: Callable[[], CallLog | None],
        wake: asyncio.Event,
        after: int,
    ) -> bool:
        """Send a call's messages until another is shown; False when the page has gone."""
        # Both at one moment: what is done while the hello is on its way comes after it.
        hello, cursor = as_text(log.hello()), Cursor(log, after=after, backlog=self._backlog)
        if not await peer.send(hello):
            return False
        sent = 0
        with log.changes.listen(wake):
            while shown() is log:
                wake.clear()
                message = cursor.take()
                if message is None:
                    await wake.wait()
                    continue
                if not await peer.send(message):
                    return False
                sent += 1
                if sent % _BURST == 0:
                    await asyncio.sleep(0)  # a long history must not hold up other calls
        return True

    async def _receive(self, peer: Peer, who: Who) -> None:
        while (message := await peer.receive()) is not None:
            try:
                said = _said(message)
                if isinstance(said, Annotation):
                    await self._hub.annotate(said, who)
                else:
                    await self._hub.give_feedback(said, who)
            except AssistError as error:
                await peer.refuse(error)
                return


def sequence(request: HTTPConnection) -> int:
    """The parameter `after`; raises `ProtocolError` when it is not a number from 0 on."""
    value = request.query_params.get("after", "0")
    if not (value.isascii() and value.isdigit() and len(value) <= 10):
        raise ProtocolError("The parameter `after` must be the seq of an event, or 0.")
    return int(value)


def _said(message: str | bytes) -> Feedback | Annotation:
    try:
        return _decoder.decode(message)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ProtocolError(f"This is not a message of a page: {error}.") from None
