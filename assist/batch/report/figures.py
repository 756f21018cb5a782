"""The report's figures, from the tables of a folder in one pass; a call at a time in memory.

What lies within a call hangs together, so every share of time has an interval over calls.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec
import pyarrow.parquet as pq

from assist.batch.manifest import Entry, Manifest
from assist.batch.report.moments import (
    UPSET,
    Call,
    Chosen,
    Moment,
    Sign,
    Spoken,
    best_of,
    spoken,
    worst_of,
)
from assist.errors import AudioError
from assist.events import CallStarted, Role, ToneLabel, decode
from assist.guidance.quality import QUALITIES
from assist.store.numbers import TimeShare

_ROWS: Final = 10_000


class Slot(msgspec.Struct):
    """What callers' time in one hour of day, or one tenth of calls, was like."""

    upset: TimeShare = msgspec.field(default_factory=TimeShare)
    unsure: TimeShare = msgspec.field(default_factory=TimeShare)


class Reason(msgspec.Struct):
    """Calls about one thing; `heard` are those whose caller's tone was estimated."""

    calls: int = 0
    outcomes: Counter[str] = msgspec.field(default_factory=Counter)
    angry: int = 0
    heard: int = 0
    upset: TimeShare = msgspec.field(default_factory=TimeShare)


class Agent(msgspec.Struct):
    """The scores of an agent's calls by quality, counted by value 0…100, and why cards lack."""

    calls: int = 0
    scores: dict[str, Counter[int]] = msgspec.field(
        default_factory=lambda: {quality: Counter() for quality in QUALITIES}
    )
    missing: Counter[str] = msgspec.field(default_factory=Counter)


class Failed(msgspec.Struct, frozen=True):
    """A recording that could not be used, and why."""

    name: str
    reason: str


class Figures(msgspec.Struct):
    """All that the report tells. Times are seconds, `hours` by 0…23, `tenths` by 0…9."""

    calls: int = 0
    seconds: float = 0.0
    failed: list[Failed] = []
    first: datetime | None = None
    last: datetime | None = None
    undated: int = 0
    languages: Counter[str] = msgspec.field(default_factory=Counter)
    models: Counter[tuple[str, str]] = msgspec.field(default_factory=Counter)
    playbooks: Counter[str] = msgspec.field(default_factory=Counter)
    formulas: Counter[str] = msgspec.field(default_factory=Counter)
    tone: dict[str, TimeShare] = msgspec.field(
        default_factory=lambda: {label.value: TimeShare() for label in ToneLabel}
    )
    hours: dict[int, Slot] = {}
    dated_heard: int = 0
    tenths: dict[int, Slot] = {}
    undated_heard: int = 0
    unheard: int = 0
    all: Reason = msgspec.field(default_factory=Reason)
    areas: dict[str, Reason] = {}
    topics: dict[str, Reason] = {}
    agents: dict[str, Agent] = {}
    worst: list[Moment] = []
    best: list[Moment] = []


_Row = dict[str, Any]


def gather(manifest: Manifest, moments: int) -> Figures:
    """The figures of a folder whose tables are there, with as many moments of either kind.

    Raises `AudioError` when a table or an event file cannot be read.
    """
    try:
        return _Gathering(manifest, moments).figures()
    except OSError as error:
        raise AudioError(
            f"The results in {manifest.folder} cannot be read: {error.strerror or error}; score "
            "the recordings again."
        ) from None


