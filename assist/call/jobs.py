"""What a session asks a model: the job carries everything needed, the result is plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assist.emotion.features import WindowFeatures
from assist.emotion.windows import Window
from assist.speech.transcript import Transcript, TranscriptWord
from assist.speech.turns import Turn


@dataclass(frozen=True, slots=True)
class TranscribeJob:
    """Recognise a finished turn of `channel`, in the most likely of `languages`."""

    number: int
    channel: int
    turn: Turn
    languages: tuple[str, ...]
    prior: Mapping[str, float] | None


@dataclass(frozen=True, slots=True)
class EarlyJob:
    """The turn of `channel` has paused; if nothing more is said, its words will be asked.

    A driver with time to spare recognises the turn now and keeps the transcript for the
    `TranscribeJob` that it `foresees`; the session itself makes no use of the answer.
    """

    channel: int
    turn: Turn
    languages: tuple[str, ...]
    prior: Mapping[str, float] | None

    def foresees(self, job: TranscribeJob) -> bool:
        """True when `job` has the same transcript."""
        return (
            (self.channel, self.languages, self.prior) == (job.channel, job.languages, job.prior)
            and (self.turn.start, self.turn.end) == (job.turn.start, job.turn.end)
            and len(self.turn.audio) == len(job.turn.audio)
        )


@dataclass(frozen=True, slots=True)
class ToneJob:
    """Measure a window of the caller's speech."""

    number: int
    window: Window


@dataclass(frozen=True, slots=True)
class PartialJob:
    """Recognise a turn that is still open. A driver may leave it out when it is busy."""

    channel: int
    turn: Turn
    language: str
    position: int


Job = TranscribeJob | ToneJob | EarlyJob | PartialJob
Result = Transcript | WindowFeatures | tuple[TranscriptWord, ...]
