"""How well and at what cost turns are recognised, against faster-whisper on whole channels.

    python benchmarks/recognition.py [FILES…] [--json] [--calibrate]

Each recording needs a JSON file of the same name with `language`, `channels` and `turns`
(channel, start, end, text); by default these are the Turkish calls of the test data
(`ASSIST_TEST_DATA`, or ../shared/data). Ours are the finals of the product: its decoder,
`TurnDetector` and `Recognizer`, every turn recognised alone. Theirs is faster-whisper's
`transcribe` (beam 5, VAD filter) on the whole channel, with the same weights, compute type
and threads, channel by channel in turn with ours. Costs are CPU seconds of this process.

Texts are compared as `assist score evaluate` does (`assist.text.compared_words`): lower case by
the language's own rules, letters composed, circumflexes and apostrophes dropped, all other
punctuation taken as space; numbers stay as they are written. Word (WER) and character error rate
(CER) are edits divided by the length of the true text; pooled figures add up edits and lengths
first.

`--calibrate` prints the points of `assist/speech/confidence.py`: an isotonic regression from
the mean token probability of a word to whether the word is right, on the recordings as they
are and through a noisy telephone line, and its error on each call when fitted on the others.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import soxr
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from assist.audio.decode import LegDecoder
from assist.audio.files import open_recording
from assist.audio.frames import Encoding, Leg
from assist.audio.g711 import decode_mulaw, encode_mulaw
from assist.config import Settings
from assist.events import SAMPLE_RATE, Role
from assist.models import fetch
from assist.speech import confidence
from assist.speech.transcript import TranscriptWord
from assist.speech.turns import BLOCK, Turn, TurnDetector, VadModel
from assist.speech.whisper import Recognizer
from assist.text import compared_words

Samples = NDArray[np.float32]
ROOT = Path(__file__).resolve().parent.parent
LINE_NOISE_DB = 18.0
UNCALIBRATED = ([0.0, 1.0], [0.0, 1.0])


@dataclass(frozen=True)
class Channel:
    """One channel of a call with its true turns: (start, end, text)."""

    call: str
    language: str
    audio: Samples
    turns: list[tuple[float, float, str]]

    @property
    def text(self) -> str:
        return " ".join(text for _, _, text in self.turns)

    @property
    def seconds(self) -> float:
        return len(self.audio) / SAMPLE_RATE


@dataclass
class Score:
    """Edits and lengths, costs in seconds."""

    words: int = 0
    word_edits: int = 0
    characters: int = 0
    character_edits: int = 0
    cpu: float = 0.0
    wall: float = 0.0
    audio: float = 0.0

    def add(self, truth: list[str], found: list[str]) -> None:
        self.words += len(truth)
        self.word_edits += Levenshtein.distance(truth, found)
        one, other = " ".join(truth), " ".join(found)
        self.characters += len(one)
        self.character_edits += Levenshtein.distance(one, other)

    def figures(self) -> dict[str, float]:
        return {
            "wer": round(100 * self.word_edits / self.words, 2),
            "cer": round(100 * self.character_edits / self.characters, 2),
            "words": self.words,
            "word_edits": self.word_edits,
            "cpu_seconds": round(self.cpu, 2),
            "cpu_per_second_of_channel": round(self.cpu / self.audio, 4),
            "wall_seconds": round(self.wall, 2),
        }


@dataclass
class System:
    """One recogniser under test: what it makes of a channel, and its scores by call."""

    name: str
    recognise: Callable[[Channel], str]
    scores: dict[str, Score] = field(default_factory=dict)

    def run(self, channel: Channel) -> None:
        score = self.scores.setdefault(channel.call, Score())
        cpu, wall = time.process_time(), time.perf_counter()
        text = self.recognise(channel)
        score.cpu += time.process_time() - cpu
        score.wall += time.perf_counter() - wall
        score.audio += channel.seconds
        score.add(
            compared_words(channel.text, channel.language), compared_words(text, channel.language)
        )

    def pooled(self) -> Score:
        total = Score()
        for score in self.scores.values():
            for name, value in vars(score).items():
                setattr(total, name, getattr(total, name) + value)
        return total


def channels(path: Path) -> Iterator[Channel]:
    """A recording's channels, decoded as a call's would be."""
    truth = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    recording = open_recording(path)
    leg = Leg(Encoding.PCM_S16LE, recording.rate, tuple(Role(role) for role in truth["channels"]))
    decoder = LegDecoder(leg)
    parts = [decoder.push(block.tobytes()) for block in recording.blocks()]
    audio = np.concatenate([*parts, decoder.flush()], axis=1)
    for role, samples in zip(truth["channels"], audio, strict=True):
        turns = [t for t in truth["turns"] if t["channel"] == role]
        yield Channel(
            path.stem,
            truth["language"],
            samples,
            [(t["start"], t["end"], t["text"]) for t in turns],
        )


@dataclass
class Ours:
    """The product's finals; keeps the words with their times in the call."""

    vad: VadModel
    recognizer: Recognizer
    settings: Settings
    words: list[tuple[Channel, list[TranscriptWord]]] = field(default_factory=list)

    def __call__(self, channel: Channel) -> str:
        words: list[TranscriptWord] = []
        for turn in self.turns(channel.audio):
            offset = turn.audio_start / SAMPLE_RATE
            transcript = self.recognizer.transcribe(turn.audio, (channel.language,))
            words += [
                TranscriptWord(w.text, w.start + offset, w.end + offset, w.confidence)
                for w in transcript.words
            ]
        self.words.append((channel, words))
        return " ".join(word.text for word in words)

    def turns(self, audio: Samples) -> list[Turn]:
        detector = TurnDetector(self.settings.speech)
        blocks = np.pad(audio, (0, -len(audio) % BLOCK)).reshape(-1, BLOCK)
        ended = [detector.push(self.vad, block).ended for block in blocks]
        return [turn for turn in [*ended, detector.finish()] if turn is not None]


