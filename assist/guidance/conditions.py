"""Whether a rule's condition holds, and what shows it."""

from __future__ import annotations

import msgspec
from msgspec.structs import asdict

from assist.events import Event, Mechanics, Role, Tone, Utterance
from assist.guidance.memory import Memory, Sighting
from assist.guidance.playbook import Condition, MechanicsCondition

TREND = 0.25
"""A trend of the caller's tone beyond this is getting worse or better."""


class Match(msgspec.Struct, frozen=True):
    """Why a condition holds: situations now and earlier, tone and measures, as asked for."""

    sightings: tuple[Sighting, ...] = ()
    earlier: tuple[Sighting, ...] = ()
    tone: Tone | None = None
    measures: tuple[tuple[str, float], ...] = ()


def match(when: Condition, memory: Memory, event: Event, counted: dict[str, int]) -> Match | None:
    """The condition at this event, or None.

    Something the condition asks for must be new with the event: words, a measure, or for a
    tone the end of the caller's turn. `counted` holds the
    interruptions that earlier suggestions were about.
    """
    if not (_earlier_holds(when, memory) and _history_holds(when, memory)):
        return None
    sightings: tuple[Sighting, ...] = ()
    if when.any or when.all or when.none:
        found = _sightings(when, memory, event)
        if found is None:
            return None
        sightings = found
    tone = memory.tone_now(event.position) if when.tone or when.trend else None
    if (when.tone or when.trend) and not _tone_holds(when, tone):
        return None
    measures = _measures(when, memory, counted, event.position) if when.mechanics else ()
    if measures is None or not _is_news(event, sightings, tone, bool(measures)):
        return None
    return Match(sightings, _earlier(when, memory), tone, measures)


def _is_news(
    event: Event, sightings: tuple[Sighting, ...], tone: Tone | None, measured: bool
) -> bool:
    """Words count when they come; a tone when the caller's turn is over, not while it lasts."""
    if isinstance(event, Utterance):
        if sightings:
            return any(seen.utterance is event for seen in sightings)
        return tone is not None and event.channel is Role.CALLER and not measured
    return isinstance(event, Mechanics) and measured


def _history_holds(when: Condition, memory: Memory) -> bool:
    if when.history is None:
        return True
    last = memory.history[:1]
    return bool(last) and (when.history == "returning" or last[0] == "unsolved")


def _earlier_holds(when: Condition, memory: Memory) -> bool:
    seen = memory.seen
    return (
        (not when.phase or memory.phase in when.phase)
        and (not when.earlier_tone or not memory.tones().isdisjoint(when.earlier_tone))
        and (not when.earlier_any or not seen.isdisjoint(when.earlier_any))
        and seen.issuperset(when.earlier_all)
        and seen.isdisjoint(when.earlier_none)
    )


def _earlier(when: Condition, memory: Memory) -> tuple[Sighting, ...]:
    """The latest sighting of each earlier situation that was asked for."""
    latest = {seen.tag.tag: seen for seen in memory.sightings}
    names = dict.fromkeys((*when.earlier_all, *when.earlier_any))
    return tuple(latest[name] for name in names if name in latest)


def _sightings(when: Condition, memory: Memory, event: Event) -> tuple[Sighting, ...] | None:
    fresh = memory.fresh(when.speaker, event.position)
    present = {seen.tag.tag for seen in fresh}
    if not present.issuperset(when.all) or not present.isdisjoint(when.none):
        return None
    if when.any and present.isdisjoint(when.any):
        return None
    return tuple(seen for seen in fresh if seen.tag.tag in when.any or seen.tag.tag in when.all)


def _tone_holds(when: Condition, tone: Tone | None) -> bool:
    if tone is None or (when.tone and tone.label.value not in when.tone):
        return False
    if when.trend == "worse":
        return tone.trend <= -TREND
    return when.trend is None or tone.trend >= TREND


def _measures(
    when: Condition, memory: Memory, counted: dict[str, int], now: int
) -> tuple[tuple[str, float], ...] | None:
    if memory.mechanics is None or when.mechanics is None:
        return None
    values = _values(memory.mechanics, when.speaker, counted)
    more = memory.attention.measures(now, memory.mechanics, memory.thresholds)
    if more["hold"]:
        values["dead_air"] = 0.0  # the caller knows why it is silent
    values |= more
    wanted = _wanted(when.mechanics)
    if any(values.get(name, 0.0) < least for name, least in wanted.items()):
        return None
    return tuple((name, values[name]) for name in wanted)


def _wanted(condition: MechanicsCondition) -> dict[str, float]:
    return {name: least for name, least in asdict(condition).items() if least is not None}


def _values(mechanics: Mechanics, speaker: str, counted: dict[str, int]) -> dict[str, float]:
    holds = mechanics.monologue_channel == speaker
    broke_in = mechanics.overtalk.get(speaker, 0) - counted.get(speaker, 0)
    return {
        "dead_air": mechanics.dead_air,
        "dead_air_total": mechanics.dead_air_total,
        "monologue": mechanics.monologue if holds else 0.0,
        "overtalk": float(broke_in),
        "pace_ratio": mechanics.pace_ratio.get(speaker, 0.0),
        "talk_ratio": mechanics.talk_ratio,
    }
