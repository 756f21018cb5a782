"""Folders of results as a run leaves them, from written dialogues and without any model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import soundfile
from msgspec.structs import replace

from assist.batch.inputs import Item
from assist.batch.manifest import Entry, Manifest
from assist.events import Event, Tone, ToneLabel, encode
from tests.guidance.dialogue import Turn
from tests.guidance.test_scorecard import AGENT, CALLER, angry, scored_events

MODELS = {"recognizer": "whisper-base", "tone": "tone 1234"}
UPSET: list[Turn] = [
    (AGENT, "Good morning, customer care, this is Daniel. How can I help you?"),
    (CALLER, "My parcel is two weeks late, this is ridiculous. I want to make a complaint."),
    (AGENT, "I am sorry to hear that. May I take your order number?"),
    (CALLER, "Seven two one four. My lawyer will write to you."),
    (AGENT, "I understand, and I have sent a new parcel, it will be there on Friday."),
    (CALLER, "Thank you, that solves it."),
    (AGENT, "Is there anything else I can do for you?"),
    (CALLER, "No, that is all, thank you."),
    (AGENT, "Goodbye."),
]


def tone(start: float, label: str, **more: object) -> Tone:
    """A second of the caller's speech."""
    return replace(
        angry(start + 1.0),
        start=start,
        label=ToneLabel(label),
        recovery="",
        **{"confidence": 0.9} | more,
    )


def call(turns: Sequence[Turn] = UPSET, language: str = "en") -> list[Event]:
    """A call that is angry for eight seconds, then not sure, then calm."""
    events = scored_events(turns, language)
    course = ["angry"] * 8 + ["unsure"] * 2 + ["neutral"] * 6
    tones = [tone(8.0 + n, label) for n, label in enumerate(course)]
    tones[10] = replace(tones[10], recovery="apology")
    first = replace(events[0], models=MODELS, playbook="tr:1 en:2")
    return [first, *events[1:-1], *tones, events[-1]]


class Results:
    """A folder of results that grows call by call."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with Manifest(folder):
            pass

    def add(self, name: str, events: Sequence[Event] | None = None, **known: str) -> None:
        """A call that was scored."""
        made = call() if events is None else events
        numbered = [replace(event, call_id=name, seq=n) for n, event in enumerate(made, 1)]
        path = self.folder / f"{name}.events.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"".join(encode(event) + b"\n" for event in numbered))
        item = Item(name, **{"source": f"{name}.wav"} | known)
        with Manifest(self.folder) as manifest:
            manifest.add(Entry(item, "digest", "made", "", made[-1].duration, 1.0))  # type: ignore[attr-defined]

    def fail(self, name: str, reason: str) -> None:
        """A recording that could not be used."""
        with Manifest(self.folder) as manifest:
            manifest.add(Entry(Item(name, f"{name}.wav"), "", "", reason, 0.0, 0.0))


def recorded(path: Path, seconds: float = 60.0, rate: int = 8_000) -> Path:
    """A recording with a tone on either channel."""
    time = np.arange(round(seconds * rate)) / rate
    sound = 0.2 * np.stack((np.sin(2765 * time), np.sin(1382 * time)), axis=1)
    soundfile.write(path, sound, rate)
    return path
