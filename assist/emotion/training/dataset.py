"""Labelled recordings: manifests (CSV or EmoBox-style JSON lines) and their audio."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import av
import msgspec
import numpy as np

from assist.emotion.spectrum import HOP, Floats
from assist.errors import AudioError, ConfigError
from assist.events import SAMPLE_RATE

CLASSES: Final = ("angry", "happy", "sad", "neutral")
_SYNONYMS: Final = {
    "anger": "angry",
    "ang": "angry",
    "happiness": "happy",
    "joy": "happy",
    "hap": "happy",
    "sadness": "sad",
    "neu": "neutral",
    "calm": "neutral",
}
_REQUIRED: Final = ("path", "speaker", "emotion")
LONGEST: Final = 4 * SAMPLE_RATE
"""Samples of a clip that are used, from its first speech on."""


class Clip(msgspec.Struct, frozen=True):
    """One labelled recording of one speaker. `label` indexes `CLASSES`."""

    path: Path
    corpus: str
    language: str
    speaker: str
    gender: str
    label: int


class Dataset(msgspec.Struct, frozen=True):
    """The clips of a manifest with one of the four labels; `left_out` counts the others."""

    clips: tuple[Clip, ...]
    left_out: dict[str, int]


def read_manifest(manifest: Path) -> Dataset:
    """Read a manifest; audio paths are relative to it.

    A CSV needs the columns path, speaker and emotion (corpus, language and gender are used
    where present); JSON lines need `key`/`path`/`wav`, `spk`/`speaker` and `emo`/`emotion`.
    Raises `ConfigError` with the line when something is missing, unreadable or not there.
    """
    if not manifest.is_file():
        raise ConfigError(f"The manifest {manifest} does not exist; name a .csv or .jsonl file.")
    rows = _json_rows(manifest) if manifest.suffix in {".jsonl", ".json"} else _csv_rows(manifest)
    clips: list[Clip] = []
    left_out: dict[str, int] = {}
    for line, row in rows:
        emotion = row["emotion"].strip().lower()
        emotion = _SYNONYMS.get(emotion, emotion)
        if emotion not in CLASSES:
            left_out[emotion] = left_out.get(emotion, 0) + 1
            continue
        path = manifest.parent / row["path"]
        if not path.is_file():
            raise ConfigError(
                f"{manifest}, line {line}: the recording {row['path']} does not exist; "
                "paths are relative to the manifest."
            )
        corpus = row.get("corpus") or manifest.stem
        speaker = f"{corpus}/{row['speaker']}"
        language, gender = row.get("language") or "", row.get("gender") or ""
        clips.append(Clip(path, corpus, language, speaker, gender, CLASSES.index(emotion)))
    if not clips:
        raise ConfigError(
            f"{manifest} has no recording labelled {', '.join(CLASSES)}; check its emotion column."
        )
    return Dataset(tuple(clips), left_out)


def _csv_rows(manifest: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    try:
        with manifest.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            names = reader.fieldnames or []
            missing = [name for name in _REQUIRED if name not in names]
            if missing:
                found = ", ".join(names) or "none"
                raise ConfigError(f"{manifest} lacks the column {missing[0]}; it has {found}.")
            for row in reader:
                empty = [name for name in _REQUIRED if not row[name]]
                if empty:
                    raise ConfigError(
                        f"{manifest}, line {reader.line_num}: {empty[0]} is empty; fill it in."
                    )
                yield reader.line_num, {k: v for k, v in row.items() if isinstance(v, str)}
    except (UnicodeDecodeError, csv.Error) as error:
        raise ConfigError(f"{manifest} is not a UTF-8 CSV file: {error}.") from None


def _json_rows(manifest: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    names = {
        "path": ("path", "wav", "key"),
        "speaker": ("speaker", "spk"),
        "emotion": ("emotion", "emo"),
        "corpus": ("corpus", "dataset"),
        "language": ("language", "lang"),
        "gender": ("gender",),
    }
    for line, text in enumerate(manifest.read_text("utf-8").splitlines(), 1):
        if not text.strip():
            continue
        try:
            record = json.loads(text)
        except json.JSONDecodeError as error:
            raise ConfigError(f"{manifest}, line {line}: not JSON ({error.msg}).") from None
        if not isinstance(record, dict):
            raise ConfigError(f"{manifest}, line {line}: not a JSON object.")
        row = {
            name: str(next((record[alias] for alias in aliases if record.get(alias)), ""))
            for name, aliases in names.items()
        }
        empty = [name for name in _REQUIRED if not row[name]]
        if empty:
            raise ConfigError(f"{manifest}, line {line}: {empty[0]} is missing; add it.")
        yield line, row


def read_clip(path: Path) -> Floats:
    """The first channel mix of a recording (samples,) at 16 kHz, silence cut off at both ends.

    Raises `AudioError` when the file cannot be decoded or holds no sound.
    """
    resampler = av.AudioResampler("flt", "mono", SAMPLE_RATE)
    try:
        with av.open(str(path)) as container:
            decoded = [*container.decode(audio=0), None]
            frames = [part for frame in decoded for part in resampler.resample(frame)]
    except (av.FFmpegError, IndexError) as error:
        raise AudioError(f"{path} cannot be read as audio ({error}); replace it.") from None
    if not frames:
        raise AudioError(f"{path} holds no sound; replace it or take it off the manifest.")
    audio = np.concatenate([frame.to_ndarray()[0] for frame in frames]).astype(np.float32)
    return trim(audio)[:LONGEST]


def trim(audio: Floats) -> Floats:
    """Cut what is more than 30 dB below the loud parts off both ends, leaving 100 ms."""
    count = len(audio) // HOP
    if count < 2:
        return audio
    energy = np.square(audio[: count * HOP]).reshape(count, HOP).mean(axis=1)
    loud = np.flatnonzero(energy > np.percentile(energy, 95) * 1e-3)
    if not len(loud):
        return audio
    margin = SAMPLE_RATE // 10
    return audio[max(loud[0] * HOP - margin, 0) : (loud[-1] + 1) * HOP + margin]
