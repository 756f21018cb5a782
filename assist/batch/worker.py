"""One process of a batch: loads the models once, then scores what it is given.

It is started as a fresh interpreter, `python -m assist.batch.worker`, and speaks in lines of JSON
by its standard input and output, so that a process that dies takes nothing of another with it. It
writes no results: they go back in its answer, so that they are written once, by the one that asked.
"""

from __future__ import annotations

import logging
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import fsspec
import msgspec
from msgspec.structs import replace

from assist import __version__
from assist.audio.files import open_recording
from assist.batch.inputs import DETECT, Item, info_of
from assist.batch.manifest import UNSURE, digest_of, item_digest, made_by, roles_of
from assist.batch.roles import found_roles, remembering
from assist.batch.subtitles import srt, vtt
from assist.call import Engine
from assist.config import Settings, load_settings
from assist.errors import AssistError, AudioError
from assist.events import CallEnded, Event, encode
from assist.guidance.playbook import Playbook
from assist.run.inline import recording_frames, recording_leg, run_call
from assist.run.summary import summarize

_log = logging.getLogger(__name__)


class Task(msgspec.Struct, frozen=True):
    """A recording to be scored, unless its result is `known` already."""

    item: Item
    channels: str
    language: str
    subtitles: bool
    known: tuple[str, str] | None


class Done(msgspec.Struct, frozen=True):
    """What became of it: `error` is a sentence or empty; `skipped` when the result was known.

    `channels` are the roles of the channels, "unsure" where they could not be found out.
    `files` are the results by the path they go to, in the order they are to be written in.
    """

    name: str
    digest: str
    made_by: str
    error: str = ""
    skipped: bool = False
    duration: float = 0.0
    took: float = 0.0
    channels: str = ""
    files: dict[str, bytes] = {}

    @classmethod
    def killed(cls, task: Task, times: int) -> Done:
        """No process came to the end of it."""
        return cls(
            task.item.name,
            "",
            "",
            f"{task.item.source} ended the process that read it, {times} times.",
        )


class Ready(msgspec.Struct, frozen=True):
    """The models are loaded, or `error` says why they cannot be."""

    error: str = ""


class Scorer:
    """Scores recordings with one engine; raises `ModelError` or `PlaybookError` if it has none."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._engine = Engine.load(settings)
        self._engine.warm_up()
        self.books = book_versions(self._engine.playbooks)
        self._made_by = made_by(self._settings, self._engine.names, self.books, __version__)

    def score(self, task: Task) -> Done:
        """One recording; what is wrong with it is in the answer."""
        began = time.monotonic()
        with tempfile.TemporaryDirectory() as scratch:
            try:
                path = fetched(task.item, Path(scratch))
                digest = item_digest(_digest(path), task.item, task.channels, task.language)
            except AssistError as error:
                return Done(task.item.name, "", self._made_by, str(error))
            if task.known == (digest, self._made_by):
                return Done(task.item.name, digest, self._made_by, skipped=True)
            try:
                events = self._events(path, task)
            except AssistError as error:
                return Done(task.item.name, digest, self._made_by, str(error))
            except Exception as error:  # noqa: BLE001 - it costs this recording alone
                _log.exception("%s could not be scored", task.item.source)
                sentence = f"{task.item.source} met a mistake of the program: {error!r}."
                return Done(task.item.name, digest, self._made_by, sentence)
        ended = events[-1]
        return Done(
            name=task.item.name,
            digest=digest,
            made_by=self._made_by,
            duration=ended.duration if isinstance(ended, CallEnded) else 0.0,
            took=round(time.monotonic() - began, 3),
            channels=roles_of(events),
            files=_files(task, events),
        )

    def _events(self, path: Path, task: Task) -> list[Event]:
        engine = self._engine
        roles, unsure = task.item.channels or task.channels or None, False
        if roles == DETECT:
            engine = remembering(engine)
            roles = found_roles(engine, self._settings, path, task.item, task.language)
            unsure = roles == UNSURE
        recording = open_recording(path, together=unsure)
        leg = recording_leg(recording, None if unsure else roles)
        info = replace(info_of(task.item, [leg], task.language), roles_unsure=unsure)
        frames = recording_frames(recording)
        return list(run_call(engine, self._settings, info, frames, damage=recording))


def book_versions(books: Mapping[str, Playbook]) -> str:
    """Which playbooks these are, in a line."""
    return " ".join(f"{key}:{book.version}" for key, book in books.items())


def fetched(item: Item, scratch: Path) -> Path:
    """Where a recording can be read: its own place, or a copy in `scratch`; raises `AudioError`."""
    if not item.remote:
        return Path(item.source)
    path = scratch / item.source.rpartition("/")[2]
    try:
        with fsspec.open(item.source, "rb") as source, path.open("wb") as file:
            while part := source.read(1 << 20):
                file.write(part)
    except Exception as error:  # noqa: BLE001 - whatever a file system elsewhere may raise
        raise AudioError(f"{item.source} cannot be read: {error}.") from None
    return path


def _digest(path: Path) -> str:
    try:
        return digest_of(path)
    except OSError:
        open_recording(path)  # says in one sentence what is wrong with it
        raise AudioError(f"{path} cannot be read; check its rights.") from None


def _files(task: Task, events: Sequence[Event]) -> dict[str, bytes]:
    """The files of one result; the events come last, for with them it is there."""
    name = task.item.name
    files = {f"{name}.summary.md": summarize(events).encode()}
    if task.subtitles:
        files |= {f"{name}.srt": srt(events).encode(), f"{name}.vtt": vtt(events).encode()}
    return files | {f"{name}.events.jsonl": b"".join(encode(event) + b"\n" for event in events)}


def main() -> None:
    """Answer every line with one, until there are no more."""
    out = sys.stdout.buffer
    sys.stdout = sys.stderr  # nothing else may get between the lines
    try:
        scorer = Scorer(load_settings())
    except AssistError as error:
        out.write(msgspec.json.encode(Ready(str(error))) + b"\n")
        out.flush()
        return
    out.write(msgspec.json.encode(Ready()) + b"\n")
    out.flush()
    for line in sys.stdin.buffer:
        done = scorer.score(msgspec.json.decode(line, type=Task))
        out.write(msgspec.json.encode(done) + b"\n")
        out.flush()


if __name__ == "__main__":
    main()
