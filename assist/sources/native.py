"""The native telephony protocol, both sides, without a socket or a clock.

A shell around each object moves messages: what arrives is given to `receive`, what comes back
is sent or acted on. docs/native-protocol.md describes what is on the wire.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto

import msgspec

from assist.audio.frames import AudioFrame, CallInfo
from assist.config import ServerSettings
from assist.errors import ProtocolError
from assist.sources.native_messages import (
    Ack,
    Ended,
    Ready,
    Refused,
    ServerMessage,
    Stop,
    call_info,
    read_client_message,
    read_server_message,
    start_message,
    text,
)

MAX_UNACKED = 60.0
"""Seconds of audio a client keeps for sending again."""
_RESEND_BYTES = 4_000
"""Size of messages that send audio again: accepted by every server's `max_message_bytes`."""


class Started(msgspec.Struct, frozen=True):
    """A call was announced; answer with `ServerProtocol.ready` before reading on.

    With `live` false the audio may come faster than real time, and the shell is to stop
    reading instead of dropping it.
    """

    info: CallInfo
    live: bool


class Reply(msgspec.Struct, frozen=True):
    """Send this text message."""

    text: str


class Stopped(msgspec.Struct, frozen=True):
    """The client is done; finish the call and send `ServerProtocol.ended`."""


Action = Started | AudioFrame | Reply | Stopped


class _State(Enum):
    NEW = auto()
    STARTED = auto()
    RUNNING = auto()
    STOPPED = auto()


class ServerProtocol:
    """One connection as the server sees it; a call that resumes is a new connection.

    Holds at most one cut sample frame of each leg.
    """

    def __init__(self, settings: ServerSettings) -> None:
        self._limit = settings.max_message_bytes
        self._state = _State.NEW
        self._info: CallInfo | None = None
        self._positions: list[int] = []
        self._acked: list[int] = []
        self._cut: list[bytes] = []

    @property
    def positions(self) -> tuple[int, ...]:
        """Whole sample frames received of each leg, those before this connection included."""
        return tuple(self._positions)

    def receive(self, message: str | bytes) -> list[Action]:
        """What a message from the client means, in the order to act on it.

        Raises `ProtocolError` with one sentence; send `refusal` of it and close with its code.
        """
        if self._state is _State.STARTED:
            raise RuntimeError("answer Started with ready() before reading on")
        if isinstance(message, str):
            self._check_size(len(message.encode(errors="replace")))
            return self._text(message)
        self._check_size(len(message))
        return self._audio(message)

    def ready(self, positions: Sequence[int] | None = None) -> str:
        """The answer to a start: audio may come, from `positions` on (None for a new call)."""
        if self._state is not _State.STARTED or self._info is None:
            raise RuntimeError("ready() answers a Started and nothing else")
        legs = len(self._info.legs)
        self._positions = list(positions) if positions is not None else [0] * legs
        if len(self._positions) != legs:
            raise ValueError(f"{len(self._positions)} positions for {legs} legs")
        self._acked = list(self._positions)
        self._cut = [b""] * legs
        self._state = _State.RUNNING
        return text(Ready(self._info.call_id, self.positions))

    def ended(self) -> str:
        """What is sent after the call's last event; then close with 1000."""
        if self._info is None:
            raise RuntimeError("no call was started")
        return text(Ended(self._info.call_id))

    def _check_size(self, size: int) -> None:
        if size > self._limit:
            raise ProtocolError(
                f"A message of {size} bytes is larger than the {self._limit} accepted here "
                "(server.max_message_bytes); send smaller ones.",
                close_code=1009,
            )

    def _text(self, message: str) -> list[Action]:
        parsed = read_client_message(message)
        if self._state is _State.STOPPED:
            raise ProtocolError("A message came after stop; open a new connection for a new call.")
        if isinstance(parsed, Stop):
            if self._state is _State.NEW:
                raise ProtocolError("Stop came before any start message; send start first.")
            self._state = _State.STOPPED
            return [Reply(text(Ack(self.positions))), Stopped()]
        if self._state is not _State.NEW:
            raise ProtocolError("A second start came; open another connection for another call.")
        self._info = call_info(parsed)
        self._state = _State.STARTED
        return [Started(self._info, parsed.live)]

    def _audio(self, message: bytes) -> list[Action]:
        if self._state is _State.NEW or self._info is None:
            raise ProtocolError("Audio came before the start message; send start first.")
        if self._state is _State.STOPPED:
            raise ProtocolError("Audio came after stop; send stop last.")
        index, data = self._split(message, len(self._info.legs))
        frame_bytes = self._info.legs[index].frame_bytes
        data = self._cut[index] + data
        whole = len(data) - len(data) % frame_bytes
        self._cut[index] = data[whole:]
        if not whole:
            return []
        frame = AudioFrame(index, self._positions[index], data[:whole])
        self._positions[index] += whole // frame_bytes
        return [frame, *self._acknowledged()]

    def _split(self, message: bytes, legs: int) -> tuple[int, bytes]:
        if legs == 1:
            return 0, message
        if not message:
            raise ProtocolError("An empty message came; begin each with the index of its leg.")
        if message[0] >= legs:
            raise ProtocolError(
                f"Audio came for leg {message[0]}, but the call has {legs} legs; begin each "
                f"message with 0 to {legs - 1}."
            )
        return message[0], message[1:]

    def _acknowledged(self) -> list[Action]:
        assert self._info is not None
        rates = (leg.rate for leg in self._info.legs)
        news = zip(self._positions, self._acked, rates, strict=True)
        if all(position - acked < rate for position, acked, rate in news):
            return []
        self._acked = list(self._positions)
        return [Reply(text(Ack(self.positions)))]


