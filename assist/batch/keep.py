"""Taking the results of a batch into the store, so that search and replay find them."""

from __future__ import annotations

import asyncio
import hashlib
import re
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from assist.audio.files import Recording, open_recording
from assist.audio.frames import CallInfo
from assist.batch.inputs import Item, info_of
from assist.batch.manifest import UNSURE, Entry, Manifest
from assist.batch.tables import events_of
from assist.batch.worker import fetched
from assist.config import Settings
from assist.errors import AudioError
from assist.events import CallEnded, CallStarted, Event
from assist.run.inline import recording_frames, recording_leg
from assist.store import Recordings, Store

_LONGEST_ID: Final = 100
_OTHER: Final = re.compile(r"[^A-Za-z0-9._-]+")


async def keep(
    settings: Settings,
    manifest: Manifest,
    on_kept: Callable[[Item, str], None] = lambda _item, _call_id: None,
) -> int:
    """Put the finished recordings that the store does not have into it; how many those were.

    Calls are named after their result, in letters that an address can have. One that names no
    start is dated by its file. A call that is there already stays as it is, whatever a newer run
    has found; `assist score compare` shows that. Raises `StoreError` while a server has the
    database.
    """
    store = Store.open(settings.store)
    recordings = Recordings(settings)
    recordings.start()
    count = 0
    try:
        for entry in manifest:
            call_id = call_id_of(entry.item.name)
            if entry.error or await store.call(call_id) is not None:
                continue
            events = await asyncio.to_thread(events_of, manifest.folder, entry.item.name)
            if events:
                await _keep(store, recordings, entry, call_id, events)
                on_kept(entry.item, call_id)
                count += 1
    finally:
        await recordings.close()
        await store.close()
    return count


def call_id_of(name: str) -> str:
    """The id of the call of a result: its name, with a hash where that had to be changed."""
    plain = _OTHER.sub("-", name)
    if plain == name and len(name) <= _LONGEST_ID:
        return name
    return f"{plain[:_LONGEST_ID]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


async def _keep(
    store: Store, recordings: Recordings, entry: Entry, call_id: str, events: list[Event]
) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        try:
            path = await asyncio.to_thread(fetched, entry.item, Path(scratch))
            began = entry.item.began() or datetime.fromtimestamp(path.stat().st_mtime, UTC)
            recording = open_recording(path, together=entry.channels == UNSURE)
            info = _info(entry, call_id, events, recording)
            name = await _record(recordings, info, began, recording)
        except AudioError:  # the recording has gone since it was scored
            began = entry.item.began() or datetime.now(UTC)
            info, name = replace(info_of(entry.item, (), "auto"), call_id=call_id), ""
    await store.call_started(info, began, name)
    for event in events:
        await store.append(replace(event, call_id=call_id))
    ended = events[-1]
    duration = ended.duration if isinstance(ended, CallEnded) else entry.duration
    await store.call_ended(
        call_id,
        reason="end_of_file",
        duration=duration,
        ended_at=began + timedelta(seconds=duration),
    )
    await store.flush()


def _info(entry: Entry, call_id: str, events: list[Event], recording: Recording) -> CallInfo:
    begun = next(event for event in events if isinstance(event, CallStarted))
    leg = recording_leg(recording, ",".join(begun.channels))
    return replace(info_of(entry.item, [leg], begun.language), call_id=call_id)


async def _record(
    recordings: Recordings, info: CallInfo, began: datetime, recording: Recording
) -> str:
    recorded = await recordings.begin(info, began, live=False)
    if recorded is None:
        return ""
    frames = recording_frames(recording)
    while (frame := await asyncio.to_thread(next, frames, None)) is not None:
        await recorded.put(frame)
    recorded.end()
    return recorded.name
