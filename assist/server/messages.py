"""What the server and a page say to each other besides the call's events."""

from __future__ import annotations

from typing import Literal

import msgspec

from assist.store import Annotation, EarlierCall, Hit
from assist.store.records import ShownTone

Action = Literal["used", "dismissed"]


class Hello(msgspec.Struct, frozen=True, tag_field="type", tag="hello"):
    """First message of an event stream, and again when `latest` moves on to another call.

    `feedback` maps a suggestion's id to what the agent did with it; `annotations` are those
    that count. `earlier` are the customer's calls before a running one, newest first.
    """

    call_id: str | None
    running: bool = False
    started_at: str | None = None
    agent: str = ""
    customer: str = ""
    language: str = ""
    feedback: dict[str, str] = {}
    annotations: tuple[Annotation, ...] = ()
    earlier: tuple[EarlierCall, ...] = ()


class Feedback(msgspec.Struct, frozen=True, tag_field="type", tag="feedback"):
    """What the agent did with a suggestion; sent by a page and told to all pages of the call."""

    call_id: str
    suggestion: str
    action: Action


class CallSummary(msgspec.Struct, frozen=True):
    """One row of the list of calls; `duration` in seconds, times in UTC.

    `reason` is how the call ended. `topic` and `outcome` are as people corrected them, `tone` is
    the worst that the caller showed clearly; empty is unknown. `score` is the mean of the
    scorecard's known qualities, 0…100. `hit` is where the words looked for were first said.
    """

    call_id: str
    agent: str
    customer: str
    language: str
    started_at: str
    ended_at: str | None
    running: bool
    duration: float
    reason: str = ""
    topic: str = ""
    outcome: str = ""
    tone: ShownTone = ""
    score: float | None = None
    recording: bool = False
    hit: Hit | None = None


class CallPage(msgspec.Struct, frozen=True):
    """Calls, newest first; `next` is the cursor of the page behind them, null at the end."""

    calls: tuple[CallSummary, ...]
    next: str | None


class SampleInfo(msgspec.Struct, frozen=True):
    """A call that ships with the project and can be played into the server."""

    name: str
    language: str
    title: str
