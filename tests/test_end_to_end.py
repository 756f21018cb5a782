"""A call through the real server is the call scored from its recording, event for event."""

from __future__ import annotations

import asyncio
import json
import urllib.request
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from assist.audio.files import open_recording
from assist.audio.frames import CallInfo, Encoding
from assist.call import Engine
from assist.config import Settings
from assist.events import encode
from assist.run.inline import recording_frames, recording_leg, run_call
from assist.sources.player import play
from tests.served import CutNetwork, served

Events = list[dict[str, Any]]


@pytest.fixture(scope="module")
def recording(samples: Path) -> Path:
    return samples / "en_escalating.flac"


@pytest.fixture(scope="module")
def scored(engine: Engine, recording: Path) -> Events:
    opened = open_recording(recording)
    info = CallInfo(call_id=recording.stem, legs=(recording_leg(opened),))
    events = run_call(engine, Settings(), info, recording_frames(opened), damage=opened)
    return [json.loads(encode(event)) for event in events]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    async with served(tmp_path_factory.mktemp("server")) as address:
        yield address


async def events_of(address: str, call_id: str) -> Events:
    url = f"http://{address}/api/calls/{call_id}/events"
    body = await asyncio.to_thread(lambda: urllib.request.urlopen(url).read())
    events: Events = json.loads(body)
    return events


def anonymous(events: Events) -> Events:
    return [
        {key: value for key, value in event.items() if key not in {"call_id", "reason"}}
        if event["type"] == "call_ended"
        else {key: value for key, value in event.items() if key != "call_id"}
        for event in events
    ]


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("name", "how", "cuts"),
    [
        ("odd-chunks", {"chunk_ms": 7.3}, []),
        ("cut-connections", {"chunk_ms": 20}, [300_000, 40_001, 1_000_003]),
        ("cut-connections-own-legs", {"chunk_ms": 480, "separate_legs": True}, [500_001, 77]),
    ],
)
async def test_a_live_call_is_its_scored_recording(  # noqa: PLR0917
    server: str, recording: Path, scored: Events, name: str, how: dict[str, Any], cuts: list[int]
) -> None:
    network = CutNetwork(server, cuts)
    async with network.listening() as address:
        await play(
            open_recording(recording),
            f"ws://{address}/api/ingest",
            call_id=name,
            agent="",
            speed=0,
            encoding=Encoding.PCM_S16LE,
            **how,
        )
    assert network.cut == len(cuts)
    assert anonymous(await events_of(server, name)) == anonymous(scored)


def test_a_scored_call_has_the_parts_others_build_on(scored: Events) -> None:
    by_type: dict[str, Events] = {}
    for event in scored:
        assert {"type", "call_id", "seq", "position"} <= event.keys()
        by_type.setdefault(event["type"], []).append(event)
    assert {"start", "end", "text", "language", "confidence", "words", "channel"} <= by_type[
        "utterance"
    ][0].keys()
    tone = by_type["tone"][0]
    assert set(tone["probabilities"]) == {"angry", "happy", "sad", "neutral"}
    assert {"label", "valence", "arousal", "confidence", "reasons"} <= tone.keys()
    assert {"situation", "say", "because", "language"} <= by_type["suggestion"][0].keys()
    assert {utterance["channel"] for utterance in by_type["utterance"]} == {"agent", "caller"}
