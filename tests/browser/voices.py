"""What a browser's fake microphone hears: turns of the sample calls as WAV files."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import soundfile

SAMPLES = Path(__file__).resolve().parents[2] / "audio_samples"


def write_turns(path: Path, sample: str, channel: str, count: int, *, lead: float = 1.0) -> str:
    """The first `count` turns of a channel, one after the other, and then silence; their text.

    Seconds of silence come before (`lead`) and after, so that the first word is not lost while
    a call begins and the last one is seen to be the last.
    """
    card = json.loads((SAMPLES / f"{sample}.json").read_text(encoding="utf-8"))
    audio, rate = soundfile.read(SAMPLES / f"{sample}.flac", dtype="int16", always_2d=True)
    voice = audio[:, card["channels"].index(channel)]
    turns = [turn for turn in card["turns"] if turn["channel"] == channel][:count]
    pause = np.zeros(rate, dtype=np.int16)
    parts = [np.zeros(int(lead * rate), dtype=np.int16)]
    for turn in turns:
        parts += [voice[int(turn["start"] * rate) : int(turn["end"] * rate)], pause]
    soundfile.write(path, np.concatenate([*parts, pause, pause]), rate, subtype="PCM_16")
    return " ".join(turn["text"] for turn in turns)
