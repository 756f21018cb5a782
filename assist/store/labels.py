"""What people corrected, as labelled examples to evaluate and train with.

A folder gets `manifest.csv` with a clip of the caller's voice for each corrected tone, in the form
that `assist emotion evaluate` and `train` read, and `sentences/tr.tsv` and `en.tsv` with each
utterance whose situations were corrected, in the form of `assist guidance train`. Both together,
with their times in the call, are in `references.jsonl`, which `assist score evaluate` reads.
"""

from __future__ import annotations

import csv
import hashlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import av
import msgspec
import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, select

from assist.audio.files import open_recording
from assist.config import Settings
from assist.errors import AssistError, StoreError
from assist.events import AnyEvent, CallStarted, Role, Situation, Tone, ToneLabel, Utterance, decode
from assist.store.annotations import Annotation, counting
from assist.store.database import open_database
from assist.store.earlier import annotations_of
from assist.store.recordings import Recordings
from assist.store.tables import calls, events, marks
from assist.store.take import channels_of

_COLUMNS: Final = ("path", "corpus", "language", "speaker", "gender", "emotion", "text")
_SHORTEST: Final = 1.0
"""Seconds of a clip; a shorter window is widened to both sides."""
_NO_SITUATION: Final = "none"
REFERENCES: Final = "references.jsonl"


class Exported(msgspec.Struct):
    """What was written: clips of voices, sentences, and clips whose recording is not there."""

    clips: int = 0
    sentences: int = 0
    silent: int = 0


def export_labels(settings: Settings, folder: Path) -> Exported:
    """Write what people corrected into `folder`, also while a server runs.

    Raises `StoreError` when the database or the folder cannot be used.
    """
    database = open_database(settings.store.url, hold=False)
    recordings = Recordings(settings)
    done = Exported()
    try:
        with database.released_on_error(), database.snapshot() as connection:
            (folder / "clips").mkdir(parents=True, exist_ok=True)
            (folder / "sentences").mkdir(exist_ok=True)
            with (
                (folder / "manifest.csv").open("w", encoding="utf-8", newline="") as file,
                (folder / REFERENCES).open("wb") as references,
            ):
                rows = csv.DictWriter(file, _COLUMNS)
                rows.writeheader()
                sentences: dict[str, list[str]] = {"tr": [], "en": []}
                for call in _corrected(connection):
                    for row in _clips(call, recordings, folder, done):
                        rows.writerow(row)
                    for language, line in _sentences(call):
                        sentences[language].append(line)
                    references.writelines(
                        msgspec.json.encode(row) + b"\n" for row in _references(call)
                    )
            for language, lines in sentences.items():
                done.sentences += len(lines)
                target = folder / "sentences" / f"{language}.tsv"
                target.write_text("".join(lines), encoding="utf-8")
    except OSError as error:
        raise StoreError(f"The folder {folder} cannot be written: {error.strerror}.") from None
    database.close()
    return done


def hashed(call_id: str) -> str:
    """What stands for a call in the examples, which do not name it."""
    return hashlib.sha256(call_id.encode()).hexdigest()[:12]


class _Call(msgspec.Struct):
    """A call with corrections, and what they are about."""

    call_id: str
    customer: str
    language: str
    recording: str
    marked: dict[tuple[str, str], Annotation]
    events: list[AnyEvent]


def _corrected(connection: Connection) -> Iterator[_Call]:
    ids = (
        select(marks.c.call_id).where(marks.c.kind.in_(("tone", "situation"))).distinct().subquery()
    )
    columns = (calls.c.call_id, calls.c.customer, calls.c.language, calls.c.recording)
    query = select(*columns).where(calls.c.call_id.in_(select(ids.c.call_id)))
    for row in connection.execute(query.order_by(calls.c.call_id)).all():
        made = counting(annotations_of(connection, [row.call_id]))
        lines = select(events.c.json).where(events.c.call_id == row.call_id).order_by(events.c.seq)
        yield _Call(
            row.call_id,
            row.customer,
            row.language,
            row.recording,
            {(kind, about): mark for (_, kind, about), mark in made.items()},
            [_event for line in connection.scalars(lines) if (_event := _readable(line))],
        )


def _readable(line: str) -> AnyEvent | None:
    try:
        return decode(line)
    except msgspec.ValidationError:
        return None