class _Gathering:
    def __init__(self, manifest: Manifest, moments: int) -> None:
        self._manifest = manifest
        self._found = Figures()
        self._worst, self._best = Chosen(moments), Chosen(moments)

    def figures(self) -> Figures:
        folder, found = self._manifest.folder, self._found
        tone = _Grouped(
            folder / "tone.parquet", ("label", "start", "end", "confidence", "recovery")
        )
        signs = _Grouped(
            folder / "situations.parquet", ("situation", "channel", "start", "confidence")
        )
        cards = _Grouped(folder / "scorecard.parquet", ("quality", "score", "missing", "version"))
        rows = _rows(
            folder / "calls.parquet",
            ("call_id", "duration", "language", "outcome", "topic", "tone"),
        )
        for entry, row in zip(self._manifest, rows, strict=True):
            name = entry.item.name
            if entry.error:
                found.failed.append(Failed(name, entry.error))
                continue
            began = entry.item.began()
            told = [
                Sign(one["situation"], one["start"], one["confidence"])
                for one in signs.of(name)
                if one["channel"] == Role.CALLER
            ]
            call = Call(name, began, row["duration"], spoken(tone.of(name)), told)
            self._count(entry, row, began)
            self._tone(call, row["tone"], self._reasons(row))
            self._card(entry.item.agent, cards.of(name))
            self._worst.add(worst_of(call))
            self._best.add(best_of(call))
        found.worst, found.best = self._worst.all(), self._best.all()
        return found

    def _count(self, entry: Entry, row: _Row, began: datetime | None) -> None:
        found = self._found
        found.calls += 1
        found.seconds += row["duration"]
        found.languages[row["language"]] += 1
        if began is None:
            found.undated += 1
        else:
            found.first = min(found.first or began, began)
            found.last = max(found.last or began, began)
        started = _started(self._manifest.folder / f"{entry.item.name}.events.jsonl")
        if started is not None:
            found.models.update(started.models.items())
            found.playbooks[started.playbook] += 1

    def _reasons(self, row: _Row) -> tuple[Reason, ...]:
        """Where the call counts: among all, in its area, and for its problem."""
        found, topic = self._found, row["topic"]
        area = topic.partition("/")[0]
        reasons = [found.all, found.areas.setdefault(area, Reason())]
        if topic:
            reasons.append(found.topics.setdefault(topic, Reason()))
        for reason in reasons:
            reason.calls += 1
            reason.outcomes[row["outcome"]] += 1
        return tuple(reasons)

    def _tone(self, call: Call, worst: str, reasons: tuple[Reason, ...]) -> None:
        found = self._found
        spent = _by_label(call.tones)
        whole = sum(spent.values())
        if whole <= 0:
            found.unheard += 1
            return
        for label, share in found.tone.items():
            share.add(spent.get(label, 0.0), whole)
        upset = sum(spent.get(label, 0.0) for label in UPSET)
        for reason in reasons:
            reason.heard += 1
            reason.angry += worst == "angry"
            reason.upset.add(upset, whole)
        slots = found.tenths if call.began is None else found.hours
        if call.began is None:
            found.undated_heard += 1
        else:
            found.dated_heard += 1
        for place, tones in itertools.groupby(sorted(call.tones, key=call.place), key=call.place):
            spent = _by_label(list(tones))
            whole = sum(spent.values())
            slot = slots.setdefault(place, Slot())
            slot.upset.add(sum(spent.get(label, 0.0) for label in UPSET), whole)
            slot.unsure.add(spent.get("unsure", 0.0), whole)

    def _card(self, name: str, qualities: list[_Row]) -> None:
        agent = self._found.agents.setdefault(name, Agent())
        agent.calls += 1
        known = False
        for row in qualities:
            if row["score"] is not None:
                agent.scores[row["quality"]][round(row["score"])] += 1
                known = True
        if qualities:
            self._found.formulas[qualities[0]["version"]] += 1
            if not known:
                agent.missing[qualities[0]["missing"]] += 1


def _by_label(tones: list[Spoken]) -> dict[str, float]:
    spent: dict[str, float] = {}
    for tone in tones:
        spent[tone.label] = spent.get(tone.label, 0.0) + tone.seconds
    return spent


class _Grouped:
    """The rows of a table by call; calls are asked for in the order of the table."""

    def __init__(self, path: Path, columns: tuple[str, ...]) -> None:
        groups = itertools.groupby(
            _rows(path, ("call_id", *columns)), key=lambda row: str(row["call_id"])
        )
        self._groups = iter(groups)
        self._next = next(self._groups, None)

    def of(self, name: str) -> list[_Row]:
        """The rows of a call."""
        if self._next is None or self._next[0] != name:
            return []
        rows = list(self._next[1])
        self._next = next(self._groups, None)
        return rows


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[_Row]:
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(_ROWS, columns=list(columns)):
            yield from batch.to_pylist()


def _started(path: Path) -> CallStarted | None:
    """The first event, which names models and playbooks."""
    with path.open("rb") as file:
        try:
            event = decode(file.readline())
        except msgspec.DecodeError:  # of a newer version, or the call has no events
            return None
    return event if isinstance(event, CallStarted) else None
