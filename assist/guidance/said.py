"""Whether an agent's words say what was suggested, in whatever form."""

from __future__ import annotations

import re

from rapidfuzz import fuzz

from assist.guidance.morphology import words

_BLANK = re.compile(r"\[[^\]]*\]")
_SHORTEST = 3
_SHARE = 0.6
_SAME_WORD = 85.0

_EMPTY_TR = """
    bir bu şu ve de da ile için çok daha en ne mi mı mu mü siz size sizi sizin ben bana biz bize o
    olarak ki ya ama ol et yap al ver şimdi hemen sonra kadar gibi var
"""
_EMPTY_EN = """
    the a an and or to of in on at for with by is are be am was were i you we it this that so my
    your our me us will would can could do does did have has had not now as if let right just get
    go what how make
"""
_EMPTY = {"tr": frozenset(_EMPTY_TR.split()), "en": frozenset(_EMPTY_EN.split())}


def keywords(text: str, language: str) -> frozenset[str]:
    """The words that carry the meaning, as lemmas, without blanks such as "[tarih]"."""
    lemmas = (word.form.lemma for word in words(_BLANK.sub(" ", text), language))
    return frozenset(
        lemma for lemma in lemmas if len(lemma) >= _SHORTEST and lemma not in _EMPTY[language]
    )


def says(utterance: frozenset[str], suggestion: frozenset[str]) -> bool:
    """Whether enough of the suggestion's words are in the utterance, allowing for misheard ones."""
    if not suggestion or not utterance:
        return False
    missing = suggestion - utterance
    near = sum(
        any(fuzz.ratio(wanted, heard) >= _SAME_WORD for heard in utterance) for wanted in missing
    )
    return (len(suggestion) - len(missing) + near) / len(suggestion) >= _SHARE
