"""A server that says what a test tells it to say, over real HTTP and real websockets."""

from __future__ import annotations

import asyncio
import io
import re
import socket
import tomllib
import wave
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from typing import Any

import msgspec
import numpy as np
import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from assist.events import AnyEvent, Partial, encode
from assist.guidance.scorecard import scorecard
from assist.server.glance import WallAlert
from assist.server.insights import Card
from assist.server.messages import Feedback, Hello, SampleInfo
from assist.server.pages import STATIC, page_routes
from assist.server.permissions import Action
from assist.server.reanalysis import Reanalysis
from assist.server.security import security_headers
from assist.server.sign_in import Me
from assist.server.wall import WallChanges, WallRow, WallState
from assist.store import Annotation, EarlierCall
from assist.store.scorecards import Review, scores

SAMPLES = (
    SampleInfo(name="tr_kargo_cozulen", language="tr", title="Gecikmiş kargo, çözülen"),
    SampleInfo(name="tr_fatura_yukselen", language="tr", title="Yanlış fatura, büyüyen"),
    SampleInfo(name="en_refund_solved", language="en", title="Late refund, solved"),
    SampleInfo(name="en_outage_escalated", language="en", title="Internet outage, escalated"),
)


class _Subscriber:
    """One page's connection: what is still to be sent, None to be cut off."""

    def __init__(self) -> None:
        self.outgoing: asyncio.Queue[str | None] = asyncio.Queue()


