"""The positive form of what the agent has just said negatively: the very sentence, turned.

A file `positive/<language>.toml` has templates in the order in which they are tried; one in the
folder of a company's own playbooks takes the place of the built-in one. Most are
whole sentences for a subject. A template with a `shape` keeps the agent's own words: it is
tried first and gives up on any sentence it cannot turn with certainty, or whose words may have
been misheard. Nothing is promised
that the agent did not say: dates, amounts and options are blanks.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from assist.events import Word as SpokenWord
from assist.guidance import turned_en, turned_tr
from assist.guidance.lexicon import Entry, Lexicon, LexiconFile
from assist.guidance.morphology import words
from assist.guidance.situations import Span, Tag, classify
from assist.text import lower, upper_tr

NEGATIVE = ("refusal", "blame", "negative_phrasing")
"""Situations of the agent that have a positive form, the plainest first."""

Text = Annotated[str, Meta(min_length=1)]

_CLEAR = 0.6
"""A word heard with less certainty is not put into the agent's mouth."""

_SENTENCE = re.compile(r"[^.!?…\n]+[.!?…]*")
_PLACE = re.compile(r"\{\w+\}")


class Template(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One way to turn a sentence: `match` are patterns, `any` situations it answers to.

    With `alone` its patterns count even where no negative situation was found.
    """

    id: str
    say: Text
    why: Text
    match: tuple[str, ...] = ()
    any: tuple[str, ...] = ()
    alone: bool = False
    shape: Literal["", "later", "once", "do_first", "needed"] = ""


class Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[rephrase]`: how a rephrasing stands among the playbook's rules; times in seconds."""

    priority: int
    cooldown: float
    expires: float


class Rephrasing(msgspec.Struct, frozen=True):
    """What to say instead of `original`; `tag` has the situation and the words that show it."""

    template: str
    original: str
    say: str
    why: str
    tag: Tag


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    rephrase: Head
    template: tuple[Template, ...]
    groups: dict[str, str] = {}
    verbs: dict[str, str] = {}


class Positive:
    """The templates of one language, ready to be matched; immutable and shared by all calls."""

    def __init__(self, language: str, file: _File) -> None:
        self.language = language
        self.head = file.rephrase
        self.templates = file.template
        entries = {one.id: Entry(match=one.match) for one in file.template}
        self._book = Lexicon(language, LexiconFile(caller={}, agent=entries, groups=file.groups))
        able = frozenset(file.verbs.get("able", "").split())
        self._shapes = turned_tr.shapes(able) if language == "tr" else turned_en.SHAPES

    def rephrase(self, text: str, spoken: Sequence[SpokenWord] = ()) -> Rephrasing | None:
        """The first negative sentence of what the agent said, turned; None if there is none.

        Questions are left alone, and so is what the agent turned already ("… but I can").
        """
        unclear = _unclear(text, spoken)
        for found in _SENTENCE.finditer(text):
            original = found[0].strip()
            rest = lower(text[found.start() :], self.language)
            if original.endswith("?") or _ASIDE[self.language].search(rest):
                continue
            clear = not any(found.start() <= place < found.end() for place in unclear)
            turned = self._turn(original, spoken, clear)
            if turned is not None:
                offset = found.start() + len(found[0]) - len(found[0].lstrip())
                return msgspec.structs.replace(turned, tag=_moved(turned.tag, offset))
        return None

    def _turn(self, sentence: str, spoken: Sequence[SpokenWord], clear: bool) -> Rephrasing | None:
        heard = classify(sentence, speaker="agent", language=self.language, spoken=spoken)
        situations = {tag.tag: tag for tag in heard}
        negative = [situations[name] for name in NEGATIVE if name in situations]
        matched = {
            tag.tag: tag
            for tag in classify(sentence, speaker="agent", language=self.language, book=self._book)
        }
        for one in self.templates:
            fits = one.id in matched or not situations.keys().isdisjoint(one.any)
            if not fits or not (negative or one.alone):
                continue
            say = self._say(one, sentence, clear)
            if say:
                shown = negative[0] if negative else _named(matched[one.id])
                return Rephrasing(one.id, sentence, say, one.why, shown)
        return None

    def _say(self, template: Template, sentence: str, clear: bool) -> str:
        if not template.shape:
            return template.say
        kept = self._shapes[template.shape](sentence) if clear else ""
        if not kept or _has_unknown(kept, sentence, self.language):
            return ""
        say = _capital(_PLACE.sub(lambda _: kept, template.say), self.language)
        found = {tag.tag for tag in classify(say, speaker="agent", language=self.language)}
        return say if found.isdisjoint(NEGATIVE) else ""


@lru_cache(maxsize=32)
def positive(language: str, own: str = "") -> Positive:
    """The templates of a language: `own`, the text of a company's file, or the built-in ones.

    Raises what reading TOML and its fields raises, and `PatternError`.
    """
    source = resources.files("assist.guidance") / "positive" / f"{language}.toml"
    text = own or source.read_text("utf-8")
    return Positive(language, msgspec.convert(tomllib.loads(text), _File))


def _unclear(text: str, spoken: Sequence[SpokenWord]) -> list[int]:
    """Where in the text the words begin that the recogniser was unsure of."""
    found = []
    position = 0
    for word in spoken:
        bare = word.text.strip()
        place = text.find(bare, position) if bare else -1
        if place >= 0:
            position = place + len(bare)
            if word.confidence < _CLEAR:
                found.append(place)
    return found


def _has_unknown(kept: str, sentence: str, language: str) -> bool:
    """Whether a word was kept that no dictionary has: a misheard one, or we cannot tell."""
    said = {word.form.folded for word in words(sentence, language)}
    return any(
        word.form.folded in said and word.form.folded.isalpha() and not word.form.known
        for word in words(kept, language)
    )


def _moved(tag: Tag, offset: int) -> Tag:
    spans = tuple(Span(one.text, one.start + offset, one.end + offset) for one in tag.evidence)
    return Tag(tag.tag, tag.confidence, spans)


def _named(tag: Tag) -> Tag:
    return Tag("negative_phrasing", tag.confidence, tag.evidence)


def _capital(text: str, language: str) -> str:
    first = upper_tr(text[0]) if language == "tr" else text[0].upper()
    return first + text[1:]


# what is turned already, and what only looks like a refusal ("doğrulamam gerekiyor")
_ASIDE = {
    "tr": re.compile(
        r"\b(?:ama|ancak|fakat|yerine|isterseniz|dilerseniz)\b.*[ae]bil(?:ir|ece)"
        r"|^\W*(?:\w+ ){0,4}\w+m[ae]m (?:gerek|lazım|şart|için)"
    ),
    "en": re.compile(
        r"\b(?:but|however|instead|though)\b.*\b(?:i|we) (?:can|could|will)\b(?!'t| not)"
    ),
}
