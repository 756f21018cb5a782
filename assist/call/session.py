"""`CallSession`: the same object serves a live call, the replay of one, and offline scoring.

It does no I/O, awaits nothing, reads no clock and starts no thread (after the example of
`websockets`' protocol objects): audio and model answers in, events and jobs out.
"""

from __future__ import annotations

import pickle
from collections import deque
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
from msgspec.structs import asdict, replace
from numpy.typing import NDArray

from assist.audio.frames import AudioFrame, CallInfo
from assist.call.alignment import Hole
from assist.call.engine import Engine
from assist.call.jobs import EarlyJob, Job, PartialJob, Result, ToneJob, TranscribeJob
from assist.call.notes import note_text
from assist.call.order import ReorderBuffer
from assist.call.partials import PartialWords
from assist.call.state import CallerTone, CallState, Channel, fixed_language, new_state
from assist.config import Settings
from assist.emotion.features import WindowFeatures
from assist.emotion.windows import Window
from assist.events import (
    SAMPLE_RATE,
    CallEnded,
    CallerVoice,
    CallStarted,
    Checklist,
    Event,
    Gap,
    Mechanics,
    Note,
    Partial,
    Phase,
    Promise,
    Role,
    Situation,
    Suggestion,
    SuggestionWithdrawn,
    Tone,
    Utterance,
    Word,
    seconds,
)
from assist.guidance.checklist import ChecklistDraft
from assist.guidance.conversation import PhaseDraft, RecordDraft, SituationDraft
from assist.guidance.evidence import quote
from assist.guidance.guide import Draft, SuggestionDraft, WithdrawalDraft
from assist.guidance.promises import PromiseDraft
from assist.speech.transcript import Transcript
from assist.speech.turns import BLOCK, Turn

MECHANICS_EVERY = 2 * SAMPLE_RATE // BLOCK * BLOCK
"""Samples between two `Mechanics` events."""

_MADE_FROM: dict[type[Draft | RecordDraft], type[Event]] = {
    SuggestionDraft: Suggestion,
    WithdrawalDraft: SuggestionWithdrawn,
    SituationDraft: Situation,
    PhaseDraft: Phase,
    ChecklistDraft: Checklist,
    PromiseDraft: Promise,
}

Output = list[Event | Job]


class Checkpoint(msgspec.Struct, frozen=True):
    """Enough to go on with a call elsewhere.

    Feed its audio again, each leg from sample frame `received` on, at the leg's own rate;
    `seq` is the last event given out before.
    """

    received: tuple[int, ...]
    seq: int
    state: bytes


@dataclass(frozen=True, slots=True)
class _EndedTurn:
    """A turn that waits for its words."""

    channel: int
    turn: Turn
    position: int


@dataclass(frozen=True, slots=True)
class _ToneWindow:
    """A window that waits for its measures."""

    window: Window
    position: int
    crosstalk: bool


@dataclass(frozen=True, slots=True)
class _PendingNote:
    """A note that waits for the words before it, which tell the language to write it in."""

    code: str
    role: str
    detail: str
    position: int


