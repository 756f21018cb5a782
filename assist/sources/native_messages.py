"""The text messages of the native protocol and what makes a start message acceptable.

docs/native-protocol.md describes them for those who write a client.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from assist.audio.frames import CallInfo, Encoding, Leg
from assist.audio.roles import role_problem
from assist.errors import ProtocolError
from assist.events import Role

VERSION = 1
MIN_RATE, MAX_RATE = 8_000, 48_000
MAX_NAME = 200
"""Characters of `agent` and of `customer`."""

_CALL_ID = re.compile(r"(?!latest$)[A-Za-z0-9][A-Za-z0-9._:@+=~-]{0,127}", re.ASCII)
_DOCS = "see docs/native-protocol.md"


class StartLeg(msgspec.Struct, frozen=True):
    """One leg as the client describes it; checked by `call_info`."""

    encoding: str
    rate: int
    roles: tuple[str, ...]


class Start(msgspec.Struct, frozen=True, tag_field="type", tag="start"):
    """Client: a call begins, or goes on after its connection was lost."""

    call_id: str
    legs: tuple[StartLeg, ...]
    version: int = VERSION
    language: str = "auto"
    agent: str = ""
    customer: str = ""
    consent: bool = True
    live: bool = True


class Stop(msgspec.Struct, frozen=True, tag_field="type", tag="stop"):
    """Client: the call is over."""


class Ready(msgspec.Struct, frozen=True, tag_field="type", tag="ready"):
    """Server: audio may come; `positions` are the sample frames it already has of each leg."""

    call_id: str
    positions: tuple[int, ...]


class Ack(msgspec.Struct, frozen=True, tag_field="type", tag="ack"):
    """Server: the sample frames of each leg that need not be sent again."""

    positions: tuple[int, ...]


class Ended(msgspec.Struct, frozen=True, tag_field="type", tag="ended"):
    """Server: the last event of the call is out."""

    call_id: str


class Refused(msgspec.Struct, frozen=True, tag_field="type", tag="error"):
    """Server: what was wrong, in one sentence; the connection is closed after it."""

    message: str


ClientMessage = Start | Stop
ServerMessage = Ready | Ack | Ended | Refused

_from_client: msgspec.json.Decoder[Any] = msgspec.json.Decoder(ClientMessage)
_from_server: msgspec.json.Decoder[Any] = msgspec.json.Decoder(ServerMessage)


def text(message: ClientMessage | ServerMessage) -> str:
    """The message as it goes on the wire."""
    return msgspec.json.encode(message).decode()


def read_client_message(data: str) -> ClientMessage:
    """What a client said; raises `ProtocolError` when it is no start or stop message."""
    try:
        message: ClientMessage = _from_client.decode(data)
    except (ValueError, RecursionError) as error:
        raise ProtocolError(
            f"The text message is no start or stop message ({error}); {_DOCS}."
        ) from None
    return message


def read_server_message(data: str) -> ServerMessage:
    """What a server said; raises `ProtocolError` when it speaks something else."""
    try:
        message: ServerMessage = _from_server.decode(data)
    except (ValueError, RecursionError) as error:
        raise ProtocolError(
            f"The server's message is not understood ({error}); check that the address is that "
            "of an assist server."
        ) from None
    return message


def start_message(info: CallInfo, *, live: bool) -> Start:
    """The message that opens this call."""
    return Start(
        call_id=info.call_id,
        legs=tuple(StartLeg(leg.encoding, leg.rate, leg.roles) for leg in info.legs),
        language=info.language,
        agent=info.agent,
        customer=info.customer,
        consent=info.consent,
        live=live,
    )


def call_info(start: Start) -> CallInfo:
    """The call that a start message describes; raises `ProtocolError` when it cannot be taken."""
    if start.version != VERSION:
        raise ProtocolError(
            f"Version {start.version} of the protocol is not known here; send version {VERSION}."
        )
    if not _CALL_ID.fullmatch(start.call_id):
        raise ProtocolError(
            f'The call_id "{start.call_id[:40]}" cannot be used; send 1 to 128 letters, digits or '
            '._:@+=~- that begin with a letter or digit and are not "latest".'
        )
    if start.language not in ("tr", "en", "auto"):
        raise ProtocolError(
            f'The language "{start.language[:40]}" is not known; send "tr", "en" or "auto".'
        )
    for name, value in (("agent", start.agent), ("customer", start.customer)):
        if len(value) > MAX_NAME:
            raise ProtocolError(
                f'The field "{name}" has {len(value)} characters; send {MAX_NAME} at most.'
            )
    legs = tuple(_leg(index, leg) for index, leg in enumerate(start.legs))
    info = CallInfo(start.call_id, legs, start.language, start.agent, start.customer, start.consent)
    if problem := role_problem(info.roles):
        raise ProtocolError(f"The call cannot be taken: {problem}.")
    return info


def _leg(index: int, leg: StartLeg) -> Leg:
    if leg.encoding not in set(Encoding):
        raise ProtocolError(
            f'Leg {index} has the encoding "{leg.encoding[:40]}"; send '
            f"{', '.join(list(Encoding)[:-1])} or {list(Encoding)[-1]}."
        )
    if not MIN_RATE <= leg.rate <= MAX_RATE:
        raise ProtocolError(
            f"Leg {index} has {leg.rate} samples a second; send {MIN_RATE} to {MAX_RATE}."
        )
    if not leg.roles:
        raise ProtocolError(f"Leg {index} names no roles; send one for each of its channels.")
    for role in leg.roles:
        if role not in set(Role):
            raise ProtocolError(
                f'Leg {index} has the role "{role[:40]}"; send agent, caller or mixed.'
            )
    return Leg(Encoding(leg.encoding), leg.rate, tuple(Role(role) for role in leg.roles))
