"""Turns of the sample calls, as the product would cut them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assist.audio.decode import LegDecoder
from assist.audio.files import open_recording
from assist.audio.frames import Encoding, Leg
from assist.config import SpeechSettings
from assist.events import Role
from assist.speech.turns import BLOCK, Turn, TurnDetector, VadModel
from tests.signals import Signal


@dataclass(frozen=True)
class TrueTurn:
    """What is really said: seconds of the call, and the text."""

    channel: int
    start: float
    end: float
    text: str


def channels(path: Path) -> Signal:
    """The whole recording at 16 kHz, shape (channels, samples)."""
    recording = open_recording(path)
    roles = (Role.AGENT, Role.CALLER)[: recording.channels]
    decoder = LegDecoder(Leg(Encoding.PCM_S16LE, recording.rate, roles))
    parts = [decoder.push(block.tobytes()) for block in recording.blocks()]
    return np.concatenate([*parts, decoder.flush()], axis=1)


def true_turns(path: Path) -> list[TrueTurn]:
    written = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    roles = written["channels"]
    return [
        TrueTurn(roles.index(turn["channel"]), turn["start"], turn["end"], turn["text"])
        for turn in written["turns"]
    ]


def blocks(audio: Signal) -> Signal:
    return np.pad(audio, (0, -len(audio) % BLOCK)).reshape(-1, BLOCK)


def detect(vad: VadModel, audio: Signal, settings: SpeechSettings | None = None) -> list[Turn]:
    """All turns of one channel."""
    detector = TurnDetector(settings or SpeechSettings())
    ended = [detector.push(vad, block).ended for block in blocks(audio)]
    return [turn for turn in [*ended, detector.finish()] if turn is not None]