class FakeServer:
    """One call at a time, said event by event; connections are dropped at will."""

    def __init__(self) -> None:
        self.address = ""
        self.hello = Hello(call_id=None)
        self.events: list[AnyEvent] = []
        self.feedback: asyncio.Queue[Feedback] = asyncio.Queue()
        self.marked: asyncio.Queue[Annotation] = asyncio.Queue()
        self.played: asyncio.Queue[str] = asyncio.Queue()
        self.resumed: asyncio.Queue[int] = asyncio.Queue()
        """The `after` of every connection, in order."""
        self.refusing = False
        self.calls: list[dict[str, Any]] = []
        """What GET /api/calls finds, whatever is asked."""
        self.asked: asyncio.Queue[dict[str, str]] = asyncio.Queue()
        """What was asked of GET /api/calls, in order."""
        self.recording: bytes | None = None
        self.reanalyses: list[Reanalysis] = []
        self.analysed_again = 0
        """A WAV file of the call, where it was recorded."""
        self.problem: str | None = None
        """Why GET /api/calls has no answer."""
        self.reviews: list[Review] = []
        self.wall = WallState((), ())
        """What a page of the wall is told first."""
        self._subscribers: set[_Subscriber] = set()
        self._walls: set[_Subscriber] = set()

    def begin(
        self,
        call_id: str,
        language: str = "tr",
        customer: str = "",
        earlier: tuple[EarlierCall, ...] = (),
    ) -> None:
        """Another call starts; the pages that follow the latest are told."""
        self.events = []
        self.hello = Hello(
            call_id=call_id,
            running=True,
            started_at=datetime.now(UTC).isoformat(),
            language=language,
            customer=customer,
            earlier=earlier,
        )
        self._send(msgspec.json.encode(self.hello).decode())

    def say(self, events: Iterable[AnyEvent], *, only_kept: bool = False) -> None:
        """The call goes on; with `only_kept` no page hears of it yet."""
        for event in events:
            if not isinstance(event, Partial):
                self.events.append(event)
            if not only_kept:
                self._send(encode(event).decode())

    async def mark(self) -> Annotation:
        """The next thing that a page marked; it must come soon."""
        return await asyncio.wait_for(self.marked.get(), 10)

    def say_text(self, text: str) -> None:
        """Something that is no event of this version; it is not kept."""
        self._send(text)

    def drop(self, *, refuse: bool = False) -> None:
        """Cut every connection; with `refuse` let none come back."""
        self.refusing = refuse
        for subscriber in self._subscribers | self._walls:
            subscriber.outgoing.put_nowait(None)

    def _send(self, text: str) -> None:
        for subscriber in self._subscribers:
            subscriber.outgoing.put_nowait(text)

    def change_wall(
        self,
        *rows: WallRow,
        gone: tuple[str, ...] = (),
        alerts: tuple[WallAlert, ...] = (),
    ) -> None:
        """Something on the wall is new; pages that come later see it, too."""
        known = {row.call_id: row for row in (*self.wall.rows, *rows)}
        kept = tuple(row for row in known.values() if row.call_id not in gone)
        self.wall = WallState(kept, (*self.wall.alerts, *alerts))
        text = msgspec.json.encode(WallChanges(rows, gone, alerts)).decode()
        for subscriber in self._walls:
            subscriber.outgoing.put_nowait(text)

    async def watch(self, websocket: WebSocket) -> None:
        if self.refusing:
            await websocket.close(1013)
            return
        await websocket.accept()
        subscriber = _Subscriber()
        subscriber.outgoing.put_nowait(msgspec.json.encode(self.wall).decode())
        self._walls.add(subscriber)
        writer = asyncio.create_task(self._write(websocket, subscriber))
        try:
            async for _ in websocket.iter_text():
                pass
        finally:
            self._walls.discard(subscriber)
            writer.cancel()

    async def stream(self, websocket: WebSocket) -> None:
        if self.refusing:
            await websocket.close(1013)
            return
        after = int(websocket.query_params["after"])
        await websocket.accept()
        self.resumed.put_nowait(after)
        subscriber = _Subscriber()
        subscriber.outgoing.put_nowait(msgspec.json.encode(self.hello).decode())
        for event in self.events:
            if event.seq > after:
                subscriber.outgoing.put_nowait(encode(event).decode())
        self._subscribers.add(subscriber)
        writer = asyncio.create_task(self._write(websocket, subscriber))
        try:
            async for text in websocket.iter_text():
                self._hear(msgspec.json.decode(text, type=Feedback | Annotation))
        finally:
            self._subscribers.discard(subscriber)
            writer.cancel()

    async def _write(self, websocket: WebSocket, subscriber: _Subscriber) -> None:
        while (text := await subscriber.outgoing.get()) is not None:
            try:
                await websocket.send_text(text)
            except WebSocketDisconnect:
                return
        await websocket.close(1012)

    def _hear(self, said: Feedback | Annotation) -> None:
        if isinstance(said, Annotation):
            self._hear_mark(msgspec.structs.replace(said, made_at=datetime.now(UTC).isoformat()))
        else:
            self._hear_feedback(said)

    def _hear_mark(self, mark: Annotation) -> None:
        if mark.call_id == self.hello.call_id:
            known = (*self.hello.annotations, mark)
            self.hello = msgspec.structs.replace(self.hello, annotations=known)
            self._send(msgspec.json.encode(mark).decode())
        self.marked.put_nowait(mark)

    def _hear_feedback(self, feedback: Feedback) -> None:
        known = {**self.hello.feedback, feedback.suggestion: feedback.action}
        self.hello = msgspec.structs.replace(self.hello, feedback=known)
        self.feedback.put_nowait(feedback)
        self._send(msgspec.json.encode(feedback).decode())

    async def samples(self, _: Request) -> Response:
        return JSONResponse({"samples": msgspec.to_builtins(SAMPLES)})

    async def play(self, request: Request) -> Response:
        self.played.put_nowait(request.path_params["name"])
        return JSONResponse({"call_id": "sample"})

    async def find(self, request: Request) -> Response:
        asked = dict(request.query_params)
        self.asked.put_nowait(asked)
        if self.problem is not None:
            return JSONResponse({"error": self.problem}, 400)
        begin = int(asked.get("after", "0"))
        end = begin + int(asked["limit"])
        more = str(end) if end < len(self.calls) else None
        return JSONResponse({"calls": self.calls[begin:end], "next": more})

    async def who(self, _: Request) -> Response:
        may = tuple(action.value for action in Action)
        return JSONResponse(msgspec.to_builtins(Me("", "administrator", "", may, users=False)))

    async def kept_events(self, request: Request) -> Response:
        if request.path_params["call_id"] != self.hello.call_id:
            return JSONResponse({"error": "There is no such call."}, 404)
        return Response(msgspec.json.encode(self.events), media_type="application/json")

    async def recorded(self, request: Request) -> Response:
        if self.recording is None:
            return JSONResponse({"error": "This call has no recording."}, 404)
        return _part(self.recording, request.headers.get("range", ""))

    async def again(self, request: Request) -> Response:
        if request.method == "POST":
            self.analysed_again += 1
            return JSONResponse({}, 202)
        made = self.reanalyses[: self.analysed_again]
        state = {"running": False, "failed": "", "reanalyses": made}
        return JSONResponse(msgspec.to_builtins(state))

    async def peaks(self, request: Request) -> Response:
        if self.recording is None:
            return JSONResponse({"error": "This call has no recording."}, 404)
        return JSONResponse(_peaks(self.recording, int(request.query_params["per_second"])))

    async def card(self, _: Request) -> Response:
        made = scorecard(self.events)
        known = scores(made, self.reviews)
        mean = round(sum(known.values()) / len(known), 1) if known else None
        card = Card(made, mean, known, tuple(self.reviews))
        return JSONResponse(msgspec.to_builtins(card))

    async def review(self, request: Request) -> Response:
        said = msgspec.json.decode(await request.body(), type=Review)
        machine = scorecard(self.events)[said.quality].score
        self.reviews.append(msgspec.structs.replace(said, machine=machine, author="Ayşe"))
        return JSONResponse(msgspec.to_builtins(self.reviews[-1]), 201)

    async def names(self, _: Request) -> Response:
        folder = resources.files("assist.guidance") / "qualities"
        found = {}
        for language in ("tr", "en"):
            file = tomllib.loads((folder / f"{language}.toml").read_text(encoding="utf-8"))
            names = {"qualities": file["qualities"], "missing": file["missing"]}
            found[language] = {**names, "rules": file["rule"]}
        return JSONResponse(found)

    def application(self) -> ASGIApp:
        routes = [
            WebSocketRoute("/api/events", self.stream),
            WebSocketRoute("/api/wall", self.watch),
            Route("/api/samples", self.samples),
            Route("/api/samples/{name}", self.play, methods=["POST"]),
            Route("/api/calls", self.find),
            Route("/api/me", self.who),
            Route("/api/calls/{call_id}/events", self.kept_events),
            Route("/api/calls/{call_id}/recording", self.recorded),
            Route("/api/calls/{call_id}/peaks", self.peaks),
            Route("/api/calls/{call_id}/reanalyses", self.again, methods=["GET", "POST"]),
            Route("/api/calls/{call_id}/scorecard", self.card),
            Route("/api/calls/{call_id}/reviews", self.review, methods=["POST"]),
            Route("/api/scorecard/names", self.names),
            *page_routes(),
            Mount("/", StaticFiles(directory=STATIC)),
        ]
        return _with_policy(Starlette(routes=routes))


