"""How fast recordings are scored, against faster-whisper that only writes their words.

    .venv/bin/python benchmarks/batch.py [FILES…] [--times N] [--workers N]
    .venv/bin/python benchmarks/batch.py --memory N [FILES…]

Each recording needs a JSON file of the same name (see `benchmarks/recognition.py`); by default
these are the Turkish calls of the test data, each `--times` times under another name, so that all
cores stay busy. Ours is the whole of `assist score`: reading the files, words, tone, situations,
scorecards, tables and report, with a process for each core and its start included. Theirs are
faster-whisper's plain `transcribe` (with its VAD filter) and its `BatchedInferencePipeline`, beam
5, same weights, on all cores, for each channel of the decoded sound; loading does not count.
Printed are seconds by the clock and of the processor, and the word error rate.

`--memory N` scores N pieces of 5 to 60 s with one worker and prints what it holds of memory on the
way, and at most.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import soundfile
from recognition import Channel, Score, channels, default_files

from assist.batch.inputs import Item
from assist.batch.score import score
from assist.config import Settings
from assist.events import Utterance, decode
from assist.models import fetch
from assist.text import compared_words

BEAM = 5
BATCH = 8


@contextmanager
def timed(total: Score) -> Iterator[None]:
    """Adds what passes to the score, by the clock and of the processor, children's too."""

    def spent() -> float:
        kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        return sum(sum(resource.getrusage(kind)[:2]) for kind in kinds)

    cpu, wall = spent(), time.perf_counter()
    yield
    total.cpu += spent() - cpu
    total.wall += time.perf_counter() - wall


def compare(total: Score, channel: Channel, text: str) -> None:
    total.audio += channel.seconds
    total.add(
        compared_words(channel.text, channel.language), compared_words(text, channel.language)
    )


def ours(files: list[Path], out: Path, workers: int) -> Score:
    total = Score()
    with timed(total):
        command = [Path(sys.executable).with_name("assist"), "score", files[0].parent]
        subprocess.run([*command, "--out", out, "--workers", str(workers), "--quiet"], check=True)
    for path in files:
        lines = (out / f"{path.stem}.events.jsonl").read_bytes().splitlines()
        said = [event for event in map(decode, lines) if isinstance(event, Utterance)]
        for role, channel in roles_and_channels(path):
            compare(total, channel, " ".join(u.text for u in said if u.channel == role))
    return total


def theirs(files: list[Path], recognise: Callable[[Channel], str]) -> Score:
    total = Score()
    for path in files:
        for _, channel in roles_and_channels(path):
            with timed(total):
                text = recognise(channel)
            compare(total, channel, text)
    return total


def roles_and_channels(path: Path) -> Iterator[tuple[str, Channel]]:
    roles = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["channels"]
    return zip(roles, channels(path), strict=True)


def faster_whisper(settings: Settings) -> dict[str, Callable[[Channel], str]]:
    from faster_whisper import BatchedInferencePipeline, WhisperModel

    model = WhisperModel(
        str(fetch(settings.models, print)),
        compute_type=settings.models.compute_type,
        cpu_threads=len(os.sched_getaffinity(0)),
    )
    batched = BatchedInferencePipeline(model)

    def plainly(channel: Channel) -> str:
        segments, _ = model.transcribe(
            channel.audio, language=channel.language, beam_size=BEAM, vad_filter=True
        )
        return " ".join(segment.text for segment in segments)

    def in_batches(channel: Channel) -> str:
        segments, _ = batched.transcribe(
            channel.audio, language=channel.language, beam_size=BEAM, batch_size=BATCH
        )
        return " ".join(segment.text for segment in segments)

    return {"transcribe": plainly, "BatchedInferencePipeline": in_batches}


def copies(files: list[Path], times: int, folder: Path) -> list[Path]:
    """The recordings under several names, with the file beside each that names its language."""
    found = []
    for path in files:
        for number in range(times):
            copy = folder / f"{path.stem}-{number}{path.suffix}"
            shutil.copyfile(path, copy)
            shutil.copyfile(path.with_suffix(".json"), copy.with_suffix(".json"))
            found.append(copy)
    return found


def race(files: list[Path], times: int, workers: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        sounds = Path(folder) / "in"
        sounds.mkdir()
        named = copies(files, times, sounds)
        systems = faster_whisper(Settings())
        for recognise in systems.values():  # the first call of a model allocates
            recognise(next(channels(named[0])))
        found = {"assist score, everything": ours(named, Path(folder) / "out", workers)}
        found |= {name: theirs(named, recognise) for name, recognise in systems.items()}
    print(f"{len(named)} recordings, {found['transcribe'].audio / 60:.1f} minutes of channels")
    print(f"{'':28}{'wall s':>9}{'CPU s':>9}{'WER %':>9}")
    for name, total in found.items():
        figures = total.figures()
        print(f"{name:28}{total.wall:9.1f}{total.cpu:9.1f}{figures['wer']:9.1f}")
    mine, *others = found.values()
    best = min(others, key=lambda total: total.wall)
    rate = min(total.word_edits / total.words for total in others)
    print(
        f"wall ratio to the faster {mine.wall / best.wall:.2f}, CPU ratio to the cheaper "
        f"{mine.cpu / min(total.cpu for total in others):.2f}, WER difference to the better "
        f"{100 * (mine.word_edits / mine.words - rate):+.1f} points"
    )


def memory(files: list[Path], count: int) -> None:
    dice = random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        items = []
        for number in range(count):
            sound, rate = soundfile.read(dice.choice(files), dtype="int16")
            length = min(int(dice.uniform(5, 60) * rate), len(sound))
            start = dice.randrange(len(sound) - length + 1)
            piece = Path(folder) / f"piece-{number}.flac"
            soundfile.write(piece, sound[start : start + length], rate)
            items.append(Item(piece.stem, str(piece)))
        held: list[float] = []

        def look(*_: object) -> None:
            workers = psutil.Process().children(recursive=True)
            held.append(max(process.memory_info().rss for process in workers) / 1e6)

        totals = score(items, Path(folder) / "out", workers=1, on_done=look)
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e3
    print(
        f"{totals.seconds / 60:.0f} minutes of calls in {count} recordings, {totals.failed} failed"
    )
    for number in sorted({1, 10, 25, 50, 100, 150, count} & set(range(1, count + 1))):
        print(f"after {number:4} recordings {held[number - 1]:6.0f} MB")
    print(f"at most {most:.0f} MB")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--times", type=int, default=4)
    parser.add_argument("--workers", type=int, default=0)
    parser.add_argument("--memory", type=int, default=0)
    arguments = parser.parse_args()
    files = arguments.files or default_files()
    if arguments.memory:
        memory(files, arguments.memory)
    else:
        race(files, arguments.times, arguments.workers)


if __name__ == "__main__":
    main()
