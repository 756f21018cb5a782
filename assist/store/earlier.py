"""What is known of a customer when the telephone rings: earlier calls and what is still owed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import msgspec
from sqlalchemy import Connection, func, select

from assist.events import CallEnded, Due, Promise, Tone, decode
from assist.store.annotations import Annotation, counting
from assist.store.records import StoredCall
from assist.store.tables import calls, events, marks

_CALLS = 5
_UNSURE = '"label":"unsure"'


class EarlierPromise(msgspec.Struct, frozen=True):
    """Something that was promised in an earlier call and is not known to be kept.

    `said_at` (ISO 8601, UTC) is the moment that `due` is counted from.
    """

    call_id: str
    id: str
    kind: str
    quote: str
    said_at: str
    due: Due | None = None


class EarlierCall(msgspec.Struct, frozen=True):
    """An earlier call of a customer, as people corrected it; what is not known is empty.

    `mood` is the last tone that was clear, `promises` are those still open.
    """

    call_id: str
    started_at: str
    language: str
    topic: str = ""
    outcome: str = ""
    mood: str = ""
    promises: tuple[EarlierPromise, ...] = ()


def earlier_calls(connection: Connection, customer: str) -> tuple[EarlierCall, ...]:
    """The latest calls of a customer that are over, newest first."""
    query = (
        select(*(calls.c[name] for name in StoredCall.__struct_fields__))
        .where(calls.c.customer == customer, calls.c.ended_at.is_not(None))
        .order_by(calls.c.started_at.desc(), calls.c.call_id)
        .limit(_CALLS)
    )
    found = [StoredCall(*row) for row in connection.execute(query)]
    ids = [call.call_id for call in found]
    corrected = counting(annotations_of(connection, ids))
    tones = {tone.call_id: tone for tone in _last_tones(connection, ids)}
    told: dict[str, list[CallEnded | Promise]] = {}
    for event in _told(connection, ids):
        told.setdefault(event.call_id, []).append(event)
    return tuple(
        _earlier(call, told.get(call.call_id, []), tones.get(call.call_id), corrected)
        for call in found
    )


def annotations_of(connection: Connection, call_ids: Iterable[str]) -> list[Annotation]:
    """Everything that was ever marked on these calls, in the order of its making."""
    query = (
        select(*(marks.c[name] for name in Annotation.__struct_fields__))
        .where(marks.c.call_id.in_(call_ids))
        .order_by(marks.c.number)
    )
    rows = (row._asdict() for row in connection.execute(query))
    return [Annotation(**{**row, "made_at": row["made_at"].isoformat()}) for row in rows]


def _told(connection: Connection, ids: list[str]) -> Iterable[CallEnded | Promise]:
    query = (
        select(events.c.json)
        .where(events.c.call_id.in_(ids), events.c.type.in_(("call_ended", "promise")))
        .order_by(events.c.call_id, events.c.seq)
    )
    for row in connection.execute(query):
        event = _readable(row.json)
        if isinstance(event, CallEnded | Promise):
            yield event


def _last_tones(connection: Connection, ids: list[str]) -> Iterable[Tone]:
    last = (
        select(events.c.call_id, func.max(events.c.seq).label("seq"))
        .where(
            events.c.call_id.in_(ids),
            events.c.type == "tone",
            ~events.c.json.contains(_UNSURE, autoescape=True),
        )
        .group_by(events.c.call_id)
        .subquery()
    )
    query = select(events.c.json).join(
        last, (events.c.call_id == last.c.call_id) & (events.c.seq == last.c.seq)
    )
    for row in connection.execute(query):
        event = _readable(row.json)
        if isinstance(event, Tone):
            yield event


def _readable(line: str) -> object:
    """The event, or None when another version wrote it."""
    try:
        return decode(line)
    except msgspec.ValidationError:
        return None


def _earlier(
    call: StoredCall,
    told: list[CallEnded | Promise],
    tone: Tone | None,
    corrected: dict[tuple[str, str, str], Annotation],
) -> EarlierCall:
    def said(kind: str, about: str, otherwise: str) -> str:
        mark = corrected.get((call.call_id, kind, about))
        return mark.value if mark else otherwise

    ended = next((event for event in told if isinstance(event, CallEnded)), None)
    kept = {
        mark.about for mark in corrected.values() if (mark.kind, mark.value) == ("promise", "kept")
    }
    promises = (event for event in told if isinstance(event, Promise))
    return EarlierCall(
        call_id=call.call_id,
        started_at=call.started_at.isoformat(),
        language="" if call.language == "auto" else call.language,
        topic=said("topic", "", ended.topic if ended else ""),
        outcome=said("outcome", "", ended.outcome if ended else ""),
        mood=said("tone", str(tone.seq), tone.label) if tone else "",
        promises=tuple(
            EarlierPromise(
                call_id=call.call_id,
                id=promise.id,
                kind=promise.kind,
                quote=promise.quote,
                said_at=(call.started_at + timedelta(seconds=promise.start)).isoformat(),
                due=promise.due,
            )
            for promise in promises
            if f"{call.call_id}/{promise.id}" not in kept
        ),
    )
