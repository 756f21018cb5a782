"""Plays a recording into a running server, as a telephony system would.

Used by `assist call`, by the samples of the server's page, by benchmarks and by tests.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import (
    ConnectionClosed,
    InvalidHandshake,
    InvalidMessage,
    InvalidStatus,
    InvalidURI,
)

from assist.audio.files import Recording
from assist.audio.frames import CallInfo, Encoding, Leg
from assist.audio.roles import channel_roles
from assist.errors import ProtocolError
from assist.events import Role
from assist.sources.chunks import Chunks
from assist.sources.native import ClientProtocol
from assist.sources.native_messages import Ended, Ready

RETRIES = (0.0, 0.2, 0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds before each attempt to get a lost connection back."""
_WINDOW = 5.0
"""Seconds of audio that a file may be ahead of what the server has acknowledged."""
_PATIENCE, _PATIENCE_OF_A_FILE = 30.0, 300.0
"""Seconds without an answer to a ping; a server that makes a file wait does not read pings."""
_GONE = (1001, 1006, 1011, 1012)
"""Close codes after which another connection may fare better: going away, lost, failed, restart."""


async def play(
    recording: Recording,
    url: str,
    *,
    call_id: str,
    roles: Sequence[Role] | None = None,
    language: str = "auto",
    agent: str = "",
    customer: str = "",
    consent: bool = True,
    speed: float = 1.0,
    encoding: Encoding = Encoding.PCM_S16LE,
    rate: int | None = None,
    chunk_ms: float = 20.0,
    separate_legs: bool = False,
    reconnect: bool = True,
    token: str = "",
    on_progress: Callable[[float], None] | None = None,
) -> None:
    """Play a recording as the call `call_id`; returns when the server has ended the call.

    `url` is the address of the server's `/api/ingest`; `roles` name the channels in order (see
    `channel_roles` for the default). At `speed` up to 1 the call is live; above it, or at 0
    (as fast as the server takes it), the server is told to wait rather than drop. A chunk of
    `chunk_ms` goes out when its last sample has been spoken; chunks that are no whole number
    of samples cut samples, which the protocol allows. With `separate_legs` keep them under the
    server's `speech.max_skew`, because one leg's chunk goes out before the other's.
    Audio is sent at the recording's own rate unless `rate` (8000…48000) says otherwise,
    interleaved unless `separate_legs`.
    `token` is what a server with users lets machines in with.
    `on_progress` is called with the seconds sent, after each chunk.

    Raises `ProtocolError` with the server's sentence when it refuses the call, or one of ours
    when there is no server or the connection is lost for good; `AudioError` when the recording
    cannot be read or its channels do not fit.
    """
    named = channel_roles(recording, None if roles is None else ",".join(roles))
    pcm_rate = rate or recording.rate
    groups = [(role,) for role in named] if separate_legs else [named]
    legs = tuple(Leg(encoding, pcm_rate, group) for group in groups)
    info = CallInfo(call_id, legs, language, agent, customer, consent)
    audio = Chunks(recording, legs, chunk_ms)
    player = _Player(
        url, info, audio, speed=speed, reconnect=reconnect, token=token, on_progress=on_progress
    )
    try:
        await player.run()
    finally:
        await audio.close()


class Pace:
    """Holds a sender to `speed` times real time.

    Every moment is reckoned from the first, so late wake-ups do not add up. Speed 0 never
    waits. `now` gives seconds of a steady clock, `sleep` waits that many.
    """

    def __init__(
        self, speed: float, now: Callable[[], float], sleep: Callable[[float], Awaitable[None]]
    ) -> None:
        self._speed = speed
        self._now = now
        self._sleep = sleep
        self._start: float | None = None

    async def until(self, position: float) -> None:
        """Wait until `position` seconds of the recording have been spoken."""
        if self._start is None:
            self._start = self._now()
        if self._speed > 0:
            early = self._start + position / self._speed - self._now()
            if early > 0:
                await self._sleep(early)


