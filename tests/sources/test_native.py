from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assist.audio.frames import AudioFrame, CallInfo, Encoding, Leg
from assist.config import ServerSettings
from assist.errors import ProtocolError
from assist.events import Role
from assist.sources.native import (
    ClientProtocol,
    Reply,
    ServerProtocol,
    Started,
    Stopped,
    check_resumed,
    refusal,
)
from assist.sources.native_messages import Ended, Ready

STEREO = (Leg(Encoding.PCM_S16LE, 8000, (Role.AGENT, Role.CALLER)),)
MONO_LEGS = (Leg(Encoding.MULAW, 8000, (Role.AGENT,)), Leg(Encoding.MULAW, 8000, (Role.CALLER,)))
SETTINGS = ServerSettings()


def info(legs: tuple[Leg, ...] = STEREO) -> CallInfo:
    return CallInfo("call-1", legs, "tr", "Ayşe", "C-17")


def start(**changes: Any) -> str:
    message = {
        "type": "start",
        "call_id": "call-1",
        "legs": [{"encoding": "pcm_s16le", "rate": 8000, "roles": ["agent", "caller"]}],
    }
    return json.dumps(message | changes)


def running(legs: tuple[Leg, ...] = STEREO, positions: list[int] | None = None) -> ServerProtocol:
    server = ServerProtocol(SETTINGS)
    server.receive(ClientProtocol(info(legs)).start())
    server.ready(positions)
    return server


def refused(server: ServerProtocol, message: str | bytes) -> ProtocolError:
    with pytest.raises(ProtocolError) as caught:
        server.receive(message)
    assert "\n" not in str(caught.value)
    return caught.value


class Ear:
    """Puts together what a server protocol hands out, as the session would."""

    def __init__(self, legs: tuple[Leg, ...]) -> None:
        self.legs = legs
        self.heard = [bytearray() for _ in legs]

    def hear(self, actions: list[Any]) -> list[str]:
        for action in actions:
            if isinstance(action, AudioFrame):
                heard = self.heard[action.leg]
                assert len(heard) == action.start * self.legs[action.leg].frame_bytes
                heard += action.data
        return [action.text for action in actions if isinstance(action, Reply)]

    @property
    def positions(self) -> list[int]:
        return [
            len(heard) // leg.frame_bytes for heard, leg in zip(self.heard, self.legs, strict=True)
        ]


# What the server makes of a call


def test_a_start_message_describes_the_call() -> None:
    actions = ServerProtocol(SETTINGS).receive(ClientProtocol(info(), live=False).start())
    assert actions == [Started(info(), live=False)]


def test_what_is_left_out_of_a_start_has_defaults() -> None:
    (started,) = ServerProtocol(SETTINGS).receive(start(something_new=1))
    assert started == Started(CallInfo("call-1", STEREO), live=True)


def test_without_consent_the_call_says_so() -> None:
    (started,) = ServerProtocol(SETTINGS).receive(start(consent=False))
    assert isinstance(started, Started)
    assert not started.info.consent


def test_ready_tells_what_is_held_of_each_leg() -> None:
    server = ServerProtocol(SETTINGS)
    server.receive(ClientProtocol(info(MONO_LEGS)).start())
    answer = json.loads(server.ready([100, 200]))
    assert answer == {"type": "ready", "call_id": "call-1", "positions": [100, 200]}
    (frame,) = server.receive(b"\x01abc")
    assert frame == AudioFrame(1, 200, b"abc")


def test_audio_is_acknowledged_once_a_second() -> None:
    server = running()
    replies = [
        json.loads(action.text)
        for _ in range(250)
        for action in server.receive(bytes(640))
        if isinstance(action, Reply)
    ]
    assert replies == [{"type": "ack", "positions": [8000 * n]} for n in range(1, 6)]


def test_stop_acknowledges_everything_and_ends_the_call() -> None:
    server = running()
    server.receive(bytes(642))
    acked, stopped = server.receive('{"type":"stop"}')
    assert isinstance(acked, Reply)
    assert json.loads(acked.text) == {"type": "ack", "positions": [160]}
    assert stopped == Stopped()
    assert json.loads(server.ended()) == {"type": "ended", "call_id": "call-1"}


def test_an_empty_message_on_a_single_leg_is_nothing() -> None:
    assert running().receive(b"") == []


