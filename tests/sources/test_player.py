from __future__ import annotations

import asyncio
import itertools
import socket
from collections.abc import AsyncIterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response

from assist.audio.decode import LegDecoder, decode_samples, encode_samples
from assist.audio.files import Recording, open_recording
from assist.audio.frames import Encoding
from assist.config import ServerSettings
from assist.errors import AudioError, ProtocolError
from assist.events import Role
from assist.sources import player
from assist.sources.player import Pace, play
from tests.audio.signals import tones, write
from tests.sources.listener import Listener, listening

RATE = 8000
SECONDS = 2.1
SAMPLES = tones(SECONDS, RATE)


@pytest.fixture
def recording(tmp_path: Path) -> Recording:
    return open_recording(write(tmp_path / "call.wav", SAMPLES, RATE))


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    async with listening(Listener()) as listener:
        yield listener


def as_heard(listener: Listener) -> NDArray[np.int16]:
    """(frames, channels), from however many legs there were."""
    legs = listener.only.info.legs
    columns = [
        decode_samples(bytes(data), leg.encoding).reshape(-1, len(leg.roles))
        for data, leg in zip(listener.only.legs, legs, strict=True)
    ]
    return np.concatenate(columns, axis=1)


async def call(recording: Recording, listener: Listener, **options: Any) -> None:
    await play(recording, listener.url, call_id="call-1", **({"speed": 0} | options))


async def test_a_recording_arrives_bit_for_bit(recording: Recording, listener: Listener) -> None:
    await call(recording, listener, language="tr", agent="Ayşe", customer="C-17", consent=False)
    np.testing.assert_array_equal(as_heard(listener), SAMPLES)
    info = listener.only.info
    assert (info.language, info.agent, info.customer, info.consent) == ("tr", "Ayşe", "C-17", False)
    assert info.roles == (Role.AGENT, Role.CALLER)


@pytest.mark.parametrize("chunk_ms", [0.53, 20, 20.0625, 777, 10_000])
@pytest.mark.parametrize("separate_legs", [False, True])
async def test_no_chunk_size_changes_what_is_heard(
    recording: Recording, listener: Listener, chunk_ms: float, separate_legs: bool
) -> None:
    await call(recording, listener, chunk_ms=chunk_ms, separate_legs=separate_legs)
    np.testing.assert_array_equal(as_heard(listener), SAMPLES)
    assert len(listener.only.info.legs) == (2 if separate_legs else 1)


@pytest.mark.parametrize("encoding", Encoding)
async def test_every_encoding_can_be_sent(
    recording: Recording, listener: Listener, encoding: Encoding
) -> None:
    await call(recording, listener, encoding=encoding)
    assert bytes(listener.only.legs[0]) == encode_samples(SAMPLES, encoding)


@pytest.mark.parametrize("rate", [8000, 16000, 44100])
async def test_another_rate_can_be_sent(
    recording: Recording, listener: Listener, rate: int
) -> None:
    await call(recording, listener, rate=rate)
    (leg,) = listener.only.info.legs
    assert leg.rate == rate
    heard = LegDecoder(leg).push(bytes(listener.only.legs[0]))
    assert heard.shape[1] / 16000 == pytest.approx(SECONDS, abs=0.09)
    assert np.argmax(np.abs(np.fft.rfft(heard[1, 16000:32000]))) == 470


async def test_a_single_channel_is_sent_under_the_role_it_is_given(
    tmp_path: Path, listener: Listener
) -> None:
    mono = open_recording(write(tmp_path / "mono.wav", SAMPLES[:, :1], RATE))
    await call(mono, listener, roles=[Role.CALLER])
    assert listener.only.info.roles == (Role.CALLER,)
    np.testing.assert_array_equal(as_heard(listener), SAMPLES[:, :1])


async def test_eight_channels_are_refused_before_anything_is_sent(
    tmp_path: Path, listener: Listener
) -> None:
    eight = open_recording(write(tmp_path / "8.wav", tones(0.1, RATE, 8), RATE))
    with pytest.raises(AudioError, match="has 8 channels"):
        await call(eight, listener)
    with pytest.raises(AudioError, match=r"has 8 channel\(s\), but 2 role"):
        await call(eight, listener, roles=[Role.AGENT, Role.CALLER])
    assert listener.connections == 0


# Pace


@pytest.mark.parametrize(("speed", "live"), [(0, False), (1, True), (0.5, True), (1.01, False)])
async def test_a_call_is_live_unless_it_is_faster_than_life(
    tmp_path: Path, listener: Listener, speed: float, live: bool
) -> None:
    short = open_recording(write(tmp_path / "short.wav", SAMPLES[:400], RATE))
    await call(short, listener, speed=speed)
    assert listener.only.live is live


async def test_real_time_takes_its_time(tmp_path: Path, listener: Listener) -> None:
    short = open_recording(write(tmp_path / "short.wav", SAMPLES[:2400], RATE))
    loop = asyncio.get_running_loop()
    begin, progress = loop.time(), []
    await call(short, listener, speed=1, on_progress=progress.append)
    assert loop.time() - begin >= 0.3
    assert progress == pytest.approx([0.02 * n for n in range(1, 16)])
    assert listener.only.chunks == [640] * 15


