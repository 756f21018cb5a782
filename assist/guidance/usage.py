"""Usage: what agents do with suggestions, and what is seldom used steps back.

A rule's use is the mean of a Beta distribution, (used + 1) / (shown + 3): with nothing known
yet a third, and every showing moves it. Once a rule has been shown `guidance.usage_shows`
times, one whose use is below `guidance.usage_low` loses `PENALTY` of its priority, and one
below a third of that is not shown any more. Rules about a caller at the edge stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from assist.config import GuidanceSettings
from assist.events import Event, Suggestion, SuggestionWithdrawn

AT_THE_EDGE = 80
"""Rules of this priority or more are about a caller who is about to be lost."""

PENALTY = 20
"""What a rule that is seldom used loses of its priority."""

_PRIOR_USED = 1
_PRIOR_SHOWN = 3
_MUTED = 1 / 3


class Count(msgspec.Struct, frozen=True):
    """How often a rule was shown so that it could be used, and how often it was."""

    shown: int = 0
    used: int = 0

    @property
    def use(self) -> float:
        """The expected share of showings that are used, 0…1."""
        return (self.used + _PRIOR_USED) / (self.shown + _PRIOR_SHOWN)


Usage = Mapping[str, Count]
"""Counts by rule, of one agent or of a team."""


def count(events: Iterable[Event], feedback: Mapping[str, str]) -> dict[str, Count]:
    """The usage in one call; `feedback` maps a suggestion's id to "used" or "dismissed".

    What the agent said counts as used, whether marked or not. What was replaced before it was
    answered counts for nothing: there was no time.
    """
    rules: dict[str, str] = {}
    reasons: dict[str, str] = {}
    for event in events:
        if isinstance(event, Suggestion):
            rules[event.id] = event.rule
        elif isinstance(event, SuggestionWithdrawn):
            reasons[event.id] = event.reason
    counts: dict[str, Count] = {}
    for id_, rule in rules.items():
        answer = feedback.get(id_, "")
        used = answer == "used" or (not answer and reasons.get(id_) == "said")
        if used or answer or reasons.get(id_) != "replaced":
            counts = add(counts, {rule: Count(1, int(used))})
    return counts


def add(one: Usage, other: Usage) -> dict[str, Count]:
    """Both together."""
    none = Count()
    return {
        rule: Count(
            one.get(rule, none).shown + other.get(rule, none).shown,
            one.get(rule, none).used + other.get(rule, none).used,
        )
        for rule in {**one, **other}
    }


def standing(priority: int, known: Count | None, settings: GuidanceSettings) -> int | None:
    """The priority a rule has after what became of it; None when it is not shown any more."""
    if known is None or known.shown < settings.usage_shows or priority >= AT_THE_EDGE:
        return priority
    if known.use < settings.usage_low * _MUTED:
        return None
    return max(priority - PENALTY, 0) if known.use < settings.usage_low else priority
