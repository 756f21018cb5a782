"""Dialogues as events, without sound: written ones and transcripts of recordings."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assist.config import GuidanceSettings
from assist.events import (
    SAMPLE_RATE,
    CallStarted,
    Event,
    Role,
    Utterance,
    Word,
)
from assist.guidance.conversation import Conversation, Ending, RecordDraft
from assist.guidance.guide import Guide
from assist.guidance.playbook import load_playbook

FOLDER = Path(__file__).parent / "dialogues"
LANGUAGES = ("tr", "en")
BOOKS = {language: load_playbook(language) for language in LANGUAGES}
_SPEAKERS = {
    "tr": {"T": Role.AGENT, "M": Role.CALLER, "K": Role.MIXED},
    "en": {"A": Role.AGENT, "C": Role.CALLER, "M": Role.MIXED},
}
Turn = tuple[Role, str]


@dataclass(frozen=True)
class Dialogue:
    """A written dialogue; `outcome` may be "not solved" where two answers are right."""

    id: str
    language: str
    part: str
    outcome: str
    topic: str
    turns: tuple[Turn, ...]


def dialogues(language: str, part: str) -> list[Dialogue]:
    found = tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8"))["dialogue"]
    return [
        Dialogue(
            one["id"],
            language,
            one["part"],
            one["outcome"],
            one.get("topic", ""),
            tuple(_turn(line, language) for line in one["lines"]),
        )
        for one in found
        if one["part"] == part
    ]


def _turn(line: str, language: str) -> Turn:
    who, _, text = line.partition(": ")
    return _SPEAKERS[language][who], text


def transcript(path: Path) -> tuple[str, list[Event]]:
    """A described recording: its language, and its turns at their times."""
    written: dict[str, Any] = json.loads(path.read_text("utf-8"))
    turns = sorted(written["turns"], key=lambda turn: turn["end"])
    return written["language"], [
        utterance(
            turn["text"], Role(turn["channel"]), written["language"], turn["start"], turn["end"]
        )
        for turn in turns
    ]


def utterance(text: str, who: Role, language: str, start: float, end: float) -> Utterance:
    words = text.split()
    length = (end - start) / max(len(words), 1)
    return Utterance(
        call_id="c",
        seq=0,
        position=round(end * SAMPLE_RATE),
        channel=who,
        start=start,
        end=end,
        text=text,
        language=language,
        confidence=1.0,
        words=tuple(
            Word(word, start + n * length, start + (n + 1) * length, 1.0)
            for n, word in enumerate(words)
        ),
    )


def spoken(turns: Iterable[Turn], language: str) -> list[Event]:
    """Turns one after the other, half a second a word."""
    events: list[Event] = []
    now = 0.0
    for who, text in turns:
        end = now + 0.5 * max(len(text.split()), 1)
        events.append(utterance(text, who, language, now, end))
        now = end + 0.5
    return events


def started(language: str, roles: Sequence[Role] = (Role.AGENT, Role.CALLER)) -> CallStarted:
    return CallStarted(call_id="c", seq=0, position=0, channels=tuple(roles), language=language)


def record(events: Iterable[Event]) -> tuple[list[tuple[Event, RecordDraft]], Ending]:
    """What the record makes of the events, and how it says the call ended."""
    guide, conversation = Guide(GuidanceSettings(), BOOKS), Conversation(BOOKS)
    made: list[tuple[Event, RecordDraft]] = []
    for event in events:
        guide.observe(event)
        made += [(event, draft) for draft in conversation.observe(event, guide.heard)]
    return made, conversation.ending()
