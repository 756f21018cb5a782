"""A recording is answered some turns at a time, which must make no difference."""

from __future__ import annotations

from pathlib import Path

import pytest

from assist.audio.files import open_recording
from assist.audio.frames import CallInfo
from assist.call import Engine
from assist.config import Settings
from assist.run import inline
from assist.run.inline import recording_frames, recording_leg, run_call
from tests.call.drive import events_of


@pytest.mark.parametrize(("language", "turns"), [("en", 3), ("auto", 32)])
def test_turns_recognised_together_give_the_events_of_turns_alone(
    engine: Engine, samples: Path, monkeypatch: pytest.MonkeyPatch, language: str, turns: int
) -> None:
    recording = open_recording(samples / "en_solved.flac")
    info = CallInfo("c1", (recording_leg(recording),), language)
    monkeypatch.setattr(inline, "_TURNS", turns)
    together = list(run_call(engine, Settings(), info, recording_frames(recording)))
    alone = events_of(engine, info, recording_frames(open_recording(samples / "en_solved.flac")))
    assert len(together) > 50
    assert together == alone
