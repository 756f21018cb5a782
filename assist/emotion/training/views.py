"""Measures of every clip of a dataset, clean and through the telephone, kept on disk.

Measuring is what takes long; it is done once per speaker, code and seed. A cache file is
named by a hash of these, so a changed measure is never mixed with an old one.
"""

from __future__ import annotations

import hashlib
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from assist.config import load_settings
from assist.emotion.features import NAMES, Encoder, WindowFeatures, extract
from assist.emotion.spectrum import Floats
from assist.emotion.training import telephone
from assist.emotion.training.dataset import Clip, read_clip
from assist.events import SAMPLE_RATE
from assist.models import fetch
from assist.speech.whisper import Recognizer

VIEWS: Final = ("clean", "telephone", "crop", "speed")
"""clean; through a telephone (the one that is evaluated); 1–2.5 s cut out or all of it, on a
second line; played 0.88–1.14 times as fast, on a third."""
QUALITY: Final = ("seconds", "active", "voiced", "contrast")


class Views(msgspec.Struct, frozen=True):
    """Measures of clips: values (clips, views, features), level (clips, views) in dB.

    `quality` (clips, views, 4) holds seconds, active, voiced and contrast, `encoding` (clips,
    views, width) what the recogniser's encoder made of them; the width is 0 without one.
    """

    values: Floats
    level: Floats
    quality: Floats
    encoding: Floats

    def take(self, index: NDArray[np.int64]) -> Views:
        """The chosen clips."""
        return Views(
            self.values[index], self.level[index], self.quality[index], self.encoding[index]
        )


def measure(
    clips: tuple[Clip, ...], seed: int, folder: Path, jobs: int = 1, *, encoded: bool = True
) -> Views:
    """All views of `clips`; speakers measured before are read from `folder`.

    With `encoded` the recogniser that is set encodes them too. Raises `AudioError` when a
    recording cannot be read, `ModelError` when there is no recogniser.
    """
    folder.mkdir(parents=True, exist_ok=True)
    speakers: dict[str, list[int]] = {}
    for index, clip in enumerate(clips):
        speakers.setdefault(clip.speaker, []).append(index)
    work = [
        (tuple(clips[i].path for i in chosen), seed, folder, encoded)
        for chosen in speakers.values()
    ]
    if jobs > 1:
        with process_pool(jobs) as pool:
            results = list(pool.map(_measure_speaker, work))
    else:
        results = [_measure_speaker(item) for item in work]
    order = np.argsort([index for chosen in speakers.values() for index in chosen])
    joined = Views(
        np.concatenate([views.values for views in results]),
        np.concatenate([views.level for views in results]),
        np.concatenate([views.quality for views in results]),
        np.concatenate([views.encoding for views in results]),
    )
    return joined.take(order)


def _measure_speaker(work: tuple[tuple[Path, ...], int, Path, bool]) -> Views:
    paths, seed, folder, encoded = work
    encode = recognizer().encoding if encoded else None
    name = _fingerprint(paths, seed, recognizer().encoder if encoded else "")
    stored = folder / f"{name}.npz"
    if stored.is_file():
        with np.load(stored) as arrays:
            return Views(arrays["values"], arrays["level"], arrays["quality"], arrays["encoding"])
    clips = [read_clip(path) for path in paths]
    usual = float(np.median([np.sqrt(np.mean(np.square(clip))) for clip in clips]))
    rng = np.random.default_rng([seed, int(name[:8], 16)])
    lines = [telephone.Line(rng, snr) for snr in ((5, 20), (5, 25), (8, 30))]
    measured = [_measure_clip(clip, lines, usual, rng, encode) for clip in clips]
    views = Views(
        np.array([[view.values for view in clip] for clip in measured], np.float32),
        np.array([[view.level for view in clip] for clip in measured], np.float32),
        np.array(
            [[[getattr(view, name) for name in QUALITY] for view in clip] for clip in measured],
            np.float32,
        ),
        np.array([[view.encoding for view in clip] for clip in measured], np.float32),
    )
    partial = folder / f"{name}.part.npz"
    np.savez(partial, **msgspec.structs.asdict(views))
    partial.replace(stored)
    return views


def _measure_clip(
    audio: Floats,
    lines: list[telephone.Line],
    usual: float,
    rng: np.random.Generator,
    encode: Encoder | None,
) -> list[WindowFeatures]:
    sources = (audio, _crop(audio, rng), _faster(audio, rng))
    through = [line.carry(x, usual, rng) for line, x in zip(lines, sources, strict=True)]
    return [extract(audio, encode), *(extract(x, encode) for x in through)]


def _crop(audio: Floats, rng: np.random.Generator) -> Floats:
    length = int(rng.uniform(1.0, 2.5) * SAMPLE_RATE)
    if len(audio) <= length or rng.random() < 0.3:
        return audio
    start = int(rng.integers(len(audio) - length))
    return audio[start : start + length]


def _faster(audio: Floats, rng: np.random.Generator) -> Floats:
    return telephone.perturb_speed(audio, float(np.exp(rng.uniform(-0.13, 0.13))))


def _fingerprint(paths: tuple[Path, ...], seed: int, encoder: str) -> str:
    digest = hashlib.sha256(repr((VIEWS, NAMES, encoder, seed)).encode())
    digest.update(_probe())
    for path in paths:
        digest.update(f"{path.name}|{path.stat().st_size}\n".encode())
    return digest.hexdigest()[:20]


def process_pool(jobs: int) -> ProcessPoolExecutor:
    """Processes that start afresh: a recogniser's threads do not survive a fork."""
    return ProcessPoolExecutor(jobs, mp_context=get_context("spawn"))


@cache
def recognizer() -> Recognizer:
    """The recogniser that is set, for its encoder; fetched when it is the default one."""
    settings = load_settings()
    models = settings.models.model_copy(update={"lanes": 1, "threads": 1})
    if models.recognizer == "base":
        fetch(models, lambda _: None)
    return Recognizer.load(models, settings.speech)


@cache
def _probe() -> bytes:
    """What the code makes of a fixed sound: changes whenever a measure or the line does."""
    rng = np.random.default_rng(0)
    time = np.arange(2 * SAMPLE_RATE) / SAMPLE_RATE
    pitch = 140 + 40 * np.sin(2 * np.pi * 1.5 * time)
    phase = 2 * np.pi * np.cumsum(pitch) / SAMPLE_RATE
    hum = sum(np.sin(phase * k) / k for k in range(1, 20)) * (1 + np.sin(2 * np.pi * 4 * time))
    sound = (0.05 * hum + 0.001 * rng.standard_normal(len(time))).astype(np.float32)
    lines = [telephone.Line(rng, (5, 20)) for _ in range(3)]
    measured = [extract(sound), *(extract(line.carry(sound, 0.1, rng)) for line in lines)]
    return np.round([view.values for view in measured], 2).tobytes()
