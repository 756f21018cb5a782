"""Whose channel is whose is found out by the words, or is left open; then nobody has a tone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from assist.audio.files import open_recording
from assist.batch.inputs import Item, info_of
from assist.batch.manifest import UNSURE, roles_of
from assist.batch.roles import found_roles, remembering
from assist.batch.worker import Scorer, Task
from assist.call import Engine
from assist.config import Settings
from assist.events import Note, Tone, Utterance, decode
from assist.models import fetch
from assist.run.inline import recording_frames, recording_leg, run_call
from assist.speech.whisper import Recognizer


def written(path: Path, samples: Path, order: list[int], seconds: int = 30) -> Path:
    sound, rate = soundfile.read(samples / "en_solved.flac", dtype="int16")
    soundfile.write(path, sound[: seconds * rate, order], rate)
    return path


def test_roles_are_found_by_the_words_and_no_turn_is_recognised_twice(
    engine: Engine,
    settings: Settings,
    samples: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    recognised: list[bytes] = []
    transcribe_all = Recognizer.transcribe_all

    def counted(self: Recognizer, turns: Any, *rest: Any, **more: Any) -> Any:
        recognised.extend(turn.tobytes() for turn in turns)
        return transcribe_all(self, turns, *rest, **more)

    monkeypatch.setattr(Recognizer, "transcribe_all", counted)
    path = written(tmp_path / "call.wav", samples, [0, 1])
    item, own = Item("call", str(path)), remembering(engine)
    roles = found_roles(own, settings, path, item, "en")
    assert roles == "agent,caller"
    begun = len(recognised)
    recording = open_recording(path)
    info = info_of(item, [recording_leg(recording, roles)], "en")
    events = list(run_call(own, settings, info, recording_frames(recording)))
    assert 0 < begun <= len(recognised) == len(set(recognised))
    assert sum(isinstance(event, Utterance) for event in events) <= len(recognised)
    assert any(isinstance(event, Tone) for event in events)


def test_what_was_not_said_in_time_leaves_them_open(
    engine: Engine, settings: Settings, samples: Path, tmp_path: Path
) -> None:
    path = written(tmp_path / "call.wav", samples, [0, 1])
    speech = settings.speech.model_copy(update={"roles_within": 5.0})
    early = settings.model_copy(update={"speech": speech})
    assert found_roles(engine, early, path, Item("call", str(path)), "en") == UNSURE
    mono = written(tmp_path / "mono.wav", samples, [0])
    assert found_roles(engine, settings, mono, Item("mono", str(mono)), "en") is None


def test_uncertain_roles_are_one_channel_without_tone(
    settings: Settings, samples: Path, tmp_path: Path
) -> None:
    fetch(settings.models, lambda _: None)
    path = written(tmp_path / "call.wav", samples, [1, 1], 12)  # the caller on both channels
    scorer = Scorer(settings)
    done = scorer.score(Task(Item("call", str(path)), "detect", "en", False, None))
    events = [decode(line) for line in done.files["call.events.jsonl"].splitlines()]
    assert done.channels == roles_of(events) == UNSURE
    assert {one.channel for one in events if isinstance(one, Utterance)} == {"mixed"}
    assert not any(isinstance(one, Tone) for one in events)
    assert [one.code for one in events if isinstance(one, Note)] == ["roles_unsure"]


def test_channels_read_together_are_their_mean(tmp_path: Path) -> None:
    sound = np.array([[100, 300], [-32768, -32768], [32767, 32767], [1, 0]] * 4000, np.int16)
    soundfile.write(tmp_path / "two.wav", sound, 16_000)
    recording = open_recording(tmp_path / "two.wav", together=True)
    assert recording.channels == 1
    read = np.concatenate(list(recording.blocks()))
    assert read.shape == (16_000, 1)
    assert read[:4, 0].tolist() == [200, -32768, 32767, 0]
