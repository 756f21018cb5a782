"""What one tone window costs, beside what recognising the same words costs.

    .venv/bin/python benchmarks/tone.py RECORDING [--times N] [--json]

Takes windows of 1 and 2 s from channel 2 of a recording (or its only one), where it is
loudest, measures each as a live call does (`Engine.run` of a `ToneJob`, one thread), and prints
median and 95 % in milliseconds, what of it is the encoder, and the median over that of the
recogniser's `transcribe` on the same audio in the same run.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path

import assist  # noqa: F401 - first: it settles how many threads NumPy has

# isort: split
import numpy as np
import soxr

from assist.audio.files import open_recording
from assist.call import Engine, ToneJob
from assist.config import load_settings
from assist.emotion.spectrum import Floats
from assist.emotion.windows import Window
from assist.events import SAMPLE_RATE


def loudest(path: Path, seconds: int) -> list[Floats]:
    """The ten loudest stretches of the caller, `seconds` long, 16 kHz."""
    recording = open_recording(path)
    samples = np.concatenate(list(recording.blocks()))
    caller = samples[:, -1].astype(np.float32) / 32768
    caller = soxr.resample(caller, recording.rate, SAMPLE_RATE).astype(np.float32)
    size = seconds * SAMPLE_RATE
    parts = [caller[start : start + size] for start in range(0, len(caller) - size, size)]
    return sorted(parts, key=lambda part: -float(np.square(part).mean()))[:10]


def milliseconds(work: Callable[[Floats], object], parts: list[Floats], times: int) -> Floats:
    """How long `work` takes, (times,) after one round that is not counted."""
    work(parts[0])
    taken = []
    for number in range(times):
        begun = time.perf_counter()
        work(parts[number % len(parts)])
        taken.append(1000 * (time.perf_counter() - begun))
    return np.array(taken, np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("recording", type=Path)
    parser.add_argument("--times", type=int, default=40)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    settings = load_settings()
    engine = Engine.load(settings)
    result = {}
    for seconds in (1, 2):
        parts = loudest(arguments.recording, seconds)
        tone = milliseconds(
            lambda part: engine.run(ToneJob(0, Window(0, len(part), part))), parts, arguments.times
        )
        encoder = milliseconds(engine.encoder, parts, arguments.times) if engine.encoder else None
        words = milliseconds(
            lambda part: engine.recognizer.transcribe(part, settings.speech.languages), parts, 10
        )
        result[seconds] = {
            "median": round(float(np.median(tone)), 1),
            "95 %": round(float(np.percentile(tone, 95)), 1),
            "encoder": round(float(np.median(encoder)), 1) if encoder is not None else 0.0,
            "of recognition": round(float(np.median(tone) / np.median(words)), 3),
        }
    if arguments.json:
        print(json.dumps(result))
        return
    print(f"{'seconds':>8}{'median ms':>11}{'95 % ms':>9}{'encoder ms':>12}{'of recognition':>16}")
    for seconds, row in result.items():
        print(f"{seconds:>8}" + "{:>11}{:>9}{:>12}{:>16}".format(*row.values()))


if __name__ == "__main__":
    main()