class CallSession:
    """One call.

    `feed`, `resolve` and `finish` return events, in order, and jobs, to be answered by
    `engine.run` and handed to `resolve` in any order. With `partials` the session also asks
    for provisional words and tells of finals to come (`EarlyJob`); final events are the same
    with and without them.
    """

    def __init__(
        self,
        engine: Engine,
        settings: Settings,
        info: CallInfo,
        *,
        partials: bool = False,
        checkpoint: Checkpoint | None = None,
    ) -> None:
        self._engine = engine
        self._settings = settings
        self._info = info
        self._language = fixed_language(settings, info)
        self._line = ReorderBuffer()
        self._unasked: deque[tuple[int, _EndedTurn]] = deque()
        self._transcribing = 0
        self._jobs: list[Job] = []
        self._finished = False
        self._partials: list[PartialWords] = []
        if partials and settings.speech.partials:
            interval = int(settings.speech.partial_interval * SAMPLE_RATE)
            self._partials = [PartialWords(interval) for _ in info.roles]
        self._state: CallState
        if checkpoint:
            self._state = pickle.loads(checkpoint.state)  # noqa: S301 - our own process wrote it
        else:
            self._state = new_state(engine, settings, info)
        self._input = self._state.input
        if not checkpoint:
            self._begin()

    # What comes in

    def start(self) -> Output:
        """The first events of the call, before any audio."""
        return self._output()

    def feed(self, frame: AudioFrame) -> Output:
        """Audio arrived; raises `AudioError` when its position cannot be right."""
        for hole in self._input.push(frame):
            self._gap(hole)
        for block in self._input.blocks(BLOCK):
            self._block(block)
        return self._output()

    def resolve(self, job: Job, result: Result) -> Output:
        """A model answered `job`."""
        if isinstance(job, EarlyJob):
            return []
        if isinstance(job, PartialJob):
            assert isinstance(result, tuple)
            return self._partial(job, self._partials[job.channel].answer(job, result))
        self._line.resolve(job.number, result)
        return self._output()

    def note(self, code: str, *, role: str = "", detail: str = "") -> None:
        """Tell the user something about the call; the event comes with the next output."""
        self._line.append(_PendingNote(code, role, detail, self.position))

    def finish(self, reason: str) -> Output:
        """The call ended: the last words are still recognised, then `CallEnded` comes."""
        duration = round(self._input.duration, 3)
        for block in self._input.finish(BLOCK):
            self._block(block)
        for index, channel in enumerate(self._state.channels):
            turn = channel.turns.finish()
            if turn is not None:
                self._turn_ended(index, turn)
            if not channel.signal.speech:
                self.note("no_speech", role=channel.role)
        self._mechanics()
        self._line.append(CallEnded(reason=reason, duration=duration, **self._stamp()))
        self._finished = True
        return self._output()

    @property
    def unasked(self) -> tuple[Turn, ...]:
        """The turns whose words will be asked when those before them are known, in order."""
        return tuple(ended.turn for _, ended in self._unasked)

    @property
    def position(self) -> int:
        """Samples of the call worked through so far."""
        return self._input.position

    @property
    def ended(self) -> bool:
        """True when `CallEnded` has been given out."""
        return self._finished and not self._line

    def checkpoint(self) -> Checkpoint | None:
        """The state between two turns; None while somebody speaks or an answer is awaited."""
        state = self._state
        if self._line or any(channel.turns.open_turn() for channel in state.channels):
            return None
        return Checkpoint(self._input.received, state.seq, pickle.dumps(state))

    # The start

    def _begin(self) -> None:
        self._line.append(
            CallStarted(
                channels=self._info.roles,
                language=self._language or "auto",
                agent=self._info.agent,
                customer=self._info.customer,
                models=self._engine.names,
                playbook=" ".join(
                    f"{language}:{book.version}"
                    for language, book in self._engine.playbooks.items()
                ),
                style=self._info.style or self._settings.guidance.style,
                **self._stamp(),
            )
        )
        if self._state.tone is None:
            self.note(self._why_no_tone())

    def _why_no_tone(self) -> str:
        if Role.MIXED in self._info.roles:
            return "roles_unsure" if self._info.roles_unsure else "mixed_channel"
        if Role.CALLER not in self._info.roles:
            return "no_caller"
        return "tone_off" if self._info.consent else "no_consent"

    # The audio, block by block

    def _block(self, block: NDArray[np.float32]) -> None:
        speech: dict[Role, bool] = {}
        self._compare(block)
        for index, channel in enumerate(self._state.channels):
            speech[channel.role] = self._channel_block(index, channel, block[index])
        self._state.meter.push(self.position, speech)
        if self.position % MECHANICS_EVERY == 0:
            self._mechanics()

    def _channel_block(self, index: int, channel: Channel, samples: NDArray[np.float32]) -> bool:
        heard = channel.turns.push(self._engine.vad, samples)
        if channel.signal.push(samples, heard.speech):
            self.note("clipped", role=channel.role)
        tone = self._state.tone
        if tone is not None and tone.channel == index:
            self._tone_window(tone, tone.windows.push(samples, self.position - BLOCK, heard.speech))
        if heard.ended is not None:
            self._turn_ended(index, heard.ended)
        # In the silence at its end a turn has no new words for a partial; its final comes next.
        if self._partials and heard.speech:
            self._ask_partial(index, channel)
        if self._partials and heard.paused is not None:
            self._ask_early(index, heard.paused)
        return bool(heard.speech)

    def _compare(self, block: NDArray[np.float32]) -> None:
        tone, roles = self._state.tone, self._info.roles
        if tone is not None and Role.AGENT in roles:
            agent = roles.index(Role.AGENT)
            tone.crosstalk.push(self.position, block[tone.channel], block[agent])

    def _turn_ended(self, index: int, turn: Turn) -> None:
        tone = self._state.tone
        if tone is not None and tone.channel == index:
            self._tone_window(tone, tone.windows.turn_ended())
        ended = _EndedTurn(index, turn, self.position)
        number = self._next_job()
        self._line.reserve(number, ended)
        self._unasked.append((number, ended))
        if self._partials:
            self._partials[index].turn_ended()

    def _tone_window(self, tone: CallerTone, window: Window | None) -> None:
        if window is not None:
            number = self._next_job()
            crosstalk = tone.crosstalk.heard(window.start, window.end)
            self._line.reserve(number, _ToneWindow(window, self.position, crosstalk))
            self._jobs.append(ToneJob(number, window))

    def _ask_partial(self, index: int, channel: Channel) -> None:
        job = self._partials[index].ask(
            index, channel.turns, self.position, self._state.guard.current
        )
        if job is not None:
            self._jobs.append(job)

    def _ask_early(self, index: int, turn: Turn) -> None:
        if self._language or not self._transcribing:
            guard = self._state.guard
            self._jobs.append(EarlyJob(index, turn, guard.languages(), guard.prior()))

    def _mechanics(self) -> None:
        snapshot: dict[str, Any] = asdict(self._state.meter.snapshot())
        # Pace comes from words, so it is filled in when the words before this have come.
        self._line.append(Mechanics(**snapshot, pace={}, **self._stamp()))

    def _gap(self, hole: Hole) -> None:
        roles = self._info.legs[hole.leg].roles
        self._line.append(
            Gap(
                start=hole.start,
                length=hole.length,
                reason=hole.reason,
                channel=roles[0] if len(roles) == 1 else "",
                **self._stamp(),
            )
        )

    # The events, in order

    def _output(self) -> Output:
        output: Output = []
        self._ask_transcriptions()
        for content, result in self._line.release():
            for event in self._events(content, result):
                output.append(self._number(event))
                output.extend(self._number(advice) for advice in self._guidance(event))
                for tone in self._tone_of_words(event):
                    output.append(self._number(tone))
                    output.extend(self._number(advice) for advice in self._guidance(tone))
            self._ask_transcriptions()
        output.extend(self._jobs)
        self._jobs = []
        return output

    def _ask_transcriptions(self) -> None:
        # While the language is being found, a turn waits for what the one before it said;
        # otherwise the answer would depend on how many were under way.
        while self._unasked and (self._language or not self._transcribing):
            number, ended = self._unasked.popleft()
            guard = self._state.guard
            self._transcribing += 1
            self._jobs.append(
                TranscribeJob(number, ended.channel, ended.turn, guard.languages(), guard.prior())
            )

    def _events(self, content: object, result: object) -> list[Event]:
        if isinstance(content, _EndedTurn):
            assert isinstance(result, Transcript)
            self._transcribing -= 1
            return self._utterance(content, result)
        if isinstance(content, _ToneWindow):
            assert isinstance(result, WindowFeatures)
            return [self._tone(content, result)]
        if isinstance(content, Mechanics):
            meter = self._state.meter
            return [replace(content, pace=meter.pace(), pace_ratio=meter.pace_ratio())]
        if isinstance(content, CallEnded):
            ended = replace(content, **asdict(self._state.conversation.ending()))
            return [*self._voice(content), ended]
        if isinstance(content, _PendingNote):
            language = self._state.guard.current
            text = note_text(content.code, language, content.role, content.detail)
            return [Note(code=content.code, text=text, **self._stamp(content.position))]
        assert isinstance(content, Event)
        return [content]

    def _voice(self, content: CallEnded) -> list[Event]:
        tone = self._state.tone
        voice = tone.tracker.voice if tone is not None else None
        if voice is None or not self._settings.tone.remember or not self._info.customer:
            return []
        measures = tuple(round(float(value), 4) for value in voice)
        stamp = self._stamp(content.position)
        return [CallerVoice(model=self._engine.tone.name, measures=measures, **stamp)]

    def _utterance(self, ended: _EndedTurn, transcript: Transcript) -> list[Event]:
        turn = ended.turn
        self._state.guard.observe(transcript, (turn.end - turn.start) / SAMPLE_RATE)
        if not transcript.text:
            return []
        offset = turn.audio_start / SAMPLE_RATE
        utterance = Utterance(
            channel=self._state.channels[ended.channel].role,
            start=seconds(turn.start),
            end=seconds(turn.end),
            text=transcript.text,
            language=transcript.language,
            confidence=round(transcript.confidence, 3),
            words=tuple(
                Word(
                    word.text,
                    round(offset + word.start, 3),
                    round(offset + word.end, 3),
                    round(word.confidence, 3),
                )
                for word in transcript.words
            ),
            **self._stamp(ended.position),
        )
        self._state.meter.utterance(utterance)
        return [utterance]

    def _tone(self, content: _ToneWindow, features: WindowFeatures) -> Event:
        tone = self._state.tone
        assert tone is not None
        window = content.window
        state = tone.tracker.update(
            self._engine.tone,
            features,
            window.start,
            window.end,
            self._state.guard.current,
            crosstalk=content.crosstalk,
        )
        return Tone(
            start=seconds(window.start),
            end=seconds(window.end),
            **asdict(state),
            **self._stamp(content.position),
        )

    def _tone_of_words(self, event: Event) -> list[Event]:
        """The tone anew when the caller's words tell of it; the agent's only explain its course."""
        tone = self._state.tone
        if tone is None or not isinstance(event, Utterance):
            return []
        tags, end = self._state.guide.heard, round(event.end * SAMPLE_RATE)
        if event.channel is not Role.CALLER:
            tone.tracker.agent_said([tag.tag for tag in tags], end)
            return []
        said = [(tag.tag, tag.confidence, quote(tag, event)) for tag in tags]
        state = tone.tracker.hear(self._engine.tone, said, end, event.language)
        if state is None:
            return []
        stamp = self._stamp(event.position)
        return [Tone(start=event.start, end=event.end, **asdict(state), **stamp)]

    def _guidance(self, event: Event) -> list[Event]:
        guide = self._state.guide
        made = [self._made(draft, event) for draft in guide.observe(event)]
        for record in self._state.conversation.observe(event, guide.heard):
            own = self._made(record, event)
            made += [own, *(self._made(draft, own) for draft in guide.observe(own))]
        return made

    def _made(self, draft: Draft | RecordDraft, event: Event) -> Event:
        return _MADE_FROM[type(draft)](**asdict(draft), **self._stamp(event.position))

    def _partial(self, job: PartialJob, words: tuple[str, str] | None) -> Output:
        if words is None:
            return []
        return [
            Partial(
                call_id=self._info.call_id,
                seq=self._state.seq,
                position=job.position,
                channel=self._state.channels[job.channel].role,
                start=seconds(job.turn.start),
                stable=words[0],
                pending=words[1],
            )
        ]

    def _number(self, event: Event) -> Event:
        self._state.seq += 1
        return replace(event, seq=self._state.seq)

    def _stamp(self, position: int | None = None) -> dict[str, Any]:
        return {
            "call_id": self._info.call_id,
            "seq": 0,
            "position": self.position if position is None else position,
        }

    def _next_job(self) -> int:
        self._state.job += 1
        return self._state.job
