from __future__ import annotations

import asyncio
import json
import re
import wave
from pathlib import Path
from typing import Any

import msgspec
import pytest

from assist.config import Settings
from assist.sources.native import ServerProtocol
from assist.sources.native_messages import (
    Ack,
    Ended,
    Ready,
    Refused,
    Start,
    StartLeg,
    read_server_message,
)
from tests.audio.signals import tones
from tests.sources.listener import Listener, listening

DOCUMENT = (Path(__file__).parents[2] / "docs" / "native-protocol.md").read_text()
BLOCKS = {
    language: re.findall(rf"```{language}\n(.*?)```", DOCUMENT, re.DOTALL)
    for language in ("python", "json")
}


async def test_the_example_is_a_whole_client(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    samples = tones(1.1, 8000)
    with wave.open(str(tmp_path / "call.wav"), "wb") as file:
        file.setparams((2, 2, 8000, 0, "NONE", ""))
        file.writeframes(samples.tobytes())
    (example,) = BLOCKS["python"]
    definitions, _ = example.split("asyncio.run(")
    program: dict[str, Any] = {}
    exec(definitions, program)
    async with listening(Listener()) as listener:
        async with asyncio.timeout(20):
            await program["call"](str(tmp_path / "call.wav"), "call-1", listener.url)
        assert bytes(listener.only.legs[0]) == samples.tobytes()
    said = [json.loads(line)["type"] for line in capsys.readouterr().out.splitlines()]
    assert said == ["ready", "ack", "ack", "ended"]


def test_the_start_message_shown_is_accepted_and_the_answers_shown_are_understood() -> None:
    start, answers = BLOCKS["json"]
    assert ServerProtocol(Settings().server).receive(start)
    assert [type(read_server_message(line)) for line in answers.splitlines()] == [
        Ready,
        Ack,
        Ended,
        Refused,
    ]


@pytest.mark.parametrize("message", [Start, StartLeg, Ready, Ack, Refused])
def test_every_field_is_explained(message: type[msgspec.Struct]) -> None:
    for field in message.__struct_fields__:
        assert f"`{field}`" in DOCUMENT or f'"{field}"' in DOCUMENT, field


def test_the_limits_shown_are_the_defaults() -> None:
    rows = re.findall(r"^\| `(server|speech)\.(\w+)` \| ([\d.]+)( s)? \|", DOCUMENT, re.MULTILINE)
    assert len(rows) == 7
    for group, name, value, _ in rows:
        assert float(value) == getattr(getattr(Settings(), group), name), name
