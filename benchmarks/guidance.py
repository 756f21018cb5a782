"""What guidance finds in sentences, and what that costs.

Reads `tests/guidance/sentences/<language>.tsv` (see `tests/guidance/test_situations.py` for the
parts and the labels) or files of the same form, and prints for each language and part

- precision and recall by situation and over all of them,
- the share of innocent sentences that are left alone,
- the processor time `classify` takes for one utterance: median, 99 % and greatest.

A situation marked `?` counts neither as right nor as wrong. `--wrong` prints the sentences that
something is wrong with.

With `--calls` recordings (channel 1 agent, channel 2 caller) are scored too: suggestions a minute,
what they were about, the outcome, how much of the caller's tone was negative, and the suggestions
that contradict the transcript (`contradictions.py` says in which ways one can).
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from contradictions import contradictions

from assist.audio.files import open_recording
from assist.audio.frames import CallInfo
from assist.call import Engine
from assist.config import load_settings
from assist.events import CallEnded, Suggestion, Tone, ToneLabel
from assist.guidance.labelled import Labelled, read_labelled
from assist.guidance.lexicon import LANGUAGES
from assist.guidance.playbook import load_playbook
from assist.guidance.situations import classify
from assist.run.inline import recording_frames, recording_leg, run_call

ROOT = Path(__file__).resolve().parent.parent
SENTENCES = ROOT / "tests" / "guidance" / "sentences"
PARTS = ("tuned", "held")
REPEATS = 3


@dataclass
class Score:
    """Counts by situation, and the sentences that were got wrong."""

    right: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    innocent: int = 0
    left_alone: int = 0
    mistakes: list[str] = field(default_factory=list)

    def add(self, sentence: Labelled, found: set[str]) -> None:
        """Count one sentence."""
        missed = sentence.wanted - found
        wrong = found - sentence.allowed
        self.right.update(found & sentence.wanted)
        self.missed.update(missed)
        self.wrong.update(wrong)
        if not sentence.allowed:
            self.innocent += 1
            self.left_alone += not found
        if missed or wrong:
            marks = [f"-{name}" for name in sorted(missed)] + [f"+{name}" for name in sorted(wrong)]
            self.mistakes.append(f"{' '.join(marks)} | {sentence.speaker}: {sentence.text}")

    def figures(self) -> dict[str, Any]:
        """Precision, recall and number of sentences, by situation and over all."""
        every = sorted(self.right.keys() | self.wrong.keys() | self.missed.keys())
        return {
            "all": _figures(self.right.total(), self.wrong.total(), self.missed.total()),
            "innocent_left_alone": round(self.left_alone / max(self.innocent, 1), 3),
            "by_situation": {
                name: _figures(self.right[name], self.wrong[name], self.missed[name])
                for name in every
            },
        }


def _figures(right: int, wrong: int, missed: int) -> dict[str, float]:
    return {
        "precision": round(right / (right + wrong), 3) if right + wrong else 1.0,
        "recall": round(right / (right + missed), 3) if right + missed else 1.0,
        "sentences": right + missed,
    }


def situations(sentences: list[Labelled], language: str) -> Score:
    """Precision and recall of the situations found in sentences."""
    score = Score()
    for sentence in sentences:
        tags = classify(sentence.text, speaker=sentence.speaker, language=language)
        score.add(sentence, {tag.tag for tag in tags})
    return score


def cost(sentences: list[Labelled], language: str) -> dict[str, float]:
    """Milliseconds for one utterance, the best of some runs: median, 99 % and greatest.

    One utterance in three is three sentences long, as a turn of a call may be.
    """
    texts = [sentence.text for sentence in sentences]
    speakers = [sentence.speaker for sentence in sentences]
    for place in range(0, len(texts) - 2, 3):
        texts[place] = ". ".join(texts[place : place + 3])
    for text, speaker in zip(texts, speakers, strict=True):  # dictionaries and caches
        classify(text, speaker=speaker, language=language)
    taken = []
    for text, speaker in zip(texts, speakers, strict=True):
        runs = []
        for _ in range(REPEATS):
            start = time.process_time()
            classify(text, speaker=speaker, language=language)
            runs.append(time.process_time() - start)
        taken.append(1000 * min(runs))
    return {
        "median": round(float(np.median(taken)), 2),
        "p99": round(float(np.percentile(taken, 99)), 2),
        "max": round(max(taken), 2),
    }


def measure_situations(files: dict[str, Path], wrong: bool) -> dict[str, Any]:
    """The section on situations: figures by language and part, and the cost by language."""
    result: dict[str, Any] = {}
    for language, path in files.items():
        sentences = read_labelled(path)
        result[language] = {"milliseconds": cost(sentences, language)}
        for part in PARTS:
            chosen = [sentence for sentence in sentences if sentence.part == part]
            if chosen:
                score = situations(chosen, language)
                result[language][part] = score.figures()
                if wrong:
                    result[language][part]["wrong"] = score.mistakes
    return result


def print_situations(result: dict[str, Any]) -> None:
    """The section on situations as a table."""
    for language, by_part in result.items():
        for part in PARTS:
            if part in by_part:
                _print_part(f"{language}, {part}", by_part[part])
        times = by_part["milliseconds"]
        print(
            f"{language}: {times['median']} ms for an utterance (median), "
            f"{times['p99']} ms (99 %), {times['max']} ms at most\n"
        )


def _print_part(title: str, figures: dict[str, Any]) -> None:
    print(f"{title:26}{'precision':>10}{'recall':>8}{'sentences':>11}")
    for name, row in [*figures["by_situation"].items(), ("all", figures["all"])]:
        print(f"  {name:24}{row['precision']:>10.2f}{row['recall']:>8.2f}{row['sentences']:>11}")
    print(f"  innocent sentences left alone: {figures['innocent_left_alone']:.2f}")
    for line in figures.get("wrong", []):
        print(f"  {line}")


def measure_calls(paths: list[Path]) -> list[dict[str, Any]]:
    """Score recordings as `assist score` does, and count what guidance made of each."""
    settings = load_settings()
    engine = Engine.load(settings)
    books = {language: load_playbook(language) for language in LANGUAGES}
    result = []
    for path in paths:
        recording = open_recording(path)
        info = CallInfo(path.stem, legs=(recording_leg(recording, "agent,caller"),))
        events = list(run_call(engine, settings, info, recording_frames(recording)))
        ended = events[-1]
        assert isinstance(ended, CallEnded)
        shown = [event for event in events if isinstance(event, Suggestion)]
        tones = [event for event in events if isinstance(event, Tone)]
        upset = [event for event in tones if event.label in {ToneLabel.ANGRY, ToneLabel.SAD}]
        minutes = ended.duration / 60
        result.append(
            {
                "call": path.stem,
                "minutes": round(minutes, 2),
                "suggestions": len(shown),
                "a_minute": round(len(shown) / minutes, 2),
                "about": dict(Counter(event.situation for event in shown)),
                "outcome": ended.outcome,
                "topic": ended.topic,
                "negative_tone": round(len(upset) / max(len(tones), 1), 3),
                "contradictions": contradictions(events, books),
            }
        )
    return result


def print_calls(calls: list[dict[str, Any]]) -> None:
    """A line for each call."""
    print(f"{'call':32}{'minutes':>8}{'suggestions':>12}{'a minute':>9}{'negative':>9}  outcome")
    for call in calls:
        about = ", ".join(f"{name} {count}" for name, count in call["about"].items())
        print(
            f"{call['call']:32}{call['minutes']:>8}{call['suggestions']:>12}"
            f"{call['a_minute']:>9}{call['negative_tone']:>9}  {call['outcome']}: {about}"
        )
        for line in call["contradictions"]:
            print(f"  contradiction: {line}")
    shown = sum(call["suggestions"] for call in calls)
    wrong = sum(len(call["contradictions"]) for call in calls)
    print(f"{shown} suggestions, {wrong} of them contradict the transcript")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    for language in LANGUAGES:
        parser.add_argument(
            f"--{language}", type=Path, default=SENTENCES / f"{language}.tsv", metavar="FILE"
        )
    parser.add_argument("--wrong", action="store_true", help="print what was got wrong")
    parser.add_argument("--calls", type=Path, nargs="+", default=[], metavar="RECORDING")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    files = {language: getattr(arguments, language) for language in LANGUAGES}
    result: dict[str, Any] = {"situations": measure_situations(files, arguments.wrong)}
    if arguments.calls:
        result["calls"] = measure_calls(arguments.calls)
    if arguments.json:
        print(json.dumps(result, indent=1, ensure_ascii=False))
    else:
        print_situations(result["situations"])
        if arguments.calls:
            print_calls(result["calls"])


if __name__ == "__main__":
    main()
