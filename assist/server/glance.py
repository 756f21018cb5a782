"""A running call at a glance: how it stands, how much it needs help, and what to be told of."""

from __future__ import annotations

from collections import deque
from typing import Final

import msgspec

from assist.config import WallSettings
from assist.events import (
    CallPhase,
    Event,
    Gap,
    Mechanics,
    Phase,
    Role,
    Situation,
    Tone,
    ToneLabel,
    Utterance,
    seconds,
)

_SURE: Final = 0.7
_GAP_SHOWN: Final = 20.0
_SILENCE: Final = 15.0
_HALF_LIFE: Final = 90.0
"""Seconds after which what a caller said weighs half."""
_ALERTS: Final = 20
_LONGEST_WORDS: Final = 160

_SAID: Final = {
    "legal_threat": 0.6,
    "publicity_threat": 0.6,
    "escalation": 0.5,
    "cancellation": 0.45,
    "abuse": 0.4,
    "unresolved": 0.3,
    "complaint": 0.25,
    "repeat_contact": 0.25,
    "hardship": 0.2,
}
"""What a caller's words add to the risk when they are new."""
_SETTLED: Final = frozenset({"resolved", "thanks"})
_TOLD: Final = frozenset({"escalation", "legal_threat", "publicity_threat", "cancellation"})


class Words(msgspec.Struct, frozen=True):
    """The last finished turn, cut to a line."""

    channel: Role
    text: str


class WallAlert(msgspec.Struct, frozen=True):
    """Something a supervisor is told of.

    `kind` is angry, escalation, legal_threat, publicity_threat, cancellation, long_hold or flag;
    `start` is where in the call, in seconds, `quote` what was said, `at` when (ISO 8601, UTC).
    """

    id: str
    call_id: str
    kind: str
    start: float
    quote: str
    at: str


class Glance:
    """What the wall shows of one running call, kept up to date event by event.

    The risk, 0…1, puts calls in an order and measures nothing: it is 1 − Π(1 − w) over what
    speaks for helping, so that several small reasons add up and one grave reason is enough.
    """

    def __init__(self, settings: WallSettings) -> None:
        self._settings = settings
        self.version = 0
        """Rises when something worth showing has changed."""
        self.tone: Tone | None = None
        self.phase: CallPhase | None = None
        self.last: Words | None = None
        self.hold = 0.0
        """Seconds that the caller has been on hold, 0 when not."""
        self.alerts: deque[tuple[str, float, str]] = deque(maxlen=_ALERTS)
        """Kind, second and quote, the newest last."""
        self.alerted = 0
        self.flagged = False
        self._now = 0.0
        self._said: dict[str, float] = {}
        self._held_since: float | None = None
        self._silence = 0.0
        self._gap_until = 0.0
        self._told: dict[str, float] = {}
        self._shown: tuple[object, ...] = ()

    def observe(self, event: Event) -> None:
        """Take the next final event."""
        self._now = seconds(event.position)
        match event:
            case Tone():
                self._hear(event)
            case Utterance():
                self.last = Words(event.channel, _cut(event.text))
                if event.channel is not Role.CALLER:
                    self._held_since = None
            case Situation():
                self._understand(event)
            case Phase():
                self.phase = event.phase
            case Mechanics():
                self._silence = event.dead_air
            case Gap():
                self._gap_until = event.start + event.length + _GAP_SHOWN
            case _:
                return
        self._count_hold()
        self._changed()

    def flag(self, raised: bool, start: float) -> None:
        """The agent asked for a supervisor, or does not any more."""
        if raised and not self.flagged:
            self._tell("flag", start, "")
        self.flagged = raised
        self._changed()

    @property
    def gap(self) -> bool:
        """Whether sound has been missing just now."""
        return self._now < self._gap_until

    def reasons(self) -> dict[str, float]:
        """What speaks for helping, by code, each with its weight of 0…1."""
        found: dict[str, float] = {}
        if self.flagged:
            found["flag"] = 0.9
        if self.tone is not None and self.tone.label in (ToneLabel.ANGRY, ToneLabel.SAD):
            most = 0.5 if self.tone.label is ToneLabel.ANGRY else 0.25
            found[self.tone.label.value] = most * self.tone.confidence
        if self.tone is not None and self.tone.trend < 0:
            found["worse"] = 0.15 * min(1.0, -self.tone.trend)
        for situation, said in self._said.items():
            found[situation] = _SAID[situation] * 0.5 ** ((self._now - said) / _HALF_LIFE)
        if self.hold:
            found["hold"] = min(0.4, 0.4 * self.hold / self._settings.hold_alert)
        elif self._silence >= _SILENCE:
            found["silence"] = 0.15
        return found

    @property
    def risk(self) -> float:
        """How much the call needs help, 0…1, in steps of a twentieth."""
        calm = 1.0
        for weight in self.reasons().values():
            calm *= 1 - weight
        return round((1 - calm) * 20) / 20

    def codes(self) -> tuple[str, ...]:
        """The reasons that count now, the weightiest first."""
        found = sorted(self.reasons().items(), key=lambda item: (-item[1], item[0]))
        return tuple(code for code, weight in found if weight >= 0.1)

    def _hear(self, tone: Tone) -> None:
        before, self.tone = self.tone, tone
        turned = before is None or before.label is not ToneLabel.ANGRY
        if tone.label is ToneLabel.ANGRY and turned:
            quote = tone.quotes[-1].text if tone.quotes else ""
            self._tell("angry", tone.start, quote)

    def _understand(self, event: Situation) -> None:
        if event.channel is Role.AGENT:
            if event.situation == "hold_request":
                self._held_since = self._now
            return
        if event.situation in _SETTLED:
            self._said.clear()
        elif event.situation in _SAID:
            self._said[event.situation] = event.start
        if event.situation in _TOLD and event.confidence >= _SURE:
            self._tell(event.situation, event.start, event.quote)

    def _count_hold(self) -> None:
        self.hold = 0.0 if self._held_since is None else max(0.0, self._now - self._held_since)
        if self.hold >= self._settings.hold_alert:
            self._tell("long_hold", self._now - self.hold, "")

    def _tell(self, kind: str, start: float, quote: str) -> None:
        last = self._told.get(kind)
        if last is not None and self._now - last < self._settings.again:
            return
        self._told[kind] = self._now
        self.alerts.append((kind, start, quote))
        self.alerted += 1
        self.version += 1

    def _changed(self) -> None:
        tone = self.tone
        shown = (
            tone and (tone.label, round(tone.confidence, 1), round(tone.trend, 1)),
            self.phase,
            self.last,
            round(self.hold),
            self.gap,
            self.flagged,
            self.risk,
            self.codes(),
        )
        if shown != self._shown:
            self._shown = shown
            self.version += 1


def _cut(text: str) -> str:
    if len(text) <= _LONGEST_WORDS:
        return text
    return "…" + text[-_LONGEST_WORDS:].partition(" ")[2]
