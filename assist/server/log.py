"""The events of one call in memory, and readers that hold nothing but their place in it."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import cast

import msgspec

from assist.audio.frames import CallInfo
from assist.config import WallSettings
from assist.events import (
    CallStarted,
    Event,
    Partial,
    Role,
    Suggestion,
    Utterance,
    encode,
    seconds,
)
from assist.server.annotations import Annotations
from assist.server.changes import Changes
from assist.server.glance import Glance
from assist.server.messages import Action, Feedback, Hello
from assist.store import Annotation, EarlierCall, EventRecord, StoredCall

SUPERSEDED = frozenset({"tone", "mechanics"})
"""Events that a newer one of their kind makes worthless to a page that shows the present."""


class CallLog:
    """Final events of a call in order, the words of turns still open, and what people did.

    A running call's log grows by `append`; a log made from the store does not. Everything
    happens on the event loop.
    """

    def __init__(self, call: StoredCall, wall: WallSettings | None = None) -> None:
        self.call = call
        self.records: list[EventRecord] = []
        self.feedback: dict[str, Action] = {}
        self.annotations = Annotations()
        self.earlier: tuple[EarlierCall, ...] = ()
        """The customer's calls before this one, while it runs."""
        self.changes = Changes()
        self.partials: dict[str, Partial] = {}
        self.glance = Glance(wall or WallSettings())
        """The call as the wall shows it, while it runs."""
        self._newest: dict[str, int] = {}
        self._suggestions: set[str] = set()

    @classmethod
    def begun(cls, info: CallInfo, wall: WallSettings | None = None) -> CallLog:
        """The log of a call that starts now."""
        return cls(
            StoredCall(
                call_id=info.call_id,
                agent=info.agent,
                customer=info.customer,
                language=info.language,
                started_at=datetime.now(UTC),
                ended_at=None,
                reason="",
                duration=0.0,
            ),
            wall,
        )

    def recorded(self, name: str) -> None:
        """Know where the recording of the call is."""
        self.call = msgspec.structs.replace(self.call, recording=name)

    @classmethod
    def restored(
        cls,
        call: StoredCall,
        records: list[EventRecord],
        feedback: Mapping[str, str],
        annotations: Iterable[Annotation] = (),
    ) -> CallLog:
        """The log of a call of the past."""
        log = cls(call)
        for record in records:
            log._keep(record)
            if record.type == "suggestion":
                event = record.decode()
                assert isinstance(event, Suggestion)
                log._suggestions.add(event.id)
        log.feedback.update(cast(Mapping[str, Action], feedback))
        log.annotations = Annotations(annotations)
        return log

    @property
    def call_id(self) -> str:
        """Whose log this is."""
        return self.call.call_id

    @property
    def running(self) -> bool:
        """Whether more events are to come."""
        return self.call.ended_at is None

    @property
    def roles(self) -> tuple[Role, ...]:
        """The channels of the call, none before its first event."""
        for record in self.records[:1]:
            event = record.decode()
            if isinstance(event, CallStarted):
                return event.channels
        return ()

    @property
    def duration(self) -> float:
        """Seconds of the call so far, or of the whole call."""
        if not self.running:
            return self.call.duration
        return seconds(self.records[-1].position) if self.records else 0.0

    def append(self, event: Event) -> EventRecord:
        """Take the next final event."""
        record = EventRecord.of(event)
        self._keep(record)
        if isinstance(event, Suggestion):
            self._suggestions.add(event.id)
        elif isinstance(event, Utterance):
            self._words_are_final(event)
        self.glance.observe(event)
        self.changes.announce()
        return record

    def show(self, partial: Partial) -> None:
        """Take the words of a turn that is still open, in place of the earlier ones."""
        self.partials[partial.channel] = partial
        self.changes.announce()

    def close(self, ended_at: datetime, reason: str, duration: float) -> None:
        """The call ended: nothing more will come."""
        self.call = msgspec.structs.replace(
            self.call, ended_at=ended_at, reason=reason, duration=duration
        )
        self.partials.clear()
        self.changes.announce()

    def has_suggestion(self, suggestion: str) -> bool:
        """Whether the call had this suggestion."""
        return suggestion in self._suggestions

    def give_feedback(self, feedback: Feedback) -> None:
        """Remember what the agent did with a suggestion and tell all readers."""
        self.feedback[feedback.suggestion] = feedback.action
        self.changes.announce()

    def annotate(self, annotation: Annotation, author: str) -> Annotation | None:
        """Take what a page marked and tell all readers; `None` for what is there already.

        Raises `ProtocolError` for what makes no sense.
        """
        made = self.annotations.add(annotation, author)
        if made is not None:
            if made.kind == "flag":
                self.glance.flag(made.value == "raised", made.start)
            self.changes.announce()
        return made

    def index_after(self, seq: int) -> int:
        """Where the events above `seq` begin in `records`."""
        return bisect.bisect_right(self.records, seq, key=lambda record: record.seq)

    def newest(self, kind: str) -> int:
        """Where the newest event of a kind stands in `records`, −1 without one."""
        return self._newest.get(kind, -1)

    def hello(self) -> Hello:
        """What a page is told first."""
        call = self.call
        return Hello(
            call_id=call.call_id,
            running=self.running,
            started_at=call.started_at.isoformat(),
            agent=call.agent,
            customer=call.customer,
            language=call.language,
            feedback=dict(self.feedback),
            annotations=self.annotations.counting(),
            earlier=self.earlier,
        )

    def _keep(self, record: EventRecord) -> None:
        self._newest[record.type] = len(self.records)
        self.records.append(record)

    def _words_are_final(self, utterance: Utterance) -> None:
        partial = self.partials.get(utterance.channel)
        if partial is not None and partial.start < utterance.end:
            del self.partials[utterance.channel]


