"""Calls found by their words and by what is known of them.

What is looked for is read word by word (`Words`), so nothing that a person types is ever taken
for the syntax of a database. A word finds what begins with it or with its stem, in any casing and
without its marks: "iade" finds "İADEMİ", "hesap" finds "hesabım", "siparis" finds "sipariş". Words
in quotes are found as they stand, one behind the other in one utterance. All that is asked for
has to be in the call, not in one utterance.

Calls that are over are found by the full-text index, running ones by a walk over their utterances.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    column,
    func,
    literal_column,
    or_,
    select,
    table,
    text,
)

from assist.errors import ProtocolError
from assist.events import Role
from assist.guidance.morphology import analyse
from assist.store.records import StoredCall
from assist.store.tables import calls, situations, texts, utterances
from assist.text import fold, plain_words, tokens

_QUOTED: Final = re.compile(r'"([^"]*)"?|“([^”]*)”?|«([^»]*)»?')
_SHORTEST_BEGINNING: Final = 3
"""Letters from which on a word stands for all that begin with it."""
_SHORTEST_STEM: Final = 4
_MOST_TERMS: Final = 20
_FIELDS: Final = StoredCall.__struct_fields__
_LOOKED_AT: Final = 2000
"""Of the newest calls so many are looked at before PostgreSQL's index is asked for all."""
_SOFTENED: Final = {"p": "b", "t": "d", "k": "g"}
"""How the last letter of a Turkish stem changes before a vowel (ç and c are one letter here)."""


class Term(msgspec.Struct, frozen=True):
    """One of the things looked for: any of `forms`, each a run of plain words.

    With `begins`, the last word of a form may go on.
    """

    forms: tuple[str, ...]
    begins: bool


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """Which calls are meant; what is empty or None asks for nothing.

    `topic` is one of either level. `tone` is one the caller showed clearly. `since` and `until`
    bound the start of the call, the second one not included; durations are seconds, scores
    0…100, and a call without a score is in no range of them.
    """

    q: str = ""
    situation: str = ""
    tone: str = ""
    outcome: str = ""
    topic: str = ""
    agent: str = ""
    customer: str = ""
    language: str = ""
    since: datetime | None = None
    until: datetime | None = None
    min_duration: float | None = None
    max_duration: float | None = None
    min_score: float | None = None
    max_score: float | None = None


class Hit(msgspec.Struct, frozen=True):
    """The first utterance of a call that has something of what was looked for.

    `start` in seconds of the call.
    """

    channel: Role
    start: float
    text: str


class Found(msgspec.Struct, frozen=True):
    """One page of calls, newest first; `next` is where the following page begins, if any."""

    calls: tuple[StoredCall, ...]
    hits: dict[str, Hit]
    next: str | None


def search(
    connection: Connection,
    filters: Filters,
    agents: Collection[str] | None,
    limit: int,
    after: str | None,
) -> Found:
    """The newest `limit` calls of `agents` (of all for None), or those behind the cursor `after`.

    A cursor holds its place while calls come and go. Raises `ProtocolError` for one that this
    function did not make.
    """
    terms = terms_of(filters.q)
    query = _query(filters)
    if agents is not None:
        query = query.where(calls.c.agent.in_(agents))
    if after is not None:
        started_at, call_id = _place(after)
        query = query.where(
            calls.c.started_at <= started_at,
            or_(calls.c.started_at < started_at, calls.c.call_id > call_id),
        )
    rows = _rows(connection, query, filters.q, terms, limit + 1)
    found = tuple(StoredCall(*row[: len(_FIELDS)]) for row in rows[:limit])
    hits = _hits(connection, [call.call_id for call in found], terms)
    return Found(found, hits, cursor(found[-1]) if len(rows) > limit else None)


def cursor(call: StoredCall) -> str:
    """The place right behind a call in the list."""
    place = f"{call.started_at.astimezone(UTC).isoformat()} {call.call_id}"
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def terms_of(q: str) -> list[Term]:
    """What a line typed by a person asks for."""
    terms: list[Term] = []
    rest = _QUOTED.sub(lambda match: _keep_quoted(match, terms), q)
    for token in tokens(rest, "tr"):
        word, *_endings = plain_words(token.folded) or [""]  # what follows an apostrophe
        if word:
            terms.append(_term(word, token.folded))
    return list(dict.fromkeys(terms))[:_MOST_TERMS]


def _keep_quoted(match: re.Match[str], terms: list[Term]) -> str:
    words = plain_words(next(filter(None, match.groups()), ""))
    if words:
        terms.append(Term((" ".join(words),), begins=False))
    return " "


def _term(word: str, folded: str) -> Term:
    if len(word) < _SHORTEST_BEGINNING:
        return Term((word,), begins=False)
    forms = [word]
    for language in ("tr", "en"):
        form = analyse(fold(folded, language), language)
        stem = "".join(plain_words(form.lemma))
        if form.known and len(stem) >= _SHORTEST_STEM:
            forms.append(stem)
    for form_ in list(forms):
        if len(form_) >= _SHORTEST_STEM and form_[-1] in _SOFTENED:
            forms.append(form_[:-1] + _SOFTENED[form_[-1]])
    # What begins with the longer one begins with the shorter one, too.
    kept = [one for one in forms if not any(o != one and one.startswith(o) for o in forms)]
    return Term(tuple(dict.fromkeys(kept)), begins=True)


