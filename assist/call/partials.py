"""Words while a person still speaks: provisional, outside the ordered line of events."""

from __future__ import annotations

from dataclasses import replace

from assist.call.jobs import PartialJob
from assist.events import SAMPLE_RATE
from assist.speech.agreement import PartialAgreement
from assist.speech.transcript import TranscriptWord
from assist.speech.turns import Turn, TurnDetector

_LOOKED_BACK = 6.0
"""Seconds at the end of a turn that are recognised again; words settled before stay as they are."""


class PartialWords:
    """State of one channel's open turn; nothing final ever depends on it."""

    def __init__(self, interval: int) -> None:
        self._interval = interval
        self._turn_start: int | None = None
        self._asked_at = 0
        self._agreement = PartialAgreement()

    def ask(
        self, channel: int, turns: TurnDetector, position: int, language: str
    ) -> PartialJob | None:
        """A job for the open turn, once `interval` samples have come since the last one."""
        if position - self._asked_at < self._interval:
            return None
        turn = turns.open_turn()
        if turn is None:
            self._turn_start = None
            return None
        if turn.start != self._turn_start:
            self._turn_start = turn.start
            self._agreement = PartialAgreement()
        if position - turn.start < self._interval:
            return None
        self._asked_at = position
        return PartialJob(channel, self._recent(turn), language, position)

    def answer(self, job: PartialJob, words: tuple[TranscriptWord, ...]) -> tuple[str, str] | None:
        """(stable, pending) text, or None when the turn of the job is over."""
        if job.turn.start != self._turn_start:
            return None
        offset = job.turn.audio_start / SAMPLE_RATE
        return self._agreement.insert(
            [replace(word, start=offset + word.start, end=offset + word.end) for word in words]
        )

    def turn_ended(self) -> None:
        """The final is on its way: late partial answers are no longer wanted."""
        self._turn_start = None

    def _recent(self, turn: Turn) -> Turn:
        """The turn without the audio of words that were settled long ago."""
        needed = self._agreement.needed_from(turn.end / SAMPLE_RATE - _LOOKED_BACK)
        skipped = max(round(needed * SAMPLE_RATE) - turn.audio_start, 0)
        return replace(turn, audio=turn.audio[skipped:], audio_start=turn.audio_start + skipped)
