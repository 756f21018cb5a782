"""What people corrected becomes examples that the training commands read."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from assist.audio.frames import CallInfo
from assist.batch.references import read_references
from assist.config import Settings, StoreSettings
from assist.emotion.training.dataset import read_manifest
from assist.events import (
    SAMPLE_RATE,
    CallStarted,
    Event,
    Role,
    Situation,
    Tone,
    ToneLabel,
    Utterance,
)
from assist.guidance.labelled import read_labelled
from assist.store import Annotation, Store
from assist.store.labels import export_labels, hashed

MOMENT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


def event(kind: type[Event], seq: int, at: float = 0.0, /, **fields: Any) -> Any:
    return kind(call_id="one", seq=seq, position=round(at * SAMPLE_RATE), **fields)


def tone(seq: int, start: float, end: float) -> Tone:
    return event(
        Tone,
        seq,
        end,
        start=start,
        end=end,
        label=ToneLabel.NEUTRAL,
        probabilities={},
        valence=0.0,
        arousal=0.0,
        confidence=0.5,
        trend=0.0,
        reasons=(),
    )


def said(seq: int, start: float, end: float, channel: Role, text: str) -> Utterance:
    fields = {"channel": channel, "start": start, "end": end, "text": text, "language": "tr"}
    return event(Utterance, seq, end, confidence=0.9, words=(), **fields)


def found(seq: int, situation: str, channel: Role) -> Situation:
    fields = {"situation": situation, "channel": channel, "start": 1.0, "quote": "x"}
    return event(Situation, seq, 1.0, confidence=0.8, **fields)


def mark(number: int, kind: str, about: int, value: str) -> Annotation:
    return Annotation(
        call_id="one",
        id=f"mark-{number:04}",
        kind=kind,  # type: ignore[arg-type]
        about=str(about),
        value=value,
        author="Selin",
        made_at=MOMENT.isoformat(),
    )


EVENTS = [
    event(CallStarted, 1, channels=(Role.CALLER, Role.AGENT), language="tr"),
    said(2, 0.5, 1.5, Role.CALLER, "Siparişim gelmedi,  bekliyorum."),
    found(3, "delay", Role.CALLER),
    found(4, "thanks", Role.CALLER),
    tone(5, 0.8, 1.2),
    said(6, 2.0, 3.0, Role.AGENT, "Maalesef olmaz."),
    found(7, "refusal", Role.AGENT),
    tone(8, 3.0, 5.0),
    tone(9, 5.0, 6.0),
]


async def corrected(folder: Path, *, recorded: bool = True) -> Settings:
    """A call of six seconds, the caller loud in the middle, with what a supervisor put right."""
    settings = Settings(store=StoreSettings(url=f"sqlite:///{folder}/assist.db"))
    name = "2026/03/01/one.flac"
    if recorded:
        path = folder / "recordings" / name
        path.parent.mkdir(parents=True)
        sound = np.zeros((6 * 16_000, 2), np.int16)
        sound[3 * 16_000 : 5 * 16_000, 1] = 9000  # the caller is the second channel
        soundfile.write(path, sound, 16_000)
    store = Store.open(settings.store)
    info = CallInfo(call_id="one", legs=(), language="tr", customer="c-1")
    await store.call_started(info, MOMENT, name)
    for one in EVENTS:
        await store.append(one)
    await store.call_ended("one", reason="stop", duration=6.0, ended_at=MOMENT)
    for number, (kind, about, value) in enumerate(
        [
            ("tone", 5, "angry"),
            ("tone", 5, "sad"),  # the latest counts
            ("tone", 8, "angry"),
            ("tone", 9, "unsure"),  # nothing to learn from
            ("situation", 4, "none"),
            ("situation", 3, "complaint"),
        ]
    ):
        await store.annotate(mark(number, kind, about, value))
    await store.close()
    return settings


async def test_corrected_tones_are_clips_of_the_caller(tmp_path: Path) -> None:
    settings = await corrected(tmp_path)
    out = tmp_path / "labels"
    done = export_labels(settings, out)
    assert (done.clips, done.sentences, done.silent) == (2, 1, 0)
    with (out / "manifest.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["emotion"] for row in rows] == ["sad", "angry"]
    assert rows[0]["text"].startswith("Siparişim")
    assert "one" not in rows[0]["speaker"] and "c-1" not in rows[0]["speaker"]
    quiet, loud = (soundfile.read(out / row["path"], dtype="int16") for row in rows)
    assert (len(quiet[0]), quiet[1]) == (16_000, 16_000)  # widened to a second
    assert (len(loud[0]), np.median(loud[0])) == (32_000, 9000)
    clips = read_manifest(out / "manifest.csv")
    assert len(clips.clips) == 2


async def test_corrected_situations_are_sentences(tmp_path: Path) -> None:
    settings = await corrected(tmp_path)
    export_labels(settings, tmp_path / "labels")
    (one,) = read_labelled(tmp_path / "labels" / "sentences" / "tr.tsv")
    assert (one.part, one.speaker, one.wanted) == ("own", "caller", {"complaint"})
    assert one.text == "Siparişim gelmedi, bekliyorum."
    assert read_labelled(tmp_path / "labels" / "sentences" / "en.tsv") == []


async def test_both_are_references_for_the_results_of_the_call(tmp_path: Path) -> None:
    settings = await corrected(tmp_path)
    export_labels(settings, tmp_path / "labels")
    rows = read_references([tmp_path / "labels"])
    assert {row.call for row in rows} == {hashed("one")}
    assert [(row.start, row.end, row.tone) for row in rows if row.tone] == [
        (0.8, 1.2, "sad"),
        (3.0, 5.0, "angry"),
    ]
    assert [(row.channel, row.start, row.end, row.tags) for row in rows if row.tags] == [
        ("caller", 0.5, 1.5, "complaint")
    ]


async def test_a_call_without_its_recording_is_counted(tmp_path: Path) -> None:
    settings = await corrected(tmp_path, recorded=False)
    done = export_labels(settings, tmp_path / "labels")
    assert (done.clips, done.sentences, done.silent) == (0, 1, 2)
