"""A language model's endpoint on this machine that can answer well and misbehave in many ways."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any


class FakeModel:
    """Answers every question with `answer`, in the way named by `manner`.

    Manners: "well", "late" (after `delay` seconds), "hangs", "closes", "cuts" (in the middle of
    the body), "status", "redirects", "not_json", "not_text", "wrong_schema", "no_choice",
    "null", "huge", "endless" (a drop at a time).
    """

    def __init__(self, answer: str = "", manner: str = "well") -> None:
        self.answer = answer
        self.manner = manner
        self.delay = 0.0
        self.questions: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.url = ""
        self.asked = asyncio.Event()
        self.left = asyncio.Event()

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator[FakeModel]:
        """The endpoint on a port of its own; `url` is set."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = "http://{}:{}/v1".format(*server.sockets[0].getsockname())
        self._tasks: set[asyncio.Task[Any]] = set()
        try:
            yield self
        finally:
            server.close()
            for task in list(self._tasks):
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def said(self) -> str:
        """All that the last question gave away, as one text."""
        return "\n".join(message["content"] for message in self.questions[-1]["messages"])

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            try:
                while await self._one(reader, writer):
                    pass
            finally:
                writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        first, *lines = head.strip().split("\r\n")
        headers = {
            name.lower(): value for name, _, value in (line.partition(": ") for line in lines)
        }
        body = await reader.readexactly(int(headers["content-length"]))
        self.paths.append(first.split()[1])
        self.headers.append(headers)
        self.questions.append(json.loads(body))
        self.asked.set()
        match self.manner:
            case "late":
                await asyncio.sleep(self.delay)
            case "held":
                await reader.read(1)  # nothing more comes until the other side goes
                self.left.set()
                return False
            case "hangs":
                await asyncio.sleep(3600)
            case "closes":
                return False
            case "cuts":
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{")
                await writer.drain()
                return False
            case "redirects":
                writer.write(
                    b"HTTP/1.1 307 Moved\r\nlocation: http://127.0.0.1:9/\r\n"
                    b"content-length: 0\r\n\r\n"
                )
                await writer.drain()
                return True
            case "endless":
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
                while True:
                    writer.write(b" ")
                    await writer.drain()
                    await asyncio.sleep(0.01)
            case _:
                pass
        writer.write(self._response())
        await writer.drain()
        return True

    def _response(self) -> bytes:
        status, body = "200 OK", json.dumps(self._completion()).encode()
        match self.manner:
            case "status":
                status, body = "500 Internal Server Error", b'{"error": "out of memory"}'
            case "not_json":
                body = b"<html>Bad gateway</html>"
            case "not_text":
                body = b"\xff\xfe\x00\x80"
            case "wrong_schema":
                body = b'{"choices": "none today"}'
            case "no_choice":
                body = b'{"choices": []}'
            case "null":
                body = b'{"choices": [{"message": {"role": "assistant", "content": null}}]}'
            case "huge":
                body = json.dumps({"choices": [], "padding": "x" * 2_000_000}).encode()
            case _:
                pass
        head = f"HTTP/1.1 {status}\r\ncontent-type: application/json\r\n"
        return f"{head}content-length: {len(body)}\r\n\r\n".encode() + body

    def _completion(self) -> dict[str, Any]:
        message = {"role": "assistant", "content": self.answer}
        return {
            "id": "one",
            "object": "chat.completion",
            "model": "fake",
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            "usage": {"total_tokens": 7},
        }