# What the server refuses


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        ("not json", "no start or stop message (JSON is malformed"),
        ("", "no start or stop message"),
        ("[1]", "no start or stop message (Expected `object`, got `array`)"),
        ('{"type":"hello"}', "Invalid value 'hello'"),
        ('{"x":' + "[" * 100_000, "no start or stop message"),
        ("\ud800", "no start or stop message"),
        ('{"type":"stop"}', "Stop came before any start"),
        (b"\0\0", "Audio came before the start message"),
        (start(version=2), "Version 2 of the protocol is not known"),
        (start(call_id=""), 'The call_id "" cannot be used'),
        (start(call_id="latest"), 'The call_id "latest" cannot be used'),
        (start(call_id="../etc"), 'The call_id "../etc" cannot be used'),
        (start(call_id="çağrı"), "cannot be used"),
        (start(call_id="a" * 129), "cannot be used"),
        (start(call_id=7), "Expected `str`, got `int` - at `$.call_id`"),
        (start(language="de"), 'The language "de" is not known'),
        (start(agent="a" * 201), 'The field "agent" has 201 characters'),
        (start(customer="a" * 201), 'The field "customer" has 201 characters'),
        (start(legs=[]), "it has 0 channels; send one or two"),
    ],
)
def test_a_wrong_first_message_is_refused(message: str | bytes, sentence: str) -> None:
    error = refused(ServerProtocol(SETTINGS), message)
    assert sentence in str(error)
    assert error.close_code == 1008
    assert json.loads(refusal(error)) == {"type": "error", "message": str(error)}


@pytest.mark.parametrize(
    ("leg", "sentence"),
    [
        ({"encoding": "opus"}, 'Leg 0 has the encoding "opus"; send pcm_s16le, mulaw or alaw.'),
        ({"rate": 7999}, "Leg 0 has 7999 samples a second; send 8000 to 48000."),
        ({"rate": 48001}, "Leg 0 has 48001 samples a second"),
        ({"rate": -1}, "Leg 0 has -1 samples a second"),
        ({"rate": 8000.5}, "Expected `int`, got `float`"),
        ({"roles": []}, "Leg 0 names no roles"),
        ({"roles": ["customer"]}, 'Leg 0 has the role "customer"; send agent, caller or mixed.'),
        ({"roles": ["agent", "agent"]}, 'the role "agent" is given twice'),
        ({"roles": ["agent", "mixed"]}, '"mixed" means both parties on one channel'),
        ({"roles": ["agent", "caller", "mixed"]}, "it has 3 channels; send one or two"),
    ],
)
def test_a_leg_that_cannot_be_taken_is_refused(leg: dict[str, Any], sentence: str) -> None:
    whole = {"encoding": "mulaw", "rate": 8000, "roles": ["caller"]} | leg
    assert sentence in str(refused(ServerProtocol(SETTINGS), start(legs=[whole])))


def test_two_legs_may_not_have_the_same_role() -> None:
    leg = {"encoding": "mulaw", "rate": 8000, "roles": ["caller"]}
    error = refused(ServerProtocol(SETTINGS), start(legs=[leg, leg]))
    assert 'the role "caller" is given twice' in str(error)


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        (start(), "A second start came"),
        (b"\x02\0\0", "Audio came for leg 2, but the call has 2 legs"),
        (b"", "begin each with the index of its leg"),
    ],
)
def test_a_wrong_message_in_a_call_is_refused(message: str | bytes, sentence: str) -> None:
    assert sentence in str(refused(running(MONO_LEGS), message))


@pytest.mark.parametrize("message", [b"\0\0", start(), '{"type":"stop"}'])
def test_nothing_may_come_after_stop(message: str | bytes) -> None:
    server = running()
    server.receive('{"type":"stop"}')
    assert "came after stop" in str(refused(server, message))


