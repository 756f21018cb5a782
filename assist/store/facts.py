"""What search knows of a call, derived from its events and from what people corrected.

Everything here can be derived anew: `derive` reads the events of a call that is over and writes
the facts in its row, its situations and its words. `VERSION` goes up when the derivation changes;
a server derives what an older version left when it starts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, update

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


def derive(connection: Connection, call_id: str) -> None:
    """Write what search knows of a call that is over or that people corrected."""
    _write(connection, call_id, _events(connection, call_id))


def catch_up(connection: Connection, *, anew: bool = False) -> int:
    """Derive what an older version left, or everything; the number of calls."""
    due = select(calls.c.call_id).where(calls.c.ended_at.is_not(None)).limit(_AT_ONCE)
    if anew:
        connection.execute(update(calls).values(derived=0))
    done = 0
    while ids := connection.scalars(due.where(calls.c.derived != VERSION)).all():
        for call_id in ids:
            _write_utterances(connection, call_id)
            derive(connection, call_id)
        done += len(ids)
    return done


def stale(connection: Connection) -> Iterator[str]:
    """The calls whose facts or words are not what their events say."""
    query = select(calls).where(calls.c.ended_at.is_not(None)).order_by(calls.c.number)
    for row in connection.execute(query):
        if not _is_current(connection, row):
            yield row.call_id


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


def _is_current(connection: Connection, row: Row[Any]) -> bool:
    found = _events(connection, row.call_id)
    facts = _facts(connection, row.call_id, row.language, found)
    kept = Facts(row.language, row.topic, row.outcome, row.tones)
    words = connection.scalar(select(texts.c.words).where(texts.c.call_id == row.call_id))
    heard = select(func.count()).where(
        events.c.call_id == row.call_id, events.c.type == "utterance"
    )
    written = select(func.count()).where(utterances.c.call_id == row.call_id)
    return (
        facts == kept
        and words == _words(connection, row.call_id)
        and connection.scalar(heard) == connection.scalar(written)
        and row.derived == VERSION
    )


def _write(connection: Connection, call_id: str, found: list[AnyEvent]) -> None:
    row = connection.execute(_ROW, {"one": call_id}).one_or_none()
    if row is None:
        return
    facts = _facts(connection, call_id, row.language, found)
    values = msgspec.structs.asdict(facts) | {"one": call_id, "version": VERSION}
    connection.execute(_SET, values)
    connection.execute(_FORGET_SITUATIONS, {"one": call_id})
    if rows := _situations(call_id, found):
        connection.execute(insert(situations), rows)
    connection.execute(_FORGET_TEXT, {"one": call_id})
    text = {"number": row.number, "call_id": call_id, "words": _words(connection, call_id)}
    connection.execute(insert(texts), text)


_ROW = select(calls.c.number, calls.c.language).where(calls.c.call_id == bindparam("one"))
_SET = (
    update(calls)
    .where(calls.c.call_id == bindparam("one"))
    .values(
        {name: bindparam(name) for name in Facts.__struct_fields__}
        | {"derived": bindparam("version")}
    )
)
_FORGET_SITUATIONS = delete(situations).where(situations.c.call_id == bindparam("one"))
_FORGET_TEXT = delete(texts).where(texts.c.call_id == bindparam("one"))


def _write_utterances(connection: Connection, call_id: str) -> None:
    connection.execute(delete(utterances).where(utterances.c.call_id == call_id))
    query = _of_types(call_id, ("utterance",))
    heard = [event for event in _readable(connection, query) if isinstance(event, Utterance)]
    if heard:
        connection.execute(insert(utterances), [utterance_row(event) for event in heard])


def _events(connection: Connection, call_id: str) -> list[AnyEvent]:
    return list(_readable(connection, _of_types(call_id, _READ)))


def _of_types(call_id: str, types: Iterable[str]) -> Any:
    return (
        select(events.c.json)
        .where(events.c.call_id == call_id, events.c.type.in_(types))
        .order_by(events.c.seq)
    )


def _readable(connection: Connection, query: Any) -> Iterator[AnyEvent]:
    """The events, but for those that another version wrote."""
    for (line,) in connection.execute(query):
        try:
            yield decode(line)
        except msgspec.ValidationError:
            continue


def _facts(connection: Connection, call_id: str, language: str, found: Iterable[AnyEvent]) -> Facts:
    marks = counting(annotations_of(connection, [call_id]))

    def corrected(kind: str, otherwise: str, about: str = "") -> str:
        mark: Annotation | None = marks.get((call_id, kind, about))
        return mark.value if mark else otherwise

    shown: list[str] = []
    topic = outcome = ""
    for event in found:
        if isinstance(event, Tone):
            shown.append(corrected("tone", event.label, str(event.seq)))
        elif isinstance(event, CallEnded):
            topic, outcome = event.topic, event.outcome
    return Facts(
        language=_spoken(connection, call_id) or language if language == "auto" else language,
        topic=corrected("topic", topic),
        outcome=corrected("outcome", outcome),
        tones=",".join(clear_tones(shown)),
    )


def _spoken(connection: Connection, call_id: str) -> str | None:
    """The language of most utterances."""
    query = (
        select(utterances.c.language)
        .where(utterances.c.call_id == call_id)
        .group_by(utterances.c.language)
        .order_by(func.count().desc(), utterances.c.language)
        .limit(1)
    )
    return connection.scalar(query)


def _situations(call_id: str, found: Iterable[AnyEvent]) -> list[dict[str, Any]]:
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for event in found:
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


def _words(connection: Connection, call_id: str) -> str:
    query = (
        select(utterances.c.plain).where(utterances.c.call_id == call_id).order_by(utterances.c.seq)
    )
    return _BETWEEN.join(connection.scalars(query))[:_MOST_LETTERS]