def _clips(
    call: _Call, recordings: Recordings, folder: Path, done: Exported
) -> Iterator[dict[str, Any]]:
    said = [one for one in call.events if isinstance(one, Utterance) and one.channel is Role.CALLER]
    voice: tuple[NDArray[np.int16], int] | None = None
    for tone, label in _tones(call):
        if voice is None:
            voice = _voice(call, recordings)
        if voice is None:
            done.silent += 1
            continue
        name = f"clips/{hashed(call.call_id)}-{tone.seq}.wav"
        _write_clip(folder / name, *voice, tone.start, tone.end)
        done.clips += 1
        spoken = next((one for one in said if one.start < tone.end and tone.start < one.end), None)
        who = call.customer or call.call_id
        yield {
            "path": name,
            "corpus": "own",
            "language": spoken.language if spoken else call.language,
            "speaker": f"own:{hashed(who)}",
            "gender": "",
            "emotion": label,
            "text": spoken.text if spoken else "",
        }


def _tones(call: _Call) -> Iterator[tuple[Tone, str]]:
    """The tones that people put right, and what they really were."""
    for tone in (one for one in call.events if isinstance(one, Tone)):
        mark = call.marked.get(("tone", str(tone.seq)))
        if mark is not None and mark.value != ToneLabel.UNSURE:
            yield tone, mark.value


def _voice(call: _Call, recordings: Recordings) -> tuple[NDArray[np.int16], int] | None:
    """The caller's channel of a recording and its rate; `None` when it cannot be had."""
    begun = next((one for one in call.events if isinstance(one, CallStarted)), None)
    if not call.recording or begun is None or Role.CALLER not in begun.channels:
        return None
    index = channels_of(begun.channels).index(Role.CALLER)
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / Path(call.recording).name
        try:
            size = recordings.length(call.recording)
            if size is None:
                return None
            with path.open("wb") as file:
                file.writelines(recordings.read(call.recording, 0, size))
            recording = open_recording(path)
            blocks = [block[:, index] for block in recording.blocks()]
        except (AssistError, OSError):
            return None
    return np.concatenate(blocks), recording.rate


def _write_clip(path: Path, voice: NDArray[np.int16], rate: int, start: float, end: float) -> None:
    missing = max(0.0, _SHORTEST - (end - start)) / 2
    part = voice[max(0, round((start - missing) * rate)) : round((end + missing) * rate)]
    with av.open(str(path), "w", format="wav") as container:
        stream = container.add_stream("pcm_s16le", rate=rate, layout="mono")
        frame = av.AudioFrame.from_ndarray(part[None, :].copy(), format="s16", layout="mono")
        frame.sample_rate = rate
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _sentences(call: _Call) -> Iterator[tuple[str, str]]:
    """Language and line of each utterance with a corrected situation."""
    for one, tags in _situations(call):
        text = " ".join(one.text.split())
        yield one.language, f"own\t{one.channel.value}\t{tags}\t{text}\n"


def _references(call: _Call) -> Iterator[dict[str, Any]]:
    """What people put right, as stretches of the call."""
    about = {"call": hashed(call.call_id)}
    for tone, label in _tones(call):
        yield about | {"channel": Role.CALLER, "start": tone.start, "end": tone.end, "tone": label}
    for one, tags in _situations(call):
        times = {"channel": one.channel, "start": one.start, "end": one.end}
        yield about | times | {"tags": tags, "language": one.language}


def _situations(call: _Call) -> Iterator[tuple[Utterance, str]]:
    """The utterances with a corrected situation, and all that is really in them, "-" for none."""
    found: dict[int, set[str]] = {}
    touched: set[int] = set()
    spoken: Utterance | None = None
    utterances: dict[int, Utterance] = {}
    for event in call.events:
        if isinstance(event, Utterance):
            spoken = event
            utterances[event.seq] = event
        elif isinstance(event, Situation) and spoken is not None:
            mark = call.marked.get(("situation", str(event.seq)))
            if mark is not None:
                touched.add(spoken.seq)
            right = mark.value if mark is not None else event.situation
            if right != _NO_SITUATION:
                found.setdefault(spoken.seq, set()).add(right)
    for seq in sorted(touched):
        one = utterances[seq]
        if one.language in ("tr", "en") and one.channel is not Role.MIXED:
            yield one, ",".join(sorted(found.get(seq, ()))) or "-"