def _query(filters: Filters) -> Select[Any]:
    """The calls that pass everything but the words, newest first."""
    query = select(*(calls.c[name] for name in _FIELDS), calls.c.number).order_by(
        calls.c.started_at.desc(), calls.c.call_id
    )
    for name in ("agent", "customer", "language", "outcome"):
        if wanted := getattr(filters, name):
            query = query.where(calls.c[name] == wanted)
    if filters.topic:
        below = calls.c.topic.startswith(f"{filters.topic}/", autoescape=True)
        query = query.where(or_(calls.c.topic == filters.topic, below))
    if filters.tone:
        query = query.where(calls.c.tones.contains(filters.tone, autoescape=True))
    if filters.situation:
        known = select(situations.c.call_id).where(situations.c.situation == filters.situation)
        query = query.where(calls.c.call_id.in_(known))
    ranges: Iterable[tuple[ColumnElement[Any], Any, Any]] = (
        (calls.c.duration, filters.min_duration, filters.max_duration),
        (calls.c.score, filters.min_score, filters.max_score),
    )
    for what, least, most in ranges:
        if least is not None:
            query = query.where(what >= least)
        if most is not None:
            query = query.where(what <= most)
    if filters.since is not None:
        query = query.where(calls.c.started_at >= filters.since)
    if filters.until is not None:
        query = query.where(calls.c.started_at < filters.until)
    return query


def _rows(
    connection: Connection, query: Select[Any], q: str, terms: list[Term], limit: int
) -> Sequence[Row[Any]]:
    """The first rows of `query` whose calls have the terms, too."""
    if not q.strip():
        return connection.execute(query.limit(limit)).all()
    if not terms:
        return ()
    running = _running_with(connection, terms)
    if connection.dialect.name != "postgresql":
        index = table("texts_index", column("rowid"))
        matches = literal_column("texts_index").op("MATCH")(_fts5(terms))
        over = calls.c.number.in_(select(index.c.rowid).where(matches))
        found = query.where(or_(over, calls.c.call_id.in_(running)))
        return connection.execute(found.limit(limit)).all()
    # It would rather read every text than the index for a word that many calls have.
    connection.execute(text("SET LOCAL enable_seqscan = off"))
    asked = func.to_tsquery(text("'simple'"), _tsquery(terms))
    told = literal_column("texts.vector").op("@@")(asked)
    # Its index finds all calls with a word before the first is given. Most words that are asked
    # for are frequent, and then enough of the newest calls have them.
    newest = query.limit(_LOOKED_AT).subquery()
    looked_at = (
        select(newest)
        .outerjoin(texts, texts.c.number == newest.c.number)
        .where(or_(told, newest.c.call_id.in_(running)))
        .order_by(newest.c.started_at.desc(), newest.c.call_id)
    )
    rows = connection.execute(looked_at.limit(limit)).all()
    if len(rows) == limit:
        return rows
    over = calls.c.number.in_(select(texts.c.number).where(told))
    found = query.where(or_(over, calls.c.call_id.in_(running)))
    return connection.execute(found.limit(limit)).all()


def _running_with(connection: Connection, terms: list[Term]) -> Sequence[str]:
    """The running calls that have all terms, each somewhere; few calls run at a time."""
    running = connection.scalars(select(calls.c.call_id).where(calls.c.ended_at.is_(None))).all()
    for term in terms if running else ():
        told = select(utterances.c.call_id).distinct()
        told = told.where(utterances.c.call_id.in_(running), _has(term))
        running = connection.scalars(told).all()
    return running


def _fts5(terms: list[Term]) -> str:
    star = {True: "*", False: ""}
    return " AND ".join(
        "(" + " OR ".join(f'"{form}"{star[term.begins]}' for form in term.forms) + ")"
        for term in terms
    )


def _tsquery(terms: list[Term]) -> str:
    def phrase(form: str, star: str) -> str:
        return " <-> ".join(f"'{word}'{star}" for word in form.split())

    return " & ".join(
        "(" + " | ".join(phrase(form, ":*" if term.begins else "") for form in term.forms) + ")"
        for term in terms
    )


def _has(term: Term) -> ColumnElement[bool]:
    """Whether an utterance has a term. Plain words have no letter that `LIKE` knows."""
    end = "" if term.begins else " "
    spaced = " " + utterances.c.plain + " "
    return or_(*(spaced.like(f"% {form}{end}%") for form in term.forms))


def _hits(connection: Connection, ids: Sequence[str], terms: list[Term]) -> dict[str, Hit]:
    if not ids or not terms:
        return {}
    first = (
        select(utterances.c.call_id, func.min(utterances.c.seq).label("seq"))
        .where(utterances.c.call_id.in_(ids), or_(*map(_has, terms)))
        .group_by(utterances.c.call_id)
        .subquery()
    )
    u = utterances.c
    query = select(u.call_id, u.channel, u.start, u.text).join(
        first, and_(u.call_id == first.c.call_id, u.seq == first.c.seq)
    )
    return {
        row.call_id: Hit(Role(row.channel), row.start, row.text)
        for row in connection.execute(query)
    }


def _place(after: str) -> tuple[datetime, str]:
    try:
        padded = after + "=" * (-len(after) % 4)
        started_at, call_id = base64.urlsafe_b64decode(padded).decode().split(" ", 1)
        return datetime.fromisoformat(started_at).astimezone(UTC), call_id
    except ValueError:
        raise ProtocolError(
            "The parameter `after` is no cursor of this list; send `next` as it came."
        ) from None
