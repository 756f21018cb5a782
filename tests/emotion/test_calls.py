"""On recordings that are not part of the project; skipped where they are absent."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from assist.audio.files import open_recording
from assist.call import Engine, ToneJob
from assist.config import ModelSettings, SpeechSettings, ToneSettings
from assist.emotion.features import WindowFeatures
from assist.emotion.model import ToneModel
from assist.emotion.tracker import ToneTracker
from assist.emotion.windows import SpeechWindows
from assist.models import tone_model_paths
from assist.speech.turns import BLOCK, TurnDetector, VadModel


def caller_labels(engine: Engine, path: Path) -> tuple[list[str], float]:
    """The states of the caller (channel 2) of a call, and the seconds of speech."""
    soxr = pytest.importorskip("soxr")
    recording = open_recording(path)
    caller = np.concatenate([block[:, 1] for block in recording.blocks()]) / np.float32(32768)
    caller = soxr.resample(caller.astype(np.float32), recording.rate, 16_000)
    vad, turns, cutter = VadModel.load(), TurnDetector(SpeechSettings()), SpeechWindows()
    tracker, labels, spoken = ToneTracker(ToneSettings()), [], 0
    for position in range(0, len(caller) - BLOCK + 1, BLOCK):
        block = caller[position : position + BLOCK]
        heard = turns.push(vad, block)
        spoken += heard.speech
        found = [cutter.push(block, position, heard.speech)]
        found += [cutter.turn_ended()] if heard.ended else []
        for window in filter(None, found):
            features = engine.run(ToneJob(0, window))
            assert isinstance(features, WindowFeatures)
            state = tracker.update(engine.tone, features, window.start, window.end, "tr")
            labels.append(str(state.label))
    return labels, spoken * BLOCK / 16_000


@pytest.mark.parametrize("trained", [True, False])
@pytest.mark.parametrize("pattern", ["en_auto_repairs_40.flac", "tr_*.flac"])
def test_calm_callers_are_left_alone(
    engine: Engine, data: Path, pattern: str, trained: bool
) -> None:
    """At most six minutes in an hour of the caller's speech are called angry or sad."""
    calls = sorted((data / "calls").glob(pattern))
    if not calls:
        pytest.skip(f"no {pattern} in {data / 'calls'}")
    if not trained:
        (path,) = tone_model_paths(ModelSettings(tone_trained=False))
        engine = replace(engine, tone=ToneModel.load(path), encoder=None)
    labels = [label for call in calls for label in caller_labels(engine, call)[0]]
    assert len(labels) > 30
    upset = sum(label in {"angry", "sad"} for label in labels)
    assert 60 * upset / len(labels) <= 6
