"""The written dialogues: what is said by whom, how upset, and when."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Voice:
    """One party's voice: the mean of the voices `mix`.

    When calm, `pitch` is its median in Hz, `speed` the engine's pace and `level_db` the RMS level
    of speech.
    """

    mix: tuple[str, ...]
    pitch: float
    speed: float
    level_db: float


@dataclass(frozen=True)
class Line:
    """One turn: it begins `after` seconds after the last one ended; less than 0 breaks in.

    `mood` is 0 for calm and 1 for furious, and None for the agent, whose voice stays even.
    """

    channel: str
    text: str
    after: float
    mood: float | None


@dataclass(frozen=True)
class Dialogue:
    """One call as it is written."""

    name: str
    title: str
    language: str
    resolved: bool
    voices: dict[str, Voice]
    lines: tuple[Line, ...]


CHANNELS = ("agent", "caller")


def read_dialogues(path: Path) -> tuple[list[Dialogue], dict[str, str]]:
    """The dialogues of a file and its table of Turkish words that are not said as written."""
    document = tomllib.loads(path.read_text("utf-8"))
    exceptions: dict[str, str] = document.pop("turkish_exceptions")
    return [_dialogue(name, entry) for name, entry in document.items()], exceptions


def _dialogue(name: str, entry: dict[str, Any]) -> Dialogue:
    return Dialogue(
        name=name,
        title=entry["title"],
        language=entry["language"],
        resolved=entry["resolved"],
        voices={channel: _voice(entry[channel]) for channel in CHANNELS},
        lines=tuple(_line(turn) for turn in entry["turns"]),
    )


def _voice(entry: dict[str, Any]) -> Voice:
    return Voice(tuple(entry["mix"]), entry["pitch"], entry["speed"], entry["level_db"])


def _line(turn: dict[str, Any]) -> Line:
    channel = next(name for name in CHANNELS if name in turn)
    mood = float(turn["mood"]) if channel == "caller" else None
    return Line(channel, turn[channel], turn.get("after", 0.6), mood)
