"""What the agent did towards a solution and what the caller said of it, clause by clause.

The signals and their patterns are in `record/<language>.toml`. Of the agent: `done` (a result),
`answer` (advice or information that settles), `pending` (passed on, to be looked into), `blocked`
(not, not now, nobody knows when), `vow` (what will be done), `parts` (says goodbye),
`introduces` (says who the agent is). Of the caller: `thanks`, `okay`, `pleased`, `clear`
(understood now), `enough` (nothing else), `leaves`, `rejects`, `conditional`.
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
from assist.guidance.morphology import Form
from assist.guidance.patterns import PatternError
from assist.guidance.situations import Span, Tag, classify
from assist.text import tokens

SURE_WHEN_MIXED = 0.75
"""What is less certain does not count where nobody knows who spoke."""

_MOST_CLAUSES = 60
_LONGEST_QUOTE = 140
_SENTENCE_END = re.compile(r"[.!?…]+(?:\s+|$)|[.!?…]{2,}|\n+")
_COMMA = re.compile(r",(?=\s)")
_TURN = {
    "tr": re.compile(r"\b(?:ama|fakat|ancak|lakin)\b", re.IGNORECASE),
    "en": re.compile(r"\b(?:but|however|although|though)\b", re.IGNORECASE),
}
_MINE_TR = re.compile(r"(?:[ıiuü]yor(?:um|uz)|[dt][ıiuü][mk]|[ae]c[ae][ğg][ıi][mz])$")
_NOT_MINE_TR = re.compile(r"m[ıiuü]yor|m[ae][dt][ıi][mk]$|m[ae]y[ae]c[ae]|[ae]m[ae][dt]")
_BECAME_TR = re.compile(
    r"(?:[ıiuü]l|[aeıioöuü]n)(?:[dt][ıiuü]|m[ıiuü]şt[ıiuü]r|[ae]c[ae]k(?:t[ıi]r)?|[ıiuü]yor)$"
)
_VERB_TR = re.compile(
    r"\b\w\w+(?:yoru[mz]|[dt][ıiuü][mk]?|[ae]c[ae](?:k|k[dt][ıi]r|[ğg][ıi][mz])|r[ıi][mz]"
    r"|s[ıi]n[ıi]z|[ae]m[ae]m|m[ae]z|[dt][ıi]r)\s"
)
_PAST_EN = re.compile(r"..(?:ed)$")
_PAST_IRREGULAR_EN = frozenset(
    {"sent", "put", "made", "done", "paid", "given", "taken", "set", "reset", "brought", "found"}
)
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
    """An utterance with everything that is made of it: clauses and situations.

    An identification that only names the agent is not among these.
    """

    utterance: Utterance
    tags: tuple[Tag, ...]
    clauses: tuple[Clause, ...]

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
        text = self.utterance.text[start:end].strip(" ,;:\n")
        if len(text) > _LONGEST_QUOTE:
            text = text[:_LONGEST_QUOTE].rsplit(" ", 1)[0] + "…"
        return text, time_of(Span(text, start, end), self.utterance)


def hear(utterance: Utterance, tags: tuple[Tag, ...]) -> Heard:
    """Look for signals; an utterance in a language without a lexicon has none."""
    known = utterance.language in _TURN
    clauses = tuple(_clauses(utterance)) if known else ()
    return Heard(utterance, tuple(tag for tag in tags if not _is_own(tag, clauses)), clauses)


def _is_own(tag: Tag, clauses: tuple[Clause, ...]) -> bool:
    """Whether the agent's own name is all the identification there is; it verifies no caller."""
    own = [clause for clause in clauses if "introduces" in clause.signals]
    return tag.tag == "identification" and all(
        any(clause.start <= span.start < clause.end for clause in own) for span in tag.evidence
    )


def _clauses(utterance: Utterance) -> Iterator[Clause]:
    language, speaker = utterance.language, utterance.channel.value
    least = SURE_WHEN_MIXED if utterance.channel is Role.MIXED else 0.0
    fine = utterance.channel is Role.AGENT
    for place, (start, end, sentence) in enumerate(_parts(utterance.text, language, fine)):
        if place >= _MOST_CLAUSES:
            return
        text = utterance.text[start:end]
        found = classify(text, speaker=speaker, language=language, book=signal_book(language))
        names = frozenset(tag.tag for tag in found if tag.confidence >= least)
        yield Clause(text, start, end, sentence, _asks(text, language), names)


def _parts(text: str, language: str, fine: bool) -> Iterator[tuple[int, int, int]]:
    """Clauses as (start, end, sentence): what follows a "but" may undo what stands before it.

    `fine` ones also end at a comma: "I've sent it, could you try?" only asks at the end.
    """
    ends = [*(match.end() for match in _SENTENCE_END.finditer(text)), len(text)]
    for sentence, (start, end) in enumerate(pairwise([0, *ends])):
        cuts = [found.start() for found in _TURN[language].finditer(text, start, end)]
        if fine:
            cuts += [found.end() for found in _COMMA.finditer(text, start, end)]
        if language == "tr" and _asks(text[start:end], language):
            # heard without punctuation, what is said before the question would be asked, too
            verbs = [found.end() for found in _VERB_TR.finditer(text, start, end)]
            cuts += [place for place in verbs if len(text[place:end].split()) > 1][-1:]
        for left, right in pairwise(sorted({start, *cuts, end})):
            if text[left:right].strip():
                yield left, right, sentence


def _asks(text: str, language: str) -> bool:
    bare = text.rstrip()
    if bare.endswith("?") or language != "tr":
        return bare.endswith("?")
    last = tokens(bare[-20:], language)
    return bool(last and _ASKS_TR.search(last[-1].folded))


class _SignalLexicon(Lexicon):
    """A lexicon that also knows what a verb says of who did it.

    `#mine` is a Turkish first person that does, did or will do; `#became` something that is,
    was or will be done; `#past` an English participle; `#ing` what is being done.
    """

    def atoms_of(self, form: Form) -> dict[str, float]:
        found = super().atoms_of(form)
        for name in _verb_classes(form, self.language):
            found.setdefault(f"#{name}", 1.0)
        return found


def _verb_classes(form: Form, language: str) -> list[str]:
    word = form.folded
    if language == "en":
        is_past = _PAST_EN.search(word) or word in _PAST_IRREGULAR_EN
        return ["past"] if is_past else ["ing"] if word.endswith("ing") else []
    if form.known and form.lemma == word:
        return []  # "yardım" and "artık" end like verbs
    mine = _MINE_TR.search(word) and not _NOT_MINE_TR.search(word)
    return ["mine"] if mine else ["became"] if _BECAME_TR.search(word) else []


@cache
def signal_book(language: str) -> Lexicon:
    """The patterns of all signals of a language."""
    source = resources.files("assist.guidance") / "record" / f"{language}.toml"
    try:
        return _SignalLexicon(
            language, msgspec.convert(tomllib.loads(source.read_text("utf-8")), LexiconFile)
        )
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, PatternError) as error:
        raise PlaybookError(f"{source} is wrong: {error}.") from error