def faster_whisper(folder: Path, settings: Settings, threads: int) -> Callable[[Channel], str]:
    from faster_whisper import WhisperModel

    model = WhisperModel(
        str(folder), compute_type=settings.models.compute_type, cpu_threads=threads
    )

    def recognise(channel: Channel) -> str:
        segments, _ = model.transcribe(
            channel.audio, language=channel.language, beam_size=5, vad_filter=True
        )
        return " ".join(segment.text for segment in segments)

    return recognise


def time_errors(recognised: list[tuple[Channel, list[TranscriptWord]]]) -> dict[str, float]:
    """Seconds between the first and last words of a true turn and its limits (medians).

    The true times include the silence that the speech synthesis puts around a turn, so small
    positive values are expected on both sides.
    """
    late, early, inside, total = [], [], 0, 0
    for channel, words in recognised:
        for start, end, _ in channel.turns:
            mine = [w for w in words if start - 0.3 <= (w.start + w.end) / 2 <= end + 0.3]
            if mine:
                late.append(mine[0].start - start)
                early.append(end - mine[-1].end)
            inside += sum(w.start >= start - 0.1 and w.end <= end + 0.1 for w in mine)
            total += len(mine)
    return {
        "first_word_after_turn_start": round(float(np.median(late)), 3),
        "last_word_before_turn_end": round(float(np.median(early)), 3),
        "words_inside_their_turn": round(inside / total, 4),
    }


def telephone(audio: Samples, seed: int) -> Samples:
    """Through a line: noise 18 dB below the speech, 8 kHz, μ-law."""
    loud = np.abs(audio) > 0.02
    level = float(np.sqrt(np.mean(audio[loud] ** 2))) * 10 ** (-LINE_NOISE_DB / 20)
    noise = np.random.default_rng(seed).standard_normal(len(audio)).astype(np.float32) * level
    narrow = soxr.resample(audio + noise, SAMPLE_RATE, 8000)
    coded = encode_mulaw(np.clip(narrow * 32767, -32768, 32767).astype(np.int16))
    line = decode_mulaw(coded).astype(np.float32) / 32768
    return np.asarray(soxr.resample(line, 8000, SAMPLE_RATE), dtype=np.float32)


Observations = dict[str, list[tuple[float, bool]]]


def observe(ours: Ours, calls: list[Channel]) -> Observations:
    """By call: mean token probability of each recognised word, and whether it is right."""
    confidence.PROBABILITY = confidence.CONFIDENCE = (0.0, 1.0)
    for index, channel in enumerate(calls):
        ours(channel)
        line = telephone(channel.audio, index)
        ours(Channel(channel.call, channel.language, line, channel.turns))
    found: Observations = {}
    for channel, words in ours.words:
        single = [
            (part, word.confidence)
            for word in words
            for part in compared_words(word.text, channel.language)
        ]
        truth = compared_words(channel.text, channel.language)
        right = np.zeros(len(single), dtype=bool)
        for block in Levenshtein.opcodes([w for w, _ in single], truth):
            if block.tag == "equal":
                right[block.src_start : block.src_end] = True
        pairs = [(p, bool(ok)) for (_, p), ok in zip(single, right, strict=True)]
        found.setdefault(channel.call, []).extend(pairs)
    return found


