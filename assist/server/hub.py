"""Which logs there are: of running calls, of calls somebody looks at, and the newest one."""

from __future__ import annotations

from collections.abc import Iterable
from weakref import WeakValueDictionary

from assist.errors import ProtocolError
from assist.server.changes import Changes
from assist.server.log import CallLog
from assist.server.messages import CallPage, CallSummary, Feedback
from assist.server.permissions import Action, Reached, Who
from assist.server.webhooks import Webhooks
from assist.store import Annotation, Filters, Hit, Store, StoredCall
from assist.store.search import cursor


class Hub:
    """Gives every call one log, shared by its source and all its pages.

    The logs of running calls and of the newest call are held; others live as long as a page
    looks at them, and come from the store.
    """

    def __init__(self, store: Store, webhooks: Webhooks) -> None:
        self._store = store
        self._webhooks = webhooks
        self._running: dict[str, CallLog] = {}
        self._logs: WeakValueDictionary[str, CallLog] = WeakValueDictionary()
        self._newest: WeakValueDictionary[str, CallLog] = WeakValueDictionary()
        self._last: CallLog | None = None
        self.changes = Changes()
        """Announced when there is a newer call than before."""

    def begin(self, log: CallLog) -> None:
        """A call starts."""
        self._running[log.call_id] = self._logs[log.call_id] = self._last = log
        self._newest[log.call.agent] = log
        self.changes.announce()

    @property
    def running(self) -> Iterable[CallLog]:
        """The logs of all calls that are not over."""
        return self._running.values()

    def newest(self, reached: Reached) -> CallLog | None:
        """The newest call of those reached that began since the server did and is still known."""
        known = [log for agent, log in self._newest.items() if agent in reached]
        return max(known, key=lambda log: log.call.started_at, default=None)

    async def latest(self, reached: Reached) -> CallLog | None:
        """The newest call of those reached, from the store where it is not known any more."""
        newest = self.newest(reached)
        if newest is not None:
            return newest
        found = await self._store.search(Filters(), agents=reached.agents, limit=1)
        for call in found.calls:
            return await self.log(call.call_id)
        return None

    def end(self, log: CallLog) -> None:
        """A call has ended and all of it is in the store."""
        self._running.pop(log.call_id, None)

    async def log(self, call_id: str) -> CallLog | None:
        """The log of a call, running or not; `None` when there was no such call."""
        found = self._logs.get(call_id)
        if found is not None:
            return found
        call = await self._store.call(call_id)
        return await self._restore(call) if call else None

    async def calls(
        self, filters: Filters, reached: Reached, limit: int, after: str | None = None
    ) -> CallPage:
        """One page of the calls reached and asked for, running ones with their present duration.

        Raises `ProtocolError` when `after` is no cursor.
        """
        found = await self._store.search(filters, agents=reached.agents, limit=limit, after=after)
        calls, place = list(found.calls), found.next
        if after is None and filters == Filters():
            # One that has just begun may still be on its way to the database.
            known = {call.call_id for call in calls}
            running = [log.call for log in self._running.values() if log.call.agent in reached]
            begun = [call for call in running if call.call_id not in known]
            calls = sorted((*calls, *begun), key=lambda call: call.started_at, reverse=True)
            if len(calls) > limit:
                calls = calls[:limit]
                place = cursor(calls[-1])
        return CallPage(tuple(self._summary(c, found.hits.get(c.call_id)) for c in calls), place)

    async def give_feedback(self, feedback: Feedback, who: Who) -> None:
        """Keep and spread what an agent did; raises `ProtocolError` for what there never was."""
        log = await self._reached(feedback.call_id, who, Action.MARK)
        if log is None or not log.has_suggestion(feedback.suggestion):
            raise ProtocolError(
                f"There is no suggestion {feedback.suggestion[:40]!r} in the call "
                f"{feedback.call_id[:40]!r}; send the ids as they came in the events."
            )
        log.give_feedback(feedback)
        await self._store.feedback(feedback.call_id, feedback.suggestion, feedback.action)

    async def annotate(self, annotation: Annotation, who: Who) -> None:
        """Keep and spread what a person marked; raises `ProtocolError` for what makes no sense."""
        whispers = (annotation.kind, annotation.value) == ("whisper", "sent")
        action = Action.WHISPER if whispers else Action.MARK
        log = await self._reached(annotation.call_id, who, action)
        if log is None:
            raise ProtocolError(f"There is no call {annotation.call_id[:40]!r} to be marked.")
        made = log.annotate(annotation, who.name or log.call.agent)
        if made is not None:
            await self._store.annotate(made)
            await self._webhooks.annotated(made)

    async def _reached(self, call_id: str, who: Who, action: Action) -> CallLog | None:
        log = await self.log(call_id)
        return log if log is not None and log.call.agent in who.reach(action) else None

    async def _restore(self, call: StoredCall) -> CallLog:
        records = await self._store.events(call.call_id)
        feedback = await self._store.feedback_of(call.call_id)
        annotations = await self._store.annotations_of(call.call_id)
        log = CallLog.restored(call, records, feedback, annotations)
        return self._logs.setdefault(call.call_id, log)

    def _summary(self, call: StoredCall, hit: Hit | None) -> CallSummary:
        log = self._running.get(call.call_id)
        return CallSummary(
            call_id=call.call_id,
            agent=call.agent,
            customer=call.customer,
            language=call.language,
            started_at=call.started_at.isoformat(),
            ended_at=call.ended_at.isoformat() if call.ended_at else None,
            running=call.ended_at is None,
            duration=log.duration if log else call.duration,
            reason=call.reason,
            topic=call.topic,
            outcome=call.outcome,
            tone=call.tone,
            score=call.score,
            recording=bool(call.recording),
            hit=hit,
        )
