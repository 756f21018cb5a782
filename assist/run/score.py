"""Offline: recordings in, one file of events and a one-page summary out for each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from assist.audio.files import open_recording
from assist.audio.frames import CallInfo
from assist.call import Engine
from assist.config import Settings
from assist.errors import AssistError, AudioError
from assist.events import Event, encode
from assist.run.inline import recording_frames, recording_leg, run_call
from assist.run.summary import summarize


@dataclass(frozen=True, slots=True)
class Scored:
    """What became of one recording: `error` is a sentence, or empty."""

    path: Path
    events: Path | None
    error: str = ""


def score(
    paths: Sequence[Path],
    out: Path,
    engine: Engine,
    settings: Settings,
    *,
    channels: str | None = None,
    language: str = "auto",
    on_done: Callable[[Scored], None] = lambda _: None,
) -> list[Scored]:
    """Score each recording into `out/<stem>.events.jsonl` and `out/<stem>.summary.md`.

    A recording that cannot be used is told with its reason and does not stop the others.
    Raises `AudioError` when two recordings would be written to the same place.
    """
    _check_stems(paths)
    _make_folder(out)
    done = []
    for path in paths:
        try:
            events = _events(path, engine, settings, channels=channels, language=language)
            scored = Scored(path, _write_results(path, out, events))
        except AssistError as error:
            scored = Scored(path, None, str(error))
        done.append(scored)
        on_done(scored)
    return done


def _check_stems(paths: Sequence[Path]) -> None:
    seen: dict[str, Path] = {}
    for path in paths:
        other = seen.setdefault(path.stem, path)
        if other is not path:
            raise AudioError(
                f"{other} and {path} would both be written to {path.stem}.events.jsonl; "
                "score them into different folders."
            )


def _make_folder(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise AudioError(f"The folder {out} cannot be made: {error.strerror}.") from None


def _events(
    path: Path, engine: Engine, settings: Settings, *, channels: str | None, language: str
) -> list[Event]:
    recording = open_recording(path)
    leg = recording_leg(recording, channels)
    info = CallInfo(call_id=path.stem, legs=(leg,), language=language)
    frames = recording_frames(recording)
    return list(run_call(engine, settings, info, frames, damage=recording))


def _write_results(path: Path, out: Path, events: Sequence[Event]) -> Path:
    target = out / f"{path.stem}.events.jsonl"
    _write(target, (encode(event) + b"\n" for event in events))
    _write(out / f"{path.stem}.summary.md", [summarize(events).encode()])
    return target


def _write(path: Path, lines: Iterable[bytes]) -> None:
    """Whole or not at all."""
    draft = path.with_name(path.name + ".part")
    try:
        with draft.open("wb") as file:
            file.writelines(lines)
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise AudioError(f"{path} cannot be written: {error.strerror}.") from None
