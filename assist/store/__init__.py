"""Where finished events are kept: calls, their final events, and what agents did."""

from assist.store.records import EventRecord, StoredCall
from assist.store.store import Store

__all__ = ["EventRecord", "Store", "StoredCall"]