def isotonic(pairs: list[tuple[float, bool]], bins: int = 12) -> tuple[list[float], list[float]]:
    """Points of a rising curve: pools of equal size, merged until none falls (PAV)."""
    ordered = np.array(sorted(pairs), dtype=float)
    pools = [
        # One right and one wrong word more in each pool: nothing is ever certain.
        [float(part[:, 0].mean()), float((part[:, 1].sum() + 1) / (len(part) + 2)), len(part)]
        for part in np.array_split(ordered, bins)
    ]
    merged: list[list[float]] = []
    for pool in pools:
        merged.append(pool)
        while len(merged) > 1 and merged[-2][1] >= merged[-1][1]:
            x2, y2, n2 = merged.pop()
            x1, y1, n1 = merged.pop()
            n = n1 + n2
            merged.append([(x1 * n1 + x2 * n2) / n, (y1 * n1 + y2 * n2) / n, n])
    points = [[0.0, 0.0], *merged, [1.0, merged[-1][1]]]
    return [round(p[0], 3) for p in points], [round(p[1], 3) for p in points]


def calibration_error(pairs: list[tuple[float, bool]], curve: Any, bins: int = 10) -> float:
    """Expected calibration error: mean distance of confidence and share right, in pools."""
    ordered = np.array(sorted(pairs), dtype=float)
    said = np.interp(ordered[:, 0], *curve)
    parts = zip(np.array_split(said, bins), np.array_split(ordered[:, 1], bins), strict=True)
    return float(sum(abs(s.mean() - t.mean()) * len(s) for s, t in parts) / len(ordered))


def calibrate(found: Observations) -> dict[str, Any]:
    everything = [pair for pairs in found.values() for pair in pairs]
    left_out: dict[str, dict[str, float]] = {}
    for call, pairs in found.items():
        others = [pair for name, rest in found.items() if name != call for pair in rest]
        errors = calibration_error(pairs, UNCALIBRATED), calibration_error(pairs, isotonic(others))
        left_out[call] = {
            "words": len(pairs),
            "raw": round(errors[0], 4),
            "fitted": round(errors[1], 4),
        }
    x, y = isotonic(everything)
    return {
        "words": len(everything),
        "right": round(float(np.mean([ok for _, ok in everything])), 4),
        "probability": x,
        "confidence": y,
        "error_left_out": {
            kind: round(sum(e[kind] * e["words"] for e in left_out.values()) / len(everything), 4)
            for kind in ("raw", "fitted")
        },
        "error_by_call": left_out,
    }


def default_files() -> list[Path]:
    data = Path(os.environ.get("ASSIST_TEST_DATA", ROOT.parent / "shared" / "data"))
    files = sorted((data / "calls").glob("tr_*.flac"))
    if not files:
        raise SystemExit(f"No calls in {data / 'calls'}: set ASSIST_TEST_DATA, or name files.")
    return files


def report(systems: list[System], times: dict[str, float]) -> dict[str, Any]:
    ours, theirs = (system.pooled() for system in systems)
    return {
        "calls": {
            call: {system.name: system.scores[call].figures() for system in systems}
            for call in systems[0].scores
        },
        "pooled": {system.name: system.pooled().figures() for system in systems},
        "wer_difference": round(
            100 * (ours.word_edits / ours.words - theirs.word_edits / theirs.words), 2
        ),
        "cpu_ratio": round(ours.cpu / theirs.cpu, 3),
        "times": times,
    }


def print_report(result: dict[str, Any]) -> None:
    rows = [*result["calls"].items(), ("all", result["pooled"])]
    names = list(result["pooled"])
    print(f"{'call':32}" + "".join(f"{name:>34}" for name in names))
    print(" " * 32 + f"{'WER %':>12}{'CER %':>9}{'CPU s/s':>13}" * len(names))
    for call, by_system in rows:
        cells = (by_system[name] for name in names)
        print(
            f"{call:32}"
            + "".join(
                f"{c['wer']:>12}{c['cer']:>9}{c['cpu_per_second_of_channel']:>13}" for c in cells
            )
        )
    print(f"WER difference {result['wer_difference']:+} points, CPU ratio {result['cpu_ratio']}")
    print(", ".join(f"{name.replace('_', ' ')} {value}" for name, value in result["times"].items()))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--calibrate", action="store_true", help="fit the confidence curve")
    arguments = parser.parse_args()
    calls = [c for path in arguments.files or default_files() for c in channels(path)]
    settings = Settings()
    folder = fetch(settings.models, lambda line: print(line) if not arguments.json else None)
    ours = Ours(VadModel.load(), Recognizer.load(settings.models, settings.speech), settings)
    if arguments.calibrate:
        print(json.dumps(calibrate(observe(ours, calls)), indent=1))
        return
    threads = settings.models.threads or len(os.sched_getaffinity(0))
    systems = [
        System("ours", ours),
        System("faster-whisper", faster_whisper(folder, settings, threads)),
    ]
    for system in systems:  # the first call of a model allocates and is not what we measure
        system.recognise(calls[0])
    ours.words.clear()
    for channel in calls:
        for system in systems:
            system.run(channel)
    result = report(systems, time_errors(ours.words))
    print(json.dumps(result, indent=1)) if arguments.json else print_report(result)


if __name__ == "__main__":
    main()
