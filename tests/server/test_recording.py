"""What is said in a call can be heard: while it runs, afterwards, and in parts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import av
import httpx
import numpy as np
import pytest

from assist.audio.g711 import encode_mulaw
from tests.server.fakes import RATE, Running, serving
from tests.waiting import until

LEGS = [{"encoding": "mulaw", "rate": RATE, "roles": ["caller", "agent"]}]


@pytest.fixture
async def http(server: Running) -> AsyncIterator[httpx.AsyncClient]:
    async with server.http() as client:
        yield client


def hum(seconds: float) -> bytes:
    """The caller hums, the agent is silent."""
    times = np.arange(int(RATE * seconds)) / RATE
    caller = (8192 * np.sin(2 * np.pi * 440 * times)).astype(np.int16)
    return encode_mulaw(np.stack([caller, np.zeros_like(caller)], axis=1)).tobytes()


async def recorded(server: Running, folder: Path) -> None:
    """Three seconds of a call, once their recording is in its place."""
    async with server.source() as source:
        await source.start("one", legs=LEGS)
        await source.socket.send(hum(3))
        await source.stop()
    await until(lambda: list((folder / "recordings").rglob("*.flac")))


async def test_a_recording_is_answered_whole_and_in_parts(
    server: Running, http: httpx.AsyncClient, tmp_path: Path
) -> None:
    await recorded(server, tmp_path)
    whole = await http.get("/api/calls/one/recording")
    assert whole.headers["content-type"] == "audio/flac"
    assert whole.headers["accept-ranges"] == "bytes"
    body = whole.content
    for asked, start, end in (
        ("bytes=0-99", 0, 100),
        ("bytes=100-", 100, len(body)),
        ("bytes=-10", len(body) - 10, len(body)),
        (f"bytes=5-{10**9}", 5, len(body)),
    ):
        part = await http.get("/api/calls/one/recording", headers={"range": asked})
        assert part.status_code == 206
        assert part.headers["content-range"] == f"bytes {start}-{end - 1}/{len(body)}"
        assert part.content == body[start:end]
    beyond = await http.get("/api/calls/one/recording", headers={"range": "bytes=99999999-"})
    assert beyond.status_code == 416
    assert beyond.headers["content-range"] == f"bytes */{len(body)}"
    for odd in ("bytes=-", "bytes=0-1,5-9", "letters=1-2", "bytes=x-y"):
        assert (await http.get("/api/calls/one/recording", headers={"range": odd})).content == body
    (tmp_path / "one.flac").write_bytes(body)
    with av.open(str(tmp_path / "one.flac")) as container:
        assert container.streams.audio[0].channels == 2
        assert sum(frame.samples for frame in container.decode(audio=0)) == 48_000
    assert (await http.get("/api/calls")).json()["calls"][0]["recording"] is True


async def test_peaks_have_the_agent_first(
    server: Running, http: httpx.AsyncClient, tmp_path: Path
) -> None:
    await recorded(server, tmp_path)
    peaks = (await http.get("/api/calls/one/peaks")).json()
    assert (peaks["per_second"], peaks["duration"]) == (10, 3.0)
    agent, caller = peaks["channels"]
    assert (agent["role"], caller["role"]) == ("agent", "caller")
    assert agent["peaks"] == [0.0] * 30
    assert caller["peaks"] == pytest.approx([0.25] * 30, abs=0.02)
    fine = (await http.get("/api/calls/one/peaks?per_second=100")).json()
    assert len(fine["channels"][0]["peaks"]) == 300
    for wrong in ("0", "3", "x", "1000"):
        assert (await http.get(f"/api/calls/one/peaks?per_second={wrong}")).status_code == 400


async def test_a_running_call_is_heard_so_far(server: Running, http: httpx.AsyncClient) -> None:
    async with server.source() as source:
        await source.start("one", legs=LEGS)
        await source.socket.send(hum(4))
        await until(
            lambda: http.get("/api/calls/one/recording"), lambda heard: len(heard.content) >= 20_000
        )
        await source.stop()


async def test_what_was_not_recorded_is_said_to_be_so(
    server: Running, http: httpx.AsyncClient
) -> None:
    async with server.source() as source:
        await source.start("one", consent=False)
        await source.speak(1)
        await source.stop()
    for what in ("recording", "peaks"):
        answer = await http.get(f"/api/calls/one/{what}")
        assert answer.status_code == 404
        assert "no recording" in answer.json()["error"]
        assert (await http.get(f"/api/calls/nobody/{what}")).status_code == 404
    assert (await http.get("/api/calls")).json()["calls"][0]["recording"] is False


async def test_a_recording_is_finished_when_the_server_stops(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, server.source() as source:
        await source.start("one", legs=LEGS)
        await source.socket.send(hum(2))
        await source.acked(2 * RATE)
    (kept,) = (tmp_path / "recordings").rglob("*.flac")
    with av.open(str(kept)) as container:
        assert sum(frame.samples for frame in container.decode(audio=0)) == 32_000


async def test_a_recorded_call_is_analysed_again_and_compared(
    server: Running, http: httpx.AsyncClient, tmp_path: Path
) -> None:
    await recorded(server, tmp_path)
    path = "/api/calls/one/reanalyses"
    assert (await http.get(path)).json() == {"running": False, "failed": "", "reanalyses": []}
    assert (await http.post(path)).status_code == 202
    answer = await until(lambda: http.get(path), lambda found: not found.json()["running"])
    state = answer.json()
    assert state["failed"] == ""
    (made,) = state["reanalyses"]
    # The fake pool says something for each second, live and from the recording.
    assert made["comparison"]["changes"] == []
    assert made["comparison"]["words"] == 0
    again = (await http.get(f"{path}/{made['number']}/events")).json()
    assert [event["type"] for event in again].count("utterance") == 3
    assert {event["call_id"] for event in again} == {"one"}
    assert (await http.get(f"{path}/{made['number'] + 1}/events")).status_code == 404
    calls = (await http.get("/api/calls")).json()["calls"]
    assert [call["call_id"] for call in calls] == ["one"]  # it is no call of its own


async def test_what_cannot_be_analysed_again_is_one_sentence(
    server: Running, http: httpx.AsyncClient
) -> None:
    async with server.source() as source:
        await source.start("running")
        answer = await http.post("/api/calls/running/reanalyses")
        assert answer.status_code == 400
        assert "still runs" in answer.json()["error"]
    async with server.source() as source:
        await source.start("without", consent=False)
        await source.stop()
    answer = await http.post("/api/calls/without/reanalyses")
    assert answer.status_code == 400
    assert "no recording" in answer.json()["error"]
    assert (await http.post("/api/calls/nobody/reanalyses")).status_code == 404
