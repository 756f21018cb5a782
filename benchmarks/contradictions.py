"""Which suggestions of a call contradict what was said in it.

Everything is decided from the transcript, without the guide's own memory. A suggestion is wrong
by one of these names:

- `repeats`: it apologises, and the agent has done so in the last ten seconds;
- `asks_again`: it asks for what the caller has said: name, number, address, date;
- `dates_again`: it is to name a date, and the agent has promised something by a date since the
  caller's last words;
- `denied`: it offers what the agent's last words refuse;
- `solved`: it speaks of a problem of which the caller's last words say that it is solved;
- `over`: it comes after the agent's goodbye;
- `not_said`: a slot holds a value that nobody said.

A positive form (`kind` "rephrase") turns what the agent has just said: it is not `denied` by it,
and only a date in the same breath makes it `dates_again`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from assist.events import Event, Role, Suggestion, Utterance, seconds
from assist.guidance.due import find_due, is_dated
from assist.guidance.playbook import Playbook
from assist.guidance.said import keywords, says
from assist.guidance.situations import classify
from assist.guidance.slots import NAMES
from assist.text import fold

_LATELY = 10.0
_PROBLEM = frozenset(
    {"complaint", "delay", "billing_error", "defect", "unresolved", "repeat_contact", "confusion"}
)
_DATE = {"tr": "[tarih]", "en": "[date]"}
_BLANK = re.compile(r"\[([^\]]+)\]")
_NUMBER = re.compile(r"\d[\d ]{5,}")
_ASKED = {
    "tr": {
        "name": re.compile(r"\b(?:adınız|isminiz|soyad)\w*[^.?]*\?"),
        "number": re.compile(r"\bnumaranız\w*[^.?]*\?"),
    },
    "en": {
        "name": re.compile(r"\byour (?:full )?name\b[^.]*\?"),
        "number": re.compile(r"\byour [\w ]*number\b[^.]*\?"),
    },
}
_GIVEN_NAME = {
    "tr": re.compile(r"\b(?:adım|ismim)\b"),
    "en": re.compile(r"\bmy name(?:'s| is)\b"),
}


def contradictions(events: Sequence[Event], books: Mapping[str, Playbook]) -> list[str]:
    """A line for each suggestion that is wrong: what it is and what was suggested."""
    heard: list[Utterance] = []
    found = []
    for event in events:
        if isinstance(event, Utterance):
            heard.append(event)
        elif isinstance(event, Suggestion):
            found += [f"{name}: {event.say}" for name in _wrong(event, heard, books)]
    return found


def _wrong(
    shown: Suggestion, heard: Sequence[Utterance], books: Mapping[str, Playbook]
) -> list[str]:
    caller = [one for one in heard if one.channel is Role.CALLER]
    agent = [one for one in heard if one.channel is Role.AGENT]
    answer = [one for one in agent if not caller or one.start > caller[-1].start]
    rephrases = shown.kind == "rephrase"
    dated = map(_promises_a_date, answer[-1:] if rephrases else answer)
    means = _tags(shown.say, "agent", shown.language)
    lately = [one for one in agent if seconds(shown.position) - one.end <= _LATELY]
    checks = {
        "repeats": "apology" in means & _all_tags(lately),
        "asks_again": _asks_again(shown, caller),
        "dates_again": _DATE[shown.language] in shown.say and any(dated),
        "denied": not rephrases and any(_denies(one, shown) for one in answer),
        "solved": shown.situation in _PROBLEM and _is_solved(caller),
        "over": bool(agent) and "farewell" in _tags(agent[-1].text, "agent", agent[-1].language),
        "not_said": not _said(shown, heard, books[shown.language]),
    }
    return [name for name, is_wrong in checks.items() if is_wrong]


def _tags(text: str, speaker: str, language: str) -> frozenset[str]:
    return frozenset(tag.tag for tag in classify(text, speaker=speaker, language=language))


def _all_tags(said: Sequence[Utterance]) -> frozenset[str]:
    return frozenset[str]().union(*(_tags(one.text, "agent", one.language) for one in said))


def _promises_a_date(said: Utterance) -> bool:
    tags = _tags(said.text, "agent", said.language)
    return "promise" in tags and is_dated(find_due(said.text, said.language))


def _asks_again(shown: Suggestion, caller: Sequence[Utterance]) -> bool:
    asked = _ASKED[shown.language]
    words = [fold(one.text, one.language) for one in caller]
    say = fold(shown.say, shown.language)
    name = asked["name"].search(say) and any(map(_GIVEN_NAME[shown.language].search, words))
    number = asked["number"].search(say) and any(map(_NUMBER.search, words))
    return bool(name or number)


def _denies(said: Utterance, shown: Suggestion) -> bool:
    """Whether the agent has refused what most of the suggestion's words speak of."""
    if "refusal" not in _tags(said.text, "agent", said.language):
        return False
    return says(keywords(said.text, said.language), keywords(shown.say, shown.language))


def _is_solved(caller: Sequence[Utterance]) -> bool:
    if not caller:
        return False
    tags = _tags(caller[-1].text, "caller", caller[-1].language)
    return "resolved" in tags and tags.isdisjoint(_PROBLEM)


def _said(shown: Suggestion, heard: Sequence[Utterance], book: Playbook) -> bool:
    """Whether every value in a slot begins as something that was said does, word by word."""
    rules = [rule for rule in book.rules if rule.id == shown.rule]
    texts = [text for rule in rules for text in (*rule.warm, *rule.factual)]
    spoken = " ".join(fold(one.text, one.language) for one in heard)
    for text in texts:
        names = _BLANK.findall(text)
        wanted = [name for name in names if name in NAMES[shown.language]]
        pattern = re.escape(text)
        for name in wanted:
            pattern = pattern.replace(re.escape(f"[{name}]"), "(.+?)")
        match = re.fullmatch(pattern, shown.say, re.IGNORECASE)
        if match is None:
            continue
        values = [value for value in match.groups() if not value.startswith("[")]
        words = [word for value in values for word in fold(value, shown.language).split()]
        return all(_stem(word) in spoken or word in _OURS for word in words)
    return True


_OURS = frozenset({"sayın", "hanım", "bey", "mr", "mrs", "ms", "lira", "euro", "pounds", "dollars"})


def _stem(word: str) -> str:
    return word[:4] if word.isalpha() else word