class _Player:
    def __init__(
        self,
        url: str,
        info: CallInfo,
        audio: Chunks,
        *,
        speed: float,
        reconnect: bool,
        token: str,
        on_progress: Callable[[float], None] | None,
    ) -> None:
        live = 0 < speed <= 1
        self._url = url
        self._reconnect = reconnect
        self._headers = {"authorization": f"Bearer {token}"} if token else {}
        self._on_progress = on_progress or (lambda _: None)
        self._protocol = ClientProtocol(info, live=live)
        self._window = None if live else _WINDOW
        self._acknowledged = asyncio.Event()
        self._pace = Pace(speed, asyncio.get_running_loop().time, asyncio.sleep)
        self._audio = audio
        self._accepted = False
        self._stopping = False

    async def run(self) -> None:
        """The call over as many connections as it takes."""
        failures = 0
        while True:
            before = sum(self._protocol.acked)
            try:
                await self._connection()
                return
            except (OSError, InvalidHandshake, InvalidURI, ConnectionClosed) as error:
                if not (self._reconnect and self._accepted and _may_recover(error)):
                    raise self._explained(error) from None
                failures = 0 if sum(self._protocol.acked) > before else failures
                if failures == len(RETRIES):
                    raise self._explained(error) from None
            await asyncio.sleep(RETRIES[failures])
            failures += 1

    async def _connection(self) -> None:
        patience = _PATIENCE if self._window is None else _PATIENCE_OF_A_FILE
        async with connect(
            self._url,
            compression=None,
            proxy=None,
            ping_timeout=patience,
            additional_headers=self._headers,
        ) as socket:
            await socket.send(self._protocol.start())
            if not isinstance(self._protocol.receive(await socket.recv()), Ready):
                raise ProtocolError(
                    f"The server at {self._url} did not answer the start of the call with ready; "
                    "check that the address is that of an assist server."
                )
            self._accepted = True
            tasks = (
                asyncio.create_task(self._read(socket)),
                asyncio.create_task(self._send(socket)),
            )
            try:
                await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
            finally:
                for task in tasks:
                    task.cancel()
                outcomes = await asyncio.gather(*tasks, return_exceptions=True)
            for outcome in outcomes:
                if isinstance(outcome, Exception):
                    raise outcome

    async def _read(self, socket: ClientConnection) -> None:
        while True:
            said = self._protocol.receive(await socket.recv())
            self._acknowledged.set()
            if isinstance(said, Ended):
                break
        if not self._stopping:
            raise ProtocolError(
                f"The server at {self._url} ended the call before the recording was over; see "
                "its log."
            )

    async def _send(self, socket: ClientConnection) -> None:
        try:
            for message in self._protocol.resend():
                await socket.send(message)
            while await self._audio.fill():
                await self._pace.until(self._audio.end)
                await self._room()
                chunks = self._audio.take()
                for message in [self._protocol.send(leg, data) for leg, data in chunks]:
                    await socket.send(message)
                self._on_progress(self._audio.position)
            self._stopping = True
            await socket.send(self._protocol.stop())
        except ConnectionClosed:
            return  # the reader finds out why: a refusal may still be waiting to be read

    async def _room(self) -> None:
        while self._window is not None and self._protocol.unacked > self._window:
            self._acknowledged.clear()
            await self._acknowledged.wait()

    def _explained(self, error: Exception) -> ProtocolError:
        """What happened to the connection, in one sentence."""
        if isinstance(error, InvalidURI):
            return ProtocolError(
                f"{self._url} is no address of a server; give one like "
                "ws://127.0.0.1:8765/api/ingest."
            )
        if isinstance(error, ConnectionClosed):
            code = error.rcvd.code if error.rcvd else 1006
            reason = f" ({error.rcvd.reason})" if error.rcvd and error.rcvd.reason else ""
            return ProtocolError(
                f"The server at {self._url} closed the connection during the call with code "
                f"{code}{reason}; see its log.",
                close_code=code,
            )
        if isinstance(error, InvalidHandshake):
            return ProtocolError(
                f"The server at {self._url} takes no calls ({error}); check the address, which "
                "ends in /api/ingest."
            )
        if self._accepted:
            return ProtocolError(
                f"The connection to {self._url} was lost during the call and did not come back "
                f"({error}); see the server's log."
            )
        return ProtocolError(
            f"No server can be reached at {self._url} ({error}); start one with `assist serve`."
        )


def _may_recover(error: Exception) -> bool:
    if isinstance(error, ConnectionClosed):
        return error.rcvd is None or error.rcvd.code in _GONE
    if isinstance(error, InvalidStatus):
        return error.response.status_code >= 500
    return isinstance(error, OSError | InvalidMessage)
