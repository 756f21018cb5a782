"""What a call is about: problems on two levels, from the caller's words.

The scheme is in `topics/<language>.toml`, the same ids in both languages.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

import msgspec

from assist.errors import PlaybookError
from assist.events import Role
from assist.guidance.lexicon import Entry, Lexicon, LexiconFile
from assist.guidance.patterns import PatternError
from assist.guidance.signals import SURE_WHEN_MIXED, Heard
from assist.guidance.situations import classify

_BY_SITUATION = 0.55
_LATER_COUNTS = 0.5
_BEHIND = 0.08


class Topic(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A problem as written in the file; `id` is area/problem, `name` what people read.

    What `except` finds in an utterance rules the topic out there.
    """

    id: str
    name: str
    summary: str
    match: tuple[str, ...]
    situations: tuple[str, ...] = ()
    except_: tuple[str, ...] = msgspec.field(default=(), name="except")


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    topic: tuple[Topic, ...]
    groups: dict[str, str] = {}


class Scheme:
    """The topics of a language, ready to be looked for."""

    def __init__(self, language: str, file: _File) -> None:
        self.topics = {topic.id: topic for topic in file.topic}
        entries = {one.id: Entry(one.match) for one in file.topic}
        not_this = {one.id: Entry(one.except_) for one in file.topic if one.except_}
        self.book = Lexicon(language, LexiconFile(entries, {}, file.groups))
        self.against = Lexicon(language, LexiconFile(not_this, {}, file.groups))
        self.by_situation = {name: one.id for one in file.topic for name in one.situations}


class TopicFinder:
    """Weighs what the caller brings up; what comes first is mostly what the call is about."""

    def __init__(self) -> None:
        self._scores: dict[str, float] = {}
        self._weight = 1.0

    @property
    def topic(self) -> str:
        """The topic so far, empty while unknown."""
        return max(self._scores, key=self._scores.__getitem__, default="")

    def observe(self, heard: Heard) -> bool:
        """Take an utterance; whether it brings up a topic."""
        said = heard.utterance
        if said.channel is Role.AGENT or not heard.clauses:
            return False
        scheme = topics(said.language)
        tags = classify(said.text, speaker="caller", language=said.language, book=scheme.book)
        if said.channel is Role.MIXED:
            tags = tuple(tag for tag in tags if tag.confidence >= SURE_WHEN_MIXED)
        against = classify(said.text, speaker="caller", language=said.language, book=scheme.against)
        found = {
            tag.tag: tag.confidence - _BEHIND * place
            for place, tag in enumerate(sorted(tags, key=lambda tag: tag.evidence[0].start))
        }
        for name in heard.situations & scheme.by_situation.keys():
            found.setdefault(scheme.by_situation[name], _BY_SITUATION)
        for tag in against:
            found.pop(tag.tag, None)
        for name in scheme.topics:  # in the file's order, so that equal ones stay in it
            if name in found:
                self._scores[name] = self._scores.get(name, 0.0) + self._weight * found[name]
        if found:
            self._weight *= _LATER_COUNTS
        return bool(found)


@cache
def topics(language: str) -> Scheme:
    """The scheme of a language."""
    source = resources.files("assist.guidance") / "topics" / f"{language}.toml"
    try:
        return Scheme(language, msgspec.convert(tomllib.loads(source.read_text("utf-8")), _File))
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, PatternError) as error:
        raise PlaybookError(f"{source} is wrong: {error}.") from error
