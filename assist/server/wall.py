"""`/api/wall`: all running calls at a glance, for supervisors."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import timedelta

import msgspec
from starlette.websockets import WebSocket

from assist.errors import AccessError
from assist.server.glance import WallAlert, Words
from assist.server.hub import Hub
from assist.server.log import CallLog, as_text
from assist.server.people import People
from assist.server.permissions import Action, Reached
from assist.server.sign_in import permitted
from assist.server.sockets import Peer, accepted

_LATELY = 300.0
"""Seconds for which an alert is shown to those who come later."""


class WallRow(msgspec.Struct, frozen=True):
    """One running call. `duration` and `hold` in seconds, `risk` and `confidence` 0…1.

    `tone` is a tone's label or empty, `trend` −1…1, `reasons` are codes of what speaks for
    helping, the weightiest first; `gap` says that sound has been missing just now.
    """

    call_id: str
    agent: str
    customer: str
    language: str
    started_at: str
    duration: float
    tone: str
    confidence: float
    trend: float
    phase: str
    risk: float
    reasons: tuple[str, ...]
    last: Words | None
    flagged: bool
    hold: float
    gap: bool


class WallState(msgspec.Struct, frozen=True, tag_field="type", tag="wall"):
    """The first message of the wall: all calls, and what was told of lately."""

    rows: tuple[WallRow, ...]
    alerts: tuple[WallAlert, ...]


class WallChanges(msgspec.Struct, frozen=True, tag_field="type", tag="wall_changes"):
    """What is new since the message before: changed and new calls, those over, new alerts."""

    rows: tuple[WallRow, ...]
    gone: tuple[str, ...]
    alerts: tuple[WallAlert, ...]


class Wall:
    """Sends each page what it has not had, every `interval` seconds at most."""

    def __init__(self, hub: Hub, people: People, *, interval: float) -> None:
        self._hub = hub
        self._people = people
        self._interval = interval

    async def page(self, websocket: WebSocket) -> None:
        """One page, from its connection to its end."""
        peer = await accepted(websocket)
        try:
            reached = permitted(websocket, Action.WATCH)
        except AccessError as error:
            await peer.refuse(error)
            return
        async with asyncio.TaskGroup() as both:
            sending = both.create_task(self._send(peer, reached))
            watching = both.create_task(self._people.watch(websocket, peer))
            while await peer.receive() is not None:
                pass
            sending.cancel()
            watching.cancel()

    async def _send(self, peer: Peer, reached: Reached) -> None:
        view = _View()
        logs = self._reached(reached)
        view.take(logs)
        lately = sorted((a for log in logs for a in _alerts(log, 0)), key=lambda one: one.at)
        state = WallState(tuple(map(_row, logs)), tuple(lately))
        gone = not await peer.send(as_text(state))
        while not gone:
            await asyncio.sleep(self._interval)
            changes = view.take(self._reached(reached))
            gone = changes is not None and not await peer.send(as_text(changes))

    def _reached(self, reached: Reached) -> list[CallLog]:
        return [log for log in self._hub.running if log.running and log.call.agent in reached]


class _View:
    """What a page has been shown: of each call the version, and how many alerts."""

    def __init__(self) -> None:
        self._shown: dict[str, tuple[int, int]] = {}

    def take(self, logs: Iterable[CallLog]) -> WallChanges | None:
        """What is new, `None` when nothing is."""
        rows: list[WallRow] = []
        alerts: list[WallAlert] = []
        present: dict[str, tuple[int, int]] = {}
        for log in logs:
            glance = log.glance
            present[log.call_id] = (glance.version, glance.alerted)
            version, alerted = self._shown.get(log.call_id, (-1, 0))
            if glance.version != version:
                rows.append(_row(log))
            alerts += _alerts(log, alerted)
        gone = tuple(self._shown.keys() - present.keys())
        self._shown = present
        return WallChanges(tuple(rows), gone, tuple(alerts)) if rows or gone or alerts else None


def _row(log: CallLog) -> WallRow:
    call, glance = log.call, log.glance
    return WallRow(
        call_id=call.call_id,
        agent=call.agent,
        customer=call.customer,
        language=call.language,
        started_at=call.started_at.isoformat(),
        duration=log.duration,
        tone=glance.tone.label.value if glance.tone else "",
        confidence=glance.tone.confidence if glance.tone else 0.0,
        trend=glance.tone.trend if glance.tone else 0.0,
        phase=glance.phase.value if glance.phase else "",
        risk=glance.risk,
        reasons=glance.codes(),
        last=glance.last,
        flagged=glance.flagged,
        hold=glance.hold,
        gap=glance.gap,
    )


def _alerts(log: CallLog, had: int) -> list[WallAlert]:
    """Those after the first `had` of the call, of the last minutes."""
    glance, call = log.glance, log.call
    new = list(enumerate(glance.alerts, glance.alerted - len(glance.alerts)))
    return [
        WallAlert(
            id=f"{call.call_id}/{number}",
            call_id=call.call_id,
            kind=kind,
            start=start,
            quote=quote,
            at=(call.started_at + timedelta(seconds=start)).isoformat(),
        )
        for number, (kind, start, quote) in new
        if number >= had and log.duration - start <= _LATELY
    ]
