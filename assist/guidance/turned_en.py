"""English sentences turned by their own words: these keep their forms, only the order changes.

What is not certain is left to a whole sentence (empty answer).
"""

from __future__ import annotations

import re
from collections.abc import Callable

_CAN_NOT = (
    r"\b(?P<who>i|we)(?:'m| am|'re| are)? (?:just |simply )?(?:can't|cannot|can not|couldn't|"
    r"won't be able to|will not be able to|not able to|aren't able to|unable to) "
    r"(?P<do>[a-z]+(?: [\w'’-]+){0,8}?)"
)
_END = r"(?=\s*(?:$|[,;.!]|because\b|since\b|sorry\b|i'm afraid\b))"
_CAN_NOT_LAST = re.compile(_CAN_NOT + _END, re.IGNORECASE)
_LATER = re.compile(
    _CAN_NOT + r" (?:(?:until|before|by|on) )?(?:today|tomorrow|tonight|right now|at the moment|"
    r"this (?:week|weekend|morning|afternoon|evening|month)|(?:on |by |before )"
    r"(?:that day|that date|then|(?:mon|tues|wednes|thurs|fri|satur|sun)day))" + _END,
    re.IGNORECASE,
)
_WITHOUT = re.compile(
    _CAN_NOT + r" without (?P<what>(?:an?|the|your|his|her|their|its|some|proof) [\w'’-]+"
    r"(?: [\w'’-]+){0,3}|[\w'’-]+)" + _END,
    re.IGNORECASE,
)
_UNTIL = re.compile(
    _CAN_NOT + r" (?P<join>until|unless|before) (?P<what>(?:the|your|you|we|it|this|that|they) "
    r"(?:[\w'’-]+ ){0,4}?(?:is|are|has|have|clears?|arrives?|comes?|shows?|ends?|signs?|sends?|"
    r"pays?|confirms?|receives?|reach|reaches|gets?)(?: [\w'’-]+){0,4})" + _END,
    re.IGNORECASE,
)
_MUST = re.compile(
    r"\byou(?:'ll| will)? (?:first )?(?:have to|need to|must|'ve got to|have got to|"
    r"are required to) (?:first )?(?P<do>[a-z]+(?: [\w'’-]+){1,8}?)"
    r"(?: first| for that| then| please)*" + _END,
    re.IGNORECASE,
)
_NOT_DONE_TEXT = """
    wait be calm relax understand know realize realise listen speak call ring phone contact ask
    apply register go have remember accept watch lower stop admit see
"""
_NOT_ABLE_TEXT = "tell say promise guarantee know hear see understand"
_NOT_DONE = frozenset(_NOT_DONE_TEXT.split())
_NOT_ABLE = frozenset(_NOT_ABLE_TEXT.split())
_POINTS = re.compile(r"do (?:it|this|that|so|anything)(?: for you)?", re.IGNORECASE)
_CLAUSE = re.compile(r"\b(?:because|but|so|which|that you|if|when|i|we|can't|not)\b", re.IGNORECASE)


def _who(found: re.Match[str]) -> str:
    return "I" if found["who"].lower() == "i" else "we"


def _able(found: re.Match[str] | None) -> bool:
    if found is None or _CLAUSE.search(found["do"]):
        return False
    return found["do"].split()[0].lower() not in _NOT_ABLE


def _later(sentence: str) -> str:
    """ "We can't deliver it today" → "the earliest we can deliver it is [date]"."""
    found = _LATER.search(_plain(sentence))
    if found is None or not _able(found):
        return ""
    return f"the earliest {_who(found)} can {found['do']} is [date]."


def _once(sentence: str) -> str:
    """ "I can't send it until you sign" → "as soon as you sign, I can send it"."""
    plain = _plain(sentence)
    found = _UNTIL.search(plain)
    if found is not None and _able(found):
        join = "if" if found["join"].lower() == "unless" else "as soon as"
        return f"{join} {found['what']}, {_who(found)} can {found['do']}."
    found = _WITHOUT.search(plain)
    if found is None or not _able(found) or found["what"].endswith("ing"):
        return ""
    if re.match(r"\w+ing\b", found["what"]):
        return ""
    return f"with {found['what']}, {_who(found)} can {found['do']}."


def _needed(sentence: str) -> str:
    """ "We're unable to change that" → "what we'd need to change that"."""
    found = _CAN_NOT_LAST.search(_plain(sentence))
    if found is None or not _able(found) or _POINTS.fullmatch(found["do"]):
        return ""
    return f"what {_who(found)}'d need to {found['do']}"


def _do_first(sentence: str) -> str:
    """ "You have to fill out the form first" → "if you fill out the form"."""
    found = _MUST.search(_plain(sentence))
    if found is None or _CLAUSE.search(found["do"]):
        return ""
    if found["do"].split()[0].lower() in _NOT_DONE:
        return ""
    return f"if you {found['do']}"


def _plain(sentence: str) -> str:
    return re.sub(r"\s+", " ", sentence.replace("’", "'"))


SHAPES: dict[str, Callable[[str], str]] = {
    "later": _later,
    "once": _once,
    "needed": _needed,
    "do_first": _do_first,
}
"""The ways to turn a sentence."""
