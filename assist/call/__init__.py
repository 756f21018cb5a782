"""One call: audio in, events out."""

from assist.call.engine import Engine
from assist.call.jobs import EarlyJob, Job, PartialJob, Result, ToneJob, TranscribeJob
from assist.call.session import CallSession, Checkpoint

__all__ = [
    "CallSession",
    "Checkpoint",
    "EarlyJob",
    "Engine",
    "Job",
    "PartialJob",
    "Result",
    "ToneJob",
    "TranscribeJob",
]
