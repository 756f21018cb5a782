"""The sample calls: what a newcomer hears first, and the text and times written beside them."""

from __future__ import annotations

import json
import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import swift_f0
from numpy.typing import NDArray

FOLDER = Path(__file__).resolve().parent.parent / "audio_samples"
NAMES = sorted(path.stem for path in FOLDER.glob("*.flac"))
CHANNELS = ["agent", "caller"]

every_sample = pytest.mark.parametrize("name", NAMES)


def described(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return document


def heard(name: str) -> tuple[NDArray[np.float32], int]:
    samples, rate = soundfile.read(FOLDER / f"{name}.flac", dtype="float32", always_2d=True)
    return samples, rate


def level(samples: NDArray[np.float32]) -> float:
    return 10 * float(np.log10(np.mean(np.square(samples, dtype=np.float64)) + 1e-12))


def turn_audio(
    samples: NDArray[np.float32], rate: int, turn: dict[str, Any], channel: str
) -> NDArray[np.float32]:
    span = slice(round(turn["start"] * rate), round(turn["end"] * rate))
    return samples[span, CHANNELS.index(channel)]


def pitch(audio: NDArray[np.float32]) -> float:
    found = swift_f0.SwiftF0(threads=1, spin=False).detect(audio, 16_000)
    return float(np.median(found.pitch_hz[found.confidence >= 0.7]))


def overlap(turn: dict[str, Any], other: dict[str, Any]) -> float:
    return float(min(turn["end"], other["end"]) - max(turn["start"], other["start"]))


def upset_and_calm(name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The caller's most upset turn and the first one."""
    turns = [turn for turn in described(name)["turns"] if turn["channel"] == "caller"]
    return max(turns, key=lambda turn: float(turn["mood"])), turns[0]


def test_both_languages_have_a_solved_and_an_escalating_call() -> None:
    kinds = {(described(name)["language"], described(name)["resolved"]) for name in NAMES}
    assert kinds == {("tr", True), ("tr", False), ("en", True), ("en", False)}


@every_sample
def test_a_sample_is_short_small_and_has_two_channels(name: str) -> None:
    info = soundfile.info(FOLDER / f"{name}.flac")
    assert (info.channels, info.samplerate, info.subtype) == (2, 16_000, "PCM_16")
    assert 30 <= info.duration <= 100
    assert (FOLDER / f"{name}.flac").stat().st_size < 1_000_000


@every_sample
def test_the_description_says_what_the_file_is(name: str) -> None:
    document = described(name)
    assert document["channels"] == CHANNELS
    assert document["title"] and document["source"]
    for turn in document["turns"]:
        assert turn["channel"] in CHANNELS and turn["text"].strip()
        assert ("mood" in turn) == (turn["channel"] == "caller")
        assert 0 <= turn.get("mood", 0) <= 1


@every_sample
def test_the_text_is_the_one_of_the_written_dialogue(name: str) -> None:
    written = tomllib.loads((FOLDER / "dialogues.toml").read_text("utf-8"))[name]
    lines = [
        (channel, turn[channel]) for turn in written["turns"] for channel in turn.keys() & CHANNELS
    ]
    document = described(name)
    assert [(turn["channel"], turn["text"]) for turn in document["turns"]] == lines
    assert (document["title"], document["resolved"]) == (written["title"], written["resolved"])


@every_sample
def test_turns_lie_in_the_file_in_order(name: str) -> None:
    samples, rate = heard(name)
    turns = described(name)["turns"]
    assert turns[0]["start"] >= 0 and turns[-1]["end"] <= len(samples) / rate
    for turn in turns:
        assert turn["start"] < turn["end"]
    for before, after in pairwise(turns):
        assert before["start"] < after["start"] and before["end"] < after["end"]
        assert before["channel"] != after["channel"] or before["end"] <= after["start"]


@every_sample
def test_each_turn_is_heard_on_its_own_channel_and_not_on_the_other(name: str) -> None:
    samples, rate = heard(name)
    turns = described(name)["turns"]
    for turn in turns:
        other = CHANNELS[1 - CHANNELS.index(turn["channel"])]
        assert level(turn_audio(samples, rate, turn, turn["channel"])) > -35
        if all(overlap(turn, second) <= 0 for second in turns if second is not turn):
            assert level(turn_audio(samples, rate, turn, other)) < -55


@every_sample
def test_between_turns_there_is_a_quiet_room_and_no_digital_silence(name: str) -> None:
    samples, rate = heard(name)
    ends = [turn["end"] for turn in described(name)["turns"]]
    starts = [turn["start"] for turn in described(name)["turns"][1:]]
    pauses = [
        samples[round(end * rate) : round(start * rate)]
        for end, start in zip(ends, starts, strict=False)
        if start > end
    ]
    for channel in range(2):
        assert -65 < level(np.concatenate(pauses)[:, channel]) < -55


@every_sample
def test_nothing_is_clipped(name: str) -> None:
    samples, _ = heard(name)
    assert np.max(np.abs(samples)) < 0.99


@every_sample
def test_the_caller_grows_louder_and_higher_when_upset(name: str) -> None:
    samples, rate = heard(name)
    upset, calm = (turn_audio(samples, rate, turn, "caller") for turn in upset_and_calm(name))
    assert level(upset) > level(calm) + 4
    assert 12 * np.log2(pitch(upset) / pitch(calm)) > 2


@pytest.mark.parametrize("name", [name for name in NAMES if name.endswith("_solved")])
def test_a_solved_call_ends_as_calm_as_it_began(name: str) -> None:
    samples, rate = heard(name)
    turns = [turn for turn in described(name)["turns"] if turn["channel"] == "caller"]
    first, last = (turn_audio(samples, rate, turn, "caller") for turn in (turns[0], turns[-1]))
    assert abs(level(last) - level(first)) < 2
    assert abs(12 * np.log2(pitch(last) / pitch(first))) < 2


@pytest.mark.parametrize("name", [name for name in NAMES if name.endswith("_escalating")])
def test_in_an_escalating_call_the_caller_is_kept_waiting_and_breaks_in(name: str) -> None:
    turns = described(name)["turns"]
    pairs = list(pairwise(turns))
    assert any(after["start"] - before["end"] >= 5 for before, after in pairs)
    assert any(
        after["channel"] == "caller"
        and before["channel"] == "agent"
        and overlap(before, after) > 0.5
        for before, after in pairs
    )
    callers = [turn["mood"] for turn in turns if turn["channel"] == "caller"]
    assert callers == sorted(callers) and callers[-1] == 1.0
