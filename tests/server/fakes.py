"""A pool whose calls say something for every second of audio, and a server around it."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
from msgspec.structs import replace
from websockets.asyncio.client import ClientConnection, connect

from assist.audio.frames import AudioFrame, CallInfo
from assist.config import (
    LanguageModelSettings,
    ServerSettings,
    Settings,
    StoreSettings,
    WebhookSettings,
)
from assist.events import (
    SAMPLE_RATE,
    AnyEvent,
    CallEnded,
    CallStarted,
    Event,
    Partial,
    Role,
    Suggestion,
    Tone,
    ToneLabel,
    Utterance,
)
from assist.server.app import create_app
from assist.server.listening import address_of, listen, running
from assist.store import Store

RATE = 8000
SECOND = bytes(RATE)
"""One second of μ-law audio of a mono leg."""


class FakeCall:
    """Numbers and delivers events, as a worker's call does; `gate` makes `feed` wait."""

    def __init__(self, info: CallInfo, live: bool, on_event: Callable[[AnyEvent], None]) -> None:
        self.info = info
        self.live = live
        self.frames: list[AudioFrame] = []
        self.seconds = 0.0
        self.gate = asyncio.Event()
        self.gate.set()
        self.waiting = asyncio.Event()
        self.finished = asyncio.Event()
        self.reason = ""
        self.ending: dict[str, str] = {}
        self._on_event = on_event
        self._seq = 0
        self._told = 0
        asyncio.get_running_loop().call_soon(self._start)

    async def feed(self, frame: AudioFrame) -> None:
        if not self.gate.is_set():
            self.waiting.set()
            await self.gate.wait()
        self.frames.append(frame)
        if frame.leg == 0:
            leg = self.info.legs[0]
            self.seconds = (frame.start + len(frame.data) // leg.frame_bytes) / leg.rate
        while self._told < int(self.seconds):
            self._told += 1
            self.say(f"second {self._told}")

    async def finish(self, reason: str) -> None:
        self.reason = reason
        self.emit(CallEnded, reason=reason, duration=self.seconds, **self.ending)
        self.finished.set()

    def emit(self, kind: type[Event], /, **fields: Any) -> None:
        """Deliver the next final event."""
        self._seq += 1
        position = int(self.seconds * SAMPLE_RATE)
        event = kind(call_id=self.info.call_id, seq=self._seq, position=position, **fields)
        self._on_event(event)  # type: ignore[arg-type]

    def insert(self, event: Event) -> None:
        """Number an event of the server's own and deliver it."""
        self._seq += 1
        self._on_event(replace(event, seq=self._seq))  # type: ignore[arg-type]

    def say(self, text: str, start: float = 0.0, end: float = 1.0) -> None:
        self.emit(
            Utterance,
            channel=Role.CALLER,
            start=start,
            end=end,
            text=text,
            language="tr",
            confidence=0.9,
            words=(),
        )

    def sound(self, end: float, label: ToneLabel = ToneLabel.NEUTRAL) -> None:
        self.emit(
            Tone,
            start=end - 1,
            end=end,
            label=label,
            probabilities={},
            valence=0.0,
            arousal=0.0,
            confidence=0.5,
            trend=0.0,
            reasons=(),
        )

    def suggest(self, suggestion: str) -> None:
        self.emit(
            Suggestion,
            id=suggestion,
            situation="apology",
            say="Sizi anlıyorum.",
            why="Müşteri kırgın.",
            because=(),
            language="tr",
            expires=0,
        )

    def mumble(self, text: str, start: float = 0.0) -> None:
        partial = Partial(
            call_id=self.info.call_id,
            seq=self._seq,
            position=0,
            channel=Role.CALLER,
            start=start,
            stable=text,
            pending="",
        )
        self._on_event(partial)

    def _start(self) -> None:
        self.emit(CallStarted, channels=self.info.roles, language=self.info.language)


class FakePool:
    """Has its models at once unless `loading` is given another outcome."""

    def __init__(self) -> None:
        self.calls: dict[str, FakeCall] = {}
        self.opened: dict[str, asyncio.Event] = {}
        self.restarts = 0
        self.closed = False
        self.loading: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.loading.set_result(None)

    async def start(self) -> None:
        self.closed = False

    async def ready(self) -> None:
        await asyncio.shield(self.loading)

    async def close(self) -> None:
        self.closed = True

    async def open(
        self, info: CallInfo, *, live: bool, on_event: Callable[[AnyEvent], None]
    ) -> FakeCall:
        call = self.calls[info.call_id] = FakeCall(info, live, on_event)
        return call


class Running:
    """A real server on a port of its own."""

    def __init__(self, address: str, pool: FakePool, store: Store, app: Any) -> None:
        self.address = address
        self.pool = pool
        self.store = store
        self.app = app

    @contextlib.asynccontextmanager
    async def source(self, **options: Any) -> AsyncIterator[Source]:
        """A telephony system's connection."""
        url = f"ws://{self.address}/api/ingest"
        async with connect(url, compression=None, **options) as socket:
            yield Source(socket)

    @contextlib.asynccontextmanager
    async def page(self, query: str = "call=latest", **options: Any) -> AsyncIterator[Page]:
        """A page's connection."""
        url = f"ws://{self.address}/api/events?{query}"
        async with connect(url, compression=None, **options) as socket:
            yield Page(socket)

    def http(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            base_url=f"http://{self.address}",
            trust_env=False,
            verify=False,  # plain HTTP: don't load certificates for it
        )


class _Side:
    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    async def next(self) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(await self.socket.recv())
        return message

    async def until(self, kind: str, **fields: Any) -> dict[str, Any]:
        """Read on to the first message of a type with these fields."""
        while True:
            message = await self.next()
            if message["type"] == kind and fields.items() <= message.items():
                return message

    async def refused(self) -> tuple[str, int]:
        """The sentence and the close code that a connection is ended with."""
        sentence = (await self.until("error"))["message"]
        await self.socket.wait_closed()
        assert self.socket.close_code is not None
        return sentence, self.socket.close_code


class Source(_Side):
    async def start(self, call_id: str = "one", **fields: Any) -> list[int]:
        """Announce a call; the positions of its `ready`."""
        await self.announce(call_id, **fields)
        positions: list[int] = (await self.until("ready", call_id=call_id))["positions"]
        return positions

    async def announce(self, call_id: str = "one", **fields: Any) -> None:
        leg = {"encoding": "mulaw", "rate": RATE, "roles": ["caller"]}
        await self.tell(type="start", version=1, call_id=call_id, **{"legs": [leg]} | fields)

    async def tell(self, **message: Any) -> None:
        await self.socket.send(json.dumps(message))

    async def speak(self, seconds: float = 1.0) -> None:
        """Send audio and wait until the server acknowledges it; whole seconds only."""
        await self.socket.send(bytes(int(seconds * RATE)))

    async def acked(self, position: int) -> None:
        while (await self.until("ack"))["positions"][0] < position:
            pass

    async def stop(self) -> None:
        """End the call and wait until the server has closed the connection."""
        await self.tell(type="stop")
        await self.until("ended")
        await self.socket.wait_closed()
        assert self.socket.close_code == 1000


class Page(_Side):
    async def events(self, count: int) -> list[dict[str, Any]]:
        """The next final events."""
        found: list[dict[str, Any]] = []
        while len(found) < count:
            message = await self.next()
            if message["type"] not in ("hello", "partial", "feedback"):
                found.append(message)
        return found


@contextlib.asynccontextmanager
async def serving(
    folder: Path,
    *,
    prepare: Callable[[FakePool], None] | None = None,
    language_model: LanguageModelSettings | None = None,
    store: dict[str, Any] | None = None,
    webhooks: WebhookSettings | None = None,
    **server: Any,
) -> AsyncIterator[Running]:
    """A server with a fake pool, its database and an empty sample folder in `folder`."""
    settings = Settings(
        server=ServerSettings(port=0, **{"samples": folder / "samples"} | server),
        store=StoreSettings(url=f"sqlite:///{folder}/assist.db", **store or {}),
        language_model=language_model or LanguageModelSettings(),
        webhooks=webhooks or WebhookSettings(),
    )
    pool, opened = FakePool(), Store.open(settings.store)
    if prepare is not None:
        prepare(pool)
    app = create_app(settings, pool=pool, store=opened)
    with listen(settings.server) as listener:
        address = address_of(listener)
        async with running(app, settings.server, listener):
            yield Running(address, pool, opened, app)
