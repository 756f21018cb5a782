"""What the agent promises, and what is given to make up for trouble."""

from __future__ import annotations

import msgspec

from assist.events import Due, Role
from assist.guidance.due import find_due
from assist.guidance.said import keywords, says
from assist.guidance.signals import Clause, Heard


class PromiseDraft(msgspec.Struct, frozen=True):
    """The fields of `events.Promise`."""

    id: str
    kind: str
    quote: str
    start: float
    due: Due | None


class PromiseFinder:
    """State of one call."""

    def __init__(self) -> None:
        self.found: list[PromiseDraft] = []
        self._words: list[frozenset[str]] = []

    def observe(self, heard: Heard) -> list[PromiseDraft]:
        """Promises in an utterance; what was promised before is not repeated."""
        if heard.utterance.channel is Role.CALLER:
            return []
        fresh = []
        for sentence in {clause.sentence: None for clause in heard.clauses}:
            clauses = [clause for clause in heard.clauses if clause.sentence == sentence]
            kind = _kind(heard, clauses)
            if kind and (draft := self._draft(heard, clauses, kind)) is not None:
                fresh.append(draft)
        return fresh

    def _draft(self, heard: Heard, clauses: list[Clause], kind: str) -> PromiseDraft | None:
        start, end = clauses[0].start, clauses[-1].end
        language = heard.utterance.language
        words = keywords(heard.utterance.text[start:end], language)
        due = find_due(heard.utterance.text[start:end], language)
        for draft, known in zip(self.found, self._words, strict=True):
            if says(words, known) and says(known, words) and (due is None or due == draft.due):
                return None
        quote, spoken_at = heard.quote(start, end)
        draft = PromiseDraft(f"p{len(self.found) + 1}", kind, quote, spoken_at, due)
        self.found.append(draft)
        self._words.append(words)
        return draft


def _kind(heard: Heard, clauses: list[Clause]) -> str:
    """What a sentence is; what is only asked about is nothing yet."""
    said = [clause for clause in clauses if not clause.asks]
    situations = frozenset[str]().union(*(heard.within(clause) for clause in said))
    if "compensation" in situations and "refusal" not in situations:
        return "compensation"
    vowed = any("vow" in clause.signals for clause in said) or "promise" in situations
    return "promise" if vowed else ""
