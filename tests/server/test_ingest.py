import asyncio
import base64
import json
import os
import sqlite3
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from assist.config import StoreSettings
from assist.store import Store
from assist.store import sqlite as sqlite_module
from tests.server.fakes import RATE, SECOND, FakeCall, Running, serving

STEREO = {"legs": [{"encoding": "mulaw", "rate": 16_000, "roles": ["agent", "caller"]}]}


async def texts(server: Running, call_id: str) -> list[str]:
    """What was said in a stored call."""
    await server.store.flush()
    records = await server.store.events(call_id)
    assert [record.seq for record in records] == list(range(1, len(records) + 1))
    return [json.loads(r.json)["text"] for r in records if r.type == "utterance"]


async def test_a_call_is_taken_in_and_all_of_it_is_stored_before_ended_is_said(
    server: Running,
) -> None:
    async with server.source() as source:
        assert await source.start("one", agent="ayşe", customer="c-7", language="tr") == [0]
        await source.speak(3.5)
        await source.stop()
    records = await server.store.events("one")
    assert [r.type for r in records] == ["call_started", *["utterance"] * 3, "call_ended"]
    call = await server.store.call("one")
    assert call is not None
    assert (call.reason, call.duration, call.agent) == ("stop", 3.5, "ayşe")


async def test_ready_is_said_before_the_models_are_loaded(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        server.pool.loading = asyncio.get_running_loop().create_future()
        async with server.source() as source:
            assert await source.start() == [0]


async def test_a_dropped_connection_comes_back_and_nothing_is_lost_or_doubled(
    server: Running,
) -> None:
    async with server.source() as source:
        await source.start()
        await source.speak(2)
        await source.socket.send(bytes(RATE // 2 + 1))
        await source.acked(2 * RATE)
        source.socket.transport.abort()
    async with server.source() as source:
        (held,) = await source.start()
        assert 2 * RATE <= held <= 2 * RATE + RATE // 2 + 1
        await source.socket.send(bytes(4 * RATE - held))
        await source.stop()
    call = server.pool.calls["one"]
    assert sum(len(frame.data) for frame in call.frames) == 4 * RATE
    assert [f.start for f in call.frames] == sorted(f.start for f in call.frames)
    assert await texts(server, "one") == [f"second {n}" for n in (1, 2, 3, 4)]


async def test_a_connection_that_never_comes_back_ends_its_call(tmp_path: Path) -> None:
    async with serving(tmp_path, resume_timeout=0.05) as server:
        async with server.source() as source:
            await source.start()
            await source.speak(1)
            await source.acked(RATE)
            source.socket.transport.abort()
        call = server.pool.calls["one"]
        await call.finished.wait()
        assert call.reason == "disconnected"
        assert await texts(server, "one") == ["second 1"]


async def test_a_call_whose_connection_came_back_does_not_end_for_its_absence(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path, resume_timeout=0.5) as server:
        for held in (0, RATE):
            async with server.source() as source:
                assert await source.start() == [held]
                await source.speak(1)
                await source.acked(held + RATE)
                source.socket.transport.abort()
        async with server.source() as source:
            assert await source.start() == [2 * RATE]
            finished = asyncio.create_task(server.pool.calls["one"].finished.wait())
            done, _ = await asyncio.wait({finished}, timeout=0.7)
            assert not done
            await source.stop()
            await finished
        assert server.pool.calls["one"].reason == "stop"


async def test_the_newest_connection_of_a_call_wins(server: Running) -> None:
    async with server.source() as old, server.source() as new:
        await old.start()
        await old.speak(1)
        await old.acked(RATE)
        assert await new.start() == [RATE]
        await old.socket.wait_closed()
        assert old.socket.close_code == 4001
        await new.speak(1)
        await new.stop()
    assert await texts(server, "one") == ["second 1", "second 2"]


async def test_audio_that_waits_for_a_worker_counts_when_another_connection_takes_over(
    server: Running,
) -> None:
    async with server.source() as old, server.source() as new:
        await old.start(live=False)
        call = server.pool.calls["one"]
        call.gate.clear()
        await old.socket.send(SECOND)
        await call.waiting.wait()
        await new.announce(live=False)
        await old.socket.wait_closed()
        call.gate.set()
        assert (await new.until("ready"))["positions"] == [RATE]
        await new.stop()
    assert [len(frame.data) for frame in call.frames] == [RATE]


async def test_the_stop_of_a_superseded_connection_does_not_end_the_call(server: Running) -> None:
    async with server.source() as old, server.source() as new:
        await old.start()
        call = server.pool.calls["one"]
        call.gate.clear()
        await old.socket.send(SECOND)
        await old.tell(type="stop")
        await call.waiting.wait()
        await new.announce()
        await old.socket.wait_closed()
        call.gate.set()
        await new.until("ready")
        await new.speak(1)
        await new.acked(2 * RATE)
        assert call.reason == ""
        await new.stop()


async def test_a_connection_lost_right_after_stop_still_ends_the_call_as_stopped(
    server: Running,
) -> None:
    async with server.source() as source:
        await source.start()
        await source.tell(type="stop")
        source.socket.transport.close()
    await server.pool.calls["one"].finished.wait()
    assert server.pool.calls["one"].reason == "stop"


async def test_a_call_that_has_ended_cannot_be_started_again(server: Running) -> None:
    async with server.source() as source:
        await source.start()
        await source.stop()
    async with server.source() as source:
        await source.announce()
        sentence, code = await source.refused()
    assert code == 1008
    assert "has ended already" in sentence


async def test_a_call_cannot_go_on_with_other_legs(server: Running) -> None:
    async with server.source() as source, server.source() as other:
        await source.start()
        await other.announce(**STEREO)
        sentence, code = await other.refused()
        assert code == 1008
        assert "other legs" in sentence
        await source.speak(1)
        await source.stop()


async def test_hostile_call_ids_are_refused(server: Running) -> None:
    for call_id in ("../x", "", "x" * 300, "a/b", "a b", "ağ", "latest", "\x00"):
        async with server.source() as source:
            await source.announce(call_id)
            sentence, code = await source.refused()
        assert code == 1008
        assert "call_id" in sentence
    assert server.pool.calls == {}


WRONG: list[tuple[str | bytes, str, int]] = [
    ("{not json", "no start or stop message", 1008),
    ('{"type":"dance"}', "no start or stop message", 1008),
    ("[" * 5000, "no start or stop message", 1008),
    (b"\x00\x01", "Audio came before the start", 1008),
    ('{"type":"stop"}', "before any start", 1008),
    ("x" * 7000, "larger than the 6000", 1009),
]


async def test_a_client_that_breaks_the_protocol_is_told_how(tmp_path: Path) -> None:
    async with serving(tmp_path, max_message_bytes=6000) as server:
        for message, words, expected in WRONG:
            async with server.source() as source:
                await source.socket.send(message)
                sentence, code = await source.refused()
            assert words in sentence
            assert code == expected


async def test_a_message_far_too_big_is_not_even_read(tmp_path: Path) -> None:
    async with serving(tmp_path, max_message_bytes=4096) as server:
        async with server.source() as source:
            await source.start()
            await source.socket.send(bytes(100_000))
            await source.socket.wait_closed()
            assert source.socket.close_code == 1009
        assert server.pool.calls["one"].frames == []


async def test_a_client_that_says_nothing_is_sent_away(tmp_path: Path) -> None:
    async with serving(tmp_path, start_timeout=0.05) as server, server.source() as source:
        sentence, code = await source.refused()
    assert code == 1008
    assert "No start message came within 0.05 s" in sentence


async def test_a_connection_without_audio_is_closed_and_its_call_ends(tmp_path: Path) -> None:
    async with serving(tmp_path, idle_timeout=0.05, resume_timeout=0.05) as server:
        async with server.source() as source:
            await source.start()
            sentence, code = await source.refused()
        assert code == 1008
        assert "No audio came for 0.05 s" in sentence
        await server.pool.calls["one"].finished.wait()
        assert server.pool.calls["one"].reason == "disconnected"


async def test_a_full_server_refuses_with_one_sentence_and_has_room_again(tmp_path: Path) -> None:
    async with serving(tmp_path, max_calls=1) as server:
        async with server.source() as first, server.source() as second:
            await first.start("one")
            await second.announce("two")
            sentence, code = await second.refused()
            assert code == 1013
            assert "1 calls are running" in sentence
            await first.stop()
        async with server.source() as third:
            assert await third.start("three") == [0]


async def test_a_client_that_dies_in_mid_frame_harms_nobody(tmp_path: Path) -> None:
    async with serving(tmp_path, resume_timeout=0.05) as server, server.source() as healthy:
        await healthy.start("healthy")
        reader, writer = await asyncio.open_connection(*server.address.split(":"))
        key = base64.b64encode(os.urandom(16)).decode()
        writer.write(
            f"GET /api/ingest HTTP/1.1\r\nHost: {server.address}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        await reader.readuntil(b"\r\n\r\n")
        start = {
            "type": "start",
            "call_id": "dying",
            "legs": [{"encoding": "mulaw", "rate": 8000, "roles": ["caller"]}],
        }
        writer.write(_masked(0x81, json.dumps(start).encode()))
        await reader.readuntil(b"ready")
        writer.write(_masked(0x82, bytes(2 * RATE))[: RATE + 7])
        await writer.drain()
        writer.transport.abort()

        await server.pool.calls["dying"].finished.wait()
        assert server.pool.calls["dying"].reason == "disconnected"
        await healthy.speak(2)
        await healthy.stop()
        assert await texts(server, "healthy") == ["second 1", "second 2"]


def _masked(opcode: int, payload: bytes) -> bytes:
    """One client frame with a mask of zeros."""
    length = len(payload)
    head = bytes([opcode, 0x80 | 126]) + length.to_bytes(2) if length > 125 else None
    return (head or bytes([opcode, 0x80 | length])) + bytes(4) + payload


async def test_what_one_call_does_wrong_does_not_touch_another(server: Running) -> None:
    async with server.source() as good, server.source() as bad:
        await good.start("good")
        await bad.start("bad", **STEREO)
        for second in range(1, 6):
            await good.speak(1)
            await bad.socket.send(os.urandom(777) if second < 3 else "nonsense")
            await good.acked(second * RATE)
            if second == 3:
                _, code = await bad.refused()
                assert code == 1008
                break
        await good.speak(2)
        await good.stop()
    assert await texts(server, "good") == [f"second {n}" for n in range(1, 6)]
    assert sum(len(f.data) for f in server.pool.calls["good"].frames) == 5 * RATE


async def test_a_call_that_the_server_has_to_end_is_told_and_stored(server: Running) -> None:
    async with server.source() as source:
        await source.start()
        await source.speak(1)
        await source.acked(RATE)
        await server.pool.calls["one"].finish("fault")
        sentence, code = await source.refused()
    assert code == 1011
    assert "(fault)" in sentence
    await server.store.flush()
    call = await server.store.call("one")
    assert call is not None
    assert call.reason == "fault"


async def test_a_file_is_not_read_faster_than_its_worker_takes_it(server: Running) -> None:
    async with server.source() as source:
        await source.start(live=False)
        call: FakeCall = server.pool.calls["one"]
        call.gate.clear()
        sending = asyncio.create_task(_send_much(source.socket, 64 << 20))
        await call.waiting.wait()
        done, _ = await asyncio.wait({sending}, timeout=0.2)
        assert not done, "the sender has to wait, because the server does not read"
        assert call.frames == []
        sending.cancel()
        call.gate.set()
        source.socket.transport.abort()


async def _send_much(socket: object, size: int) -> None:
    for _ in range(size // 64_000):
        await socket.send(bytes(64_000))  # type: ignore[attr-defined]


async def test_a_call_that_cannot_be_stored_yet_is_told_so_and_stored_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sqlite_module.PRAGMAS, "busy_timeout", "1")
    async with serving(tmp_path) as server, server.source() as source, server.http() as http:
        other = sqlite3.connect(tmp_path / "assist.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        await source.start()
        await source.speak(2)
        await source.acked(2 * RATE)
        await source.tell(type="stop")
        sentence, code = await source.refused()
        assert code == 1011
        assert "cannot be written (database is locked)" in sentence
        assert "locked" in (await http.get("/healthz")).json()["reason"]

        other.execute("ROLLBACK")
        other.close()
    store = Store.open(StoreSettings(url=f"sqlite:///{tmp_path}/assist.db"))
    assert [r.type for r in await store.events("one")][-2:] == ["utterance", "call_ended"]
    await store.close()


async def test_a_server_that_stops_ends_and_stores_its_calls_and_says_so(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        source_of = server.source()
        page_of = server.page("call=one")
        source = await source_of.__aenter__()
        await source.start()
        page = await page_of.__aenter__()
        await source.speak(1)
        await source.acked(RATE)
        url = str(server.store._database.engine.url)
    sentence, code = await source.refused()
    assert code == 1012
    assert "stopping" in sentence
    ended = await page.until("call_ended")
    assert ended["reason"] == "shutdown"
    with pytest.raises(ConnectionClosed):
        await page.next()
    await source_of.__aexit__(None, None, None)
    await page_of.__aexit__(None, None, None)

    assert server.pool.closed
    store = Store.open(StoreSettings(url=url))
    call = await store.call("one")
    assert call is not None
    assert call.reason == "shutdown"
    await store.close()
