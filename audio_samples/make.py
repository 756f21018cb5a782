"""Make the sample calls anew from `dialogues.toml`.

    python audio_samples/make.py --voices FOLDER [NAME…]

Writes `NAME.flac` (agent on channel 1, caller on channel 2) and `NAME.json` (text and times)
beside this script. README.md says where the voices come from. The same inputs give the same
samples on the same processor.
"""

from __future__ import annotations

import argparse
import json
import sys
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import mood
import soundfile
import turkish
from dialogue import CHANNELS, Dialogue, Line, Voice, read_dialogues
from hibari.g2p import G2P
from kokoro import RATE as ENGINE_RATE
from kokoro import Audio, Kokoro
from mix import RATE, Placed, finish, mix, place

HERE = Path(__file__).resolve().parent
SOURCE = "synthetic speech (Kokoro-82M, Apache-2.0) from a dialogue written for this project"


class Studio:
    """The engine with everything needed to say a line."""

    def __init__(self, voices: Path, exceptions: Mapping[str, str]) -> None:
        self._engine = Kokoro(voices)
        self._english = G2P()
        self._exceptions = exceptions

    def say(self, line: Line, voice: Voice, language: str) -> Audio:
        """A line as finished samples at 16 kHz."""
        upset = line.mood or 0.0
        raw = self._engine.speak(
            self._symbols(line.text, language),
            self._engine.style(voice.mix),
            mood.pace(voice.speed, upset),
            lambda curve: mood.shape_pitch(curve, voice.pitch, upset),
        )
        return finish(mood.harden(raw, upset), ENGINE_RATE, mood.level(voice.level_db, upset))

    def _symbols(self, text: str, language: str) -> str:
        if language == "tr":
            return turkish.phonemes(text, self._exceptions)
        return str(self._english(text))


def make(dialogue: Dialogue, studio: Studio) -> None:
    """Say, mix and write one call."""
    turns = [
        (line, studio.say(line, dialogue.voices[line.channel], dialogue.language))
        for line in dialogue.lines
    ]
    placed = place(turns)
    samples = mix(placed, seed=zlib.crc32(dialogue.name.encode()))
    soundfile.write(HERE / f"{dialogue.name}.flac", samples, RATE, "PCM_16", compression_level=1.0)
    text = json.dumps(_description(dialogue, placed), ensure_ascii=False, indent=1)
    (HERE / f"{dialogue.name}.json").write_text(text + "\n", "utf-8")
    print(f"{dialogue.name}: {len(samples) / RATE:.1f} s")


def _description(dialogue: Dialogue, placed: Sequence[Placed]) -> dict[str, object]:
    return {
        "title": dialogue.title,
        "language": dialogue.language,
        "channels": list(CHANNELS),
        "resolved": dialogue.resolved,
        "source": SOURCE,
        "turns": [_turn(turn) for turn in placed],
    }


def _turn(turn: Placed) -> dict[str, object]:
    described: dict[str, object] = {
        "channel": turn.line.channel,
        "start": round(turn.start / RATE, 3),
        "end": round(turn.end / RATE, 3),
        "text": turn.line.text,
    }
    return described if turn.line.mood is None else {**described, "mood": turn.line.mood}


def main() -> None:
    """Read the command line and make the calls named, or all of them."""
    dialogues, exceptions = read_dialogues(HERE / "dialogues.toml")
    known = {dialogue.name: dialogue for dialogue in dialogues}
    parser = argparse.ArgumentParser(description="Make the sample calls anew.")
    parser.add_argument("--voices", type=Path, required=True, help="folder with the voices (*.bin)")
    parser.add_argument("names", nargs="*", help=f"which calls: {', '.join(known)}; all by default")
    arguments = parser.parse_args()
    if wrong := [name for name in arguments.names if name not in known]:
        sys.exit(f"There is no dialogue named {', '.join(wrong)} in dialogues.toml.")
    studio = Studio(arguments.voices, exceptions)
    for name in arguments.names or known:
        make(known[name], studio)


if __name__ == "__main__":
    main()
