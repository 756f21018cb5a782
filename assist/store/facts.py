"""What search knows of a call, derived from its events and from what people corrected.

Everything here can be derived anew: `derive` reads the events of a call that is over and writes
the facts in its row, its situations and its words. `VERSION` goes up when the derivation changes;
a server derives what an older version left when it starts.
"""

from __future__ import annotations

import contextlib
import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from assist.events import AnyEvent, CallEnded, Situation, Tone, ToneLabel, Utterance, decode
from assist.store.annotations import Annotation, counting
from assist.store.earlier import annotations_of
from assist.store.tables import calls, events, situations, texts, utterances
from assist.text import plain_words

VERSION: Final = 1
CORRECTIONS: Final = frozenset({"outcome", "topic", "tone"})
"""Kinds of annotation that count over what was derived."""

_WORST_FIRST: Final = (ToneLabel.ANGRY, ToneLabel.SAD, ToneLabel.NEUTRAL, ToneLabel.HAPPY)
_CLEAR: Final = 3
"""Tone events of one label that make it clear. They come about once a second of speech."""
_BETWEEN: Final = " q0q0q "
"""Stands between utterances, so that a phrase is not found across them: a word nobody says."""
_MOST_LETTERS: Final = 400_000
"""Of a call's words, some ten hours of speech: PostgreSQL indexes a megabyte at most."""
_AT_ONCE: Final = 200
_READ: Final = ("tone", "situation", "call_ended")


class Facts(msgspec.Struct, frozen=True):
    """The facts of a call, as in `StoredCall`; `language` is "auto" where nobody spoke."""

    language: str
    topic: str
    outcome: str
    tones: str


def derive(connection: Connection, call_ids: Sequence[str]) -> None:
    """Write what search knows of calls that are over or that people corrected."""
    derived = _derived(connection, call_ids)
    if not derived:
        return
    ids = list(derived)
    connection.execute(
        _SET,
        [
            {"one": call_id, "version": VERSION} | msgspec.structs.asdict(known.facts)
            for call_id, known in derived.items()
        ],
    )
    for table in (situations, texts):
        connection.execute(delete(table).where(table.c.call_id.in_(ids)))
    if rows := [row for known in derived.values() for row in known.situations]:
        connection.execute(insert(situations), rows)
    connection.execute(
        insert(texts),
        [
            {"number": known.number, "call_id": call_id, "words": known.words}
            for call_id, known in derived.items()
        ],
    )


def catch_up(connection: Connection, *, anew: bool = False) -> int:
    """Derive what an older version left, or everything; the number of calls."""
    due = select(calls.c.call_id).where(calls.c.ended_at.is_not(None)).limit(_AT_ONCE)
    if anew:
        connection.execute(update(calls).values(derived=0))
    done = 0
    while ids := connection.scalars(due.where(calls.c.derived != VERSION)).all():
        _write_utterances(connection, ids)
        derive(connection, ids)
        done += len(ids)
    return done


def stale(connection: Connection) -> Iterator[str]:
    """The calls whose facts or words are not what their events say."""
    after = 0
    query = select(calls).order_by(calls.c.number).limit(_AT_ONCE)
    while rows := connection.execute(query.where(calls.c.number > after)).all():
        after = rows[-1].number
        over = [row for row in rows if row.ended_at is not None]
        ids = [row.call_id for row in over]
        derived = _derived(connection, ids)
        told = select(texts.c.call_id, texts.c.words).where(texts.c.call_id.in_(ids))
        words = {row.call_id: row.words for row in connection.execute(told)}
        heard = _counted(connection, events.c.call_id, ids, events.c.type == "utterance")
        written = _counted(connection, utterances.c.call_id, ids)
        for row in over:
            known, call_id = derived[row.call_id], row.call_id
            kept = Facts(row.language, row.topic, row.outcome, row.tones)
            if (known.facts, known.words, VERSION) != (
                kept,
                words.get(call_id),
                row.derived,
            ) or heard.get(call_id, 0) != written.get(call_id, 0):
                yield call_id


def utterance_row(event: Utterance) -> dict[str, Any]:
    """The row of an utterance."""
    return {
        "call_id": event.call_id,
        "seq": event.seq,
        "channel": event.channel,
        "start": event.start,
        "language": event.language,
        "text": event.text,
        "plain": " ".join(plain_words(event.text)),
    }


