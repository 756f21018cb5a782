"""What the server and its inference processes say to each other, over a socket pair.

Each message is four bytes of length and one msgpack object.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

import msgspec

from assist.audio.frames import AudioFrame, CallInfo
from assist.call.session import Checkpoint
from assist.events import AnyEvent


class Configure(msgspec.Struct, frozen=True, tag=True):
    """First message to a worker: the settings as JSON."""

    settings: str


class Open(msgspec.Struct, frozen=True, tag=True):
    """A call begins on this worker, or goes on from a checkpoint."""

    info: CallInfo
    live: bool
    checkpoint: Checkpoint | None = None


class Audio(msgspec.Struct, frozen=True, tag=True):
    """A frame of a call; answered by `Consumed` when it has been worked through."""

    call_id: str
    frame: AudioFrame


class Finish(msgspec.Struct, frozen=True, tag=True):
    """No more audio will come."""

    call_id: str
    reason: str


Request = Configure | Open | Audio | Finish


class Ready(msgspec.Struct, frozen=True, tag=True):
    """The models are loaded; `names` as in `CallStarted.models`."""

    names: dict[str, str]


class Unusable(msgspec.Struct, frozen=True, tag=True):
    """The models cannot be loaded; one sentence for the administrator."""

    text: str


class Events(msgspec.Struct, frozen=True, tag=True):
    """Events of a call as the session numbered them."""

    call_id: str
    events: list[AnyEvent]


class Consumed(msgspec.Struct, frozen=True, tag=True):
    """One frame of a call was worked through."""

    call_id: str


class Saved(msgspec.Struct, frozen=True, tag=True):
    """A point from which the call can go on elsewhere."""

    call_id: str
    checkpoint: Checkpoint


class Behind(msgspec.Struct, frozen=True, tag=True):
    """Recognition of a call cannot keep up (`active`), or has caught up again."""

    call_id: str
    active: bool


class Broken(msgspec.Struct, frozen=True, tag=True):
    """A call could not go on; the others did.

    With `given` its audio is to blame and `text` is one sentence; otherwise `text` is a
    traceback for the log.
    """

    call_id: str
    text: str
    given: bool


class Alive(msgspec.Struct, frozen=True, tag=True):
    """Sent every second; `busy` is how long the job under way has taken, in seconds."""

    busy: float


Report = Ready | Unusable | Events | Consumed | Saved | Behind | Broken | Alive

_LENGTH = struct.Struct(">I")
_encoder = msgspec.msgpack.Encoder()
_requests: msgspec.msgpack.Decoder[Request] = msgspec.msgpack.Decoder(Request)
_reports: msgspec.msgpack.Decoder[Report] = msgspec.msgpack.Decoder(Report)


def pack(message: Request | Report) -> bytes:
    """A message as it goes over the socket."""
    body = _encoder.encode(message)
    return _LENGTH.pack(len(body)) + body


class _Splitter:
    """Finds the messages in a stream of bytes."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def bodies(self, data: bytes) -> Iterator[bytes]:
        self._buffer += data
        while len(self._buffer) >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._buffer)
            end = _LENGTH.size + length
            if len(self._buffer) < end:
                return
            body = bytes(self._buffer[_LENGTH.size : end])
            del self._buffer[:end]
            yield body


class RequestReader(_Splitter):
    """Bytes from the server to requests."""

    def push(self, data: bytes) -> list[Request]:
        """Every request completed by `data`."""
        return [_requests.decode(body) for body in self.bodies(data)]


class ReportReader(_Splitter):
    """Bytes from a worker to reports."""

    def push(self, data: bytes) -> list[Report]:
        """Every report completed by `data`."""
        return [_reports.decode(body) for body in self.bodies(data)]
