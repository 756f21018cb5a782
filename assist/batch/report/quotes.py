"""What a moment is shown with: the caller's words, and the sound of some seconds around it."""

from __future__ import annotations

import base64
import itertools
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal

import msgspec

from assist.audio.files import open_recording
from assist.audio.opus import clip
from assist.batch.manifest import Entry, Manifest
from assist.batch.report.moments import Moment
from assist.batch.tables import events_of
from assist.batch.worker import fetched
from assist.errors import AudioError
from assist.events import Role, Utterance
from assist.guidance.quality import LIMITS

_BEFORE, _AFTER = 2.0, 2.0
"""Seconds of sound around a moment."""
_SHORTEST: Final = 10.0
_REACH: Final = 1.0
"""Seconds around a moment within which an utterance belongs to it."""
_MOST_WORDS: Final = 40

Silent = Literal["", "gone", "full", "off"]
"""Why a moment has no sound: its recording cannot be read, the report is full, nobody wants it."""


class Quote(msgspec.Struct, frozen=True):
    """What the caller said; `doubtful` where the words were hard to hear."""

    text: str
    language: str
    doubtful: bool


class Shown(msgspec.Struct, frozen=True):
    """A moment with its quotes; `sound` is an Ogg file in base64, empty where `silent` says why."""

    moment: Moment
    quotes: tuple[Quote, ...]
    sound: str = ""
    silent: Silent = ""


def shown(
    manifest: Manifest, worst: Sequence[Moment], best: Sequence[Moment], most: float
) -> tuple[list[Shown], list[Shown]]:
    """Both kinds of moments with what they are shown with; `most` is megabytes of sound in all.

    When it is full, the less clear moments of either kind go without.
    """
    wanted = [*worst, *best]
    made: dict[Moment, Shown] = {}
    for entry in _entries(manifest, {moment.call for moment in wanted}):
        of_call = [moment for moment in wanted if moment.call == entry.item.name]
        made |= {one.moment: one for one in _shown(manifest.folder, entry, of_call, most > 0)}
    left = most * 1_000_000
    for moment in itertools.chain.from_iterable(itertools.zip_longest(worst, best)):
        if moment is None or made[moment].silent:
            continue
        left -= len(made[moment].sound)
        if left < 0:
            made[moment] = msgspec.structs.replace(made[moment], sound="", silent="full")
    return [made[moment] for moment in worst], [made[moment] for moment in best]


def _entries(manifest: Manifest, names: set[str]) -> list[Entry]:
    return [entry for entry in manifest if entry.item.name in names]


def _shown(folder: Path, entry: Entry, moments: Sequence[Moment], sound: bool) -> list[Shown]:
    events = events_of(folder, entry.item.name)
    said = [
        event for event in events if isinstance(event, Utterance) and event.channel is Role.CALLER
    ]
    quoted = [Shown(moment, _quotes(said, moment), silent="off") for moment in moments]
    if not sound:
        return quoted
    with tempfile.TemporaryDirectory() as scratch:
        try:
            recording = open_recording(fetched(entry.item, Path(scratch)))
            return [
                msgspec.structs.replace(
                    one,
                    sound=base64.b64encode(clip(recording, *around(one.moment))).decode(),
                    silent="",
                )
                for one in quoted
            ]
        except AudioError:  # it has gone since it was scored, or is another one now
            return [msgspec.structs.replace(one, silent="gone") for one in quoted]


def around(moment: Moment) -> tuple[float, float]:
    """Where the sound of a moment begins and ends, 10 to 15 seconds in all."""
    start, end = moment.start - _BEFORE, moment.end + _AFTER
    missing = max(_SHORTEST - (end - start), 0.0)
    return max(start - missing / 2, 0.0), end + missing / 2


def _quotes(said: Sequence[Utterance], moment: Moment) -> tuple[Quote, ...]:
    return tuple(
        Quote(_around(one, moment), one.language, one.confidence < LIMITS.heard)
        for one in said
        if one.start < moment.end + _REACH and one.end > moment.start - _REACH and one.text.strip()
    )


def _around(said: Utterance, moment: Moment) -> str:
    """The whole utterance, or the words near the moment if it is long."""
    if len(said.words) <= _MOST_WORDS:
        return said.text.strip()
    near = [
        number
        for number, word in enumerate(said.words)
        if word.start < moment.end + _REACH and word.end > moment.start - _REACH
    ]
    first, last = (near[0], near[-1] + 1) if near else (0, len(said.words))
    last = min(last, first + _MOST_WORDS)
    text = " ".join(word.text.strip() for word in said.words[first:last])
    return f"{'… ' if first else ''}{text}{' …' if last < len(said.words) else ''}"
