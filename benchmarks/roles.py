"""Whether the agent is found by the words, in written dialogues and in recordings.

    .venv/bin/python benchmarks/roles.py [RECORDINGS…] [--json]

Counts for how many the roles are right, unsure and wrong: of single labelled sentences that were
kept aside, which are guessed in any case; of the written dialogues of playbooks
and tests by how often each person speaks, whichever way round their channels are; of two agents
(or two callers) of neighbouring dialogues, where unsure is right; and of recordings (channel 1
agent, channel 2 caller), as they are and with their channels swapped, as `assist score
--channels detect` hears them.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from itertools import pairwise, zip_longest
from pathlib import Path
from typing import Any

import av

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # the written dialogues are those of the tests

from assist.audio.files import open_recording  # noqa: E402
from assist.batch.inputs import Item  # noqa: E402
from assist.batch.manifest import UNSURE  # noqa: E402
from assist.batch.roles import found_roles  # noqa: E402
from assist.call import Engine  # noqa: E402
from assist.config import load_settings  # noqa: E402
from assist.events import Role  # noqa: E402
from assist.guidance.labelled import read_labelled  # noqa: E402
from assist.guidance.lexicon import LANGUAGES  # noqa: E402
from assist.guidance.speakers import agent_odds  # noqa: E402
from tests.guidance.test_speakers import agent, written  # noqa: E402

SENTENCES = ROOT / "tests" / "guidance" / "sentences"


def of_dialogues() -> dict[str, dict[str, int]]:
    """Right, unsure and wrong, by the lines of whoever speaks less."""
    found: dict[str, Counter[str]] = {}
    for agents in (0, 1):
        for language, lines in written():
            said = [(agents if who is Role.AGENT else 1 - agents, t) for who, t in lines if t]
            counts = Counter(channel for channel, _ in said)
            least = min(counts[0], counts[1])
            key = f"dialogues, {'5 lines or more' if least > 4 else f'{least} lines'}"
            answer = agent(said, language)
            told = "unsure" if answer is None else "right" if answer == agents else "wrong"
            found.setdefault(key, Counter())[told] += 1
    return {key: dict(found[key]) for key in sorted(found)}


def of_sentences() -> dict[str, dict[str, int]]:
    """Single labelled sentences that were kept aside."""
    found: dict[str, dict[str, int]] = {}
    for language in LANGUAGES:
        counts = Counter[str]()
        for one in read_labelled(SENTENCES / f"{language}.tsv"):
            if one.part == "held":
                odds = sum(agent_odds(one.text, language))
                right = (odds > 0) == (one.speaker == "agent")
                counts["right" if right else "wrong"] += 1
        found[f"sentences kept aside, {language}"] = dict(counts)
    return found


def of_pairs() -> dict[str, dict[str, int]]:
    """Two people of one role: undecided is right."""
    found: dict[str, Counter[str]] = {}
    for who in (Role.AGENT, Role.CALLER):
        for language in LANGUAGES:
            said = [
                [text for one, text in lines if one is who and text]
                for other, lines in written()
                if other == language
            ]
            for one, other in pairwise(texts for texts in said if len(texts) > 2):
                both = [
                    (channel, text)
                    for pair in zip_longest(one, other)
                    for channel, text in enumerate(pair)
                    if text
                ]
                told = "right" if agent(both, language) is None else "wrong"
                found.setdefault(f"two {who.value}s", Counter())[told] += 1
    return {key: dict(counts) for key, counts in found.items()}


def swapped(path: Path, folder: Path) -> Path:
    """The recording with its channels the other way round."""
    recording = open_recording(path)
    target = folder / f"{path.stem}.flac"
    with av.open(str(target), "w") as container:
        stream = container.add_stream("flac", rate=recording.rate, layout="stereo")
        for block in recording.blocks():
            samples = block[:, ::-1].reshape(1, -1).copy()
            frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="stereo")
            frame.sample_rate = recording.rate
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return target


def of_recordings(paths: list[Path]) -> dict[str, dict[str, int]]:
    """Both ways round of each."""
    settings = load_settings()
    engine = Engine.load(settings)
    found: dict[str, dict[str, int]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        for path in paths:
            counts = Counter[str]()
            for file, right in (
                (path, "agent,caller"),
                (swapped(path, Path(scratch)), "caller,agent"),
            ):
                roles = found_roles(engine, settings, file, Item(path.stem, str(file)), "auto")
                counts["unsure" if roles == UNSURE else "right" if roles == right else "wrong"] += 1
            found[path.stem] = dict(counts)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("recordings", nargs="*", type=Path)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    result: dict[str, Any] = {**of_sentences(), **of_dialogues(), **of_pairs()}
    if arguments.recordings:
        result |= of_recordings(arguments.recordings)
    if arguments.json:
        print(json.dumps(result))
        return
    print(f"{'':36}{'right':>8}{'unsure':>8}{'wrong':>8}")
    for name, counts in result.items():
        cells = (counts.get(kind, 0) for kind in ("right", "unsure", "wrong"))
        print(f"{name:36}" + "".join(f"{count:>8}" for count in cells))


if __name__ == "__main__":
    main()
