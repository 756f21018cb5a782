"""Voices made of harmonics, and features made up, for tests that need no recordings."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np

from assist.emotion.features import NAMES, WindowFeatures
from assist.events import SAMPLE_RATE


def voice(
    seconds: float = 2.0,
    *,
    pitch: float = 120.0,
    range_hz: float = 15.0,
    pace: float = 4.0,
    bright: float = 1.0,
    level: float = 0.05,
    seed: int = 0,
) -> np.ndarray:
    """Harmonics of a gliding pitch in syllables; `bright` is the fall of the harmonics."""
    rng = np.random.default_rng(seed)
    time = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    glide = pitch + range_hz * np.sin(2 * np.pi * 0.7 * time + rng.uniform(0, 6))
    phase = 2 * np.pi * np.cumsum(glide) / SAMPLE_RATE
    count = int(3800 / (pitch + range_hz))
    hum = sum(np.sin(k * phase + rng.uniform(0, 6)) / k**bright for k in range(1, count))
    syllables = np.maximum(np.sin(np.pi * pace * time + rng.uniform(0, 3)), 0.02) ** 2
    sound = hum * syllables
    sound = sound / np.sqrt(np.mean(sound**2)) + 0.01 * rng.standard_normal(len(time))
    return (level * sound).astype(np.float32)


MOODS = {
    "neutral": {"pitch": 1.0, "range_hz": 12, "pace": 4, "bright": 1.4, "level": 0.03},
    "angry": {"pitch": 1.5, "range_hz": 45, "pace": 6, "bright": 0.6, "level": 0.12},
    "happy": {"pitch": 1.8, "range_hz": 60, "pace": 5, "bright": 1.2, "level": 0.06},
    "sad": {"pitch": 0.9, "range_hz": 5, "pace": 2.5, "bright": 2.0, "level": 0.015},
}


def write_corpus(folder: Path, corpora: int = 2, clips: int = 3) -> Path:
    """A corpus of synthetic moods: two speakers a corpus, and a manifest. Returns the manifest."""
    lines = ["path,corpus,language,speaker,gender,emotion"]
    for corpus in range(corpora):
        for speaker, base in (("low", 110.0), ("high", 200.0)):
            for index, (mood, how) in enumerate(MOODS.items()):
                for take in range(clips + (mood == "neutral")):
                    seed = 1000 * corpus + 100 * index + take + int(base)
                    sound = voice(1.2, seed=seed, **{**how, "pitch": base * how["pitch"]})
                    name = f"{corpus}-{speaker}-{mood}-{take}.wav"
                    write_wav(folder / name, sound)
                    lines.append(f"{name},made{corpus},tr,{corpus}{speaker},F,{mood}")
    lines.append("not-read.wav,made0,tr,0low,F,surprise")
    manifest = folder / "manifest.csv"
    manifest.write_text("\n".join(lines) + "\n")
    return manifest


def write_wav(path: Path, sound: np.ndarray) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())


def made_up(
    usual: np.ndarray, change: np.ndarray | float = 0.0, **quality: float
) -> WindowFeatures:
    """Features at `usual` (features + 1,) plus `change` of the same shape."""
    observed = (usual + change).astype(np.float32)
    given = {"seconds": 2.0, "active": 0.8, "voiced": 0.6, "contrast": 30.0, **quality}
    return WindowFeatures(
        values=observed[: len(NAMES)],
        level=float(observed[-1]),
        encoding=observed[len(NAMES) : -1],
        **given,
    )
