"""The simplest driver: one call, in this thread, each job answered at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from assist.audio.files import Recording
from assist.audio.frames import AudioFrame, CallInfo, Encoding, Leg
from assist.audio.roles import channel_roles
from assist.call import CallSession, Engine
from assist.call.session import Output
from assist.config import Settings
from assist.events import Event


def run_call(
    engine: Engine,
    settings: Settings,
    info: CallInfo,
    frames: Iterable[AudioFrame],
    *,
    reason: str = "end_of_file",
    damage: Recording | None = None,
) -> Iterator[Event]:
    """All final events of a call, in order.

    With `damage`, a recording that turned out to be cut while it was read is noted.
    """
    session = CallSession(engine, settings, info)
    yield from _answered(session, engine, session.start())
    for frame in frames:
        yield from _answered(session, engine, session.feed(frame))
    if damage is not None and damage.warning:
        session.note("truncated", detail=damage.warning)
    yield from _answered(session, engine, session.finish(reason))


def _answered(session: CallSession, engine: Engine, output: Output) -> Iterator[Event]:
    waiting = list(output)
    while waiting:
        item = waiting.pop(0)
        if isinstance(item, Event):
            yield item
        else:
            waiting.extend(session.resolve(item, engine.run(item)))


def recording_leg(recording: Recording, roles: str | None = None) -> Leg:
    """The recording as one leg; `roles` as in "agent,caller" (see `channel_roles`)."""
    return Leg(Encoding.PCM_S16LE, recording.rate, channel_roles(recording, roles))


def recording_frames(recording: Recording) -> Iterator[AudioFrame]:
    """The samples of a recording as frames of leg 0."""
    start = 0
    for block in recording.blocks():
        yield AudioFrame(0, start, block.astype("<i2").tobytes())
        start += len(block)