async def test_late_wakeups_do_not_add_up() -> None:
    now = 100.0
    sleeps = []

    async def oversleep(seconds: float) -> None:
        nonlocal now
        sleeps.append(seconds)
        now += seconds + 0.013

    pace = Pace(2.0, lambda: now, oversleep)
    for chunk in range(1, 501):
        await pace.until(chunk * 0.04)
    assert 100 + 500 * 0.02 <= now <= 100 + 500 * 0.02 + 0.014
    assert len(sleeps) == 500


async def test_a_file_waits_for_a_server_that_does_not_read(
    tmp_path: Path, listener: Listener
) -> None:
    long = open_recording(write(tmp_path / "long.wav", tones(30, RATE), RATE))
    sent: list[float] = []

    def progress(seconds: float) -> None:
        if not sent:
            listener.reading.clear()
        sent.append(seconds)

    task = asyncio.create_task(call(long, listener, on_progress=progress))
    _, waiting = await asyncio.wait({task}, timeout=0.5)
    assert waiting
    assert max(sent) <= 5.1
    listener.reading.set()
    await task
    assert listener.only.positions == [30 * RATE]


# Connections that are lost


@pytest.mark.parametrize("separate_legs", [False, True])
@pytest.mark.parametrize("drops", [(1,), (2,), (7, 1, 2), (40, 33), (105,), (106,)])
async def test_a_lost_connection_is_taken_up_where_it_broke(
    recording: Recording,
    monkeypatch: pytest.MonkeyPatch,
    drops: tuple[int, ...],
    separate_legs: bool,
) -> None:
    monkeypatch.setattr(player, "RETRIES", (0.0,) * 7)
    async with listening(Listener(drops)) as listener:
        await call(recording, listener, chunk_ms=20.0625, separate_legs=separate_legs)
    np.testing.assert_array_equal(as_heard(listener), SAMPLES)
    assert listener.connections == len(drops) + 1


async def test_a_live_call_catches_up_after_its_connection_was_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(player, "RETRIES", (0.0, 0.05))
    short = open_recording(write(tmp_path / "short.wav", SAMPLES[:3200], RATE))
    async with listening(Listener((5, 0, 8))) as listener:
        await call(short, listener, speed=1)
    np.testing.assert_array_equal(as_heard(listener), SAMPLES[:3200])


async def test_attempts_are_bounded(recording: Recording, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(player, "RETRIES", (0.0, 0.0, 0.0))
    async with listening(Listener((3, *[0] * 99))) as listener:
        with pytest.raises(ProtocolError, match="closed the connection during the call with code"):
            await call(recording, listener)
    assert listener.connections == 4


async def test_a_server_that_went_away_for_good_is_named(
    recording: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(player, "RETRIES", (0.0, 0.0))
    begun = asyncio.Event()
    async with listening(Listener()) as listener:
        url = listener.url
        task = asyncio.create_task(
            play(recording, url, call_id="c", on_progress=lambda _: begun.set())
        )
        await begun.wait()
    with pytest.raises(ProtocolError, match=r"was lost during the call and did not come back"):
        await task


async def test_without_reconnect_the_first_loss_ends_the_call(recording: Recording) -> None:
    async with listening(Listener(itertools.repeat(5))) as listener:
        with pytest.raises(ProtocolError, match="closed the connection during the call"):
            await call(recording, listener, reconnect=False)
        assert listener.connections == 1


# Servers that refuse


async def test_a_refusal_is_passed_on_in_the_servers_words(
    recording: Recording, listener: Listener
) -> None:
    listener.refuse = lambda _: ProtocolError("The server takes 50 calls at a time.", 1013)
    with pytest.raises(ProtocolError, match=r"^The server takes 50 calls at a time\.$"):
        await call(recording, listener)
    assert listener.connections == 1


async def test_a_refusal_in_the_middle_of_a_call_is_passed_on(recording: Recording) -> None:
    async with listening(Listener(settings=ServerSettings(max_message_bytes=4096))) as strict:
        with pytest.raises(ProtocolError, match="A message of 32000 bytes is larger than the 4096"):
            await call(recording, strict, chunk_ms=1000)


async def test_no_server_is_said_in_one_sentence(recording: Recording) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"ws://127.0.0.1:{unused.getsockname()[1]}/api/ingest"
        with pytest.raises(ProtocolError, match=f"No server can be reached at {url}") as caught:
            await play(recording, url, call_id="c")
    assert "assist serve" in str(caught.value)


async def test_an_address_that_is_none_is_said_in_one_sentence(recording: Recording) -> None:
    with pytest.raises(ProtocolError, match="is no address of a server"):
        await play(recording, "http//nowhere", call_id="c")


async def test_another_web_server_is_recognised(recording: Recording) -> None:
    def not_found(connection: ServerConnection, _: Request) -> Response:
        return connection.respond(HTTPStatus.NOT_FOUND, "")

    async with serve(Listener().take, "127.0.0.1", 0, process_request=not_found) as server:
        url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        with pytest.raises(ProtocolError, match=r"takes no calls .*HTTP 404"):
            await play(recording, url, call_id="c")


async def test_a_recording_that_vanishes_ends_the_call_with_its_own_sentence(
    recording: Recording, listener: Listener
) -> None:
    recording.path.unlink()
    with pytest.raises(AudioError, match="There is no file"):
        await call(recording, listener)


async def test_a_cancelled_call_leaves_nothing_behind(
    recording: Recording, listener: Listener
) -> None:
    begun = asyncio.Event()
    task = asyncio.create_task(
        call(recording, listener, speed=1, on_progress=lambda _: begun.set())
    )
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert [t for t in asyncio.all_tasks() if "Player" in repr(t.get_coro())] == []