@pytest.mark.parametrize("make", [bytes, lambda n: "a" * n, lambda n: "ş" * (n // 2)])
def test_a_message_beyond_the_limit_is_refused_as_too_big(make: Any) -> None:
    server = ServerProtocol(ServerSettings(max_message_bytes=4096))
    server.receive(start())
    server.ready()
    error = refused(server, make(4098))
    assert error.close_code == 1009
    assert "4098 bytes is larger than the 4096" in str(error)
    server.receive(bytes(4096))


def test_a_call_is_resumed_with_the_legs_it_began_with() -> None:
    check_resumed(info(), info())
    with pytest.raises(ProtocolError, match="running with other legs"):
        check_resumed(info(), info(MONO_LEGS))


@settings(max_examples=50)
@given(st.lists(st.one_of(st.text(), st.binary()), max_size=5))
def test_garbage_never_does_anything_but_refuse(messages: list[str | bytes]) -> None:
    server = ServerProtocol(SETTINGS)
    for message in messages:
        refused(server, message)


# Both sides together

chunk_sizes = st.lists(st.integers(0, 4001), min_size=1, max_size=30)


@given(legs=st.sampled_from((STEREO, MONO_LEGS)), sizes=chunk_sizes)
def test_any_chunk_size_delivers_the_same_bytes(legs: tuple[Leg, ...], sizes: list[int]) -> None:
    client, server, ear = ClientProtocol(info(legs)), running(legs), Ear(legs)
    sent = [bytearray() for _ in legs]
    for number, size in enumerate(sizes):
        leg = number % len(legs)
        data = bytes((number + i) % 251 for i in range(size))
        sent[leg] += data
        ear.hear(server.receive(client.send(leg, data)))
    for leg, (heard, said) in enumerate(zip(ear.heard, sent, strict=True)):
        whole = len(said) - len(said) % legs[leg].frame_bytes
        assert heard == said[:whole]
    assert list(server.positions) == ear.positions


@given(data=st.data(), legs=st.sampled_from((STEREO, MONO_LEGS)))
def test_cut_connections_lose_and_double_nothing(
    data: st.DataObject, legs: tuple[Leg, ...]
) -> None:
    """Every connection delivers a prefix of what was sent on it and loses the rest, acks too."""
    client, ear = ClientProtocol(info(legs)), Ear(legs)
    sent = [bytearray() for _ in legs]
    sizes = data.draw(chunk_sizes)
    while sizes:
        server = ServerProtocol(SETTINGS)
        server.receive(client.start())
        client.receive(server.ready(ear.positions))
        count = data.draw(st.integers(1, len(sizes)))
        messages = client.resend()
        for number, size in enumerate(sizes[:count]):
            chunk = bytes((number * 7 + i) % 253 for i in range(size))
            sent[number % len(legs)] += chunk
            messages.append(client.send(number % len(legs), chunk))
        sizes = sizes[count:]
        arrived = data.draw(st.integers(0, len(messages))) if sizes else len(messages)
        acks = [
            text for message in messages[:arrived] for text in ear.hear(server.receive(message))
        ]
        for ack in acks[: data.draw(st.integers(0, len(acks)))]:
            client.receive(ack)
    for leg, (heard, said) in enumerate(zip(ear.heard, sent, strict=True)):
        whole = len(said) - len(said) % legs[leg].frame_bytes
        assert heard == said[:whole]


# What the client makes of its server


def test_the_client_keeps_only_what_is_not_acknowledged() -> None:
    client = ClientProtocol(info())
    client.send(0, bytes(4 * 8000 * 3))
    assert client.unacked == 3
    client.receive('{"type":"ack","positions":[16000]}')
    assert (client.unacked, client.acked) == (1, (16000,))
    assert b"".join(client.resend()) == bytes(4 * 8000)
    assert max(map(len, client.resend())) < 4096


def test_a_cut_sample_is_sent_again_whole() -> None:
    client = ClientProtocol(info())
    client.send(0, b"abcdef")
    assert client.receive('{"type":"ready","call_id":"call-1","positions":[1]}') == Ready(
        "call-1", (1,)
    )
    assert client.resend() == [b"ef"]


def test_what_is_sent_again_goes_forward_on_both_legs_at_once() -> None:
    client, ear = ClientProtocol(info(MONO_LEGS)), Ear(MONO_LEGS)
    for leg in (0, 1):
        client.send(leg, bytes([leg]) * 10 * 8000)
    client.receive('{"type":"ready","call_id":"call-1","positions":[8000,4000]}')
    ear.heard = [bytearray(8000), bytearray(4000)]
    server = running(MONO_LEGS, ear.positions)
    for message in client.resend():
        ear.hear(server.receive(message))
        assert abs(ear.positions[0] - ear.positions[1]) <= 8000
    assert ear.positions == [80_000, 80_000]


def test_the_client_says_when_the_server_stops_acknowledging() -> None:
    client = ClientProtocol(info(), max_unacked=2)
    client.send(0, bytes(4 * 8000 * 2))
    with pytest.raises(ProtocolError, match="not acknowledged the last 2 s of audio"):
        client.send(0, b"\0")


def test_the_end_is_told() -> None:
    assert ClientProtocol(info()).receive('{"type":"ended","call_id":"call-1"}') == Ended("call-1")


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        ('{"type":"error","message":"The server is full."}', "^The server is full.$"),
        ("<html>", "message is not understood"),
        (b"\0", "The server sent binary data"),
        ('{"type":"ack","positions":[1,2]}', "The server counts 2 legs"),
        ('{"type":"ack","positions":[8001]}', "already holds 1.0 s of a call call-1"),
        ('{"type":"ready","call_id":"call-1","positions":[0]}', "has lost the call call-1"),
    ],
)
def test_a_server_that_cannot_go_on_is_explained(message: str | bytes, sentence: str) -> None:
    client = ClientProtocol(info())
    client.send(0, bytes(4 * 8000))
    client.receive('{"type":"ack","positions":[4000]}')
    with pytest.raises(ProtocolError, match=sentence):
        client.receive(message)
