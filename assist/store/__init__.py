"""Where finished events are kept: calls, their final events, and what people did with them."""

from assist.store.annotations import Annotation
from assist.store.earlier import EarlierCall
from assist.store.recordings import RecordedCall, Recordings
from assist.store.records import EventRecord, StoredCall
from assist.store.search import Filters, Hit
from assist.store.store import Store

__all__ = [
    "Annotation",
    "EarlierCall",
    "EventRecord",
    "Filters",
    "Hit",
    "RecordedCall",
    "Recordings",
    "Store",
    "StoredCall",
]
