"""What the agent promises, and what is given to make up for trouble."""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from assist.events import Due, Role
from assist.guidance.due import find_due
from assist.guidance.said import keywords, says
from assist.guidance.signals import Clause, Heard

PROMISE, COMPENSATION = "promise", "compensation"


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
            for kind in (PROMISE, COMPENSATION):
                draft = self._sentence(heard, clauses, kind)
                fresh += [draft] if draft else []
        return fresh

    def _sentence(self, heard: Heard, clauses: list[Clause], kind: str) -> PromiseDraft | None:
        made = [clause for clause in clauses if _kind(heard, clause) == kind]
        if not made:
            return None
        text, language = heard.utterance.text, heard.utterance.language
        start, end = made[0].start, made[-1].end
        words = keywords(text[start:end], language)
        due = find_due(text[start:end], language) or find_due(
            text[clauses[0].start : clauses[-1].end], language
        )
        for draft, known in zip(self.found, self._words, strict=True):
            if says(words, known) and says(known, words) and _is_no_news(due, draft.due):
                return None
        quote, spoken_at = heard.quote(start, end)
        draft = PromiseDraft(f"p{len(self.found) + 1}", kind, quote, spoken_at, due)
        self.found.append(draft)
        self._words.append(words)
        return draft


def _is_no_news(due: Due | None, known: Due | None) -> bool:
    return due is None or (known is not None and replace(due, text=known.text) == known)


def _kind(heard: Heard, clause: Clause) -> str:
    """What a clause is; what is only asked about is nothing yet."""
    situations = heard.within(clause)
    if clause.asks or "refusal" in situations:
        return ""
    if COMPENSATION in situations:
        return COMPENSATION
    return PROMISE if "vow" in clause.signals or PROMISE in situations else ""
