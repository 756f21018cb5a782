"""The driver for recordings: one call, in this thread, its turns recognised some at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Final

from assist.audio.files import Recording
from assist.audio.frames import AudioFrame, CallInfo, Encoding, Leg
from assist.audio.roles import channel_roles
from assist.call import CallSession, Engine, TranscribeJob
from assist.call.session import Output
from assist.config import Settings
from assist.events import Event
from assist.speech.turns import Turn
from assist.speech.whisper import stands

_TURNS: Final = 32
"""So many turns are heard before they are recognised, so that they can be recognised together."""


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
    call = _Call(engine, settings, info)
    yield from call.answered(call.session.start())
    for frame in frames:
        yield from call.answered(call.session.feed(frame))
        if len(call.waiting()) >= _TURNS:
            yield from call.recognised()
    if damage is not None and damage.warning:
        call.session.note("truncated", detail=damage.warning)
    yield from call.answered(call.session.finish(reason))
    yield from call.recognised()


class _Call:
    """A session whose measures are taken at once, and whose turns are recognised together."""

    def __init__(self, engine: Engine, settings: Settings, info: CallInfo) -> None:
        self.session = CallSession(engine, settings, info)
        self._engine = engine
        self._asked: deque[TranscribeJob] = deque()

    def waiting(self) -> list[Turn]:
        """The turns that have no words yet."""
        return [*(job.turn for job in self._asked), *self.session.unasked]

    def answered(self, output: Output) -> Iterator[Event]:
        """The events of an output; a turn to be recognised is put aside."""
        waiting = deque(output)
        while waiting:
            item = waiting.popleft()
            if isinstance(item, Event):
                yield item
            elif isinstance(item, TranscribeJob):
                self._asked.append(item)
            else:
                waiting.extend(self.session.resolve(item, self._engine.run(item)))

    def recognised(self) -> Iterator[Event]:
        """The events that the words of the waiting turns bring."""
        turns = self.waiting()
        if not turns:
            return
        first = self._asked[0]
        transcripts = self._engine.recognizer.transcribe_all(
            [turn.audio for turn in turns], first.languages, languages_prior=first.prior
        )
        for turn, transcript in zip(turns, transcripts, strict=True):
            job = self._asked.popleft()
            # What the turns before have said about the language can change what this one says.
            heard = (
                transcript if stands(transcript, turn.audio, job.prior) else self._engine.run(job)
            )
            yield from self.answered(self.session.resolve(job, heard))


def recording_leg(recording: Recording, roles: str | None = None) -> Leg:
    """The recording as one leg; `roles` as in "agent,caller" (see `channel_roles`)."""
    return Leg(Encoding.PCM_S16LE, recording.rate, channel_roles(recording, roles))


def recording_frames(recording: Recording) -> Iterator[AudioFrame]:
    """The samples of a recording as frames of leg 0."""
    start = 0
    for block in recording.blocks():
        yield AudioFrame(0, start, block.astype("<i2").tobytes())
        start += len(block)
