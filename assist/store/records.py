"""What the store takes and gives back."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, NamedTuple, cast

import msgspec

from assist.events import PROVISIONAL, AnyEvent, Event, decode, encode

ShownTone = Literal["angry", "sad", "neutral", "happy", ""]
"""A tone that a caller showed clearly; empty is unknown."""


class EventRecord(NamedTuple):
    """One final event as it is kept and sent: `json` is the whole event on one line."""

    call_id: str
    seq: int
    position: int
    type: str
    json: str

    @classmethod
    def of(cls, event: Event) -> EventRecord:
        """The record of a final event; raises `ValueError` for a provisional one."""
        if isinstance(event, PROVISIONAL):
            raise ValueError(f"{type(event).__name__} events are provisional and never stored.")
        tag = event.__struct_config__.tag
        assert isinstance(tag, str)
        return cls(event.call_id, event.seq, event.position, tag, encode(event).decode())

    def decode(self) -> AnyEvent:
        """The event; raises `msgspec.ValidationError` if another version wrote it differently."""
        return decode(self.json)


class StoredCall(msgspec.Struct, frozen=True):
    """A call as the store knows it; times in UTC, `duration` in seconds.

    `reason` is that of the call's `call_ended` event, "interrupted" for a call that was
    running when the server died, and empty while the call runs. What follows `duration` is known
    when the call is over: `topic` and `outcome` as people corrected them, `tones` that the caller
    showed clearly, worst first and joined by commas, `score` 0…100, and where the `recording` is.
    """

    call_id: str
    agent: str
    customer: str
    language: str
    started_at: datetime
    ended_at: datetime | None
    reason: str
    duration: float
    topic: str = ""
    outcome: str = ""
    tones: str = ""
    score: float | None = None
    recording: str = ""

    @property
    def tone(self) -> ShownTone:
        """The worst tone the caller showed clearly; empty is unknown."""
        return cast(ShownTone, self.tones.partition(",")[0])
