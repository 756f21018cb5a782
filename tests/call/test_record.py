"""The record of a conversation as events of a session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from assist.call import Engine
from assist.events import (
    CallEnded,
    CallPhase,
    CallStarted,
    Checklist,
    Event,
    Phase,
    Promise,
    Utterance,
    decode,
    encode,
)
from assist.speech.transcript import Transcript
from tests.call.drive import call, events_of, frames
from tests.fakes import FakeRecognizer

SAID = {
    "agent": (
        "Hello, service desk, how can I help you?",
        "I will call you back tomorrow morning.",
        "I have refunded the charge. Is there anything else?",
        "Have a nice day.",
    ),
    "caller": ("I was charged twice.", "Okay.", "Thank you, that solves my problem."),
}


class Script(FakeRecognizer):
    """Says the next line of the written dialogue, whatever the sound."""

    def __init__(self) -> None:
        lines = [*SAID["agent"][:1], SAID["caller"][0], *SAID["agent"][1:3], SAID["caller"][2]]
        self._lines = [*lines, SAID["agent"][3]]

    def transcribe(
        self,
        audio: NDArray[np.float32],
        languages: tuple[str, ...],
        *,
        languages_prior: Mapping[str, float] | None = None,
    ) -> Transcript:
        text = self._lines.pop(0) if self._lines else ""
        return Transcript(text, languages[0], {languages[0]: 1.0}, (), 0.9)


def test_the_record_is_in_the_events(fake_engine: Engine, speech: NDArray[np.int16]) -> None:
    engine = replace(fake_engine, recognizer=Script())  # type: ignore[arg-type]
    events = events_of(engine, call(language="en", consent=False), frames(speech, [1600]))
    assert isinstance(events[0], CallStarted)
    assert isinstance(events[1], Phase) and events[1].phase is CallPhase.OPENING
    assert isinstance(events[2], Checklist) and not any(item.done for item in events[2].items)
    follows(events, Phase, Checklist, Promise)
    ended = events[-1]
    assert isinstance(ended, CallEnded)
    assert ended.topic == "billing/overcharge"
    assert ended.outcome in ("solved", "open") and ended.summary
    assert [decode(encode(event)) for event in events] == events


def follows(events: list[Event], *kinds: type[Event]) -> None:
    """Each of these stands behind the words it came from, at their position."""
    source: Event = events[0]
    for before, event in pairwise(events):
        source = before if isinstance(before, Utterance) else source
        if isinstance(event, kinds) and isinstance(source, Utterance):
            assert event.position == source.position
    assert {type(event) for event in events} >= set(kinds)


def test_words_that_say_nothing_leave_the_call_open(
    fake_engine: Engine, speech: NDArray[np.int16]
) -> None:
    events = events_of(fake_engine, call(language="en", consent=False), frames(speech, [1600]))
    ended = events[-1]
    assert isinstance(ended, CallEnded)
    assert (ended.outcome, ended.topic) == ("open", "")
