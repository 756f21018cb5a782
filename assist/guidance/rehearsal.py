"""Rehearsals: written dialogues played to a playbook, and what it should say to each line.

The dialogues of a language stand beside its playbook in `dialogues/<language>.toml`; the
format is described in docs/playbook.md. Speech, silences and overlaps are measured as in a
call, with words of `_WORD` seconds; whatever comes that a line does not expect is a failure.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta
from msgspec.structs import asdict

from assist.config import GuidanceSettings
from assist.errors import PlaybookError
from assist.events import (
    SAMPLE_RATE,
    CallStarted,
    Event,
    Mechanics,
    Phase,
    Role,
    Tone,
    ToneLabel,
    Utterance,
    Word,
)
from assist.guidance.conversation import Conversation, PhaseDraft
from assist.guidance.guide import Guide, SuggestionDraft
from assist.guidance.mechanics import BLOCK, MechanicsMeter
from assist.guidance.playbook import Playbook, ToneName
from assist.guidance.toml_lines import line_of

_WORD = 0.4
_GAP = 0.5
_MECHANICS_EVERY = 2 * SAMPLE_RATE // BLOCK * BLOCK
_TREND = {"worse": -0.5, "better": 0.5, "": 0.0}
_QUOTE = 50

Seconds = Annotated[float, Meta(gt=0)]


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something said, or with `wait` nothing for so many seconds.

    `tone` and `trend` are the caller's voice in this line; `over` is for how many seconds it
    overlaps the line before; `speed` is the pace, 1 is usual. `expect` names the rule or the
    situation of each suggestion that comes, in their order.
    """

    agent: str = ""
    caller: str = ""
    wait: float = 0.0
    tone: ToneName | None = None
    trend: Literal["worse", "better", ""] = ""
    over: float = 0.0
    speed: Seconds = 1.0
    expect: str | tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """What is said, by whomever."""
        return self.agent or self.caller

    @property
    def expected(self) -> tuple[str, ...]:
        """`expect` as a tuple."""
        return (self.expect,) if isinstance(self.expect, str) else self.expect


class Dialogue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A call in lines; `style` is the brand's tone."""

    name: Annotated[str, Meta(min_length=1)]
    lines: Annotated[tuple[Line, ...], Meta(min_length=1)]
    style: Literal["warm", "factual"] = "warm"


class Failure(msgspec.Struct, frozen=True):
    """A line (from 1) of a dialogue that brought up something else than it expects."""

    dialogue: str
    line: int
    text: str
    expected: tuple[str, ...]
    shown: tuple[SuggestionDraft, ...]

    def __str__(self) -> str:
        quote = self.text[:_QUOTE] + ("…" if len(self.text) > _QUOTE else "")
        expected = ", ".join(self.expected) or "nothing"
        shown = ", ".join(one.rule for one in self.shown) or "nothing"
        return f"{self.dialogue}, line {self.line} ({quote}): expected {expected}, got {shown}."


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    dialogue: Annotated[tuple[Dialogue, ...], Meta(min_length=1)]


class _Spoken(msgspec.Struct, frozen=True):
    """A line in time; `end` and `start` in seconds of the call."""

    index: int
    line: Line
    start: float
    end: float

    @property
    def role(self) -> Role:
        return Role.AGENT if self.line.agent else Role.CALLER


def read_dialogues(path: Path | Traversable) -> tuple[Dialogue, ...]:
    """Read a file of dialogues; raises `PlaybookError` with file, line and reason."""
    try:
        text = path.read_text(encoding="utf-8")
        return msgspec.convert(tomllib.loads(text), _File).dialogue
    except OSError as error:
        raise PlaybookError(f"The dialogues {path} cannot be read: {error.strerror}.") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PlaybookError(f"{path} is not TOML: {error}.") from None
    except msgspec.ValidationError as error:
        number = str(error).partition("$.dialogue[")[2].partition("]")[0]
        line = line_of(text, ("dialogue", int(number))) if number.isdigit() else 1
        raise PlaybookError(f"{path}, line {line}: {error}; see docs/playbook.md.") from None


