"""One call: audio in, events out."""

from assist.call.engine import Engine
from assist.call.jobs import Job, PartialJob, Result, ToneJob, TranscribeJob
from assist.call.session import CallSession, Checkpoint

__all__ = [
    "CallSession",
    "Checkpoint",
    "Engine",
    "Job",
    "PartialJob",
    "Result",
    "ToneJob",
    "TranscribeJob",
]
