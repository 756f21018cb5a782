"""What is known of a customer: earlier calls, what is still owed, how they like to be talked to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Literal

import msgspec
from sqlalchemy import ColumnElement, Connection, bindparam, delete, func, insert, select

from assist.events import CallEnded, Due, Promise, Tone, decode
from assist.guidance.due import due_at
from assist.store.annotations import Annotation, counting
from assist.store.records import StoredCall
from assist.store.tables import calls, customers, events, marks
from assist.store.writer import Write

Style = Literal["", "warm", "factual"]

_CALLS = 5
_MOST_CALLS = 100
_UNSURE = '"label":"unsure"'


class EarlierPromise(msgspec.Struct, frozen=True):
    """Something that was promised in a call.

    `said_at` (ISO 8601, UTC) is the moment that `due` is counted from; `due_at` (ISO 8601, in
    the server's zone) its last one, empty where no time was named. `state` is "kept" when
    somebody has said so, else "overdue" after `due_at`, else "open".
    """

    call_id: str
    id: str
    kind: str
    quote: str
    said_at: str
    due: Due | None = None
    due_at: str = ""
    state: str = "open"


class EarlierCall(msgspec.Struct, frozen=True):
    """An earlier call of a customer, as people corrected it; what is not known is empty.

    `mood` is the last tone that was clear.
    """

    call_id: str
    started_at: str
    language: str
    topic: str = ""
    outcome: str = ""
    mood: str = ""
    promises: tuple[EarlierPromise, ...] = ()


class CustomerMemory(msgspec.Struct, frozen=True):
    """What is known of a customer, newest first.

    `style` is the brand's tone that suits them, "warm" or "factual", empty where nobody said.
    """

    customer: str
    style: Style
    calls: tuple[EarlierCall, ...]
    promises: tuple[EarlierPromise, ...]


def earlier_calls(connection: Connection, customer: str) -> tuple[EarlierCall, ...]:
    """The latest calls of a customer that are over, newest first, with promises not kept yet."""
    found = _earlier_calls(connection, (calls.c.customer == customer,), _CALLS)
    return tuple(
        msgspec.structs.replace(
            call, promises=tuple(one for one in call.promises if one.state != "kept")
        )
        for call in found
    )


def memory_of(
    connection: Connection, customer: str, agents: Iterable[str] | None
) -> CustomerMemory:
    """What is known of a customer from the calls of `agents`, all of them when that is `None`."""
    conditions = [calls.c.customer == customer]
    if agents is not None:
        conditions.append(calls.c.agent.in_(agents))
    found = _earlier_calls(connection, conditions, _MOST_CALLS)
    return CustomerMemory(
        customer=customer,
        style=style_of(connection, customer),
        calls=found,
        promises=tuple(promise for call in found for promise in call.promises),
    )


def earlier_call(connection: Connection, call_id: str) -> EarlierCall | None:
    """One call that is over; `None` when there is none of this id."""
    found = _earlier_calls(connection, (calls.c.call_id == call_id,), 1)
    return found[0] if found else None


def style_of(connection: Connection, customer: str) -> Style:
    """The brand's tone that suits a customer; empty where nobody said."""
    query = select(customers.c.style).where(customers.c.customer == customer)
    found = connection.execute(query).scalar_one_or_none()
    return found if found in ("warm", "factual") else ""


def styled(customer: str, style: Style) -> tuple[Write, ...]:
    """The brand's tone that suits a customer from now on; empty takes the setting's again."""
    row = {"customer": customer, "style": style, "since": datetime.now(UTC)}
    return Write(_FORGET_STYLE, {"of": customer}), Write(_STYLE, row)


_FORGET_STYLE = delete(customers).where(customers.c.customer == bindparam("of"))
_STYLE = insert(customers)


def _earlier_calls(
    connection: Connection, conditions: Iterable[ColumnElement[bool]], limit: int
) -> tuple[EarlierCall, ...]:
    query = (
        select(*(calls.c[name] for name in StoredCall.__struct_fields__))
        .where(*conditions, calls.c.ended_at.is_not(None))
        .order_by(calls.c.started_at.desc(), calls.c.call_id)
        .limit(limit)
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
            _promise(call, promise, f"{call.call_id}/{promise.id}" in kept) for promise in promises
        ),
    )


def _promise(call: StoredCall, promise: Promise, is_kept: bool) -> EarlierPromise:
    said = call.started_at + timedelta(seconds=promise.start)
    due = due_at(promise.due, said.astimezone())
    late = due is not None and due < datetime.now(UTC)
    return EarlierPromise(
        call_id=call.call_id,
        id=promise.id,
        kind=promise.kind,
        quote=promise.quote,
        said_at=said.isoformat(),
        due=promise.due,
        due_at=due.isoformat() if due else "",
        state="kept" if is_kept else "overdue" if late else "open",
    )