def rehearse(dialogue: Dialogue, book: Playbook) -> list[Failure]:
    """Play a dialogue to a playbook; what it said otherwise than expected."""
    shown: dict[int, list[SuggestionDraft]] = {}
    for index, draft in _play(dialogue, book):
        shown.setdefault(index, []).append(draft)
    failures = []
    for index, line in enumerate(dialogue.lines):
        drafts = tuple(shown.get(index, ()))
        fits = len(drafts) == len(line.expected) and all(
            wanted in (draft.rule, draft.rule.partition("/")[0], draft.situation)
            for wanted, draft in zip(line.expected, drafts, strict=True)
        )
        if not fits:
            text = line.text or f"{line.wait} s"
            failures.append(Failure(dialogue.name, index + 1, text, line.expected, drafts))
    return failures


def _play(dialogue: Dialogue, book: Playbook) -> Iterator[tuple[int, SuggestionDraft]]:
    """Every suggestion with the line it came at."""
    settings = GuidanceSettings(style=dialogue.style)
    playbooks = {book.language: book}
    guide, conversation = Guide(settings, playbooks), Conversation(playbooks)
    for index, event in _events(dialogue, book):
        for draft in guide.observe(event):
            if isinstance(draft, SuggestionDraft):
                yield index, draft
        for made in conversation.observe(event, guide.heard):
            if isinstance(made, PhaseDraft):
                guide.observe(Phase(phase=made.phase, **_stamp(event.position)))


def _events(dialogue: Dialogue, book: Playbook) -> Iterator[tuple[int, Event]]:
    """The final events of the dialogue in their order, each with its line."""
    roles = (Role.AGENT, Role.CALLER)
    yield 0, CallStarted(channels=roles, language=book.language, **_stamp(0))
    spoken = list(_timed(dialogue))
    waiting = sorted(
        (event for one in spoken for event in _of_line(one, book.language)),
        key=lambda pair: pair[1].position,
    )
    meter = MechanicsMeter(book.mechanics)
    last = round(spoken[-1].end * SAMPLE_RATE)
    for position in range(0, last + BLOCK, BLOCK):
        now = position / SAMPLE_RATE
        speaking = {one.role for one in spoken if one.line.text and one.start <= now < one.end}
        meter.push(position, {role: role in speaking for role in roles})
        while waiting and waiting[0][1].position <= position + BLOCK:
            index, event = waiting.pop(0)
            if isinstance(event, Utterance):
                meter.utterance(event)
            yield index, event
        if (position + BLOCK) % _MECHANICS_EVERY == 0:
            index = max(one.index for one in spoken if one.start <= now + _GAP)
            yield (
                index,
                Mechanics(
                    pace=meter.pace(),
                    pace_ratio=meter.pace_ratio(),
                    **asdict(meter.snapshot()),
                    **_stamp(position + BLOCK),
                ),
            )


def _timed(dialogue: Dialogue) -> Iterator[_Spoken]:
    now = 0.0
    for index, line in enumerate(dialogue.lines):
        start = max(now + _GAP - line.over, 0.0) if line.text else now
        if line.over:
            start = max(now - line.over, 0.0)
        length = len(line.text.split()) * _WORD / line.speed if line.text else line.wait
        now = max(now, start + length)
        yield _Spoken(index, line, start, start + length)


def _of_line(one: _Spoken, language: str) -> Iterator[tuple[int, Event]]:
    line = one.line
    if line.tone:
        seconds = max(1, int(one.end - one.start))
        for second in range(seconds):
            end = min(one.start + second + 1, one.end)
            yield one.index, _tone(line.tone, line.trend, end)
    if line.text:
        yield one.index, _utterance(one, language)


def _tone(label: str, trend: str, end: float) -> Tone:
    return Tone(
        start=end - 1,
        end=end,
        label=ToneLabel(label),
        probabilities={},
        valence=0.0,
        arousal=0.0,
        confidence=0.8,
        trend=_TREND[trend],
        reasons=(),
        **_stamp(round(end * SAMPLE_RATE)),
    )


def _utterance(one: _Spoken, language: str) -> Utterance:
    said = one.line.text.split()
    length = (one.end - one.start) / len(said)
    words = (
        Word(word, one.start + n * length, one.start + (n + 1) * length, 1.0)
        for n, word in enumerate(said)
    )
    return Utterance(
        channel=one.role,
        start=one.start,
        end=one.end,
        text=one.line.text,
        language=language,
        confidence=1.0,
        words=tuple(words),
        **_stamp(round(one.end * SAMPLE_RATE)),
    )


def _stamp(position: int) -> dict[str, Any]:
    return {"call_id": "rehearsal", "seq": 0, "position": position}
