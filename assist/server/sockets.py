"""A websocket that may go away at any moment, and the way it is refused."""

from __future__ import annotations

import msgspec
from starlette.websockets import WebSocket, WebSocketDisconnect

from assist.errors import AccessError, AssistError, ProtocolError

FAILED = 1011
"""Close code of a failure on our side."""
PROTOCOL = "assist"
"""The subprotocol of clients that send what they sign in with as another, `assist.SECRET`:
browsers let a page say nothing else when it opens a websocket."""
_MAX_REASON = 120  # bytes; a close frame has room for 123


async def accepted(websocket: WebSocket) -> Peer:
    """Accept a connection, by our subprotocol where it is offered."""
    offered = PROTOCOL in websocket.scope["subprotocols"]
    await websocket.accept(PROTOCOL if offered else None)
    return Peer(websocket)


class Peer:
    """The other side of an accepted websocket.

    Sending to one that has gone does nothing: who reads will notice.
    """

    def __init__(self, websocket: WebSocket) -> None:
        self._websocket = websocket

    async def receive(self) -> str | bytes | None:
        """The next message, `None` when the other side has gone."""
        message = await self._websocket.receive()
        if message["type"] == "websocket.disconnect":
            return None
        text: str | None = message.get("text")
        if text is not None:
            return text
        data: bytes = message["bytes"]
        return data

    async def send(self, text: str) -> bool:
        """Send a text message, waiting for room; False when the other side has gone."""
        try:
            await self._websocket.send_text(text)
        except (WebSocketDisconnect, RuntimeError):
            # RuntimeError is what the server raises between a close and its confirmation.
            return False
        return True

    async def close(self, code: int, reason: str = "") -> None:
        """Close; harmless when it is closed already."""
        cut = reason.encode()[:_MAX_REASON].decode(errors="ignore")
        try:
            await self._websocket.close(code, cut)
        except (WebSocketDisconnect, RuntimeError):
            return

    async def refuse(self, error: AssistError) -> None:
        """Tell what was wrong in one sentence and close."""
        sentence = str(error)
        await self.send(msgspec.json.encode({"type": "error", "message": sentence}).decode())
        code = error.close_code if isinstance(error, ProtocolError | AccessError) else FAILED
        await self.close(code, sentence)
