"""Scorecards of calls that are over, made beside everything else and kept in the store."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Final

import structlog

from assist.errors import StoreError
from assist.guidance.calming import answers
from assist.guidance.quality import quality_words
from assist.guidance.scorecard import LANGUAGES, Scorecard, scorecard
from assist.guidance.signals import signal_book
from assist.guidance.situations import classify
from assist.store import Store
from assist.store.scorecards import card_of, due, events_of

_log = structlog.get_logger(__name__)

_AT_ONCE: Final = 50
_REST: Final = 3.0
"""Pause after making an older call's card, in multiples of what that took: there is no hurry."""
_RETRY: Final = 30.0


class Scorer:
    """Makes the card of every call that ends, and of those that have none by today's formulas."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._ended: asyncio.Queue[str] = asyncio.Queue()

    def ended(self, call_id: str) -> None:
        """A call is over and stored."""
        self._ended.put_nowait(call_id)

    async def run(self) -> None:
        """Work until cancelled. A store that fails is asked again after a while."""
        failed: set[str] = set()
        await asyncio.to_thread(_warm_up)
        while True:
            try:
                await self._older(failed)
                await self._try(await self._ended.get(), failed)
            except StoreError as error:
                _log.warning("scorecard not kept", reason=str(error))
                await asyncio.sleep(_RETRY)

    async def make(self, call_id: str) -> Scorecard:
        """Make a call's card and keep it."""
        events = await self._store.read(lambda connection: events_of(connection, call_id))
        feedback = await self._store.feedback_of(call_id)
        card = await asyncio.to_thread(scorecard, events)
        answered = await asyncio.to_thread(answers, events, feedback)
        await self._store.keep_scorecard(call_id, card, answered)
        return card

    async def card(self, call_id: str) -> Scorecard:
        """The kept card of a call that is over, made now if there is none."""
        kept = await self._store.read(lambda connection: card_of(connection, call_id))
        return kept if kept is not None else await self.make(call_id)

    async def _older(self, failed: set[str]) -> None:
        """Calls of before, the newest first; those that end meanwhile come before them."""
        loop = asyncio.get_running_loop()
        while True:
            most = _AT_ONCE + len(failed)
            found = await self._store.read(partial(due, limit=most))
            left = [call_id for call_id in found if call_id not in failed]
            if not left:
                return
            for call_id in left:
                while not self._ended.empty():
                    await self._try(self._ended.get_nowait(), failed)
                began = loop.time()
                await self._try(call_id, failed)
                await asyncio.sleep(_REST * (loop.time() - began))

    async def _try(self, call_id: str, failed: set[str]) -> None:
        """One call that cannot be scored must not keep the others from it."""
        try:
            await self.make(call_id)
        except StoreError:
            raise
        except Exception:  # noqa: BLE001 - whatever it is, it is logged
            failed.add(call_id)
            _log.exception("call cannot be scored", call_id=call_id)


def _warm_up() -> None:
    """Load the dictionaries now: for the better part of a second nothing else gets a turn."""
    for language in LANGUAGES:
        signal_book(language)
        classify("merhaba", speaker="agent", language=language, book=quality_words(language))