class Cursor:
    """One page's place in a log.

    It holds no copies, so a slow page costs nothing: it gets every event it has not had, only
    the latest words of open turns and, once more than `backlog` events behind the present, no
    tone or mechanics that a newer one has replaced. What was there when the page came is its
    history and always given in full.
    """

    def __init__(self, log: CallLog, *, after: int = 0, backlog: int) -> None:
        self._log = log
        self._next = log.index_after(after)
        self._history_end = len(log.records)
        self._backlog = backlog
        self._partials: dict[str, Partial] = {}
        self._feedback = dict(log.feedback)
        self._annotations = len(log.annotations.all)

    def take(self) -> str | None:
        """The next message for the page as JSON, `None` when it has everything."""
        return self._event() or self._partial() or self._given_feedback() or self._annotation()

    def _event(self) -> str | None:
        records = self._log.records
        while self._next < len(records):
            index = self._next
            self._next += 1
            if not self._spared(index):
                return records[index].json
        return None

    def _spared(self, index: int) -> bool:
        behind = len(self._log.records) - max(index, self._history_end)
        if index < self._history_end or behind <= self._backlog:
            return False
        kind = self._log.records[index].type
        return kind in SUPERSEDED and self._log.newest(kind) > index

    def _partial(self) -> str | None:
        for channel, partial in self._log.partials.items():
            if self._partials.get(channel) is not partial:
                self._partials[channel] = partial
                return encode(partial).decode()
        return None

    def _given_feedback(self) -> str | None:
        for suggestion, action in self._log.feedback.items():
            if self._feedback.get(suggestion) != action:
                self._feedback[suggestion] = action
                return as_text(Feedback(self._log.call_id, suggestion, action))
        return None

    def _annotation(self) -> str | None:
        made = self._log.annotations.all
        if self._annotations == len(made):
            return None
        self._annotations += 1
        return as_text(made[self._annotations - 1])


def as_text(message: msgspec.Struct) -> str:
    """A message as JSON text."""
    return msgspec.json.encode(message).decode()
