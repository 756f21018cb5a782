"""What the agent did towards a solution and what the caller said of it, clause by clause.

The signals and their patterns are in `record/<language>.toml`. Of the agent: `done` (a result),
`answer` (advice or information that settles), `pending` (passed on, to be looked into), `blocked`
(not, not now, nobody knows when), `vow` (what will be done). Of the caller: `thanks`, `okay`,
`pleased`, `enough` (nothing else), `leaves`, `rejects`, `conditional`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import resources
from itertools import pairwise

import msgspec

from assist.errors import PlaybookError
from assist.events import Role, Utterance
from assist.guidance.evidence import time_of
from assist.guidance.lexicon import Lexicon, LexiconFile
from assist.guidance.patterns import PatternError
from assist.guidance.situations import Span, Tag, classify
from assist.text import tokens

SURE_WHEN_MIXED = 0.75
"""What is less certain does not count where nobody knows who spoke."""

_MOST_CLAUSES = 60
_LONGEST_QUOTE = 140
_SENTENCE_END = re.compile(r"[.!?…]+(?:\s+|$)|[.!?…]{2,}|\n+")
_TURN = {
    "tr": re.compile(r"\b(?:ama|fakat|ancak|lakin)\b", re.IGNORECASE),
    "en": re.compile(r"\b(?:but|however|although|though)\b", re.IGNORECASE),
}
_ASKS_TR = re.compile(
    r"\bm[iıuü](?:s[iıuü]n|y[iıuü]m|y[iıuü]z|d[iıuü]r|yd[iıuü]\w*|s[iıuü]n[iıuü]z)?$"
)


class Clause(msgspec.Struct, frozen=True):
    """Part of an utterance: characters `start`…`end`, and the signals in it.

    `sentence` counts sentences; what is only asked about (`asks`) has not been done.
    """

    text: str
    start: int
    end: int
    sentence: int
    asks: bool
    signals: frozenset[str]


class Heard(msgspec.Struct, frozen=True):
    """An utterance with everything that is made of it: situations and clauses."""

    utterance: Utterance
    tags: tuple[Tag, ...]
    clauses: tuple[Clause, ...]

    @property
    def is_agent(self) -> bool:
        """Whether these can be the agent's words."""
        return self.utterance.channel is not Role.CALLER

    @property
    def is_caller(self) -> bool:
        """Whether these can be the caller's words."""
        return self.utterance.channel is not Role.AGENT

    @property
    def situations(self) -> frozenset[str]:
        """The names of its situations."""
        return frozenset(tag.tag for tag in self.tags)

    @property
    def signals(self) -> frozenset[str]:
        """All signals of it."""
        return frozenset[str]().union(*(clause.signals for clause in self.clauses))

    def within(self, clause: Clause) -> frozenset[str]:
        """The situations whose words begin in the clause."""
        return frozenset(
            tag.tag
            for tag in self.tags
            if any(clause.start <= span.start < clause.end for span in tag.evidence)
        )

    def quote(self, start: int, end: int) -> tuple[str, float]:
        """The words there, not too many of them, and when they began (seconds)."""
        text = self.utterance.text[start:end].strip()
        if len(text) > _LONGEST_QUOTE:
            text = text[:_LONGEST_QUOTE].rsplit(" ", 1)[0] + "…"
        return text, time_of(Span(text, start, end), self.utterance)


def hear(utterance: Utterance, tags: tuple[Tag, ...]) -> Heard:
    """Look for signals; an utterance in a language without a lexicon has none."""
    known = utterance.language in _TURN
    return Heard(utterance, tags, tuple(_clauses(utterance)) if known else ())


def _clauses(utterance: Utterance) -> Iterator[Clause]:
    language, speaker = utterance.language, utterance.channel.value
    least = SURE_WHEN_MIXED if utterance.channel is Role.MIXED else 0.0
    for place, (start, end, sentence) in enumerate(_parts(utterance.text, language)):
        if place >= _MOST_CLAUSES:
            return
        text = utterance.text[start:end]
        found = classify(text, speaker=speaker, language=language, book=signal_book(language))
        names = frozenset(tag.tag for tag in found if tag.confidence >= least)
        yield Clause(text, start, end, sentence, _asks(text, language), names)


def _parts(text: str, language: str) -> Iterator[tuple[int, int, int]]:
    """Clauses as (start, end, sentence): what follows a "but" may undo what stands before it."""
    ends = [*(match.end() for match in _SENTENCE_END.finditer(text)), len(text)]
    for sentence, (start, end) in enumerate(pairwise([0, *ends])):
        cuts = [found.start() for found in _TURN[language].finditer(text, start, end)]
        if _asks(text[start:end], language) and (comma := text.rfind(",", start, end)) > start:
            cuts.append(comma)  # "I sent it, could you try?": only the end is asked
        for left, right in pairwise(sorted({start, *cuts, end})):
            if text[left:right].strip():
                yield left, right, sentence


def _asks(text: str, language: str) -> bool:
    bare = text.rstrip()
    if bare.endswith("?") or language != "tr":
        return bare.endswith("?")
    last = tokens(bare[-20:], language)
    return bool(last and _ASKS_TR.search(last[-1].folded))


@cache
def signal_book(language: str) -> Lexicon:
    """The patterns of all signals of a language."""
    source = resources.files("assist.guidance") / "record" / f"{language}.toml"
    try:
        return Lexicon(
            language, msgspec.convert(tomllib.loads(source.read_text("utf-8")), LexiconFile)
        )
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, PatternError) as error:
        raise PlaybookError(f"{source} is wrong: {error}.") from error
