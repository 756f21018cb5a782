"""Words while a person still speaks: provisional, outside the ordered line of events."""

from __future__ import annotations

from assist.call.jobs import PartialJob
from assist.speech.agreement import PartialAgreement
from assist.speech.transcript import TranscriptWord
from assist.speech.turns import TurnDetector


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
        return PartialJob(channel, turn, language, position)

    def answer(self, job: PartialJob, words: tuple[TranscriptWord, ...]) -> tuple[str, str] | None:
        """(stable, pending) text, or None when the turn of the job is over."""
        if job.turn.start != self._turn_start:
            return None
        return self._agreement.insert(words)

    def turn_ended(self) -> None:
        """The final is on its way: late partial answers are no longer wanted."""
        self._turn_start = None
