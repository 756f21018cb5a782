"""What the server puts into a call takes its place among the worker's events."""

from __future__ import annotations

from typing import Any

from assist.audio.frames import CallInfo, Encoding, Leg
from assist.config import ServerSettings
from assist.events import AnyEvent, CallEnded, Fault, Note, Rewording, Role
from assist.run.live import LiveCall
from assist.run.wire import Events

INFO = CallInfo("one", (Leg(Encoding.MULAW, 8000, (Role.CALLER,)),))


def stamped(seq: int, position: int = 0) -> dict[str, Any]:
    return {"call_id": "one", "seq": seq, "position": position}


def note(seq: int, position: int = 0) -> Note:
    return Note(code="x", text="y", **stamped(seq, position))


async def test_an_inserted_event_shifts_all_that_follows_even_when_a_worker_repeats_it() -> None:
    events: list[AnyEvent] = []
    call = LiveCall(
        INFO, live=True, limits=ServerSettings(), on_event=events.append, send=lambda _: None
    )
    call.report(Events("one", [note(1), note(2, 500)]))
    call.insert(Rewording(id="s1", say="a", model="m", **stamped(0)))
    call.restart()
    call.report(Events("one", [note(1), note(2, 500), note(3, 900)]))
    call.report(Events("one", [CallEnded(reason="stop", duration=1.0, **stamped(4, 900))]))
    call.insert(Rewording(id="s1", say="too late", model="m", **stamped(0)))
    assert [event.seq for event in events] == [1, 2, 3, 4, 5, 6]
    assert [type(event) for event in events] == [Note, Note, Rewording, Fault, Note, CallEnded]
    assert events[2].position == 500
