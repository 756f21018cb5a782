"""The results of a folder as Parquet tables: calls, utterances, tone, situations, scorecard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from assist.batch.manifest import FILE, Entry, Manifest, roles_of
from assist.errors import AudioError
from assist.events import CallEnded, Event, Mechanics, Situation, Tone, Utterance, decode
from assist.guidance.scorecard import scorecard
from assist.store.facts import clear_tones

_CALLS_AT_ONCE: Final = 500
_TEXT, _NUMBER, _WHOLE = pa.string(), pa.float64(), pa.int64()

SCHEMAS: Final[dict[str, pa.Schema]] = {
    "calls": pa.schema(
        [
            ("call_id", _TEXT),
            ("source", _TEXT),
            ("agent", _TEXT),
            ("customer", _TEXT),
            ("started_at", pa.timestamp("us", tz="UTC")),
            ("language", _TEXT),
            ("channels", _TEXT),
            ("duration", _NUMBER),
            ("outcome", _TEXT),
            ("topic", _TEXT),
            ("tone", _TEXT),
            ("score", _NUMBER),
            ("talk_ratio", _NUMBER),
            ("dead_air", _NUMBER),
            ("error", _TEXT),
        ]
    ),
    "utterances": pa.schema(
        [
            ("call_id", _TEXT),
            ("seq", _WHOLE),
            ("channel", _TEXT),
            ("start", _NUMBER),
            ("end", _NUMBER),
            ("text", _TEXT),
            ("language", _TEXT),
            ("confidence", _NUMBER),
        ]
    ),
    "tone": pa.schema(
        [
            ("call_id", _TEXT),
            ("start", _NUMBER),
            ("end", _NUMBER),
            ("label", _TEXT),
            ("confidence", _NUMBER),
            ("valence", _NUMBER),
            ("arousal", _NUMBER),
            ("trend", _NUMBER),
            ("angry", _NUMBER),
            ("happy", _NUMBER),
            ("sad", _NUMBER),
            ("neutral", _NUMBER),
            ("recovery", _TEXT),
        ]
    ),
    "situations": pa.schema(
        [
            ("call_id", _TEXT),
            ("situation", _TEXT),
            ("channel", _TEXT),
            ("start", _NUMBER),
            ("quote", _TEXT),
            ("confidence", _NUMBER),
        ]
    ),
    "scorecard": pa.schema(
        [
            ("call_id", _TEXT),
            ("agent", _TEXT),
            ("quality", _TEXT),
            ("score", _NUMBER),
            ("missing", _TEXT),
            ("version", _TEXT),
        ]
    ),
}
"""What each table has; times are seconds of the call, shares and confidences 0…1."""

_Rows = dict[str, list[dict[str, Any]]]


def write_tables(manifest: Manifest) -> list[Path]:
    """Write all tables anew from what is finished, each whole or not at all.

    Raises `AudioError` when the folder cannot be written.
    """
    targets = {name: manifest.folder / f"{name}.parquet" for name in SCHEMAS}
    drafts = {name: path.with_name(path.name + ".part") for name, path in targets.items()}
    try:
        writers = {name: pq.ParquetWriter(drafts[name], schema) for name, schema in SCHEMAS.items()}
        try:
            for rows in _parts(manifest):
                for name, writer in writers.items():
                    writer.write_table(pa.Table.from_pylist(rows[name], SCHEMAS[name]))
        finally:
            for writer in writers.values():
                writer.close()
        for name, path in targets.items():
            drafts[name].replace(path)
    except OSError as error:
        for draft in drafts.values():
            draft.unlink(missing_ok=True)
        raise AudioError(
            f"The tables cannot be written to {manifest.folder}: {error.strerror or error}."
        ) from None
    return list(targets.values())


def current(manifest: Manifest) -> bool:
    """Whether all tables are there as this program writes them, none older than a result."""
    scored = (manifest.folder / FILE).stat().st_mtime_ns
    for name, schema in SCHEMAS.items():
        path = manifest.folder / f"{name}.parquet"
        try:
            if path.stat().st_mtime_ns < scored or not pq.read_schema(path).equals(schema):
                return False
        except (OSError, pa.ArrowInvalid):
            return False
    return True


def _parts(manifest: Manifest) -> Iterator[_Rows]:
    rows: _Rows = {name: [] for name in SCHEMAS}
    for number, entry in enumerate(manifest, start=1):
        _add(rows, entry, events_of(manifest.folder, entry.item.name) if not entry.error else [])
        if number % _CALLS_AT_ONCE == 0:
            yield rows
            rows = {name: [] for name in SCHEMAS}
    yield rows


def events_of(folder: Path, name: str) -> list[Event]:
    """The events of one result; those of a newer version are left out."""
    found: list[Event] = []
    with (folder / f"{name}.events.jsonl").open("rb") as file:
        for line in file:
            try:
                found.append(decode(line))
            except msgspec.ValidationError:
                continue
    return found


def _add(rows: _Rows, entry: Entry, events: list[Event]) -> None:
    item = entry.item
    ended = next((one for one in reversed(events) if isinstance(one, CallEnded)), None)
    measured = next((one for one in reversed(events) if isinstance(one, Mechanics)), None)
    languages = [one.language for one in events if isinstance(one, Utterance)]
    card = scorecard(events) if events else None
    tones = clear_tones(tone.label for tone in events if isinstance(tone, Tone))
    rows["calls"].append(
        {
            "call_id": item.name,
            "source": item.source,
            "agent": item.agent,
            "customer": item.customer,
            "started_at": item.began(),
            "language": max(set(languages), key=languages.count) if languages else "",
            "channels": roles_of(events),
            "duration": ended.duration if ended else entry.duration,
            "outcome": ended.outcome if ended else "",
            "topic": ended.topic if ended else "",
            "tone": tones[0] if tones else "",
            "score": card.score if card else None,
            "talk_ratio": measured.talk_ratio if measured else None,
            "dead_air": measured.dead_air_total if measured else None,
            "error": entry.error,
        }
    )
    for one in events:
        _add_event(rows, item.name, one)
    for quality in card.qualities if card else ():
        rows["scorecard"].append(
            {
                "call_id": item.name,
                "agent": item.agent,
                "quality": quality.id,
                "score": quality.score,
                "missing": quality.missing,
                "version": card.version if card else "",
            }
        )


def _add_event(rows: _Rows, call_id: str, event: Event) -> None:
    match event:
        case Utterance():
            name, more = "utterances", {}
        case Tone():
            name, more = "tone", dict(event.probabilities)
        case Situation():
            name, more = "situations", {}
        case _:
            return
    row = {field: getattr(event, field, None) for field in SCHEMAS[name].names}
    rows[name].append(row | {k: v for k, v in more.items() if k in row} | {"call_id": call_id})