def clear_tones(labels: Iterable[str]) -> list[str]:
    """The tones that a caller showed clearly, the worst first, from the labels of tone events."""
    shown = Counter(labels)
    return [label.value for label in _WORST_FIRST if shown[label] >= _CLEAR]


class _Derived(msgspec.Struct, frozen=True):
    number: int
    facts: Facts
    situations: list[dict[str, Any]]
    words: str


_SET = (
    update(calls)
    .where(calls.c.call_id == bindparam("one"))
    .values(
        {name: bindparam(name) for name in Facts.__struct_fields__}
        | {"derived": bindparam("version")}
    )
)


def _derived(connection: Connection, call_ids: Sequence[str]) -> dict[str, _Derived]:
    """What follows from the events and annotations of calls; those that there are."""
    marks = counting(annotations_of(connection, call_ids))
    told = _told(connection, call_ids, _READ)
    words: dict[str, list[str]] = {}
    spoken: dict[str, Counter[str]] = {}
    said = (
        select(utterances.c.call_id, utterances.c.language, utterances.c.plain)
        .where(utterances.c.call_id.in_(call_ids))
        .order_by(utterances.c.call_id, utterances.c.seq)
    )
    for call_id, language, plain in connection.execute(said):
        words.setdefault(call_id, []).append(plain)
        spoken.setdefault(call_id, Counter())[language] += 1
    query = select(calls.c.call_id, calls.c.number, calls.c.language)
    derived: dict[str, _Derived] = {}
    for call_id, number, language in connection.execute(query.where(calls.c.call_id.in_(call_ids))):
        heard = spoken.get(call_id)
        if language == "auto" and heard:
            language = min(heard, key=lambda name: (-heard[name], name))  # noqa: PLW2901
        derived[call_id] = _Derived(
            number,
            _facts(call_id, language, told.get(call_id, ()), marks),
            _situations(call_id, told.get(call_id, ())),
            _BETWEEN.join(words.get(call_id, ()))[:_MOST_LETTERS],
        )
    return derived


def _facts(
    call_id: str,
    language: str,
    told: Iterable[AnyEvent],
    marks: Mapping[tuple[str, str, str], Annotation],
) -> Facts:
    def corrected(kind: str, otherwise: str, about: str = "") -> str:
        mark = marks.get((call_id, kind, about))
        return mark.value if mark else otherwise

    shown: list[str] = []
    topic = outcome = ""
    for event in told:
        if isinstance(event, Tone):
            shown.append(corrected("tone", event.label, str(event.seq)))
        elif isinstance(event, CallEnded):
            topic, outcome = event.topic, event.outcome
    return Facts(
        language=language,
        topic=corrected("topic", topic),
        outcome=corrected("outcome", outcome),
        tones=",".join(clear_tones(shown)),
    )


def _situations(call_id: str, told: Iterable[AnyEvent]) -> list[dict[str, Any]]:
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for event in told:
        if isinstance(event, Situation):
            first = {
                "call_id": call_id,
                "situation": event.situation,
                "channel": event.channel,
                "count": 0,
                "start": event.start,
            }
            rows.setdefault((event.situation, event.channel), first)["count"] += 1
    return list(rows.values())


def _write_utterances(connection: Connection, call_ids: Sequence[str]) -> None:
    connection.execute(delete(utterances).where(utterances.c.call_id.in_(call_ids)))
    told = _told(connection, call_ids, ("utterance",))
    heard = itertools.chain.from_iterable(told.values())
    if rows := [utterance_row(event) for event in heard if isinstance(event, Utterance)]:
        connection.execute(insert(utterances), rows)


def _told(
    connection: Connection, call_ids: Sequence[str], types: Sequence[str]
) -> dict[str, list[AnyEvent]]:
    """The events of these types by call, but for those that another version wrote."""
    query = (
        select(events.c.call_id, events.c.json)
        .where(events.c.call_id.in_(call_ids), events.c.type.in_(types))
        .order_by(events.c.call_id, events.c.seq)
    )
    told: dict[str, list[AnyEvent]] = {}
    for call_id, line in connection.execute(query):
        with contextlib.suppress(msgspec.ValidationError):
            told.setdefault(call_id, []).append(decode(line))
    return told


def _counted(
    connection: Connection, by: Column[str], ids: Sequence[str], *where: ColumnElement[bool]
) -> dict[str, int]:
    query = select(by, func.count()).where(by.in_(ids), *where).group_by(by)
    return {row[0]: row[1] for row in connection.execute(query)}
