"""The checklist of a call, ticked by what is said."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from msgspec.structs import replace
from rapidfuzz import fuzz

from assist.events import ChecklistItem, Role
from assist.guidance.playbook import SOLUTION, CheckItem
from assist.guidance.signals import Heard
from assist.text import tokens

_SAME = 85.0


class ChecklistDraft(msgspec.Struct, frozen=True):
    """The fields of `events.Checklist`."""

    items: tuple[ChecklistItem, ...]


class ChecklistTicker:
    """State of one call: the items of the language that is spoken, and what has been done."""

    def __init__(self, items: Mapping[str, tuple[CheckItem, ...]]) -> None:
        self._items = dict(items)
        self._language = ""
        self._done: dict[str, ChecklistItem] = {}

    def begin(self, language: str) -> list[ChecklistDraft]:
        """The list in a language, if there is one and it is not the present one."""
        if language == self._language or not self._items.get(language):
            return []
        self._language = language
        return [self._draft()]

    def observe(self, heard: Heard) -> list[ChecklistDraft]:
        """Tick what the agent has said."""
        fresh = self.begin(heard.utterance.language)
        if heard.utterance.channel is Role.CALLER:
            return fresh
        ticked = False
        for item in self._items.get(self._language, ()):
            if item.id not in self._done and (place := _place(item, heard)) is not None:
                quote, start = heard.quote(*place)
                self._done[item.id] = ChecklistItem(item.id, item.text, True, start, quote)
                ticked = True
        return [self._draft()] if ticked else fresh

    def _draft(self) -> ChecklistDraft:
        items = self._items[self._language]
        return ChecklistDraft(
            tuple(
                replace(self._done.get(item.id, ChecklistItem(item.id, item.text)), text=item.text)
                for item in items
            )
        )


def _place(item: CheckItem, heard: Heard) -> tuple[int, int] | None:
    """Where an utterance does what the item asks for: characters of the clause or wording."""
    for clause in heard.clauses:
        found = heard.within(clause)
        if not clause.asks and clause.signals & {"done", "answer"}:
            found |= {SOLUTION}
        if not found.isdisjoint(item.any):
            return clause.start, clause.end
    for wording in item.words:
        place = _wording(wording, heard.utterance.text, heard.utterance.language)
        if place is not None:
            return place
    return None


def _wording(wording: str, text: str, language: str) -> tuple[int, int] | None:
    """Where the words are said as they are written, but for what may be misheard."""
    wanted = " ".join(token.folded for token in tokens(wording, language))
    size = wanted.count(" ") + 1
    line = tokens(text, language)
    for first in range(len(line) - size + 1):
        window = line[first : first + size]
        said = " ".join(token.folded for token in window)
        if wanted and fuzz.ratio(said, wanted) >= _SAME:
            return window[0].start, window[-1].end
    return None