def refusal(error: ProtocolError) -> str:
    """The text message that tells a client why its connection is closed."""
    return text(Refused(str(error)))


def check_resumed(before: CallInfo, now: CallInfo) -> None:
    """Raise `ProtocolError` when a start does not describe the call that it wants to resume."""
    if before.legs != now.legs:
        raise ProtocolError(
            f"The call {now.call_id} is running with other legs; resume it with the legs it was "
            "started with, or start a new call under a new call_id."
        )


class ClientProtocol:
    """A call as the client sees it, over as many connections as it takes.

    On each connection send `start()`, give what the server answers to `receive`, and after
    `Ready` send the messages of `resend()`. Keeps what is not acknowledged, `max_unacked`
    seconds of each leg at most.
    """

    def __init__(
        self, info: CallInfo, *, live: bool = True, max_unacked: float = MAX_UNACKED
    ) -> None:
        self.info = info
        self._live = live
        self._max_unacked = max_unacked
        self._acked = [0] * len(info.legs)
        self._kept = [bytearray() for _ in info.legs]

    @property
    def acked(self) -> tuple[int, ...]:
        """Sample frames of each leg that the server has said it holds."""
        return tuple(self._acked)

    @property
    def unacked(self) -> float:
        """Seconds of audio that would have to be sent again, on the leg that has most."""
        return max(
            len(kept) / leg.frame_bytes / leg.rate
            for kept, leg in zip(self._kept, self.info.legs, strict=True)
        )

    def start(self) -> str:
        """The first message of every connection of the call."""
        return text(start_message(self.info, live=self._live))

    def send(self, leg: int, data: bytes) -> bytes:
        """The message for more audio of a leg; any number of bytes.

        Raises `ProtocolError` when more than `max_unacked` seconds are not acknowledged.
        """
        self._kept[leg] += data
        if self.unacked > self._max_unacked:
            raise ProtocolError(
                f"The server has not acknowledged the last {self._max_unacked:.0f} s of audio of "
                f"the call {self.info.call_id}; check the server and the network to it."
            )
        return self._message(leg, data)

    def stop(self) -> str:
        """The message that ends the call."""
        return text(Stop())

    def receive(self, message: str | bytes) -> ServerMessage:
        """What the server said.

        Raises `ProtocolError` with the server's own sentence when it refuses, and with one of
        ours when it asks for audio that is no longer, or not yet, there.
        """
        if isinstance(message, bytes):
            raise ProtocolError(
                "The server sent binary data; check that the address is that of an assist server."
            )
        said = read_server_message(message)
        if isinstance(said, Refused):
            raise ProtocolError(said.message)
        if isinstance(said, Ready | Ack):
            self._acknowledge(said.positions)
        return said

    def resend(self) -> list[bytes]:
        """Messages with everything the server does not hold; sent after `Ready`.

        They go forward in time on all legs at once: a leg that waited for another one's whole
        backlog would count as silent meanwhile.
        """
        pieces = [
            (self._acked[leg] / of.rate + start / of.frame_bytes / of.rate, leg, start)
            for leg, of in enumerate(self.info.legs)
            for start in range(0, len(self._kept[leg]), _RESEND_BYTES)
        ]
        return [
            self._message(leg, bytes(self._kept[leg][start : start + _RESEND_BYTES]))
            for _, leg, start in sorted(pieces)
        ]

    def _acknowledge(self, positions: tuple[int, ...]) -> None:
        if len(positions) != len(self.info.legs):
            raise ProtocolError(
                f"The server counts {len(positions)} legs in the call {self.info.call_id}, which "
                f"has {len(self.info.legs)}; check that the address is that of an assist server."
            )
        for leg, position in enumerate(positions):
            self._forget(leg, position)

    def _forget(self, leg: int, position: int) -> None:
        frame_bytes, rate = self.info.legs[leg].frame_bytes, self.info.legs[leg].rate
        known = (position - self._acked[leg]) * frame_bytes
        if known < 0:
            raise ProtocolError(
                f"The server has lost the call {self.info.call_id}: it asks for audio from "
                f"{position / rate:.1f} s on, but what came before {self._acked[leg] / rate:.1f} s "
                "is no longer kept; start a new call."
            )
        if known > len(self._kept[leg]):
            raise ProtocolError(
                f"The server already holds {position / rate:.1f} s of a call {self.info.call_id}, "
                "more than was sent; use another call_id."
            )
        del self._kept[leg][:known]
        self._acked[leg] = position

    def _message(self, leg: int, data: bytes) -> bytes:
        return data if len(self.info.legs) == 1 else bytes((leg,)) + data
