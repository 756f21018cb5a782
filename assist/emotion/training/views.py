"""Measures of every clip of a dataset, clean and through the telephone, kept on disk.

Measuring is what takes long; it is done once per speaker, code and seed. A cache file is
named by a hash of these, so a changed measure is never mixed with an old one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from assist.config import load_settings
from assist.emotion.features import NAMES, extract
from assist.emotion.spectrum import Floats
from assist.emotion.training import telephone
from assist.emotion.training.dataset import Clip, read_clip
from assist.events import SAMPLE_RATE
from assist.models import fetch
from assist.speech.shallow import ShallowEncoder

VIEWS: Final = ("clean", "telephone", "crop", "speed")
"""clean; through a telephone (the one that is evaluated); 1–2.5 s cut out or all of it, on a
second line; played 0.88–1.14 times as fast, on a third. The first two are what is scored."""
SCORED_VIEWS: Final = 2
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
    clips: tuple[Clip, ...],
    seed: int,
    folder: Path,
    jobs: int = 1,
    *,
    encoded: bool = True,
    views: int = len(VIEWS),
) -> Views:
    """The first `views` of `VIEWS` of `clips`; what was measured before is read from `folder`.

    With `encoded` the recogniser's encoder hears them too. Raises `AudioError` when a
    recording cannot be read, `ModelError` when there is no recogniser.
    """
    folder.mkdir(parents=True, exist_ok=True)
    speakers: dict[str, list[int]] = {}
    for index, clip in enumerate(clips):
        speakers.setdefault(clip.speaker, []).append(index)
    work = [
        (tuple(clips[i].path for i in chosen), seed, folder, encoded, views)
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


def _measure_speaker(work: tuple[tuple[Path, ...], int, Path, bool, int]) -> Views:
    paths, seed, folder, encoded, count = work
    name = _fingerprint(paths, seed)
    encode = encoder() if encoded else None
    known = _known(folder, name, encode.name if encode else "", count)
    if known is not None:
        return known
    clips = [read_clip(path) for path in paths]
    usual = float(np.median([np.sqrt(np.mean(np.square(clip))) for clip in clips]))
    drawn = int(name[:8], 16)
    rng = np.random.default_rng([seed, drawn])
    lines = [telephone.Line(rng, snr) for snr in ((5, 20), (5, 25), (8, 30))]
    measured = [
        [
            extract(sound, encode)
            for sound in _sounds(clip, lines[: count - 1], usual, (seed, drawn, number))
        ]
        for number, clip in enumerate(clips)
    ]
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
    np.savez(partial, **msgspec.structs.asdict(views), encoder=encode.name if encode else "")
    partial.replace(folder / f"{name}-{count}{'e' if encode else ''}.npz")
    return views


def _known(folder: Path, name: str, encoder: str, count: int) -> Views | None:
    """What an earlier run measured, if it has as many views and the same encoder, or any for
    those who want none.
    """
    for stored in sorted(folder.glob(f"{name}-*.npz")):
        with np.load(stored) as arrays:
            fits = not encoder or str(arrays["encoder"]) == encoder
            if not fits or arrays["values"].shape[1] < count:
                continue
            width = None if encoder else 0
            return Views(
                arrays["values"][:, :count],
                arrays["level"][:, :count],
                arrays["quality"][:, :count],
                arrays["encoding"][:, :count, :width],
            )
    return None


def _sounds(
    audio: Floats, lines: list[telephone.Line], usual: float, seed: tuple[int, ...]
) -> Iterator[Floats]:
    """The views of a clip, each from a generator of its own, so that fewer are the same ones."""
    yield audio
    changes = (lambda x, _: x, _crop, _faster)
    for number, line in enumerate(lines):
        rng = np.random.default_rng([*seed, number])
        yield line.carry(changes[number](audio, rng), usual, rng)


def _crop(audio: Floats, rng: np.random.Generator) -> Floats:
    length = int(rng.uniform(1.0, 2.5) * SAMPLE_RATE)
    if len(audio) <= length or rng.random() < 0.3:
        return audio
    start = int(rng.integers(len(audio) - length))
    return audio[start : start + length]


def _faster(audio: Floats, rng: np.random.Generator) -> Floats:
    return telephone.perturb_speed(audio, float(np.exp(rng.uniform(-0.13, 0.13))))


def _fingerprint(paths: tuple[Path, ...], seed: int) -> str:
    digest = hashlib.sha256(repr((VIEWS, NAMES, seed)).encode())
    digest.update(_probe())
    for path in paths:
        digest.update(f"{path.name}|{path.stat().st_size}\n".encode())
    return digest.hexdigest()[:20]


def process_pool(jobs: int) -> ProcessPoolExecutor:
    """Processes that start afresh: a recogniser's threads do not survive a fork."""
    return ProcessPoolExecutor(jobs, mp_context=get_context("spawn"))


@cache
def encoder() -> ShallowEncoder:
    """That of the recogniser that is set, which is fetched when it is the default one."""
    models = load_settings().models
    if models.recognizer == "base":
        fetch(models, lambda _: None)
    return ShallowEncoder.load(models)


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