@cache
def _peaks(recording: bytes, per_second: int) -> dict[str, Any]:
    with wave.open(io.BytesIO(recording)) as sound:
        rate, count = sound.getframerate(), sound.getnframes()
        samples = np.frombuffer(sound.readframes(count), "<i2").reshape(count, -1)
    whole = np.abs(samples[: count - count % (rate // per_second)] / 32768)
    blocks = whole.reshape(-1, rate // per_second, whole.shape[1]).max(axis=1)
    channels = [
        {"role": role, "peaks": [round(float(peak), 3) for peak in blocks[:, number]]}
        for number, role in enumerate(("agent", "caller"))
    ]
    return {"per_second": per_second, "duration": count / rate, "channels": channels}


def _part(whole: bytes, asked: str) -> Response:
    """All of a file, or the part that a `Range` header asks for."""
    kind = {"accept-ranges": "bytes", "content-type": "audio/wav"}
    if not (found := re.fullmatch(r"bytes=(\d+)-(\d*)", asked)):
        return Response(whole, headers=kind)
    begin = int(found[1])
    end = min(int(found[2] or len(whole) - 1), len(whole) - 1)
    place = {"content-range": f"bytes {begin}-{end}/{len(whole)}"}
    return Response(whole[begin : end + 1], 206, headers=kind | place)


def _with_policy(app: ASGIApp) -> ASGIApp:
    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        async def with_header(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(security_headers())
            await send(message)

        await app(scope, receive, with_header)

    return wrapped


class _Uvicorn(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()


@asynccontextmanager
async def served() -> AsyncIterator[FakeServer]:
    """A fake server on a free port."""
    fake = FakeServer()
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        fake.application(), log_level="warning", ws="websockets-sansio", lifespan="off"
    )
    server = _Uvicorn(config)
    running = asyncio.create_task(server.serve(sockets=[listener]))
    await server.listening.wait()
    fake.address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    try:
        yield fake
    finally:
        fake.drop(refuse=True)
        server.should_exit = True
        await running
        listener.close()
